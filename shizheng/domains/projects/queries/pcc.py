"""Fill rate of the national works system (B11; TC-21 to TC-24): works tenders that have data of a month, out of those that ought to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from shizheng.common import clock
from shizheng.common.together import Steps, beside, done, reading
from shizheng.common.words import called
from shizheng.domains.projects.models import ExternalRecord, Happening, PccUrging, Project
from shizheng.domains.projects.queries.external import Reconciled, reconciled
from shizheng.domains.projects.queries.months import ENDINGS, states_steps
from shizheng.domains.projects.rules.judging import Rate
from shizheng.domains.projects.rules.life import CONTINUING, UNAWARDED
from shizheng.domains.projects.rules.reconciling import Source
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.rules import MonthlyDeadline

FLOOR, DAY, COUNTS = "TC-21", "TC-22", "tender.pcc_counts"
AWARDED = "awarded"
FIRST_DUE = 7
"""Day before the first version of TC-22."""


@dataclass(frozen=True, slots=True)
class AgencyFill:
    """One agency: how many of its tenders ought to have data, and those that have none."""

    agency_id: int
    name: str
    owed: int
    missing: Sequence[Project]

    @property
    def rate(self) -> Rate:
        return Rate(self.owed - len(self.missing), self.owed)


@dataclass(frozen=True, slots=True)
class FillRate:
    """A month: tenders with data ÷ works tenders that ought to have some. `due`: until when agencies are urged."""

    period: Period
    due: date
    agencies: Sequence[AgencyFill]
    rules: Sequence[RuleValue]
    urged: Sequence[PccUrging]
    told: int
    """Tenders of which the source told anything of this month, ours or not."""
    waiting: int = 0
    """Works tenders of that size that are not awarded or begun yet: nothing is to be entered of them (未發包或開工)."""

    @property
    def all(self) -> int:
        """總件數: those that ought to have data, and those that need none yet."""
        return self.owed + self.waiting

    @property
    def floor(self) -> Decimal | None:
        """From which budget on (NTD) tenders are counted; None where no rule is in force."""
        return next((Decimal(str(each.value)) for each in self.rules if each.code == FLOOR), None)

    @property
    def owed(self) -> int:
        return sum(each.owed for each in self.agencies)

    @property
    def filled(self) -> int:
        return self.owed - sum(len(each.missing) for each in self.agencies)

    @property
    def rate(self) -> Rate:
        return Rate(self.filled, self.owed)


def last_month(on: date | None = None) -> Period:
    """The month that is being entered: the one before today's."""
    day = on or clock.today()
    return Period(PeriodKind.MONTH, day.year, day.month).previous()


def due_day(period: Period, day: int) -> date:
    """Day of the month after, on which entering is to be done."""
    return period.end.replace(day=max(1, min(28, day)))


def fill_rate(period: Period, unit_id: int | None = None) -> FillRate:
    """The rate of a month, agency by agency, by the rules as in force on its last day."""
    return done(fill_rate_steps(period, unit_id))


def fill_rate_steps(
    period: Period, unit_id: int | None = None, found_before: Reconciled | None = None
) -> Steps[FillRate]:
    """The same beside what else is read; `found_before`: what was reconciled, where it is at hand."""
    on = period.last_day
    found = {code: rulebook.value_or_none(code, on) for code in (FLOOR, DAY, COUNTS)}
    rules = [each for each in found.values() if each is not None]
    said = {each.code: each.value for each in rules}
    floor = Decimal(str(said.get(FLOOR, 0)))
    deadline = said.get(DAY)
    day = deadline.day if isinstance(deadline, MonthlyDeadline) else FIRST_DUE
    counts = str(said.get(COUNTS, AWARDED))
    told = (
        ExternalRecord.objects.filter(source=Source.PCC.value, period=period.code)
        .order_by("key")
        .values_list("key", flat=True)
        .distinct()
    )
    with_data = told.exclude(payload={})
    urged = PccUrging.objects.filter(period=period.code).order_by("-id")
    (projects, waiting), _read = yield from beside(
        [_owed(period, floor, counts, unit_id), reading(told, with_data, urged)]
    )
    matched = (found_before or reconciled()).projects
    have = {matched.get((Source.PCC.value, key)) for key in with_data}
    by_agency: dict[int, list[Project]] = defaultdict(list)
    for each in projects:
        by_agency[each.agency_id].append(each)
    agencies = [
        AgencyFill(
            pk, called(rows[0].agency, short=True), len(rows), [row for row in rows if row.pk not in have]
        )
        for pk, rows in by_agency.items()
    ]
    agencies.sort(key=lambda each: (-len(each.missing), each.name))
    return FillRate(period, due_day(period, day), agencies, rules, list(urged), len(told), waiting)


def _owed(
    period: Period, floor: Decimal, counts: str, unit_id: int | None
) -> Steps[tuple[list[Project], int]]:
    """The tenders that ought to have data, and how many under control need none yet."""
    still = Q(state__in=[state.value for state in CONTINUING]) | Exists(
        Happening.objects.filter(project=OuterRef("pk"), kind__in=ENDINGS, on__gt=period.last_day)
    )
    rows = Project.objects.filter(still, type__has_works=True, budget__gte=floor)
    if unit_id is not None:
        rows = rows.filter(agency_id__in=organisations.subtree_ids(unit_id))
    projects = rows.select_related("agency", "unit").order_by("number")
    yield projects
    states = yield from states_steps(projects, period.last_day)
    wanted = [state for state in CONTINUING if counts != AWARDED or state not in UNAWARDED]
    owed = [each for each in projects if states[each.pk] in wanted]
    return owed, sum(states[each.pk] in CONTINUING for each in projects) - len(owed)


def months_told() -> list[Period]:
    """Months of which the source told anything, the newest first; the month that is being entered stands first in any case."""
    newest = last_month()
    return [newest, *(each for each in months_with_data() if each != newest)]


def months_with_data(most: int | None = 36) -> list[Period]:
    """Months of which the source told anything, the newest first; one query. `most` None: all of them."""
    rows = ExternalRecord.objects.filter(source=Source.PCC.value).exclude(period="")
    codes = rows.order_by("-period").values_list("period", flat=True).distinct()
    return [parse_period(code) for code in (codes if most is None else codes[:most])]
