"""A plan set as the city prints it: goals, KPI table, work plans, results of the year before; tables as the real ones.

Made from the plan's data alone, so that an edition can be set again at any time. What the importer reads from the
result is the same plan; where a printed form would be read as something else, an unambiguous one is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from shizheng.common.numbers import plain
from shizheng.domains.planning.parsing.blocks import blocks_of
from shizheng.domains.planning.parsing.lines import Piece
from shizheng.domains.planning.parsing.numbering import marker_at
from shizheng.domains.planning.parsing.targets import read_target
from shizheng.domains.planning.rules.numerals import numeral
from shizheng.kernel.publication.documents.model import (
    Block,
    Cell,
    Column,
    Content,
    Document,
    FigureRef,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    Table,
    cell,
)

KPI_COLUMNS = ("策略績效目標", "衡量指標", "評估體制", "評估方式", "衡量標準")
WORK_COLUMNS = ("工作計畫", "重要施政計畫項目", "實施內容")
RESULT_COLUMNS = ("策略績效目標", "衡量指標", "原訂目標值", "績效衡量暨達成情形分析")
_CHILD = re.compile(r"(?P<parent>[^()]+)\((?P<child>\d+)\)$")
Refs = Mapping[str, FigureRef]


def plan_blocks(plan: Mapping[str, Any], refs: Refs) -> tuple[Block, ...]:
    """The plan part by part; parts that it does not have are left out, and the others numbered on."""
    blocks: list[Block] = []
    if plan["agency"]:
        blocks.append(Paragraph((plan["agency"],), "title"))
    blocks.append(Paragraph((f"{plan['roc_year']}年度施政計畫",), "title"))
    parts = (
        ("年度施政目標與重點", _goals(plan["goals"])),
        ("關鍵績效指標", _kpis(plan)),
        ("年度重要施政計畫", _work_plans(plan["work_plans"])),
        (_results_heading(plan), _results(plan["results"], refs)),
    )
    for number, (name, inside) in enumerate(((n, b) for n, b in parts if b), 1):
        blocks += [PageBreak()] if number > 1 else []
        blocks += [Heading(1, f"第{numeral(number)}部分：{name}"), *inside]
    return tuple(blocks)


def plan_document(plan: Mapping[str, Any], refs: Refs) -> Document:
    """The plan as a document, without its data sets."""
    return Document(
        title=f"{plan['agency'] or ''}{plan['roc_year']}年度施政計畫",
        author=plan["agency"] or "",
        blocks=plan_blocks(plan, refs),
        data=plan,
        subject="年度施政計畫",
    )


def _goals(goals: Sequence[Mapping[str, Any]]) -> list[Block]:
    blocks: list[Block] = []
    for number, goal in numbered(goals):
        name = goal.get("name_in_text") or goal["name"]
        blocks.append(Heading(2, f"{numeral(number)}、{name}(策略績效目標{numeral(number)})"))
        blocks += [Paragraph((line,)) for line in (goal.get("description") or "").split("\n") if line]
    return blocks


def numbered(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[int, Mapping[str, Any]]]:
    """Rows with their printed numbers; where one is missing, with their positions."""
    for position, row in enumerate(rows, 1):
        yield row.get("number") or position, row


def weight_text(weight: str | None) -> str:
    """ "10.0000" → "(10%)"; nothing where no weight is printed."""
    return "" if weight is None else f"({plain(Decimal(weight))}%)"


def _kpis(plan: Mapping[str, Any]) -> list[Block]:
    rows: list[tuple[Cell | None, ...]] = []
    for number, goal in numbered(plan["goals"]):
        for index, (kpi_number, kpi) in enumerate(numbered(goal["kpis"])):
            head = f"{numeral(number)}、{goal['name']}{weight_text(goal['weight'])}"
            first = cell(head, rows=len(goal["kpis"]), header=True) if index == 0 else None
            name = f"{kpi_number}、{kpi['name']}{weight_text(kpi['weight'])}"
            texts = (name, kpi["system"], kpi["method"], kpi["formula_text"], target_text(kpi))
            rows.append((first, *(cell(text) for text in texts)))
    if not rows:
        return []
    columns = (
        Column(KPI_COLUMNS[0], 3.2),
        Column(KPI_COLUMNS[1], 3.2),
        Column(KPI_COLUMNS[2], 1.1, "center"),
        Column(KPI_COLUMNS[3], 1.3, "center"),
        Column(KPI_COLUMNS[4], 4.4),
        Column(f"{plan['roc_year']}年度目標值", 1.8, "center"),
    )
    return [Table("關鍵績效指標", columns, tuple(rows))]


def target_text(kpi: Mapping[str, Any]) -> str:
    """The target as printed; where that no longer says what is in force, the value with sign and unit."""
    printed = str(kpi["target_text"] or "")
    if kpi["target_value"] is None:
        return printed
    value = Decimal(kpi["target_value"])
    read = read_target(printed, kpi["formula_text"], kpi["name"])
    unit, direction = kpi["unit"], kpi["direction"]
    if (read.value, read.unit, read.direction) == (value, unit, direction):
        return printed
    sign = {">=": "≥", "<=": "≤", "=": "="}.get(direction or ">=", "")
    return f"{sign}{plain(value)}{unit or ''}"


def _work_plans(plans: Sequence[Mapping[str, Any]]) -> list[Block]:
    rows: list[tuple[Cell | None, ...]] = []
    for number, plan in numbered(plans):
        name = f"{numeral(number)}、{plan['name']}" if plan["name"] else numeral(number)
        inside = list(_item_rows(plan["items"])) or [((), ())]
        for index, (titles, content) in enumerate(inside):
            first = cell(name, rows=len(inside), header=True) if index == 0 else None
            rows.append((first, Cell(titles), Cell(content)))
    columns = tuple(Column(title, width) for title, width in zip(WORK_COLUMNS, (2.2, 3.6, 9.2), strict=True))
    return [Table("年度重要施政計畫", columns, tuple(rows))] if rows else []


def _item_rows(
    items: Sequence[Mapping[str, Any]],
) -> Iterable[tuple[tuple[Content, ...], tuple[Content, ...]]]:
    """Titles and content of each item; a parent is printed above the first of its children."""
    above: tuple[str, str] | None = None
    for item in items:
        number = item["number"] or ""
        parts = [_CHILD.fullmatch(part) for part in number.split("、")] if number else []
        children = [part for part in parts if part]
        titles: list[str] = []
        if children and len(children) == len(parts) and "／" in item["title"]:
            parent, _slash, title = item["title"].partition("／")
            if (children[0]["parent"], parent) != above:
                titles.append(with_number(children[0]["parent"], parent))
                above = (children[0]["parent"], parent)
            names = _parted(title, len(children))
            titles += [f"({child['child']}){name}" for child, name in zip(children, names, strict=True)]
        else:
            above = None
            numbers = number.split("、") if number else [""]
            names = _parted(item["title"], len(numbers))
            titles += [with_number(one, name) for one, name in zip(numbers, names, strict=True)]
        yield tuple((title,) for title in titles), tuple((line,) for line in content_lines(item))


def with_number(number: str, text: str) -> str:
    """1 and 研究 give 1.研究; before a digit that would be read as a decimal, 1、12項."""
    if not number or number.startswith("("):
        return f"{number}{text}"
    dotted = f"{number}.{text}"
    found = marker_at(dotted)
    return (
        dotted
        if found is not None and found.style == "n" and dotted[found.end :] == text
        else f"{number}、{text}"
    )


def _parted(text: str, count: int) -> list[str]:
    """A title that names several items (甲、乙) as that many titles."""
    return text.split("、", count - 1) if text.count("、") >= count - 1 else [text] + [""] * (count - 1)


def content_lines(item: Mapping[str, Any]) -> list[str]:
    """The content as printed; where its points were changed since, the points numbered anew."""
    content = [line for line in item.get("content") or () if line]
    points = list(item["points"])
    blocks = blocks_of(Piece(line, 0) for line in content)
    if [point for block in blocks for point in block.points] == points:
        return content
    return [
        line for number, point in enumerate(points, 1) for line in with_number(str(number), point).split("\n")
    ]


def _results_heading(plan: Mapping[str, Any]) -> str:
    years = [row["year"] for row in plan["results"] if row.get("year")]
    return f"上({years[0] if years else plan['roc_year'] - 1})年度實施狀況及成果概述"


def _results(results: Sequence[Mapping[str, Any]], refs: Refs) -> list[Block]:
    if not results:
        return []
    period = next((row["period_text"] for row in results if row.get("period_text")), None)
    rows: list[tuple[Cell | None, ...]] = []
    for _key, group in groupby(results, key=lambda row: (row["goal_number"], row["goal"])):
        same = list(group)
        for index, row in enumerate(same):
            head = f"{numeral(row['goal_number'] or 1)}、{row['goal']}{weight_text(row['goal_weight'])}"
            first = cell(head if row["goal"] else "", rows=len(same), header=True) if index == 0 else None
            kpi = f"{row['kpi_number'] or index + 1}、{row['kpi']}{weight_text(row['kpi_weight'])}"
            narrative = Cell(tuple(narrative_content(row, refs)))
            rows.append((first, cell(kpi), cell(row["target_text"]), narrative))
    columns = tuple(
        Column(title, width, "center" if title == "原訂目標值" else "start")
        for title, width in zip(RESULT_COLUMNS, (3, 3, 1.6, 7.4), strict=True)
    )
    table = Table("上年度實施狀況及成果概述", columns, tuple(rows))
    return [Paragraph((period,)), table] if period else [table]


def narrative_content(row: Mapping[str, Any], refs: Refs) -> Iterable[Content]:
    """The narrative, a paragraph for each line; a printed figure that the system holds is a link to it."""
    text: str = row["narrative"] or ""
    places = [
        (each["start"], each["end"], refs[each["ref"]])
        for each in row.get("figures") or ()
        if each.get("ref") in refs and text[each["start"] : each["end"]] == each["text"]
    ]
    at = 0
    for line in text.split("\n"):
        content: list[Inline] = []
        here = at
        for start, end, ref in sorted(places, key=lambda place: place[0]):
            if here <= start and end <= at + len(line):
                content += [text[here:start], FigureRef(ref.id, text[start:end], ref.url)]
                here = end
        content.append(text[here : at + len(line)])
        kept = tuple(part for part in content if part)
        if kept:
            yield kept
        at += len(line) + 1
