"""The parts of a plan document: goals, KPI table, work plans, results of the year before."""

import re
from dataclasses import dataclass, field

from shizheng.common.text import squash
from shizheng.common.words import N_

from .lines import Line, cells_of, is_page_number

GOALS, KPIS, WORK_PLANS, RESULTS = "goals", "kpis", "work_plans", "results"

PART_NAMES = {
    GOALS: N_("年度施政目標"),
    KPIS: N_("衡量指標"),
    WORK_PLANS: N_("年度重要施政計畫"),
    RESULTS: N_("上年度實施狀況及成果概述"),
}
_HEADING = re.compile(r"(?:第[一二三四五六七]部[分份]|[壹貳貮參叁肆伍][、.．])[：:]?(?P<name>.{0,60})$")
_CONTENTS_ENTRY = re.compile(r"(?:[·.…‧．]{2,}|\t|\s)[·.…‧．\s]{0,200}\d{1,3}(?:-\d{1,3})?$")
_KEYWORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (RESULTS, ("實施狀況", "成果概述", "前年度", "上年度")),
    (WORK_PLANS, ("重要施政計畫", "施政計畫項目", "重要工作計畫")),
    (KPIS, ("衡量指標", "績效指標")),
    (GOALS, ("施政目標",)),
)
_LONGEST_HEADER = 12


@dataclass(slots=True)
class Section:
    """One part with its lines (without its heading)."""

    kind: str
    heading: Line
    lines: list[Line] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """Whether it is kept as a table (tabs) rather than flattened to plain text."""
        return any("\t" in line.text.strip("\t") for line in self.lines)


@dataclass(slots=True)
class Document:
    """The title lines, the parts in order, and the parts that the table of contents promises."""

    title: list[Line]
    sections: list[Section]
    promised: dict[str, Line]

    def of(self, kind: str) -> list[Section]:
        """The parts of a kind: usually one."""
        return [section for section in self.sections if section.kind == kind]


def divide(lines: list[Line]) -> Document:
    """Split a document into its parts by printed headings, and by table headers where no heading is printed."""
    document = Document([], [], {})
    for index, line in enumerate(lines):
        kind = _heading_kind(line)
        if kind is not None and _CONTENTS_ENTRY.search(line.text):
            document.promised.setdefault(kind, line)
            continue
        current = document.sections[-1] if document.sections else None
        if kind is None:
            header = _header_kind(lines, index)
            if header is not None and (current is None or current.kind != header):
                document.sections.append(Section(header, line, [line]))
                continue
        if kind is not None:
            document.sections.append(Section(kind, line))
        elif is_page_number(line):
            continue
        elif current is None:
            document.title.append(line)
        else:
            current.lines.append(line)
    return document


def _heading_kind(line: Line) -> str | None:
    if len(line.text) > 120 or line.text.endswith(("。", "，")):
        return None
    found = _HEADING.match(squash(line.text))
    if found is None:
        return None
    name = found.group("name")
    return next((kind for kind, words in _KEYWORDS if any(word in name for word in words)), None)


def _header_kind(lines: list[Line], index: int) -> str | None:
    """The kind of table whose header begins at a line, if one does."""
    line = lines[index]
    if len(line.text) > 120:
        return None
    if is_work_plan_header(line):
        return WORK_PLANS
    if not squash(cells_of(line)[0]).startswith("策略績效目標"):
        return None
    following = "".join(
        squash(each.text) for each in lines[index : index + _LONGEST_HEADER] if len(each.text) < 200
    )
    end_results, end_kpis = following.find("達成情形分析"), following.find("衡量標準")
    if end_results >= 0 and (end_kpis < 0 or end_results < end_kpis):
        return RESULTS
    return KPIS if end_kpis >= 0 else None


def is_work_plan_header(line: Line) -> bool:
    """The running head 工作計畫／重要施政計畫項目／實施內容."""
    head = squash(line.text)
    return len(head) <= 40 and "施政計畫項目" in head and "實施內容" in head


def without_header(lines: list[Line], last_words: tuple[str, ...]) -> list[Line]:
    """Lines without the table's header, wherever it is printed: from 策略績效目標 to the last column's name."""
    kept: list[Line] = []
    index = 0
    while index < len(lines):
        end = _header_end(lines, index, last_words)
        if end is None:
            kept.append(lines[index])
            index += 1
        else:
            index = end
    return kept


def _header_end(lines: list[Line], index: int, last_words: tuple[str, ...]) -> int | None:
    first = squash(lines[index].text) if len(lines[index].text) < 200 else ""
    if not first.startswith("策略績效目標") or "(" in first or "（" in first:
        return None
    for end in range(index, min(index + _LONGEST_HEADER, len(lines))):
        if len(lines[end].text) < 200 and squash(lines[end].text).endswith(last_words):
            return end + 1
    return None
