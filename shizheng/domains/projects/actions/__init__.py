"""What people do with tenders. Each is one transaction: permission, lock, rule, write, history."""

from shizheng.domains.projects.actions.happenings import (
    correct_happening,
    record_happening,
    restore_project,
    strike_happening,
    withdraw_project,
)
from shizheng.domains.projects.actions.matters import (
    edit_matter,
    raise_matter,
    reopen_matter,
    settle_matter,
)
from shizheng.domains.projects.actions.photos import add_photo, add_site_note, edit_photo, remove_photo
from shizheng.domains.projects.actions.plans import PlanGiven, proposed, set_plan
from shizheng.domains.projects.actions.projects import create_project, edit_project
from shizheng.domains.projects.actions.sheets import ImportReport, RowsRefused, import_projects
from shizheng.domains.projects.actions.types import (
    create_programme,
    create_type,
    edit_programme,
    edit_type,
    load_shipped_types,
)
from shizheng.domains.projects.actions.visits import call_visit, cancel_visit, edit_visit, record_visit

__all__ = [
    "ImportReport",
    "PlanGiven",
    "RowsRefused",
    "add_photo",
    "add_site_note",
    "call_visit",
    "cancel_visit",
    "correct_happening",
    "create_programme",
    "create_project",
    "create_type",
    "edit_matter",
    "edit_photo",
    "edit_programme",
    "edit_project",
    "edit_type",
    "edit_visit",
    "import_projects",
    "load_shipped_types",
    "proposed",
    "raise_matter",
    "record_happening",
    "record_visit",
    "remove_photo",
    "reopen_matter",
    "restore_project",
    "set_plan",
    "settle_matter",
    "strike_happening",
    "withdraw_project",
]
