"""Photographs of tenders and notes from the site: of one tender, of a month, all for the list."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, done
from shizheng.common.words import called, tell
from shizheng.domains.projects.models import PlannedCheckpoint, ProjectPhoto, SiteNote
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.kernel.files import access
from shizheng.kernel.files import queries as files
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.rewinding import rewound_steps


def newest_of_each(
    project_ids: Collection[int], until: str, known_by: datetime | None = None, most: int = 4
) -> dict[int, list[ProjectPhoto]]:
    """The newest photographs of each of these tenders, taken in or before the month `until` (one query)."""
    return done(newest_steps(project_ids, until, known_by, most))


def newest_steps(
    project_ids: Collection[int], until: str, known_by: datetime | None = None, most: int = 4
) -> Steps[dict[int, list[ProjectPhoto]]]:
    """The same beside what else is read."""
    rows = standing().filter(project_id__in=list(project_ids), period__lte=until)
    if known_by is not None:
        rows = rows.filter(added_at__lte=known_by)
    place = Window(
        RowNumber(), partition_by="project_id", order_by=["-period", "-taken_at", "-added_at", "-pk"]
    )
    found: dict[int, list[ProjectPhoto]] = defaultdict(list)
    newest = rows.annotate(place=place).filter(place__lte=most).order_by("project_id", "place")
    yield newest
    for each in newest:
        found[each.project_id].append(each)
    return dict(found)


def all_of(project_id: int, as_of: AsOf | None = None) -> list[ProjectPhoto]:
    """All photographs of a tender, also those taken away, the newest first, with what was said of them then (one query; two as of a day)."""
    return done(all_of_steps(project_id, as_of))


def all_of_steps(project_id: int, as_of: AsOf | None = None) -> Steps[list[ProjectPhoto]]:
    """The same beside what else a page reads."""
    return (yield from rewound_steps(newest_first(ProjectPhoto.objects.filter(project_id=project_id)), as_of))


def gallery(project_id: int, as_of: AsOf | None = None) -> list[ProjectPhoto]:
    """Those that were not taken away."""
    return [each for each in all_of(project_id, as_of) if not each.removed]


def notes_of(project_id: int, known_by: datetime | None = None) -> QuerySet[SiteNote]:
    """What was seen on site, the newest first."""
    rows = SiteNote.objects.filter(project_id=project_id)
    return rows if known_by is None else rows.filter(recorded_at__lte=known_by)


def standing() -> QuerySet[ProjectPhoto]:
    """Photographs that were not taken away, the newest first."""
    return newest_first(ProjectPhoto.objects.filter(removed=False))


def newest_first(rows: QuerySet[ProjectPhoto]) -> QuerySet[ProjectPhoto]:
    """Photographs with their files, the newest first."""
    return rows.select_related("file", "small", "added_by").order_by("-taken_at", "-added_at", "-pk")


def photos_visible_to(actor: Actor) -> QuerySet[ProjectPhoto]:
    """Photographs of the tenders that the actor sees."""
    rows = standing().filter(project__in=visible_to(actor))
    return rows.select_related("project__agency", "file", "small", "added_by")


def photo(actor: Actor, photo_id: int) -> ProjectPhoto:
    """One photograph with its tender, also one that was taken away. Raises NotFound."""
    rows = ProjectPhoto.objects.select_related(
        "project__agency", "project__unit", "file", "small", "added_by"
    )
    found = rows.filter(pk=photo_id, project__in=visible_to(actor)).first()
    if found is None:
        raise NotFound(tell("找不到這張相片，或您不能看。請從標案的頁面進入。"))
    return found


def checkpoints_of(project_id: int) -> dict[str, str]:
    """Codes and names of a tender's checkpoints, as the newest version says (one query)."""
    rows = PlannedCheckpoint.objects.filter(plan__project_id=project_id).order_by("plan__number", "position")
    newest: dict[str, str] = {}
    for each in rows.only("code", "name", "name_en"):
        newest.pop(each.code, None)
        newest[each.code] = called(each)
    return newest


def picture(actor: Actor, row: ProjectPhoto) -> Any:
    """The file of a photograph, as its own page shows it. Raises NotFound."""
    return files.file(actor, row.file_id)


def may_read(actor: Actor, project_id: int) -> bool:
    """Whether the actor may open files of a tender."""
    return visible_to(actor).filter(pk=project_id).exists()


def register() -> None:
    """Called once when the app is ready: who may read a tender may open its files."""
    from django.urls import reverse
    from django.utils.translation import gettext_lazy

    access.register(
        "projects.project",
        may_read,
        name=gettext_lazy("標案"),
        address=lambda pk: reverse("projects:project", args=[pk]),
    )
