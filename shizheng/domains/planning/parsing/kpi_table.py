"""The KPI table kept as a table: cells right-aligned on 評估體制, 評估方式, 衡量標準, 年度目標值."""

import re
from collections.abc import Sequence

from shizheng.common.text import squash
from shizheng.common.words import written

from .kpi_rows import KpiRow
from .lines import Line, cells_of, flat, is_rule, loosen, paragraphs
from .model import Remarks, Span
from .numbering import chinese_number, marker_at
from .sections import Section, without_header
from .targets import is_target, split_weight

_SYSTEM = re.compile(r"\d{1,2}$")
_NUMBER_BEFORE = re.compile(r"(?P<number>[一二三四五六七八九十]{1,3}) (?P<rest>.+)$")
_LAST_WORDS = ("年度目標值", "目標值")


def read_kpi_table(section: Section, remarks: Remarks) -> list[KpiRow]:
    """The rows of a KPI table; what does not fit is said in the remarks."""
    rows: list[KpiRow] = []
    for line in without_header(section.lines, _LAST_WORDS):
        if is_rule(line) or _is_header_rest(line):
            continue
        row = _row(line)
        if row is None:
            text = squash(line.text)
            shown = text if len(text) <= 40 else f"{text[:40]}…"
            message = written(
                "第 %(number)s 行不符合衡量指標表的欄位，沒有讀入：「%(shown)s」。",
                number=line.number,
                shown=shown,
            )
            remarks.add("kpi_row_not_read", message, line.number)
        else:
            rows.append(row)
    return rows


def _is_header_rest(line: Line) -> bool:
    text = squash(line.text)
    return "衡量標準" in text and text.endswith("目標值") and not any(c.isdigit() for c in text[:12])


def _row(line: Line) -> KpiRow | None:
    cells = cells_of(line)
    at = _system_at(cells)
    if at is None:
        return _row_without_system(line, cells)
    after = [*cells[at + 1 :], "", "", ""]
    method, formula, target = flat(after[0]), _text(after[1]), _text(" ".join(after[2:]))
    return _with_head(line, cells[:at], (cells[at], method or None, formula or None, target or None))


def _text(cell: str) -> str:
    return " ".join(paragraphs(cell))


def _system_at(cells: Sequence[str]) -> int | None:
    """Where 評估體制 stands: a small number beside a short 評估方式, with something before and after."""
    for index in range(1, len(cells) - 1):
        method = flat(cells[index + 1])
        is_method = 2 <= len(method) <= 10 and not any(letter.isdigit() for letter in method)
        if is_method and _SYSTEM.fullmatch(cells[index]) and any(cells[:index]):
            return index
    return None


def _row_without_system(line: Line, cells: list[str]) -> KpiRow | None:
    """A table without 評估體制 and 評估方式: the last cell is the target, the one before it the formula."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 3 or not is_target(_text(filled[-1])):
        return None
    name_at = max(
        (i for i, cell in enumerate(filled[:-1]) if split_weight(_text(cell))[1] is not None), default=-1
    )
    if name_at < 0:
        return None
    formula = _text(" ".join(filled[name_at + 1 : -1])) or None
    return _with_head(line, filled[: name_at + 1], (None, None, formula, _text(filled[-1])))


def _with_head(
    line: Line, head: Sequence[str], tail: tuple[str | None, str | None, str | None, str | None]
) -> KpiRow | None:
    texts = [loosen(_text(cell)) for cell in head]
    named = [index for index, text in enumerate(texts) if text and chinese_number(text) is None]
    if not named:
        return None
    kpi_at = named[-1]
    goal_at = named[-2] if len(named) > 1 else None
    goal_number = kpi_number = None
    for index, text in enumerate(texts):
        value = chinese_number(text)
        if value is not None and goal_at is not None and index < goal_at:
            goal_number = value
        elif value is not None:
            kpi_number = value
    kpi = texts[kpi_at]
    printed = _NUMBER_BEFORE.match(kpi)
    if printed and marker_at(kpi) is None:
        kpi_number, kpi = chinese_number(printed.group("number")), printed.group("rest")
    goal = None if goal_at is None else texts[goal_at]
    return KpiRow(goal_number, goal, kpi_number, kpi, *tail, Span(line.number, line.number))
