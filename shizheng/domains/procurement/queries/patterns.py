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
    Settled,
    band_of,
    settled_of,
)


@dataclass(frozen=True, slots=True)
class PatternRow:
    """One value of one way of grouping. `days`: median days from the first failure to the award, of those awarded."""

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
    return cases, [
        _grouped("cause", cases, causes_of, lambda code: _cause_label(code), _place(causes)),
        _grouped("agency", cases, lambda one: [called(one.case.agency, short=True)], str, None),
        _grouped("category", cases, lambda one: [one.case.category], lambda code: str(Category(code).label), None),
        _grouped("band", cases, lambda one: [band_of(one.case.amount)], lambda code: tell(BAND_LABELS[code]), _place(bands)),
        _grouped("times", cases, lambda one: [str(one.course.failures)], lambda code: tell("%(n)s 次", n=code), int),
    ]  # fmt: skip


def causes_of(one: Standing) -> list[str]:
    """The causes of a case, each once; an empty code where none was given."""
    found = {cause for each in one.events if each.kind in FAILURES for cause in each.causes}
    return sorted(found) or [""]


def _cause_label(code: str) -> str:
    return tell(CAUSE_LABELS[Cause(code)]) if code else tell(NO_CAUSE)


def _place(order: Sequence[str]) -> Callable[[str], int]:
    return lambda code: order.index(code) if code in order else len(order)


def _grouped(
    code: str,
    cases: Iterable[Standing],
    keys: Callable[[Standing], Sequence[str]],
    label: Callable[[str], str],
    place: Callable[[str], int] | None,
) -> Pattern:
    groups: dict[str, list[Standing]] = defaultdict(list)
    for each in cases:
        for key in keys(each):
            groups[key].append(each)
    rows = [_row(key, label(key), some, code) for key, some in groups.items()]
    if place is not None:
        rows.sort(key=lambda row: place(row.code))
    if code in ("cause", "agency"):
        rows.sort(key=lambda row: -row.settled.listed)
    return Pattern(code, tuple(rows))


def _row(key: str, label: str, some: Sequence[Standing], kind: str) -> PatternRow:
    days = [each.course.days for each in some if each.course.days is not None]
    repeated = sum(
        key in each.course.repeated if kind == "cause" else bool(each.course.repeated) for each in some
    )
    return PatternRow(
        key,
        label,
        settled_of(each.course.outcome for each in some),
        sum(each.course.failures for each in some),
        repeated,
        float(median(days)) if days else None,
    )
