"""陳情分案情形 of a month that is over: 人工分案比例 and 改分率 by agency, as they stood when it was published (J03)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.numbers import round_half_up
from shizheng.common.permissions import SYSTEM
from shizheng.domains.petitions.queries.assigning import Given, assigning
from shizheng.kernel.cases.actions import How
from shizheng.kernel.cases.queries import GIVEN
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication.documents.model import (
    Block,
    Cell,
    Column,
    Dataset,
    Document,
    Field,
    FigureRef,
    Heading,
    Paragraph,
    Table,
)
from shizheng.kernel.publication.registry import Gathered

SERIES = "petitions.assigning:{city}:{period}"


def gather(unit_id: int, period_code: str) -> Gathered:
    """The month of the whole city. Raises NotFound, BadInput for what is no month, CannotDo before it is over."""
    city = organisations.city()
    if unit_id != city.pk:
        raise NotFound(_("分案情形以全府公布。請從「分案情形」進入。"))
    try:
        period = parse_period(period_code)
    except PeriodNotUnderstood as failure:
        raise BadInput(
            _("看不懂「%(said)s」；請寫 114年6月 或 2025-06。") % {"said": period_code}
        ) from failure
    if period.end > clock.today():
        raise CannotDo(_("這個月還沒有過完，不能公布。請等下個月。"))
    found = assigning(SYSTEM, period)
    facts = {
        "city": city.name, "period": period.code, "period_text": period.label, "as_of": clock.today().isoformat(),
        "total": _facts(city.name, found.total),
        "agencies": [_facts(unit.name, given) for unit, given in found.agencies],
        "coverage_95": found.coverage_95,
    }  # fmt: skip
    title = f"{city.name} {period.label}陳情分案情形"
    return Gathered(title, city.pk, SERIES.format(city=city.pk, period=period.code), facts, {}, period.code)


def _facts(name: str, given: Given) -> dict[str, Any]:
    return {
        "name": name, "given": given.all, "by": dict(given.by), "by_hand": given.by_hand, "hand_rate": _rate(given.hand_rate),
        "moved": given.all_moved, "moved_rate": _rate(given.moved_rate),
    }  # fmt: skip


def _rate(rate: Decimal | None) -> str | None:
    return None if rate is None else str(round_half_up(rate, 2))


def document(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Document:
    """The month as a table, out of the facts alone."""
    rows = [*facts["agencies"], {**facts["total"], "name": "合計"}]
    columns = (
        Column("機關", 0.28), Column("分案", 0.12, "end"), Column("人工", 0.12, "end"), Column("人工分案比例", 0.18, "end"),
        Column("改分", 0.12, "end"), Column("改分率", 0.18, "end"),
    )  # fmt: skip
    table = Table(
        "各機關的分案情形",
        columns,
        tuple(
            (
                Cell(((row["name"],),), header=True), _count(row["given"]), _count(row["by_hand"]), _share(row["hand_rate"]),
                _count(row["moved"]), _share(row["moved_rate"]),
            )
            for row in rows
        ),
    )  # fmt: skip
    told: list[Block] = [
        Heading(1, facts["period_text"] + "陳情分案情形"),
        Paragraph(
            (
                "人工分案比例 ＝（人工分案＋權責裁定）÷ 分案件數；改分率 ＝ 後來改給別的機關或退分的件數 ÷ 分案件數。",
            )
        ),
        Paragraph(
            (f"只計這個月第一次分出去的案件，改分計到 {facts['as_of']}；匯入的歷史案件不計。",), "note"
        ),
        table,
    ]
    if facts["coverage_95"] is not None:
        share = round_half_up(Decimal(str(facts["coverage_95"])) * 100, 1)
        told.append(Paragraph((f"使用中的分案模型在沒看過的案件上，精確率 95% 時可以自動分派 {share}%。",)))
    return Document(
        title=f"{facts['city']} {facts['period_text']}陳情分案情形", author=facts["city"], blocks=tuple(told), data=facts,
        datasets=(_dataset(facts, rows),),
    )  # fmt: skip


def _count(number: int) -> Cell:
    return Cell(((f"{number:,}",),), value=Decimal(number))


def _share(rate: str | None) -> Cell:
    return Cell((("—" if rate is None else f"{rate}%",),), value=None if rate is None else Decimal(rate))


def _dataset(facts: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Dataset:
    lines = tuple(
        (
            facts["period"], row["name"], row["given"], *(row["by"][how] for how in GIVEN), row["by_hand"],
            None if row["hand_rate"] is None else Decimal(row["hand_rate"]), row["moved"],
            None if row["moved_rate"] is None else Decimal(row["moved_rate"]),
        )
        for row in rows
    )  # fmt: skip
    ways = {
        How.AUTOMATIC: ("自動分案", "Assigned by itself"), How.PROPOSED: ("依建議分案", "Assigned as proposed"),
        How.MANUAL: ("人工分案", "Assigned by hand"), How.RULED: ("權責裁定", "Ruled upon"),
    }  # fmt: skip
    fields = (
        Field("period", "月份", "Month", "西元年-月"),
        Field("agency", "機關", "Agency", "第一次分到的一級機關；最後一列是合計"),
        Field("given", "分案件數", "Given away", "這個月第一次分出去的件數", "integer", "件"),
        *(Field(how, *ways[How(how)], f"其中{ways[How(how)][0]}的件數", "integer", "件") for how in GIVEN),
        Field("by_hand", "人工件數", "By hand", "人工分案與權責裁定的件數", "integer", "件"),
        Field(
            "hand_rate",
            "人工分案比例",
            "Share by hand",
            "人工件數 ÷ 分案件數",
            "decimal",
            "%",
            missing="沒有分案",
        ),
        Field("moved", "改分件數", "Changed", "後來改給別的機關或退分的件數", "integer", "件"),
        Field(
            "moved_rate", "改分率", "Share changed", "改分件數 ÷ 分案件數", "decimal", "%", missing="沒有分案"
        ),
    )
    return Dataset("assigning", "分案情形", "每一列是一個機關的一個月", fields, lines, ("agency",))
