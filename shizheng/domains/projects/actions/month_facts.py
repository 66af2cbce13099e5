"""The numbers of a locked month as facts of three measures, so that the trace of every rate says what was divided by what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse

from shizheng.common.permissions import Actor, Carrying
from shizheng.common.words import N_, written
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.queries.judging import COUNTS, TOLERANCE, Judge, judge
from shizheng.domains.projects.queries.tallying import tally_of
from shizheng.domains.projects.rules.tallies import Tally
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as known_measures
from shizheng.kernel.measures.queries.knowledge import facts_of_periods
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations

CARRIED = frozenset({"measures.file", "measures.correct", "measures.view", "measures.define"})
"""Whoever locks a month thereby lets its numbers count."""
SINCE = date(2011, 1, 1)


@dataclass(frozen=True, slots=True)
class Defined:
    """One of the three measures: 100 × `part` ÷ `whole`, with what its inputs are called."""

    code: str
    name: str
    part: str
    whole: str
    unit: str
    source: str


MEASURES = (
    Defined("projects.matching", N_("標案進度相符率"), N_("進度相符標案"), N_("繼續列管標案"), "件", N_("105、107 年度施政計畫（B14）")),
    Defined("projects.execution", N_("標案預算執行率"), N_("累計執行數（實付＋應付＋節餘）"), N_("累計分配數"), "元", N_("100 年度施政計畫（B01）")),
    Defined("projects.filed", N_("標案填報率"), N_("已填報標案"), N_("繼續列管標案"), "件", N_("100 年度施政計畫（TC-04）")),
)  # fmt: skip


def write_facts(
    actor: Actor, period: Period, records: Mapping[int, Sequence[MonthRecord]], reason: str
) -> None:
    """Bring the facts of these agencies for the month to what their records say; another number is a correction."""
    carrier = Carrying(actor, CARRIED)
    ids = _measure_ids(carrier)
    rule = judge(period)
    held = {
        (each.unit_id, each.measure_id, each.input): each
        for each in facts_of_periods(set(ids.values()), set(records), {period.code})
    }
    new: list[measures.Filing] = []
    for unit_id, mine in records.items():
        tally = tally_of(mine, rule.thresholds)
        source = _source(unit_id, period, rule)
        for code, (part, whole) in _numbers(tally, rule).items():
            for name, value in (("part", part), ("whole", whole)):
                content: dict[str, Any] = (
                    {"missing": MissingKind.NOT_FILED} if value is None else {"value": value}
                )
                before = held.get((unit_id, ids[code], name))
                if before is None or (before.missing and value is not None):
                    why = reason if before is not None else ""
                    new.append(
                        measures.Filing(
                            ids[code], name, unit_id, period, source=source, reason=why, **content
                        )
                    )
                elif (before.number, before.missing) != (
                    value,
                    None if value is not None else MissingKind.NOT_FILED.value,
                ):
                    measures.correct_fact(carrier, before.id, reason=reason, source=source, **content)
    measures.record_facts(carrier, new, action="projects.record_months")


def _numbers(tally: Tally, rule: Judge) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    matching, filed = tally.matching(rule.counted), tally.filed
    money = (tally.executed, tally.allocated) if tally.money_of else (None, None)
    return {
        "projects.matching": (Decimal(matching.part), Decimal(matching.whole)),
        "projects.execution": money,
        "projects.filed": (Decimal(filed.part), Decimal(filed.whole)),
    }


def _source(unit_id: int, period: Period, rule: Judge) -> dict[str, Any]:
    """Where the number comes from: the board of the agency with every tender, and the rules that counted."""
    used = "、".join(each.label for each in rule.of(TOLERANCE, COUNTS))
    text = written("%(period)s標案月進度；判定規則 %(rules)s", period=period.label, rules=used)
    try:
        url = reverse("projects:agency_board", args=[unit_id]) + f"?period={period.code}"
    except NoReverseMatch:
        url = ""
    return {"kind": "reported", "text": text, "url": url, "rules": rule.versions}


def _measure_ids(actor: Actor) -> dict[str, int]:
    """The three measures by code; defined with the first month that is ever locked."""
    found = known_measures.ids_by_code([each.code for each in MEASURES])
    for each in MEASURES:
        if each.code not in found:
            found[each.code] = measures.define_measure(
                actor,
                code=each.code,
                name=each.name,
                owner_id=organisations.city().pk,
                content=measures.Content(
                    valid_from=SINCE,
                    unit="%",
                    target_period="month",
                    places=2,
                    formula=parse("100*part/whole"),
                    formula_text=f"({each.part} / {each.whole}) × 100%",
                    inputs=[
                        {"name": "part", "label": each.part, "unit": each.unit, "list": False},
                        {"name": "whole", "label": each.whole, "unit": each.unit, "list": False},
                    ],
                    aggregation_units="ratio_of_sums",
                    source=each.source,
                ),
            ).pk
    return found
