"""跨機關協調事項: all of them for the list, of one tender, and those that were open on a day."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, done
from shizheng.common.words import tell
from shizheng.domains.projects.models import CrossAgencyMatter
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.rewinding import rewound_steps


def matters(actor: Actor) -> QuerySet[CrossAgencyMatter]:
    """Of tenders that the actor may see; open ones first, the oldest first."""
    rows = CrossAgencyMatter.objects.filter(project__in=visible_to(actor))
    return rows.select_related("project__agency", "unit")


def matter(actor: Actor, matter_id: int) -> CrossAgencyMatter:
    """One of them. Raises NotFound, also where the actor may not see its tender."""
    found = matters(actor).filter(pk=matter_id).first()
    if found is None:
        raise NotFound(tell("找不到這件協調事項。請從標案的頁面進入。"))
    return found


def of_project(project_id: int, as_of: AsOf | None = None) -> list[CrossAgencyMatter]:
    """Of one tender, which the reader may see, as they stood then; one query (two as of a day)."""
    return done(of_project_steps(project_id, as_of))


def of_project_steps(project_id: int, as_of: AsOf | None = None) -> Steps[list[CrossAgencyMatter]]:
    """The same beside what else a page reads."""
    rows = CrossAgencyMatter.objects.filter(project_id=project_id).select_related("unit")
    return (yield from rewound_steps(rows, as_of))


def open_on(day: date) -> QuerySet[CrossAgencyMatter]:
    """Raised by the end of `day` and not settled by then, the oldest first."""
    rows = CrossAgencyMatter.objects.filter(Q(settled_on=None) | Q(settled_on__gt=day), raised_on__lte=day)
    return rows.select_related("project__agency", "unit").order_by("raised_on", "pk")


def counted_open_steps(project_ids: Collection[int]) -> Steps[dict[int, int]]:
    """How many matters of each tender are not settled yet, beside what else is read."""
    rows = CrossAgencyMatter.objects.filter(project_id__in=project_ids, settled_on=None).order_by()
    counted = rows.values_list("project_id").annotate(Count("pk"))
    yield counted
    return dict(counted)


def of_month(project_ids: Collection[int], period: str) -> dict[int, list[CrossAgencyMatter]]:
    """Those raised in the return of a month, by tender, the newest last; one query."""
    found: dict[int, list[CrossAgencyMatter]] = {}
    rows = CrossAgencyMatter.objects.filter(project_id__in=project_ids, period=period)
    for each in rows.select_related("project").order_by("pk"):
        found.setdefault(each.project_id, []).append(each)
    return found
