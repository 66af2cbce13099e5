"""Patterns of a year's cases: by cause, agency, category, amount and number of failures, with days to award (F01)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from shizheng.common.roc import FIRST_YEAR
from shizheng.common.words import called, tell
from shizheng.domains.procurement.models import Category
from shizheng.domains.procurement.queries.months import Standing, cases_at
from shizheng.domains.procurement.rules.failed import (
    BAND_LABELS,
    CAUSE_LABELS,
    FAILURES,
    NO_CAUSE,
    Cause,
    Outcome,
    Settled,
    band_of,
    settled_of,
)


@dataclass(frozen=True, slots=True)
class PatternRow:
    """One value of one way of grouping (`code`: that of an agency is its id). `days`: median days from the first failure to the award, of those awarded."""

    code: str
    label: str
    settled: Settled
    failures: int
    repeated: int
    days: float | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of grouping; a case with two causes stands under both."""

    code: str
    rows: tuple[PatternRow, ...]


def patterns(day: date, roc_year: int | None = None) -> tuple[list[Standing], list[Pattern]]:
    """The cases of a year as they stood at the end of a day, and their patterns."""
    cases = cases_at(day, year=roc_year if roc_year is not None else day.year - FIRST_YEAR)
    bands, causes = list(BAND_LABELS), [each.value for each in Cause]
    agencies = {str(each.case.agency_id): called(each.case.agency, short=True) for each in cases}
    return cases, [
        _grouped("cause", cases, _cause_label, _place(causes)),
        _grouped("agency", cases, lambda code: agencies[code], None),
        _grouped("category", cases, lambda code: str(Category(code).label), None),
        _grouped("band", cases, lambda code: tell(BAND_LABELS[code]), _place(bands)),
        _grouped("times", cases, lambda code: tell("%(n)s 次", n=code), int),
    ]


def causes_of(one: Standing) -> list[str]:
    """The causes of a case, each once; an empty code where none was given."""
    found = {cause for each in one.events if each.kind in FAILURES for cause in each.causes}
    return sorted(found) or [""]


KEYS: dict[str, Callable[[Standing], Sequence[str]]] = {
    "all": lambda one: [""],
    "cause": causes_of,
    "agency": lambda one: [str(one.case.agency_id)],
    "category": lambda one: [one.case.category],
    "band": lambda one: [band_of(one.case.amount)],
    "times": lambda one: [str(one.course.failures)],
}
"""Way of grouping → the values under which a case stands; `all` is every case."""
STOOD: dict[str, Callable[[Standing, str, str], bool]] = {
    "listed": lambda one, group, code: True,
    "awarded": lambda one, group, code: one.course.outcome is Outcome.AWARDED,
    "open": lambda one, group, code: one.course.outcome is Outcome.OPEN,
    "dropped": lambda one, group, code: one.course.outcome is Outcome.DROPPED,
    "repeated": lambda one, group, code: _repeats(one, group, code),
}
"""What is counted of a value → whether a case is counted in it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One count of the page: `stood` (a key of STOOD) of the value `code` of a grouping, of a ROC year, on a day."""

    year: int
    day: date
    group: str
    code: str
    stood: str

    def __str__(self) -> str:
        return f"{self.year}:{self.day.isoformat()}:{self.group}:{self.code}:{self.stood}"


def read_counted(text: str) -> Counted | None:
    """What an address names; None where it names nothing."""
    year, *rest = [*text.split(":"), "", "", "", ""][:5]
    try:
        found = Counted(int(year), date.fromisoformat(rest[0]), *rest[1:])
    except ValueError:
        return None
    known = found.group in KEYS and found.stood in STOOD and 1 <= found.year <= 200
    return found if known and str(found) == text else None


def cases_of(counted: Counted) -> list[int]:
    """Ids of the cases that a count of the page counts."""
    return [
        one.case.pk
        for one in cases_at(counted.day, year=counted.year)
        if counted.code in KEYS[counted.group](one) and STOOD[counted.stood](one, counted.group, counted.code)
    ]


def _repeats(one: Standing, group: str, code: str) -> bool:
    return code in one.course.repeated if group == "cause" else bool(one.course.repeated)


def _cause_label(code: str) -> str:
    return tell(CAUSE_LABELS[Cause(code)]) if code else tell(NO_CAUSE)


def _place(order: Sequence[str]) -> Callable[[str], int]:
    return lambda code: order.index(code) if code in order else len(order)


def _grouped(
    code: str,
    cases: Iterable[Standing],
    label: Callable[[str], str],
    place: Callable[[str], int] | None,
) -> Pattern:
    groups: dict[str, list[Standing]] = defaultdict(list)
    for each in cases:
        for key in KEYS[code](each):
            groups[key].append(each)
    rows = [_row(key, label(key), some, code) for key, some in groups.items()]
    if place is not None:
        rows.sort(key=lambda row: place(row.code))
    if code in ("cause", "agency"):
        rows.sort(key=lambda row: -row.settled.listed)
    return Pattern(code, tuple(rows))


def _row(key: str, label: str, some: Sequence[Standing], kind: str) -> PatternRow:
    days = [each.course.days for each in some if each.course.days is not None]
    repeated = sum(_repeats(each, kind, key) for each in some)
    return PatternRow(
        key,
        label,
        settled_of(each.course.outcome for each in some),
        sum(each.course.failures for each in some),
        repeated,
        float(median(days)) if days else None,
    )
