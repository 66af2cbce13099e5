"""經過 of a tender: who changed it when and why, and among that its photographs, visits to the site and matters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from shizheng.common.roc import format_roc
from shizheng.common.words import tell
from shizheng.domains.projects.models import CrossAgencyMatter, Project, ProjectPhoto, SiteVisit
from shizheng.kernel.history import queries as history
from shizheng.kernel.history.queries import Beside

PROJECT, PHOTO, VISIT, MATTER = (
    each._meta.label_lower for each in (Project, ProjectPhoto, SiteVisit, CrossAgencyMatter)
)


def course(
    project: Project,
    photos: Sequence[ProjectPhoto],
    visits: Sequence[SiteVisit],
    matters: Sequence[CrossAgencyMatter],
    known_by: datetime | None = None,
) -> Any:
    """The changes of a tender, of its photographs, visits and matters, newest first."""
    entries = history.entries_of_rows(
        {
            PROJECT: [project.pk],
            PHOTO: [each.pk for each in photos],
            VISIT: [each.pk for each in visits],
            MATTER: [each.pk for each in matters],
        }
    )
    return entries if known_by is None else entries.filter(recorded_at__lte=known_by)


def beside(
    photos: Sequence[ProjectPhoto], visits: Sequence[SiteVisit], matters: Sequence[CrossAgencyMatter]
) -> dict[tuple[str, str], Beside]:
    """What stands beside these changes: the small picture, what came of a visit, what is asked of whom."""
    found = {
        (PHOTO, str(each.pk)): Beside(
            each.caption or each.file.name,
            reverse("projects:photo", args=[each.pk]),
            image=reverse("files:download", args=[each.small_id]),
            width=each.small.width,
            height=each.small.height,
        )
        for each in photos
    }
    found |= {
        (VISIT, str(each.pk)): Beside(
            tell("%(day)s %(who)s實地查訪", day=format_roc(each.visit_on, "short"), who=each.called_by),
            reverse("projects:visit", args=[each.pk]),
            (each.conclusions or each.grounds)[:120],
        )
        for each in visits
    }
    return found | {
        (MATTER, str(each.pk)): Beside(
            each.text[:60], reverse("projects:project", args=[each.project_id]) + "#matters"
        )
        for each in matters
    }
