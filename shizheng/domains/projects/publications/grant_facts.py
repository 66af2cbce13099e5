"""What the publications of a grant year are set from: rates with their figures, stage targets, items (GR-12, GR-01)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from shizheng.common.numbers import decimal_or_none, plain, round_half_up
from shizheng.domains.projects.models import GrantYear
from shizheng.domains.projects.queries.grants import AgencySums, GrantBoard, measure_code
from shizheng.domains.projects.rules.grants import LABELS, STANDING_LABELS, Rate
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import Key
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.publication.documents.model import Cell, Column, Dataset, Field, FigureRef, Table, cell
from shizheng.kernel.rulebook.words import words_of

Refs = Mapping[str, FigureRef]


def figures_of(year: GrantYear, board: GrantBoard, period: Period, city_id: int) -> dict[str, Figure]:
    """Each rate of the city and of each agency, by the names under which the document refers to them."""
    codes = {measure_code(year, rate): rate for rate in Rate}
    ids = measures.ids_by_code(codes)
    whole = measures.figures_of_unit(ids.values(), city_id, period)
    out = {f"{codes[code].value}-city": whole[pk] for code, pk in ids.items() if pk in whole}
    keys = {
        f"{codes[code].value}-{each.agency_id}": Key(pk, each.agency_id, period)
        for each in board.agencies
        for code, pk in ids.items()
    }
    found = measures.figures(keys.values())
    return out | {ref: found[key] for ref, key in keys.items()}


def facts_of(
    year: GrantYear, board: GrantBoard, period: Period, city: str, figures: Mapping[str, Figure]
) -> dict[str, Any]:
    """Plain data of a grant year in a period: numbers as decimal strings."""
    total = AgencySums(0, city, board.sums, board.counting)
    return {
        "city": city,
        "programme": year.programme.name,
        "roc_year": year.roc_year,
        "central_agency": year.central_agency,
        "period": period.code,
        "period_text": period.label,
        "total": _sums(total, "city", figures),
        "agencies": [_sums(each, str(each.agency_id), figures) for each in board.agencies],
        "stages": [
            {
                "rate": each.rate.value,
                "name": LABELS[each.rate],
                "on": each.on.isoformat(),
                "target": plain(each.target),
                "reached": _rate(each.ratio.percent) if each.ratio else None,
                "part": plain(each.ratio.part) if each.ratio else None,
                "whole": plain(each.ratio.whole) if each.ratio else None,
                "standing": each.standing.value,
                "standing_text": STANDING_LABELS[each.standing],
            }
            for each in board.stages
            if each.on <= period.last_day
        ],
        "items": [
            {
                "number": each.item.project.number,
                "name": each.item.project.name,
                "agency": board.names.get(each.item.project.agency_id, ""),
                "annual": plain(each.annual),
                "grant": plain(each.item.grant_amount),
                "awarded": each.awarded,
                "completed": each.completed,
                "filed": each.filed,
                "allocated": _text(each.allocated),
                "executed": _text(_executed(each)),
                "paid": _text(each.paid),
            }
            for each in board.records
        ],
        "rules": [
            {
                "code": each.code,
                "name": each.name,
                "label": each.label,
                "value": words_of(each),
                "reading": each.reading,
                "to_be_confirmed": each.unconfirmed,
            }
            for each in board.rules
        ],
    }


def _executed(record: Any) -> Decimal | None:
    return record.paid + record.payable + record.surplus if record.filed else None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _rate(value: Decimal | None) -> str | None:
    return None if value is None else f"{round_half_up(value, 2)}"


def _sums(row: AgencySums, ref: str, figures: Mapping[str, Figure]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "agency": row.name, "ref": ref, "items": row.sums.items, "filed": row.sums.filed, "awarded": row.sums.awarded,
        "completed": row.sums.completed, "annual": plain(row.sums.annual), "allocated": plain(row.sums.allocated),
        "executed": plain(row.sums.executed), "paid": plain(row.sums.paid),
    }  # fmt: skip
    for rate in Rate:
        figure = figures.get(f"{rate.value}-{ref}")
        found[f"{rate.value}_rate"] = _rate(row.ratio(rate).percent)
        found[f"{rate.value}_figure"] = figure.id if figure is not None else None
    return found


def shown(rate: str, row: Mapping[str, Any], refs: Refs) -> FigureRef | str:
    """A rate as text that leads to its figure."""
    value = row[f"{rate}_rate"]
    text = "—" if value is None else f"{value}%"
    ref = refs.get(f"{rate}-{row['ref']}")
    return FigureRef(ref.id, text, ref.url) if ref else text


STAGE_COLUMNS = (
    Column("指標", 2), Column("期限", 2), Column("階段目標", 1.5, "end"), Column("達到", 1.5, "end"),
    Column("分子 ÷ 分母", 3, "end"), Column("結果", 1.5),
)  # fmt: skip


def stage_table(facts: Mapping[str, Any]) -> Table:
    """The stage targets until the end of the period."""
    return Table("階段目標", STAGE_COLUMNS, tuple(_stage_rows(facts["stages"])))


def _stage_rows(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Cell | None, ...]]:
    for row in rows:
        reached = row["reached"]
        parts = "—" if row["part"] is None else f"{_number(row['part'])} ÷ {_number(row['whole'])}"
        yield (
            cell(row["name"], header=True),
            cell(row["on"]),
            cell(f"{row['target']}%", value=Decimal(row["target"])),
            cell(
                "—" if reached is None else f"{reached}%", value=None if reached is None else Decimal(reached)
            ),
            cell(parts),
            cell(row["standing_text"]),
        )


def _number(text: str) -> str:
    return f"{Decimal(text):,}"


AGENCY_COLUMNS = (
    Column("機關", 3), Column("案數", 1, "end"), Column("發包率", 1.5, "end"), Column("完工率", 1.5, "end"),
    Column("分配率", 1.5, "end"), Column("達成率", 1.5, "end"), Column("預算執行率", 1.8, "end"),
    Column("實現率", 1.5, "end"),
)  # fmt: skip
SHOWN = ("award", "completion", "allocation", "achievement", "execution", "realisation")


def agency_table(facts: Mapping[str, Any], refs: Refs) -> Table:
    """The rates of each agency, and of all together."""
    rows = []
    for row in [*facts["agencies"], {**facts["total"], "agency": "合計"}]:
        rates = [
            Cell(
                ((shown(rate, row, refs),),),
                value=None if row[f"{rate}_rate"] is None else Decimal(row[f"{rate}_rate"]),
            )
            for rate in SHOWN
        ]
        count = cell(f"{row['items']:,}", value=Decimal(row["items"]))
        rows.append((cell(row["agency"], header=True), count, *rates))
    return Table("各機關", AGENCY_COLUMNS, tuple(rows))


RULE_COLUMNS = (Column("規則", 4), Column("值", 4), Column("版本", 3), Column("讀法", 5))


def rule_table(facts: Mapping[str, Any]) -> Table:
    """The rules that judged."""
    rows = tuple(
        (
            cell(each["name"], header=True), cell(each["value"]), cell(each["label"]),
            cell(f"{each['reading']}{'（待確認）' if each['to_be_confirmed'] else ''}"),
        )
        for each in facts["rules"]
    )  # fmt: skip
    return Table("判定規則", RULE_COLUMNS, rows)


def agencies_dataset(facts: Mapping[str, Any]) -> Dataset:
    """One row an agency."""
    counts = ("items", "filed", "awarded", "completed")
    money = ("annual", "allocated", "executed", "paid")
    rows = [
        (
            facts["period"], row["agency"], *(row[name] for name in counts), *(Decimal(row[name]) for name in money),
            *(decimal_or_none(row[f"{rate}_rate"]) for rate in SHOWN),
        )
        for row in facts["agencies"]
    ]  # fmt: skip
    fields = (
        Field("period", "期間", "Period", "西元年與月或季，2025-Q2 是民國 114 年第 2 季"),
        Field("agency", "機關", "Agency", "執行機關"),
        Field("items", "補助案", "Items", "核定的補助案", "integer", "件"),
        Field("filed", "已填報", "Filed", "鎖定時已填報的補助案", "integer", "件"),
        Field("awarded", "已決標", "Awarded", "期末已決標的補助案", "integer", "件"),
        Field("completed", "已完工", "Completed", "期末已完工的補助案", "integer", "件"),
        Field("annual", "年度經費", "Annual money", "補助款與自籌款的合計", "decimal", "元"),
        Field("allocated", "累計分配數", "Allocated", "到期末為止分配的經費", "decimal", "元"),
        Field("executed", "累計執行數", "Executed", "實付、應付與節餘", "decimal", "元"),
        Field("paid", "累計實付數", "Paid", "已經支付的經費", "decimal", "元"),
        Field("award_rate", "發包率", "Award rate", "已決標 ÷ 核定，依期末適用的算法", "decimal", "%", "沒有補助案"),
        Field("completion_rate", "完工率", "Completion rate", "已完工 ÷ 核定，依期末適用的算法", "decimal", "%", "沒有補助案"),
        Field("allocation_rate", "分配率", "Allocation rate", "累計分配數 ÷ 年度經費", "decimal", "%", "沒有經費"),
        Field("achievement_rate", "達成率", "Achievement rate", "累計執行數 ÷ 年度經費", "decimal", "%", "沒有經費"),
        Field("execution_rate", "預算執行率", "Budget execution", "累計執行數 ÷ 累計分配數", "decimal", "%", "沒有分配數"),
        Field("realisation_rate", "實現率", "Realisation rate", "累計實付數 ÷ 年度經費", "decimal", "%", "沒有經費"),
    )  # fmt: skip
    return Dataset("agencies", "各機關", "每一列是一個機關到期末的情形", fields, tuple(rows), ("agency",))


def items_dataset(facts: Mapping[str, Any]) -> Dataset:
    """One row an item."""
    rows = [
        (
            facts["period"], row["number"], row["name"], row["agency"], Decimal(row["annual"]), Decimal(row["grant"]),
            row["awarded"], row["completed"], row["filed"], decimal_or_none(row["allocated"]), decimal_or_none(row["executed"]),
            decimal_or_none(row["paid"]),
        )
        for row in facts["items"]
    ]  # fmt: skip
    fields = (
        Field("period", "期間", "Period", "西元年與月或季，2025-Q2 是民國 114 年第 2 季"),
        Field("number", "列管編號", "Number", "標案的列管編號"),
        Field("name", "標案名稱", "Name", "標案的名稱"),
        Field("agency", "機關", "Agency", "執行機關"),
        Field("annual", "年度經費", "Annual money", "補助款與自籌款的合計", "decimal", "元"),
        Field("grant", "補助款", "Grant", "中央補助的部分", "decimal", "元"),
        Field("awarded", "已決標", "Awarded", "期末是否已決標", "boolean"),
        Field("completed", "已完工", "Completed", "期末是否已完工", "boolean"),
        Field("filed", "已填報", "Filed", "鎖定時是否已填報", "boolean"),
        Field("allocated", "累計分配數", "Allocated", "到期末為止分配的經費", "decimal", "元", "沒有填報"),
        Field("executed", "累計執行數", "Executed", "實付、應付與節餘", "decimal", "元", "沒有填報"),
        Field("paid", "累計實付數", "Paid", "已經支付的經費", "decimal", "元", "沒有填報"),
    )  # fmt: skip
    return Dataset("items", "補助案", "每一列是一個補助案到期末的情形", fields, tuple(rows), ("number",))
