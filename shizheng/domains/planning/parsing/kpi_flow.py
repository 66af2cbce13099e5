"""The KPI table flattened to plain text: one cell after another, words broken over lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from shizheng.common.text import squash
from shizheng.common.words import written

from .kpi_rows import KpiRow
from .lines import Piece, loosen
from .model import Remarks, Span
from .numbering import chinese_number
from .sections import Section, without_header
from .targets import ends_with_weight, is_target

_METHODS = (
    "統計數據",
    "文件資料",
    "問卷調查",
    "實地查證",
    "實地訪查",
    "進度控管",
    "民意調查",
    "書面資料",
    "統計資料",
    "書面審查",
    "其他",
)
_LAST_WORDS = ("年度目標值",)
_LONGEST_HEAD = 80


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Where 評估體制 and 評估方式 stand among the words."""

    start: int
    end: int
    system: str
    method: str


@dataclass(frozen=True, slots=True)
class _Head:
    goal_number: int | None
    goal: str | None
    kpi_number: int | None
    kpi: str


def read_kpi_flow(section: Section, remarks: Remarks) -> list[KpiRow]:
    """The rows of a flattened KPI table, anchored on 評估體制 and 評估方式."""
    words = [
        Piece(word, line.number)
        for line in without_header(section.lines, _LAST_WORDS)
        for word in loosen(line.text).split()
    ]
    anchors = _anchors(words)
    if not anchors:
        return []
    rows: list[KpiRow] = []
    head_start = 0
    for index, anchor in enumerate(anchors):
        limit = anchors[index + 1].start if index + 1 < len(anchors) else len(words)
        target_at, target_end = _target(words, anchor.end, limit, is_last=limit == len(words))
        head = _head(words[head_start : anchor.start])
        formula = " ".join(word.text for word in words[anchor.end : target_at])
        target = " ".join(word.text for word in words[target_at:target_end]) or None
        source = Span(words[min(head_start, anchor.start)].line, words[max(target_end, anchor.end) - 1].line)
        rows.append(
            KpiRow(
                head.goal_number, head.goal, head.kpi_number, head.kpi, anchor.system, anchor.method,
                formula or None, target, source,
            )
        )  # fmt: skip
        head_start = target_end
    if head_start < len(words):
        left = squash(" ".join(word.text for word in words[head_start : head_start + 20]))
        message = written(
            "第 %(line)s 行起的衡量指標表文字不成一列，沒有讀入：「%(left)s」。",
            line=words[head_start].line,
            left=left[:40],
        )
        remarks.add("kpi_row_not_read", message, words[head_start].line)
    return rows


def _anchors(words: Sequence[Piece]) -> list[_Anchor]:
    found: list[_Anchor] = []
    for index, word in enumerate(words):
        if not (word.text.isascii() and word.text.isdigit() and len(word.text) <= 2):
            continue
        text = ""
        for end in range(index + 1, min(index + 5, len(words))):
            text += words[end].text
            if text in _METHODS:
                found.append(_Anchor(index, end + 1, word.text, text))
                break
            if not any(method.startswith(text) for method in _METHODS):
                break
    return found


def _target(words: Sequence[Piece], start: int, limit: int, *, is_last: bool) -> tuple[int, int]:
    """Where the target stands between the formula and the next row's name: (start, end); empty when missing."""
    numeral = next((i for i in range(start, limit) if chinese_number(words[i].text) is not None), None)
    before = numeral if numeral is not None else limit
    ending = _target_ending_at(words, start, before) if numeral is not None or is_last else None
    if ending is not None:
        return ending
    for index in range(start, limit):
        if is_target(words[index].text):
            return index, index + 1
    return before, before


def _target_ending_at(words: Sequence[Piece], start: int, end: int) -> tuple[int, int] | None:
    for size in (3, 2, 1):
        if end - size >= start and is_target(" ".join(word.text for word in words[end - size : end])):
            return end - size, end
    return None


def _head(words: Sequence[Piece]) -> _Head:
    """Goal and KPI before an anchor: two texts with weights, or one where the goal goes on."""
    texts: list[tuple[int | None, str]] = []
    number: int | None = None
    buffer: list[str] = []
    for word in words[-_LONGEST_HEAD:]:
        value = chinese_number(word.text) if not buffer else None
        if value is not None:
            number = value
            continue
        buffer.append(word.text)
        if ends_with_weight("".join(buffer[-2:])):
            texts.append((number, squash(" ".join(buffer))))
            number, buffer = None, []
    if buffer:
        texts.append((number, " ".join(buffer)))
    if not texts:
        return _Head(None, None, None, "")
    if len(texts) == 1:
        return _Head(None, None, *texts[0])
    return _Head(texts[-2][0], texts[-2][1], *texts[-1])
