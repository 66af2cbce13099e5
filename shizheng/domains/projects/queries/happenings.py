"""What happened to a tender: as it stands, with what was told before; failed openings counted."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.retelling import standing, tellings
from shizheng.common.together import Steps, done
from shizheng.common.words import tell
from shizheng.domains.projects.models import Happening, Project
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.domains.projects.rules.life import Kind
from shizheng.domains.projects.rules.tendering import Failures, failures


@dataclass(frozen=True, slots=True)
class Line:
    """One happening as last told, and how it was told before, the newest first. `by`: who said it last."""

    happening: Happening
    earlier: tuple[Happening, ...]
    by: str

    @property
    def struck(self) -> bool:
        """Whether it was struck."""
        return self.happening.struck


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that happened to one tender, the newest first, and how often it failed since the last award."""

    lines: tuple[Line, ...]
    standing: tuple[Happening, ...]
    failures: Failures


def timeline(project: Project, known_by: datetime | None = None) -> Timeline:
    """The timeline of one tender, as it was told by then (one query)."""
    return done(timeline_steps(project, known_by))


def timeline_steps(project: Project, known_by: datetime | None = None) -> Steps[Timeline]:
    """The same beside what else a page reads."""
    told_by = {} if known_by is None else {"recorded_at__lte": known_by}
    found = Happening.objects.filter(project=project, **told_by)
    yield found
    rows = list(found)
    lines = [Line(each[-1], tuple(reversed(each[:-1])), each[-1].recorded_by) for each in tellings(rows)]
    left = standing(rows)
    return Timeline(tuple(lines), tuple(left), failures([Kind(each.kind) for each in left]))


def happening(actor: Actor, happening_id: int) -> Happening:
    """One happening with its tender. Raises NotFound, also where the actor may not see it."""
    found = (
        Happening.objects.select_related("project__agency", "project__type")
        .filter(pk=happening_id, project__in=visible_to(actor))
        .first()
    )
    if found is None:
        raise NotFound(tell("找不到這件事，或您不能看。請從標案的頁面進入。"))
    return found


def standing_of(
    project_ids: Collection[int], on: date | None = None, known_by: datetime | None = None
) -> dict[int, list[Happening]]:
    """What happened to each tender by the end of `on`, as it was known at `known_by` (one query)."""
    return done(standing_steps(project_ids, on, known_by))


def standing_steps(
    project_ids: Collection[int], on: date | None = None, known_by: datetime | None = None
) -> Steps[dict[int, list[Happening]]]:
    """The same beside what else a page reads."""
    rows = Happening.objects.filter(project_id__in=list(project_ids))
    if known_by is not None:
        rows = rows.filter(recorded_at__lte=known_by)
    yield rows
    found: dict[int, list[Happening]] = defaultdict(list)
    for each in rows:
        found[each.project_id].append(each)
    return {
        pk: [each for each in standing(told) if on is None or each.on <= on] for pk, told in found.items()
    }


def awarded_in(first: date, last: date) -> QuerySet[Happening]:
    """Awards that stand of the days from `first` to `last`, the earliest first (one query)."""
    rows = Happening.objects.filter(
        kind=Kind.AWARDED.value, on__gte=first, on__lte=last, struck=False, superseded_by=None
    )
    return rows.select_related("project__agency").order_by("on", "project__number")
