"""The months of cases: which are owed, what was filed before, what stands; and F01's counts at the end of a month."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from shizheng.common.permissions import SYSTEM
from shizheng.common.roc import FIRST_YEAR
from shizheng.domains.procurement.models import CaseEvent, CaseMonth, FailedTenderCase
from shizheng.domains.procurement.queries.failed import standing_of
from shizheng.domains.procurement.rules.failed import Course, Outcome, Settled, course_of, settled_of
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period

KIND = "procurement.failed_month"


def known(as_of: AsOf | None = None) -> QuerySet[CaseMonth]:
    """The months that stand: not superseded by another, as far as was known as of then."""
    rows, later = CaseMonth.objects.all(), CaseMonth.objects.filter(supersedes=OuterRef("pk"))
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of.moment)
        later = later.filter(recorded_at__lte=as_of.moment)
    return rows.filter(~Exists(later))


@dataclass(frozen=True, slots=True)
class Standing:
    """A case at the end of a day: its events until then and what they leave."""

    case: FailedTenderCase
    events: Sequence[CaseEvent]
    course: Course


def cases_at(
    day: date,
    *,
    year: int | None = None,
    agencies: Collection[int] | None = None,
    known_by: datetime | None = None,
) -> list[Standing]:
    """The cases listed by the end of a day as they stood then (two queries). `year`: of the series of that ROC year."""
    rows = FailedTenderCase.objects.filter(listed_on__lte=day).select_related("agency", "series")
    if year is not None:
        rows = rows.filter(series__roc_year=year)
    if agencies is not None:
        rows = rows.filter(agency_id__in=list(agencies))
    cases = list(rows.order_by("agency__order", "tender_no"))
    told = standing_of([each.pk for each in cases], day, known_by)
    return [Standing(each, told.get(each.pk, ()), course_of(told.get(each.pk, ()))) for each in cases]


def owed(period: Period, unit_ids: Collection[int] | None = None) -> dict[int, list[Standing]]:
    """Agency → its cases that are not settled at the end of the month."""
    found: dict[int, list[Standing]] = defaultdict(list)
    for each in cases_at(period.last_day, agencies=unit_ids):
        if each.course.outcome is Outcome.OPEN:
            found[each.case.agency_id].append(each)
    return dict(found)


def of_filings(filing_ids: Collection[int]) -> dict[int, list[CaseMonth]]:
    """Return → the months that stand of what it was locked with; one query."""
    found: dict[int, list[CaseMonth]] = {pk: [] for pk in filing_ids}
    rows = known().filter(filing_id__in=list(filing_ids)).select_related("case__agency", "case__series")
    for each in rows.order_by("case__tender_no"):
        if each.filing_id is not None:
            found[each.filing_id].append(each)
    return found


def before(case_ids: Collection[int], period: Period) -> dict[int, CaseMonth]:
    """The last month that was filed about each case before this one; one query."""
    rows = known().filter(case_id__in=list(case_ids), filed=True, period__lt=period.code)
    return {each.case_id: each for each in rows.order_by("case_id", "period")}


def months_of(case_id: int) -> list[tuple[CaseMonth, list[CaseMonth]]]:
    """Every month of one case that stands, the newest first, with what was filed before it was corrected."""
    rows = list(CaseMonth.objects.filter(case_id=case_id).order_by("-period", "-id"))
    gone = {each.supersedes_id for each in rows}
    earlier: dict[str, list[CaseMonth]] = defaultdict(list)
    for each in rows:
        if each.pk in gone:
            earlier[each.period].append(each)
    return [(each, earlier[each.period]) for each in rows if each.pk not in gone]


def locked_periods(year: int | None = None) -> list[Period]:
    """Months whose round is locked, the oldest first; one query. `year`: of this western year."""
    rows = filing.rounds_visible_to(SYSTEM).filter(kind=KIND, state="locked")
    if year is not None:
        rows = rows.filter(period__startswith=f"{year}-")
    return [parse_period(code) for code in rows.order_by("period").values_list("period", flat=True)]


def counts_at(period: Period, agencies: Collection[int] | None = None) -> Mapping[int, Settled]:
    """Agency → listed, awarded, dropped of the series of the period's year at the end of the period (F01)."""
    found: dict[int, list[Outcome]] = defaultdict(list)
    for each in cases_at(period.last_day, year=period.year - FIRST_YEAR, agencies=agencies):
        found[each.case.agency_id].append(each.course.outcome)
    return {unit_id: settled_of(outcomes) for unit_id, outcomes in found.items()}


def month_of(day: date) -> Period:
    return Period(PeriodKind.MONTH, day.year, day.month)
