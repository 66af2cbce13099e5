"""Tallies of many months in SQL: 36 months of ten thousand tenders are counted by the database, judged by each month's rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When

from shizheng.common.together import Steps, done
from shizheng.domains.projects.models import MonthRecord, MonthTally
from shizheng.domains.projects.queries.judging import Judge
from shizheng.domains.projects.queries.months import known, then
from shizheng.domains.projects.rules import curves
from shizheng.domains.projects.rules.judging import Course, Thresholds, course_of, is_severe
from shizheng.domains.projects.rules.life import State
from shizheng.domains.projects.rules.tallies import Tally
from shizheng.kernel.measures.queries import AsOf

LAG, WORKS_LAG = F("actual") - F("planned"), F("actual_works") - F("planned_works")
SUSPENDED = Q(state=State.SUSPENDED.value)
FILED = Q(filed=True, actual__isnull=False)
MONEY = Q(
    filed=True, year_budget__isnull=False, allocated__isnull=False, paid__isnull=False, payable__isnull=False,
    surplus__isnull=False,
)  # fmt: skip
COURSE = Case(
    When(SUSPENDED, then=Value(Course.SUSPENDED.value)),
    When(lag=None, then=Value(Course.NOT_FILED.value)),
    When(lag__gt=F("tolerance"), then=Value(Course.AHEAD.value)),
    When(lag__lt=-F("tolerance"), then=Value(Course.BEHIND.value)),
    default=Value(Course.ON_PLAN.value),
)
"""The same as `course_of` says, of what `judged` annotates."""
MONEY_COLUMNS = {"executed": "executed", "allocated": "sum_allocated", "budget": "budget", "paid": "sum_paid"}


def lag_of(record: MonthRecord) -> Decimal | None:
    """標案進度: actual − planned, in percentage points."""
    return curves.lag(record.actual, record.planned)


def works_lag_of(record: MonthRecord) -> Decimal | None:
    """施工進度: actual − planned, in percentage points."""
    return curves.lag(record.actual_works, record.planned_works)


def course_of_record(record: MonthRecord, thresholds: Thresholds) -> Course:
    """How the tender went in that month."""
    suspended = record.state == State.SUSPENDED.value
    return course_of(lag_of(record), thresholds.tolerance, suspended=suspended)


def is_severe_record(record: MonthRecord, thresholds: Thresholds) -> bool:
    """Whether it was severely behind, suspended or not: the plans make no exception."""
    return is_severe(lag_of(record), works_lag_of(record), thresholds)


def tally_of(records: Collection[MonthRecord], thresholds: Thresholds) -> Tally:
    """The same as the database counts, of records at hand."""
    found = Tally()
    for each in records:
        money: dict[str, Any] = {}
        if each.filed and None not in (
            each.year_budget,
            each.allocated,
            each.paid,
            each.payable,
            each.surplus,
        ):
            money = {
                "executed": each.paid + each.payable + each.surplus,  # type: ignore[operator]
                "allocated": each.allocated or Decimal(0),
                "budget": each.year_budget or Decimal(0),
                "paid": each.paid or Decimal(0),
            }
        course = course_of_record(each, thresholds)
        found = found + Tally(
            **{course.value: 1},  # type: ignore[arg-type]
            severe=int(is_severe_record(each, thresholds)),
            money_of=int(bool(money)),
            unfiled_suspended=int(course is Course.SUSPENDED and not each.filed),
            **money,
        )
    return found


@dataclass(frozen=True, slots=True)
class Bounds:
    """The thresholds of each month as one expression, so that all months are judged in one query."""

    tolerance: Any
    tender: Any
    works: Any


def _bounds(rules: Mapping[str, Judge]) -> Bounds:
    def expression(name: str) -> Any:
        codes: dict[Decimal, list[str]] = {}
        for code, rule in rules.items():
            value = getattr(rule.thresholds, name)
            codes.setdefault(value if value.is_finite() else Decimal(10**6), []).append(code)
        field = DecimalField(max_digits=20, decimal_places=6)
        if len(codes) == 1:
            return Value(next(iter(codes)), output_field=field)
        whens = [When(period__in=some, then=Value(value)) for value, some in codes.items()]
        return Case(*whens, output_field=field)

    return Bounds(expression("tolerance"), expression("tender"), expression("works"))


def judged(rules: Mapping[str, Judge], as_of: AsOf | None = None) -> QuerySet[MonthRecord]:
    """The standing records of these months, each with `lag`, `works_lag`, `tolerance` and `is_severe`."""
    bounds = _bounds(rules)
    field = DecimalField(max_digits=20, decimal_places=4)
    rows = known(as_of).filter(period__in=list(rules))
    rows = rows.annotate(
        lag=Case(When(FILED, then=LAG), output_field=field),
        works_lag=Case(When(filed=True, then=WORKS_LAG), output_field=field),
        tolerance=bounds.tolerance,
    )
    severe = Q(lag__lte=-bounds.tender) | Q(works_lag__lte=-bounds.works)
    return rows.annotate(is_severe=Case(When(severe, then=Value(True)), default=Value(False)))


def tallies(
    rules: Mapping[str, Judge],
    as_of: AsOf | None = None,
    *,
    agency_ids: Collection[int] | None = None,
    major: Decimal | None = None,
    among: Q | None = None,
) -> dict[tuple[str, int], Tally]:
    """Period and agency → tally; one query, two where a month was not counted by these rules when it was locked.

    `major`: only tenders of the city's level of at least so much (TC-16); `among`: only these records, such as those of a
    programme. Both are counted anew.
    """
    if major is not None or among is not None:
        return counted(rules, as_of, agency_ids=agency_ids, major=major, among=among)
    return done(tallies_steps(rules, as_of, agency_ids))


def tallies_steps(
    rules: Mapping[str, Judge], as_of: AsOf | None = None, agency_ids: Collection[int] | None = None
) -> Steps[dict[tuple[str, int], Tally]]:
    """The same of all tenders, beside what else is read."""
    found, kept = yield from kept_steps(rules, as_of, agency_ids)
    left = {code: rule for code, rule in rules.items() if code not in kept}
    return found | counted(left, as_of, agency_ids=agency_ids) if left else found


def bounds_kept(rule: Judge) -> dict[str, Decimal | None]:
    """The thresholds by which a month was counted, as they are kept beside its tally."""
    given = rule.thresholds
    return {
        name: value if value.is_finite() else None
        for name, value in (("tolerance", given.tolerance), ("tender", given.tender), ("works", given.works))
    }


def kept_tallies(
    rules: Mapping[str, Judge], as_of: AsOf | None = None, agency_ids: Collection[int] | None = None
) -> tuple[dict[tuple[str, int], Tally], set[str]]:
    """What was counted at the lock and at corrections, and which months that is all of: all by the same thresholds."""
    return done(kept_steps(rules, as_of, agency_ids))


def kept_steps(
    rules: Mapping[str, Judge], as_of: AsOf | None = None, agency_ids: Collection[int] | None = None
) -> Steps[tuple[dict[tuple[str, int], Tally], set[str]]]:
    """The same beside what else is read."""
    rows = (
        MonthTally.objects.filter(then(as_of), period__in=list(rules))
        .order_by("period", "agency_id", "-id")
        .distinct("period", "agency_id")
        .values_list("period", "agency_id", "tolerance", "tender", "works", *Tally.__slots__)
    )
    yield rows
    by = {code: tuple(bounds_kept(rule).values()) for code, rule in rules.items()}
    wanted = None if agency_ids is None else set(agency_ids)
    found: dict[tuple[str, int], Tally] = {}
    kept: set[str] = set()
    others: set[str] = set()
    for code, agency_id, tolerance, tender, works, *numbers in rows:
        if by[code] != (tolerance, tender, works):
            others.add(code)
            continue
        kept.add(code)
        tally = Tally(*numbers)
        if tally.all and (wanted is None or agency_id in wanted):
            found[code, agency_id] = tally
    kept -= others
    return {key: tally for key, tally in found.items() if key[0] in kept}, kept


def counted(
    rules: Mapping[str, Judge],
    as_of: AsOf | None = None,
    *,
    agency_ids: Collection[int] | None = None,
    major: Decimal | None = None,
    among: Q | None = None,
) -> dict[tuple[str, int], Tally]:
    """The same, counted of the records themselves; one query."""
    rows = judged(rules, as_of)
    if agency_ids is not None:
        rows = rows.filter(project__agency_id__in=list(agency_ids))
    if major is not None:
        rows = rows.filter(project__budget__gte=major, project__level="city")
    if among is not None:
        rows = rows.filter(among)
    money = DecimalField(max_digits=24, decimal_places=0)
    # what a record counts as is worked out once and grouped by, not once for each of thirteen filtered counts
    groups = (
        rows.annotate(course=COURSE, of_money=Case(When(MONEY, then=Value(True)), default=Value(False)))
        .order_by()
        .values("period", "project__agency_id", "course", "is_severe", "of_money", "filed")
        .annotate(
            n=Count("pk"),
            executed=Sum(F("paid") + F("payable") + F("surplus"), output_field=money),
            sum_allocated=Sum("allocated", output_field=money),
            budget=Sum("year_budget", output_field=money),
            sum_paid=Sum("paid", output_field=money),
        )
    )
    found: dict[tuple[str, int], Tally] = {}
    row: dict[str, Any]
    for row in groups:  # type: ignore[assignment]
        key, n = (row["period"], row["project__agency_id"]), row["n"]
        course = Course(row["course"])
        sums: dict[str, Any] = {
            name: row[of] or Decimal(0) for name, of in MONEY_COLUMNS.items() if row["of_money"]
        }
        tally = Tally(
            **{course.value: n},  # type: ignore[arg-type]
            severe=n if row["is_severe"] else 0,
            money_of=n if row["of_money"] else 0,
            unfiled_suspended=n if course is Course.SUSPENDED and not row["filed"] else 0,
            **sums,
        )
        found[key] = found[key] + tally if key in found else tally
    return found
