"""Series and cases: who may see which, one of them, what was searched for, what happened to it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.retelling import standing, tellings
from shizheng.common.words import N_, tell
from shizheng.domains.procurement.models import CaseEvent, FailedTenderCase, SupervisionSeries
from shizheng.domains.procurement.rules.failed import FAILURES
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

GONE = N_("找不到這個督導案，或您不能看。請從督導案清單進入。")
SEARCHED = ("tender_no", "name", "agency__name", "agency__short_name", "note")
RULE = "TC-08"
MOST_WORDS = 10


def visible_to(actor: Actor) -> QuerySet[FailedTenderCase]:
    """All cases for who holds `procurement.view`: agencies are compared with each other; else none."""
    rows = FailedTenderCase.objects.select_related("agency", "series")
    return rows.all() if actor.may("procurement.view") else rows.none()


def case(actor: Actor, case_id: int) -> FailedTenderCase:
    """One case. Raises NotFound, also where the actor may not see it."""
    found_one = visible_to(actor).filter(pk=case_id).first()
    if found_one is None:
        raise NotFound(tell(GONE))
    return found_one


def found(actor: Actor, words: str) -> QuerySet[FailedTenderCase]:
    """Cases in which every word occurs somewhere: tender number, name, agency, note."""
    rows = visible_to(actor)
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in SEARCHED)))
    return rows


def editable_by(actor: Actor) -> QuerySet[FailedTenderCase]:
    """Cases that the actor may write about."""
    units = actor.units_where("procurement.edit")
    rows = visible_to(actor)
    return rows if units is None else rows.filter(agency_id__in=units)


def all_series() -> QuerySet[SupervisionSeries]:
    """Every series, the newest first."""
    return SupervisionSeries.objects.all()


def series(series_id: int) -> SupervisionSeries:
    """One series. Raises NotFound."""
    row = SupervisionSeries.objects.filter(pk=series_id).first()
    if row is None:
        raise NotFound(tell("找不到這個督導年度。請從督導年度清單進入。"))
    return row


def newest_series() -> SupervisionSeries | None:
    """The series into which cases are listed now."""
    return all_series().first()


def following(tender_ref: int) -> QuerySet[FailedTenderCase]:
    """The cases that follow a tender of the register."""
    return FailedTenderCase.objects.filter(tender_ref=tender_ref).select_related("series")


def followed_now() -> "QuerySet[FailedTenderCase, int]":
    """The tenders of the register that the newest series follows already."""
    rows = FailedTenderCase.objects.filter(series=all_series().values("pk")[:1]).exclude(tender_ref=0)
    return rows.values_list("tender_ref", flat=True)


def followed_in(series_id: int) -> set[int]:
    """The tenders of the register that a series follows already."""
    rows = FailedTenderCase.objects.filter(series_id=series_id).exclude(tender_ref=0)
    return set(rows.values_list("tender_ref", flat=True))


def event(actor: Actor, event_id: int) -> CaseEvent:
    """One event with its case. Raises NotFound, also where the actor may not see it."""
    row = CaseEvent.objects.select_related("case__agency", "case__series").filter(pk=event_id).first()
    if row is None or not actor.may("procurement.view"):
        raise NotFound(tell("找不到這件事，或您不能看。請從督導案的頁面進入。"))
    return row


@dataclass(frozen=True, slots=True)
class Line:
    """One event as last told, and how it was told before, the newest first."""

    event: CaseEvent
    earlier: tuple[CaseEvent, ...]


def timeline(case_id: int) -> list[Line]:
    """All that happened to one case, the newest first (one query)."""
    rows = CaseEvent.objects.filter(case_id=case_id)
    return [Line(told[-1], tuple(reversed(told[:-1]))) for told in tellings(rows)]


def standing_of(
    case_ids: Collection[int], on: date | None = None, known_by: datetime | None = None
) -> dict[int, list[CaseEvent]]:
    """What happened to each case by the end of `on`, as it was known at `known_by` (one query)."""
    rows = CaseEvent.objects.filter(case_id__in=list(case_ids))
    if known_by is not None:
        rows = rows.filter(recorded_at__lte=known_by)
    told: dict[int, list[CaseEvent]] = defaultdict(list)
    for each in rows:
        told[each.case_id].append(each)
    return {pk: [each for each in standing(all_) if on is None or each.on <= on] for pk, all_ in told.items()}


@dataclass(frozen=True, slots=True)
class Listing:
    """Whether a case had failed as often as the rule asks on the day on which it was listed (TC-08)."""

    rule: RuleValue
    least: int
    failures: int

    @property
    def enough(self) -> bool:
        return self.failures >= self.least


def listing(row: FailedTenderCase, events: Collection[CaseEvent]) -> Listing:
    """The rule as in force on the day of listing, and how often the case had failed by then."""
    rule = rulebook.value_of(RULE, row.listed_on)
    least = int(rule.value) if isinstance(rule.value, Decimal) else 0
    return Listing(rule, least, sum(each.kind in FAILURES and each.on <= row.listed_on for each in events))
