"""Goals as part one prints them: 一、名稱（策略績效目標一） and the text under each."""

from dataclasses import dataclass, field

from shizheng.common.text import squash

from .lines import Line, joined, span
from .model import Span
from .numbering import marker_at
from .sections import Section
from .targets import split_weight

_TAG = "策略績效目標"
_LONGEST_NAME = 4


@dataclass(slots=True)
class TextGoal:
    """A goal of part one."""

    number: int
    name: str
    source: Span
    lines: list[Line] = field(default_factory=list)

    @property
    def description(self) -> str:
        """The text under the goal's name."""
        return joined(self.lines)


def read_goals_text(sections: list[Section]) -> list[TextGoal]:
    """Goals in order. Where names carry the tag 策略績效目標 only those are goals; else 一、二、三 that count on."""
    lines = [line for section in sections for line in section.lines]
    tagged = any(_TAG in squash(line.text[:400]) for line in lines)
    goals: list[TextGoal] = []
    index = 0
    while index < len(lines):
        expected = goals[-1].number + 1 if goals else 1
        taken = _name_lines(lines, index, expected, tagged)
        if taken:
            head = lines[index : index + taken]
            goals.append(TextGoal(expected, _name(head), span(head)))
        elif goals:
            goals[-1].lines.append(lines[index])
        index += max(taken, 1)
    for goal in goals:
        if goal.lines:
            goal.source = Span(goal.source.start_line, goal.lines[-1].number)
    return goals


def _name_lines(lines: list[Line], index: int, expected: int, tagged: bool) -> int:
    """How many lines from here are the name of the goal that comes next; 0 when none."""
    first = lines[index].text
    marker = marker_at(first)
    if marker is None or marker.style != "cn" or marker.value != expected or len(first) > 120:
        return 0
    if not tagged:
        return 0 if first.endswith("。") else 1
    for taken in range(1, min(_LONGEST_NAME, len(lines) - index) + 1):
        text = joined(lines[index : index + taken])
        if _TAG in text and text.rstrip("：:。").endswith((")", "）")):
            return taken
        if len(text) > 200:
            break
    return 0


def _name(lines: list[Line]) -> str:
    text = joined(lines)
    marker = marker_at(text)
    name = text[marker.end :] if marker else text
    at = name.rfind(_TAG)
    if at >= 0:
        name = name[: max(name.rfind("(", 0, at), name.rfind("（", 0, at), 0)] or name[:at]
    return split_weight(name.rstrip("：: "))[0]
