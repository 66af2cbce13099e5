"""經過 of a tender: who changed it when and why, what happened, its programmes, photographs, visits to the site, matters."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.words import called, tell
from shizheng.domains.projects.models import (
    CrossAgencyMatter,
    Happening,
    Programme,
    Project,
    ProjectPhoto,
    ProjectProgramme,
    SiteVisit,
)
from shizheng.domains.projects.queries.happenings import Timeline
from shizheng.domains.projects.rules.life import KIND_LABELS, Kind
from shizheng.kernel.history import queries as history
from shizheng.kernel.history.queries import Beside
from shizheng.web.templatetags.ui import day_text

PROJECT, TAG, PHOTO, VISIT, MATTER = (
    each._meta.label_lower for each in (Project, ProjectProgramme, ProjectPhoto, SiteVisit, CrossAgencyMatter)
)


def course(
    project: Project,
    photos: Sequence[ProjectPhoto],
    visits: Sequence[SiteVisit],
    matters: Sequence[CrossAgencyMatter],
    taken_off: Collection[dict[str, Any]],
    known_by: datetime | None = None,
) -> Any:
    """The changes of a tender, of its programmes (also those taken off), photographs, visits, matters; newest first."""
    entries = history.entries_of_rows(
        {
            PROJECT: [project.pk],
            TAG: [*(each.pk for each in project.tags.all()), *(each["id"] for each in taken_off)],
            PHOTO: [each.pk for each in photos],
            VISIT: [each.pk for each in visits],
            MATTER: [each.pk for each in matters],
        }
    )
    return entries if known_by is None else entries.filter(recorded_at__lte=known_by)


def taken_off(project: Project) -> "QuerySet[Any, dict[str, Any]]":
    """The tags of programmes that the tender no longer has, each as it was last; one query, when it is read."""
    return history.gone(TAG, project_id=project.pk)


def happened(project: Project, told: Timeline) -> dict[tuple[int, str], list[Beside]]:
    """Transaction and action → what was told of the tender: which event of which day, also of those struck since."""
    address = reverse("projects:project", args=[project.pk]) + "#happenings"
    rows: list[Happening] = [row for line in told.lines for row in (line.happening, *line.earlier)]
    found: dict[tuple[int, str], list[Beside]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: each.pk):
        what = f"{tell(KIND_LABELS[Kind(row.kind)])} {day_text(row.on)}"
        found[row.transaction_id, row.recorded_action].append(Beside(what, address, row.text[:120]))
    return dict(found)


def beside(
    project: Project,
    photos: Sequence[ProjectPhoto],
    visits: Sequence[SiteVisit],
    matters: Sequence[CrossAgencyMatter],
    taken_off: Collection[dict[str, Any]],
) -> dict[tuple[str, str], Beside]:
    """What stands beside these changes: the programme, the small picture, what came of a visit, what is asked of whom."""
    found = {
        (TAG, str(each.pk)): Beside(
            called(each.programme), reverse("projects:programme", args=[each.programme_id])
        )
        for each in project.tags.all()
    }
    names = {}
    if taken_off:
        names = Programme.objects.in_bulk({each["programme_id"] for each in taken_off})
    found |= {
        (TAG, str(each["id"])): Beside(
            called(names[each["programme_id"]]),
            reverse("projects:programme", args=[each["programme_id"]]),
            _("現在已不掛這個專案計畫"),
        )
        for each in taken_off
        if each["programme_id"] in names
    }
    found |= {
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
            tell("%(day)s %(who)s實地查訪", day=day_text(each.visit_on), who=each.called_by),
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
