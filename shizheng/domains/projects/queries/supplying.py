"""What tenders supply to KPIs: 重大工程進度相符率 takes its two numbers from the locked month (B14, TC-16; 167 ÷ 216), the
fill rate of the national works system its counts from what that system told (B11, TC-21; 100-6-1)."""

from datetime import date
from decimal import Decimal
from time import monotonic
from typing import Any

from django.db import connection
from django.urls import reverse

from shizheng.common.numbers import format_decimal, plain
from shizheng.common.words import written
from shizheng.domains.projects.models import Programme, ProgrammeProgress, Project
from shizheng.domains.projects.queries import pcc
from shizheng.domains.projects.queries.boards import major_rate
from shizheng.domains.projects.queries.judging import judge
from shizheng.domains.projects.queries.months import locked_periods
from shizheng.domains.projects.queries.programmes import latest, progress
from shizheng.domains.projects.rules.judging import Rate
from shizheng.kernel.filing.inputs import once
from shizheng.kernel.filing.registry import Supplied
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.organisations import queries as organisations

NAMES = ("工程進度相符率", "工程進度符合率", "標案進度相符率", "標案進度符合率")
PART, WHOLE = ("相符", "符合"), ("列管",)
TARGETS = ("目標", "預定")
FILLING = ("標案管理系統", "填報率")
COUNTS = (
    ("未發包", "waiting"),
    ("未填報", "missing"),
    ("已填報", "filled"),
    ("應填報", "owed"),
    ("總件數", "all"),
)
"""How plans call the inputs of the fill rate: 總件數, 未發包或開工件數, 迄未填報."""
KEPT = 60.0
"""Seconds."""
_linked: dict[str, tuple[float, frozenset[int]]] = {}
"""How plans call the two inputs: 進度相符件數, 繼續列管件數; whatever is called otherwise is typed."""


def is_matching_rate(measure: Any) -> bool:
    """Whether a measure is the share of works that go by plan, by the name that the plans give it."""
    return any(name in measure.name for name in NAMES) and not measure.code.startswith("projects.")


def supply(
    measure: Any, name: str, unit_id: int, period: Period, as_of: date | None = None
) -> Supplied | None:
    """The number of one input at the last locked month of the period; None where it is not ours to say.

    An agency with tenders gives its own; any other (RDEC, the city) those of the whole city.
    """
    which = _which(measure.pk, name)
    if which is None:
        return None
    locked = once("projects.locked_periods", locked_periods)
    month = next((each for each in locked if period.contains(each)), None)
    if month is None:
        return None
    tree = once(("projects.tree", month.last_day), lambda: organisations.tree(month.last_day))
    within = sorted(tree.subtree_ids(unit_id) | {unit_id})
    own, rate = once(("projects.major_rate", month, unit_id), lambda: _rate(month, within))
    if not rate.whole:
        return None
    least = judge(month).major
    text = written(
        "%(period)s標案月進度，%(least)s 元以上的府列管案件",
        period=month.label,
        least=format_decimal(least or Decimal(0)),
    )
    address = reverse("projects:agency_board", args=[unit_id]) if own else reverse("projects:board")
    value = rate.part if which == "part" else rate.whole
    return Supplied(str(value), text, f"{address}?period={month.code}", month.last_day)


def _rate(month: Period, within: list[int]) -> tuple[bool, Rate]:
    """Whether these agencies have tenders, and their rate of major works, else the whole city's."""
    own = Project.objects.filter(agency_id__in=within).exists()
    return own, major_rate(month, None, within if own else None)


def _definition(measure_id: int) -> Any:
    return once(("measures.definition", measure_id), lambda: measures.current_definition(measure_id))


def _which(measure_id: int, name: str) -> str | None:
    """Whether an input is the numerator or the denominator, by what the definition calls it."""
    found = _definition(measure_id)
    label = next((each["label"] for each in found.inputs if each["name"] == name), "") if found else ""
    if any(word in label for word in WHOLE):
        return "whole"
    return "part" if any(word in label for word in PART) else None


