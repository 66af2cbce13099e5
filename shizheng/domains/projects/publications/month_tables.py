"""The tables of a published month, set from its facts alone: agencies, severe cases, the rules that judged."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.numbers import format_decimal
from shizheng.common.roc import format_roc
from shizheng.kernel.publication.documents.model import Cell, Column, FigureRef, cell

NOT_SAID = "沒有填報"
AGENCY_COLUMNS = (
    Column("機關", 3), Column("列管", 1, "end"), Column("超前", 1, "end"), Column("相符", 1, "end"),
    Column("落後", 1, "end"), Column("停工", 1, "end"), Column("未填報", 1.2, "end"), Column("嚴重落後", 1.4, "end"),
    Column("相符率", 1.6, "end"), Column("執行率", 1.6, "end"), Column("會報報告", 1.2, "center"),
)  # fmt: skip
PLACED_COLUMNS = (*AGENCY_COLUMNS, Column("名次", 0.9, "end"))
SEVERE_COLUMNS = (
    Column("標案", 5), Column("機關", 2), Column("標案進度差距", 1.6, "end"), Column("施工進度差距", 1.6, "end"),
    Column("落後因素", 2), Column("預定趕上日", 2),
)  # fmt: skip
RULE_COLUMNS = (Column("規則", 4), Column("值", 3), Column("版本", 3), Column("讀法", 5))


def shown(name: str, row: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> FigureRef | str:
    rate = row[f"{name}_rate"]
    text = "—" if rate is None else f"{format_decimal(Decimal(rate), 2)}%"
    ref = refs.get(f"{name}-{row['ref']}")
    return FigureRef(ref.id, text, ref.url) if ref else text


def agency_rows(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Iterable[tuple[Cell | None, ...]]:
    for row in [*facts["agencies"], {**facts["total"], "agency": "合計", "reports": False}]:
        counts = [
            row[name]
            for name in ("continuing", "ahead", "on_plan", "behind", "suspended", "not_filed", "severe")
        ]
        rates = [
            Cell(
                ((shown(name, row, refs),),),
                value=None if row[f"{name}_rate"] is None else Decimal(row[f"{name}_rate"]),
            )
            for name in ("matching", "execution")
        ]
        yield (
            cell(row["agency"], header=True),
            *(cell(f"{count:,}", value=Decimal(count)) for count in counts),
            *rates,
            cell("要報告" if row["reports"] else ""),
        )


def places_told(facts: Mapping[str, Any]) -> bool:
    """Whether an edition says 名次: those from before it was told do not, and are shown as they were printed."""
    return all("place" in row for row in facts["agencies"])


def placed_rows(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Iterable[tuple[Cell | None, ...]]:
    """The same with 名次, for PLACED_COLUMNS; a dash for the whole city and where nothing is counted."""
    for told, row in zip(agency_rows(facts, refs), [*facts["agencies"], {}], strict=True):
        place = row.get("place")
        yield *told, cell("—") if place is None else cell(str(place), value=Decimal(place))


def severe_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[Cell | None, ...]]:
    for row in rows:
        yield (
            cell(f"{row['number']} {row['name']}", header=True),
            cell(row["agency"]),
            points_cell(row["lag"]),
            points_cell(row["works_lag"]),
            cell(row["cause_text"] or NOT_SAID),
            cell(day_text(row["catch_up_on"]) or NOT_SAID),
        )


def day_text(text: str | None) -> str:
    """A kept day as documents write it, `114.11.28`; nothing for none."""
    return "" if text is None else format_roc(date.fromisoformat(text), "short")


def points_cell(text: str | None) -> Cell:
    if text is None:
        return cell("—")
    return cell(format_decimal(Decimal(text), 2), value=Decimal(text))


def rule_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[Cell | None, ...]]:
    for row in rows:
        mark = "（待確認）" if row["to_be_confirmed"] else ""
        yield (
            cell(row["name"], header=True),
            cell(row["value"]),
            cell(row["label"]),
            cell(f"{row['reading']}{mark}"),
        )
