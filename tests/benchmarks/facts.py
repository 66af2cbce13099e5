"""What is measured: 2,000 KPIs of the usual kinds, and sixty months of facts for them. The same seed, the same facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from shizheng.common.clock import TAIPEI
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.measures.rules.storing import to_json
from shizheng.kernel.measures.rules.tree import inputs_of

MISSING = ("not_filed", "to_be_confirmed", "not_yet_measurable", "not_applicable")
CORRECTED, UNFILED, FILLED_IN_LATER = 0.02, 0.012, 0.6  # shares of filings; of the unfiled
REASON = "查核後更正"


@dataclass(frozen=True)
class Kind:
    """One kind of KPI: its formula, and how its figures are put together."""

    name: str
    formula: str
    unit: str
    places: int
    over_time: str
    over_units: str
    share: float

    @property
    def tree(self) -> Any:
        return to_json(parse(self.formula))

    @property
    def inputs(self) -> list[dict[str, Any]]:
        labels = {"a": "完成件數", "b": "應辦件數", "scores": "各項評分"}
        return [
            {"name": use.name, "label": labels[use.name], "unit": "", "list": use.is_list}
            for use in inputs_of(parse(self.formula))
        ]


RATIO = Kind("達成率", "100*a/b", "%", 2, "ratio_of_sums", "ratio_of_sums", 0.70)
COUNT = Kind("辦理件數", "a", "件", 0, "sum", "sum", 0.20)
MEAN = Kind("平均分數", "mean(scores)", "分", 2, "mean", "mean", 0.10)
KINDS = (RATIO, COUNT, MEAN)


def kinds(count: int, random: Random) -> list[Kind]:
    """A kind for each of `count` KPIs, in the shares above."""
    return random.choices(KINDS, [kind.share for kind in KINDS], k=count)


def months(count: int, today: date) -> list[Period]:
    """The last `count` full months, oldest first."""
    period = Period(PeriodKind.MONTH, today.year, today.month)
    found = []
    for _ in range(count):
        period = period.previous()
        found.append(period)
    return found[::-1]


@dataclass(slots=True)
class Filed:
    """One fact before it has a number; `before` is the one that it supersedes."""

    at: datetime
    measure_id: int
    unit_id: int
    input: str
    period: Period
    value: Decimal | None
    missing: str | None
    rows: list[dict[str, str]] | None
    reason: str = ""
    before: "Filed | None" = None
    id: int = 0


def filed(
    series: list[tuple[int, int, Kind]], periods: list[Period], now: datetime, random: Random
) -> list[Filed]:
    """Every fact of the series (measure, unit, kind) in the order of filing, numbered; none after `now`."""
    found: list[Filed] = []
    for measure_id, unit_id, kind in series:
        size = random.randint(40, 600)
        for period in periods:
            at = _moment(period.end + timedelta(days=random.randint(2, 18)), random)
            found.extend(_filing(measure_id, unit_id, kind, period, min(at, now), size, random))
    found = [each for each in found if each.at <= now]
    found.sort(key=lambda each: each.at)
    for number, each in enumerate(found, 1):
        each.id = number
    return found


def _filing(
    measure_id: int, unit_id: int, kind: Kind, period: Period, at: datetime, size: int, random: Random
) -> Iterator[Filed]:
    values = _values(kind, size, random)
    draw = random.random()
    gap = random.choice(MISSING) if draw < UNFILED else None
    later = _moment(at.date() + timedelta(days=random.randint(15, 400)), random)
    for name, value in values.items():
        rows = value if isinstance(value, list) else None
        number = None if rows else value
        first = Filed(
            at, measure_id, unit_id, name, period, None if gap else number, gap, None if gap else rows
        )
        yield first
        if gap and random.random() < FILLED_IN_LATER:
            yield Filed(later, measure_id, unit_id, name, period, number, None, rows, "補填", first)
        elif not gap and number is not None and draw > 1 - CORRECTED:
            yield Filed(later, measure_id, unit_id, name, period, number + 1, None, None, REASON, first)


def _values(kind: Kind, size: int, random: Random) -> dict[str, Any]:
    if kind is MEAN:
        rows = [
            {"key": str(n), "name": f"第 {n} 項", "value": str(random.randint(60, 100))} for n in range(1, 7)
        ]
        return {"scores": rows}
    whole = random.randint(size // 2, size)
    done = Decimal(whole * random.randint(55, 100) // 100)
    return {"a": done} if kind is COUNT else {"a": done, "b": Decimal(whole)}


def _moment(day: date, random: Random) -> datetime:
    return datetime(
        day.year,
        day.month,
        day.day,
        random.randint(8, 17),
        random.randint(0, 59),
        random.randint(0, 59),
        tzinfo=TAIPEI,
    )
