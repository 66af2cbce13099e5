"""Work plans flattened to plain text: three columns one after another, told apart by number and width.

A line is narrow (a title's column) or wide (the content's). A new work plan is the next 一、二、三; a new item the
next 1. 2. 3. on a narrow line; what follows an item's title is its content, until the next of these. Two cells on
one line are parted at the blank after which the content begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shizheng.common.text import is_cjk, squash, width
from shizheng.common.words import written

from .blocks import blocks_of
from .lines import Line, Piece, ends_sentence, is_rule, loosen
from .model import Item, Remarks, Span, WorkPlan
from .numbering import Marker, marker_at
from .sections import Section, is_work_plan_header

_DEFAULT_WIDTH = 42
_NARROW = 0.56
_FULL = 0.33
_LONGEST_TITLE = 12  # lines
_OPEN, _CLOSED = "「『（(《【", "」』）)》】"


@dataclass(slots=True)
class _Item:
    number: int | None
    title: list[str]
    line: int
    content: list[Line] = field(default_factory=list)
    style: str | None = None
    last_point: int = 0

    def add(self, line: Line) -> None:
        """Take a line of content and follow its top-level numbering."""
        marker = marker_at(line.text)
        if marker is not None and self.style is None and marker.value == 1:
            self.style = marker.style
        if marker is not None and marker.style == self.style and marker.value == self.last_point + 1:
            self.last_point = marker.value
        self.content.append(line)


@dataclass(slots=True)
class _Plan:
    number: int
    name: list[str]
    line: int
    end_line: int
    items: list[_Item] = field(default_factory=list)


def read_work_plans_flow(section: Section, remarks: Remarks) -> list[WorkPlan]:
    """The work plans of a flattened table."""
    lines = [
        Line(line.number, loosen(line.text.replace("\t", " ")))
        for line in section.lines
        if not is_work_plan_header(line) and not is_rule(line)
    ]
    reader = _Reader(lines, remarks)
    for line in lines:
        reader.take(line)
    return [_finished(plan) for plan in reader.plans]


class _Reader:
    """Walks over the lines once."""

    def __init__(self, lines: Sequence[Line], remarks: Remarks) -> None:
        widths = sorted(width(line.text) for line in lines)
        full = widths[int(len(widths) * 0.8)] if widths else _DEFAULT_WIDTH
        self.narrow = max(16.0, full * _NARROW)
        self.full_title = full * _FULL
        self.remarks = remarks
        self.plans: list[_Plan] = []

    def take(self, line: Line) -> None:
        """Put a line where it belongs."""
        if self.plans:
            self.plans[-1].end_line = line.number
        if not (self._begins_plan(line) or self._begins_item(line)):
            self._goes_on(line)

    def _is_narrow(self, text: str) -> bool:
        return width(text) <= self.narrow

    @property
    def _item(self) -> _Item | None:
        return self.plans[-1].items[-1] if self.plans and self.plans[-1].items else None

    def _begins_plan(self, line: Line) -> bool:
        marker = marker_at(line.text)
        expected = self.plans[-1].number + 1 if self.plans else 1
        if marker is None or marker.style != "cn" or marker.value != expected:
            return False
        text = line.text[marker.end :]
        item_at = self._item_within(text)
        if item_at is None and not self._is_narrow(line.text):
            if self.plans:
                return False
            item_at = len(text)
        name = text if item_at is None else text[:item_at]
        self.plans.append(_Plan(marker.value, [name.strip()], line.number, line.number))
        rest = "" if item_at is None else text[item_at:].strip()
        if rest:
            self._begins_item(Line(line.number, rest))
        return True

    def _item_within(self, text: str) -> int | None:
        """Where item 1 begins on a work plan's own line."""
        for at in _blanks(text, self.narrow):
            marker = marker_at(text, at)
            if marker is not None and marker.style == "n" and marker.value == 1:
                return at
        return None

    def _begins_item(self, line: Line) -> bool:
        marker = marker_at(line.text)
        if marker is None or marker.style != "n" or not self.plans:
            return False
        item = self._item
        if marker.value != (item.number or 0) + 1 if item else marker.value != 1:
            return False
        split = None if self._is_narrow(line.text) else self._content_within(line.text, marker)
        if item is not None and not self._is_item_not_point(line, marker, item, split):
            return False
        title = line.text[marker.end : split] if split else line.text[marker.end :]
        self.plans[-1].items.append(_Item(marker.value, [title.strip()], line.number))
        if split:
            self.plans[-1].items[-1].add(Line(line.number, line.text[split:].strip()))
        return True

    def _is_item_not_point(self, line: Line, marker: Marker, item: _Item, split: int | None) -> bool:
        """A number that both the next item and the next point may carry: the column's width decides."""
        narrow = self._is_narrow(line.text)
        if not narrow and split is None:
            return False
        may_be_point = bool(item.content) and item.style == "n" and marker.value == item.last_point + 1
        if not may_be_point:
            return bool(item.content) or item.title != [""]
        if narrow and ends_sentence(line.text):
            message = written(
                "第 %(number)s 行「%(text)s」可能是項目也可能是要點，暫以要點讀入，請確認。",
                number=line.number,
                text=squash(line.text)[:24],
            )
            self.remarks.add("item_or_point", message, line.number)
            return False
        return True

    def _content_within(self, text: str, marker: Marker) -> int | None:
        """Where the content begins on a title's own line: after a narrow title, at point 1 or between ideographs."""
        between = None
        for at in _blanks(text, self.narrow):
            if at <= marker.end:
                continue
            first = marker_at(text, at)
            if first is not None and first.value == 1:
                return at
            if between is None and is_cjk(text[at]) and is_cjk(text[at - 2]) and _balanced(text[:at]):
                between = at
        return between

    def _goes_on(self, line: Line) -> None:
        if not self.plans:
            message = written(
                "第 %(number)s 行在第一個工作計畫之前，沒有讀入：「%(text)s」。",
                number=line.number,
                text=squash(line.text)[:30],
            )
            self.remarks.add("line_not_read", message, line.number)
            return
        item = self._item
        if item is None:
            self.plans[-1].name.append(line.text)
        elif item.content or not self._goes_on_title(line, item):
            item.add(line)

    def _goes_on_title(self, line: Line, item: _Item) -> bool:
        """Take a line as more of a title that fills its column; False when it is content already."""
        marker = marker_at(line.text)
        if marker is not None and marker.value == 1:
            return False
        if len(item.title) > _LONGEST_TITLE:
            return False
        title = "".join(item.title)
        unfinished = not _balanced(title) or width(item.title[-1]) >= self.full_title
        if not unfinished:
            return False
        if _balanced(title) and line.text.rstrip().endswith("。"):
            return False  # a sentence: titles end without a full stop, a short content does with one
        if self._is_narrow(line.text):
            item.title.append(line.text)
            return True
        split = self._content_within(line.text, Marker("n", 0, 0))
        if split is None:
            return False
        item.title.append(line.text[:split].strip())
        item.add(Line(line.number, line.text[split:].strip()))
        return True


