"""Results kept as a table: 策略績效目標 | 衡量指標 | 原定目標值 | 績效衡量暨達成情形分析 (A04)."""

import itertools
from dataclasses import replace

from shizheng.common.text import squash
from shizheng.common.words import written

from .lines import Line, cells_of, ends_sentence, flat, is_rule, loosen, paragraphs
from .model import Remarks, Span
from .numbering import chinese_number, marker_at, split_run
from .results_rows import ResultRow
from .sections import Section, without_header


def read_results_table(section: Section, remarks: Remarks) -> list[ResultRow]:
    """The rows; a row that holds only narrative goes on with the row before (X-31)."""
    drafts: list[tuple[ResultRow, list[str], list[int]]] = []
    for line in without_header(section.lines, ("達成情形分析",)):
        if is_rule(line):
            continue
        cells = cells_of(line)
        narrative = _narrative(cells[-1])
        head = [loosen(" ".join(paragraphs(cell))) for cell in cells[:-1]]
        if len(cells) >= 4 and any(head):
            drafts.append((_row(line, head, first=not drafts), [narrative], [line.number]))
        elif len(cells) >= 2 and not any(head) and drafts:
            drafts[-1][1].append(narrative)
            drafts[-1][2].append(line.number)
        else:
            text = squash(line.text)[:40]
            message = written(
                "第 %(number)s 行不符合成果概述表的欄位，沒有讀入：「%(text)s」。",
                number=line.number,
                text=text,
            )
            remarks.add("result_row_not_read", message, line.number)
    return [
        replace(row, narrative=_joined(parts), source=Span(row.source.start_line, numbers[-1]))
        for row, parts, numbers in drafts
    ]


def _narrative(cell: str) -> str:
    return "\n".join(squash(piece) for text in paragraphs(cell) for piece in split_run(text))


def _joined(parts: list[str]) -> str:
    """Parts of one narrative: a sentence that a page break cut goes on, a finished one ends its paragraph."""
    texts = parts[:1]
    for before, part in itertools.pairwise(parts):
        texts += [part] if not ends_sentence(before) and marker_at(part) is None else ["\n", part]
    return "".join(texts)


def _row(line: Line, head: list[str], *, first: bool) -> ResultRow:
    target = " ".join(head.pop().split()) or None
    numbers = [chinese_number(text) for text in head]
    names = [text for text, number in zip(head, numbers, strict=True) if text and number is None]
    goal_number = next((number for number in numbers if number is not None), None) if len(names) > 1 else None
    goal = names[-2] if len(names) > 1 else None
    if goal is None and head[0] and first:
        goal = ""
    kpi = names[-1] if names else ""
    return ResultRow(goal_number, goal, None, flat(kpi), target, "", Span(line.number, line.number))
