"""Results flattened to plain text: goal, KPI, target and narrative one after another (A04)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shizheng.common.text import squash, width
from shizheng.common.words import written

from .lines import Line, ends_sentence, is_rule, joined, loosen
from .model import Remarks, Span
from .numbering import chinese_number, marker_at
from .results_rows import ResultRow
from .sections import Section, without_header
from .targets import ends_with_weight, is_target

_LONGEST_NAME = 12
_NARROW = 24


@dataclass(frozen=True, slots=True)
class _Head:
    """A row's head: lines start..target, the goal's lines (empty where the goal goes on) and the KPI's."""

    start: int
    number: int | None
    goal: tuple[int, int]
    kpi: tuple[int, int]
    target: int


def read_results_flow(section: Section, remarks: Remarks) -> list[ResultRow]:
    """The rows: each begins with its goal's number, or with a narrow KPI name with weight and target."""
    lines = [
        Line(line.number, loosen(line.text.replace("\t", " ")))
        for line in without_header(section.lines, ("達成情形分析",))
        if not is_rule(line)
    ]
    heads = _heads(lines)
    if lines and not heads:
        message = written("成果概述裡找不到成列的策略績效目標、衡量指標與目標值，沒有讀入。")
        remarks.add("result_row_not_read", message, lines[0].number)
    rows: list[ResultRow] = []
    for index, head in enumerate(heads):
        end = heads[index + 1].start if index + 1 < len(heads) else len(lines)
        goal = joined(lines[slice(*head.goal)]) if head.goal[1] > head.goal[0] else None
        rows.append(
            ResultRow(
                head.number,
                goal,
                None,
                joined(lines[slice(*head.kpi)]),
                " ".join(lines[head.target].text.split()),
                joined(lines[head.target + 1 : end]),
                Span(lines[head.start].number, lines[end - 1].number),
            )
        )
    return rows


def _heads(lines: Sequence[Line]) -> list[_Head]:
    heads: list[_Head] = []
    index, expected = 0, 1
    while index < len(lines):
        head = _head_with_goal(lines, index, expected) or _head_going_on(lines, index, bool(heads))
        if head is None:
            index += 1
            continue
        expected = head.number + 1 if head.number is not None else expected
        heads.append(head)
        index = head.target + 1
    return heads


def _head_with_goal(lines: Sequence[Line], index: int, expected: int) -> _Head | None:
    """一 / goal(10%) / KPI(10%) / 80%, the number alone or before the goal's name."""
    text = lines[index].text
    marker = marker_at(text)
    alone = chinese_number(squash(text)) == expected
    if not alone and not (marker is not None and marker.style == "cn" and marker.value == expected):
        return None
    start = index + 1 if alone else index
    goal_end = _name_end(lines, start)
    if goal_end is None:
        return None
    kpi_start = goal_end
    if kpi_start < len(lines) and chinese_number(squash(lines[kpi_start].text)) is not None:
        kpi_start += 1
    kpi_end = _name_end(lines, kpi_start)
    if kpi_end is None or kpi_end >= len(lines) or not is_target(lines[kpi_end].text):
        return None
    return _Head(index, expected, (start, goal_end), (kpi_start, kpi_end), kpi_end)


def _head_going_on(lines: Sequence[Line], index: int, may: bool) -> _Head | None:
    """Another KPI under the same goal: narrow lines up to a weight, then a target, after a finished sentence."""
    if not may or width(lines[index].text) > _NARROW or not ends_sentence(lines[index - 1].text):
        return None
    end = _name_end(lines, index)
    if end is None or end >= len(lines) or not is_target(lines[end].text):
        return None
    if any(width(line.text) > _NARROW or ends_sentence(line.text) for line in lines[index:end]):
        return None
    start = index + 1 if chinese_number(squash(lines[index].text)) is not None else index
    return _Head(index, None, (start, start), (start, end), end)


def _name_end(lines: Sequence[Line], start: int) -> int | None:
    """The line after the one that ends with a weight, when that comes soon."""
    for index in range(start, min(start + _LONGEST_NAME, len(lines))):
        tail = squash(" ".join(line.text for line in lines[max(start, index - 1) : index + 1]))
        if ends_with_weight(tail):
            return index + 1
    return None
