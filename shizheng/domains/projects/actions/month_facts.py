"""The numbers of a locked month as facts of three measures, so that the trace of every rate says what was divided by what."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse

from shizheng.common.permissions import Actor
from shizheng.common.words import N_, for_the_record, written
from shizheng.domains.projects.actions.facts import Defined, put
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.queries.judging import COUNTS, TOLERANCE, Judge, judge
from shizheng.domains.projects.queries.tallying import tally_of
from shizheng.domains.projects.rules.tallies import Tally
from shizheng.kernel.measures.rules.filed import Filed
from shizheng.kernel.measures.rules.periods import Period

MEASURES = (
    Defined("projects.matching", N_("標案進度相符率"), N_("進度相符標案"), N_("繼續列管標案"), "件", N_("105、107 年度施政計畫（B14）")),
    Defined("projects.execution", N_("標案預算執行率"), N_("累計執行數（實付＋應付＋節餘）"), N_("累計分配數"), "元", N_("100 年度施政計畫（B01）")),
    Defined("projects.filed", N_("標案填報率"), N_("已填報標案"), N_("繼續列管標案"), "件", N_("100 年度施政計畫（TC-04）")),
)  # fmt: skip


def write_facts(
    actor: Actor, period: Period, records: Mapping[int, Sequence[MonthRecord]], reason: str,
    filed: Mapping[int, Filed],
) -> None:  # fmt: skip
    """Bring the facts of these agencies for the month to what their records say; another number is a correction.

    `filed`: unit → who filed its return and signed it.
    """
    rule = judge(period)
    numbers = {
        (unit_id, code): pair
        for unit_id, mine in records.items()
        for code, pair in _numbers(tally_of(mine, rule.thresholds), rule).items()
    }
    put(
        actor,
        MEASURES,
        period,
        numbers,
        {unit_id: _source(unit_id, period, rule) for unit_id in records},
        reason=reason,
        action="projects.record_months",
        filed=filed,
    )


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
    with for_the_record():
        used = [each.title for each in rule.of(TOLERANCE, COUNTS)]
    if len(used) == len((TOLERANCE, COUNTS)):
        text = written(
            "%(period)s標案月進度；依「%(rule)s」與「%(other)s」判定",
            period=period.label,
            rule=used[0],
            other=used[1],
        )
    else:
        text = written(
            "%(period)s標案月進度；依「%(rule)s」判定", period=period.label, rule=used[0] if used else "—"
        )
    try:
        url = reverse("projects:agency_board", args=[unit_id]) + f"?period={period.code}"
    except NoReverseMatch:
        url = ""
    return {"kind": "reported", "text": text, "url": url, "rules": rule.versions}