def _blanks(text: str, narrow: float) -> list[int]:
    """Where words begin, while what stands before is narrow enough for a title."""
    found: list[int] = []
    columns = 0
    for at, letter in enumerate(text):
        if columns > narrow:
            break
        if letter == " " and 0 < at < len(text) - 1:
            found.append(at + 1)
        columns += 2 if is_cjk(letter) else 1
    return found


def _balanced(text: str) -> bool:
    return sum(letter in _OPEN for letter in text) <= sum(letter in _CLOSED for letter in text)


def _finished(plan: _Plan) -> WorkPlan:
    name = squash(" ".join(plan.name)) or None
    return WorkPlan(
        plan.number, name, tuple(_read_item(item) for item in plan.items), Span(plan.line, plan.end_line)
    )


def _read_item(item: _Item) -> Item:
    blocks = blocks_of(_pieces(item))
    end = item.content[-1].number if item.content else item.line
    return Item(
        None if item.number is None else str(item.number),
        squash(" ".join(item.title)),
        tuple(point for block in blocks for point in block.points),
        tuple(paragraph for block in blocks for paragraph in block.paragraphs),
        Span(item.line, end),
    )


def _pieces(item: _Item) -> list[Piece]:
    """Paragraphs of the content: lines that go on belong to what stands before them."""
    parts: list[tuple[list[str], int]] = []
    last: dict[str, int] = {}
    for line in item.content:
        marker = marker_at(line.text)
        starts = marker is not None and marker.value == last.get(marker.style, 0) + 1
        if marker is not None and not starts and marker.value == 1:
            starts = True
        if marker is not None and starts:
            last[marker.style] = marker.value
            if marker.style == item.style:
                last = {marker.style: marker.value}
        if starts or not parts:
            parts.append(([line.text], line.number))
        else:
            parts[-1][0].append(line.text)
    return [Piece(" ".join(texts), line) for texts, line in parts]