def is_fill_rate(measure: Any) -> bool:
    """Whether a measure is the fill rate of the national works system, by the name that the plans give it."""
    return all(word in measure.name for word in FILLING)


def supply_fill_rate(
    measure: Any, name: str, unit_id: int, period: Period, as_of: date | None = None
) -> Supplied | None:
    """One count of the last month of the period that is over and of which the works system told anything; None where it is
    not ours to say.

    An agency with works that ought to have data gives its own; any other (RDEC, the city) those of the whole city.
    """
    found = _definition(measure.pk)
    label = next((each["label"] for each in found.inputs if each["name"] == name), "") if found else ""
    which = next((count for word, count in COUNTS if word in label), None)
    if which is None:
        return None
    told = once("projects.pcc_months", lambda: pcc.months_with_data(None))
    over = pcc.last_month().code
    month = next((each for each in told if period.contains(each) and each.code <= over), None)
    if month is None:
        return None
    own, rate = once(("projects.fill_rate", month, unit_id), lambda: _fill(month, unit_id))
    if not rate.owed:
        return None
    value = rate.owed - rate.filled if which == "missing" else getattr(rate, which)
    text = written(
        "工程會標案管理系統 %(period)s的資料，%(least)s 元以上的列管工程",
        period=month.label,
        least=format_decimal(rate.floor or Decimal(0)),
    )
    address = reverse("projects:pcc") + f"?period={month.code}" + (f"&agency={unit_id}" if own else "")
    return Supplied(str(value), text, address, month.last_day)


def _fill(month: Period, unit_id: int) -> tuple[bool, pcc.FillRate]:
    """Whether this agency has works that ought to have data, and its fill rate, else the whole city's."""
    own = pcc.fill_rate(month, unit_id)
    return (True, own) if own.owed else (False, pcc.fill_rate(month))


def is_of_programme(measure: Any) -> bool:
    """Whether a programme names the measure as the KPI that it supplies (C02); asked of every input of every KPI."""
    return measure.pk in linked_measures()


def linked_measures() -> frozenset[int]:
    """The measures that programmes name; one query, then kept: a link made in another process counts within a minute."""
    name, now = str(connection.settings_dict["NAME"]), monotonic()
    held = _linked.get(name)
    if held is None or held[0] < now:
        rows = Programme.objects.filter(measure__isnull=False).values_list("measure_id", flat=True)
        held = _linked[name] = (now + KEPT, frozenset(pk for pk in rows if pk is not None))
    return held[1]


def forget_links() -> None:
    """A programme was changed: ask again."""
    _linked.clear()


def _programme(measure_id: int) -> tuple[Programme | None, list[ProgrammeProgress]]:
    """The programme that names a measure, and what was filed about it."""
    found = Programme.objects.filter(measure_id=measure_id).order_by("pk").first()
    return found, list(progress([found.pk])) if found is not None else []


def supply_quantity(
    measure: Any, name: str, unit_id: int, period: Period, as_of: date | None = None
) -> Supplied | None:
    """The quantity of a programme at the last period filed until the end of this one, for the KPI that it names.

    The input called 目標 or 預定 gets what was planned then, the only other input what was reached; else it is typed.
    """
    found = _definition(measure.pk)
    programme, told_of = once(("projects.programme", measure.pk), lambda: _programme(measure.pk))
    if found is None or programme is None:
        return None
    whole = [each["name"] for each in found.inputs if any(word in each["label"] for word in TARGETS)]
    part = [each["name"] for each in found.inputs if each["name"] not in whole]
    row = latest(told_of, period.last_day)
    if row is None:
        return None
    value = row.planned if [name] == whole else row.quantity if [name] == part else None
    if value is None:
        return None
    told = parse_period(row.period)
    text = written("%(programme)s，%(period)s填報", programme=programme.name, period=told.label)
    address = reverse("projects:programme", args=[programme.pk]) + f"?period={told.code}"
    return Supplied(plain(value), text, address, told.last_day)
