"""Whether a document stops in the middle: then nothing of it is read."""

import re
from collections.abc import Sequence

from shizheng.common.text import squash
from shizheng.common.words import listed, quoted, tell

from .decoding import truncated
from .errors import CannotReadPlan
from .lines import Line, cells_of, is_rule
from .model import Goal, Remarks, Result
from .numbering import marker_at
from .sections import GOALS, KPIS, PART_NAMES, RESULTS, WORK_PLANS, Document, Section

_ENDS = "。.！？!?；;：:）)】》〉%％"
# A flattened row begins with a heading and its weight, then the target: a text that ends there lacks its narrative.
_HEADING_OR_TARGET = re.compile(r"[(（]\s*[\d.]+\s*[%％]\s*[)）]$|^[\d.,]+\s*[%％件次項案人分]*$")
_CELLS = {KPIS: 4, WORK_PLANS: 3, RESULTS: 4}


def refuse_if_cut(document: Document, filename: str) -> None:
    """Refuse a document that lacks a part its contents promise, or whose last text stops in the middle."""
    present = {section.kind for section in document.sections}
    missing = [kind for kind in document.promised if kind not in present]
    if missing and present:
        names = listed(quoted(tell(PART_NAMES[kind])) for kind in missing)
        raise truncated(filename, tell("目錄列有%(names)s，但本文沒有這個部分", names=names))
    if not document.sections:
        return
    last = document.sections[-1]
    text_lines = [line for line in last.lines if not is_rule(line)]
    if not text_lines:
        raise truncated(
            filename,
            tell(
                "文件停在第 %(number)s 行的標題「%(text)s」，之後沒有內容",
                number=last.heading.number,
                text=last.heading.text[:30],
            ),
        )
    line = text_lines[-1]
    if last.kind == RESULTS and _ends_loosely(last, line):
        return  # the last part of a plan: `refuse_if_results_cut` judges by what was read of it
    if _cut_cells(last, line) if last.is_table else _cut_text(last, line):
        hint = tell("若文件確實在此結束，請在最後一句補上句號後再上傳")
        raise truncated(
            filename,
            tell(
                "第 %(number)s 行的最後一句「…%(line)s」沒有結束（%(hint)s）",
                number=line.number,
                line=_tail(line),
                hint=hint,
            ),
        )


def refuse_if_results_cut(
    document: Document, goals: Sequence[Goal], results: Sequence[Result], remarks: Remarks, filename: str
) -> None:
    """Judge a results part whose last sentence has no end: refused when goals are missing too, else remarked on.

    The last row of a real plan may be interleaved with another column by a page break (X-31), and has no full stop then.
    """
    last = document.sections[-1] if document.sections else None
    if last is None or last.kind != RESULTS:
        return
    line = [line for line in last.lines if not is_rule(line)][-1]
    if not _ends_loosely(last, line):
        return
    reached = max((result.goal_number or 0 for result in results), default=0)
    if reached < max((goal.number for goal in goals), default=0):
        where = tell(
            "文件停在成果概述中（第 %(number)s 行「…%(line)s」），只到策略績效目標 %(reached)s",
            number=line.number,
            line=_tail(line),
            reached=reached,
        )
        raise truncated(filename, where)
    message = tell("最後一句「…%(line)s」沒有句號，文件可能不完整，請與原件核對。", line=_tail(line))
    remarks.add("may_be_cut", message, line.number)


def _tail(line: Line) -> str:
    return squash(line.text[-60:])[-16:]


def _ends_loosely(section: Section, line: Line) -> bool:
    """Whether a whole last row or line merely lacks the end of its sentence."""
    if not section.is_table:
        return _stops(line.text) or _HEADING_OR_TARGET.search(line.text.strip()) is not None
    cells = cells_of(line)
    return (
        len(cells) >= _CELLS[section.kind] and "<" not in cells[-1] and bool(cells[-1]) and _stops(cells[-1])
    )


def refuse_if_rows_cut(
    document: Document, goals: Sequence[Goal], texts: Sequence[int], filename: str
) -> None:
    """Refuse a document that ends inside its KPI table."""
    if not document.sections or document.sections[-1].kind != KPIS:
        return
    line = (document.sections[-1].lines or [document.sections[-1].heading])[-1].number
    kpis = [kpi for goal in goals for kpi in goal.kpis]
    if not kpis or max(kpis, key=lambda kpi: kpi.source.end_line).target_text is None:
        raise truncated(
            filename, tell("文件停在衡量指標表中（第 %(line)s 行），最後一列沒有年度目標值", line=line)
        )
    read = {goal.number for goal in goals if goal.kpis}
    left = [number for number in texts if number > max(read)]
    if left:
        raise truncated(
            filename,
            tell(
                "文件停在衡量指標表中（第 %(line)s 行），第一部分的策略績效目標 %(left)s 起沒有衡量指標",
                line=line,
                left=left[0],
            ),
        )


def _cut_cells(section: Section, line: Line) -> bool:
    """A last row with too few cells, an open paragraph, or a last cell that stops in the middle."""
    cells = cells_of(line)
    if section.kind == GOALS:
        return False
    if len(cells) < _CELLS[section.kind]:
        return len(cells) > 1 or _cut_text(section, line)
    last = cells[-1]
    if last.count("<p>") > last.count("</p>") or last.rfind("<") > last.rfind(">"):
        return True
    if section.kind == KPIS or last.endswith(">") or not last:
        return False
    return _stops(last)


def _cut_text(section: Section, line: Line) -> bool:
    return section.kind != KPIS and _stops(line.text)


def _stops(text: str) -> bool:
    """Whether a text ends without the end of a sentence, or with a number that nothing follows."""
    last_word = text.split()[-1]
    marker = marker_at(last_word)
    return text[-1] not in _ENDS or (marker is not None and marker.end == len(last_word))


def not_a_plan(filename: str) -> CannotReadPlan:
    """The refusal of text that has none of a plan's parts."""
    shown = filename.strip() or tell("這個檔案")
    return CannotReadPlan(
        "not_a_plan",
        tell(
            "「%(shown)s」不像施政計畫："
            "找不到「年度施政目標」「衡量指標」「重要施政計畫」或「成果概述」任何一個部分裡可以讀的內容。請確認選對檔案；"
            "若由 PDF 轉成文字，請確認標題（例如「第一部分：年度施政目標與重點」）與表格欄名有保留下來。",
            shown=shown,
        ),
    )
