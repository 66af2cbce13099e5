"""Addresses of tenders under control."""

from django.urls import path

from shizheng.domains.projects.pages import (
    editing,
    matters,
    planning,
    programmes,
    project,
    register,
    tendering,
    types,
    unplanned,
    warning,
    warnings,
)
from shizheng.domains.projects.urls.assessments import PATTERNS as ASSESSMENTS
from shizheng.domains.projects.urls.external import PATTERNS as EXTERNAL
from shizheng.domains.projects.urls.field import PATTERNS as FIELD
from shizheng.domains.projects.urls.grants import PATTERNS as GRANTS
from shizheng.domains.projects.urls.months import PATTERNS as MONTHS
from shizheng.domains.projects.urls.public import PATTERNS as PUBLIC

app_name = "projects"
urlpatterns = [
    path("register/", register.ProjectList.as_view(), name="list"),
    path("register/new/", editing.new, name="new"),
    path("register/import/", editing.upload, name="import"),
    path("register/sheet.<slug:format>", editing.sheet, name="sheet"),
    path("register/failed/", tendering.FailedList.as_view(), name="failed"),
    path("register/due/", tendering.DueList.as_view(), name="due"),
    path("register/unplanned/", unplanned.UnplannedList.as_view(), name="unplanned"),
    path("register/warnings/", warnings.WarningList.as_view(), name="warnings"),
    path("register/warnings/record/", warning.warning_record, name="warning_record"),
    path("register/warnings/<int:warning_id>/", warning.warning, name="warning"),
    path("register/matters/", matters.MatterList.as_view(), name="matters"),
    path("register/matters/<int:matter_id>/edit/", matters.edit_matter, name="edit_matter"),
    path("register/matters/<int:matter_id>/settle/", matters.settle_matter, name="settle_matter"),
    path("register/matters/<int:matter_id>/reopen/", matters.reopen_matter, name="reopen_matter"),
    path("register/types/", types.types, name="types"),
    path("register/types/new/", types.new_type, name="new_type"),
    path("register/types/<int:type_id>/", types.edit_type, name="edit_type"),
    path("register/programmes/", programmes.ProgrammeList.as_view(), name="programmes"),
    path("register/programmes/new/", programmes.new_programme, name="new_programme"),
    path("register/programmes/<int:programme_id>/", programmes.programme, name="programme"),
    path("register/programmes/<int:programme_id>/edit/", programmes.edit_programme, name="edit_programme"),
    path("register/<int:project_id>/", project.project, name="project"),
    path("register/<int:project_id>/edit/", editing.edit, name="edit"),
    path("register/<int:project_id>/happened/", editing.happen, name="happen"),
    path("register/<int:project_id>/matters/new/", matters.raise_matter, name="raise_matter"),
    path("register/<int:project_id>/plan/", planning.plan, name="plan"),
    path("register/<int:project_id>/withdraw/", editing.withdraw, name="withdraw"),
    path("register/<int:project_id>/restore/", editing.restore, name="restore"),
    path("register/happenings/<int:happening_id>/correct/", editing.correct, name="correct"),
    path("register/happenings/<int:happening_id>/strike/", editing.strike, name="strike"),
    *FIELD,
    *GRANTS,
    *ASSESSMENTS,
    *MONTHS,
    *EXTERNAL,
    *PUBLIC,
]
