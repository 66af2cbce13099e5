"""Work plans kept as tables: 工作計畫 | 重要施政計畫項目 | 實施內容, cells cut by page breaks (X-23)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shizheng.common.text import squash
from shizheng.common.words import written

from .blocks import Block, blocks_of
from .lines import Line, Piece, cells_of, ends_sentence, flat, is_rule, loosen, paragraphs
from .model import Item, Remarks, Span, WorkPlan
from .numbering import chinese_number, marker_at, split_run
from .pairing import Pair, Titled, pair
from .sections import Section, is_work_plan_header

_LONGEST_TITLE = 200
_LONGEST_CUT = 20_000


@dataclass(slots=True)
class _Title:
    number: str | None
    text: str
    line: int
    end_line: int
    parent: str | None = None
    parent_text: str | None = None
    has_children: bool = False


@dataclass(slots=True)
class _Group:
    """Rows whose titles and contents belong to one stretch: cells that a page break cut stay together."""

    titles: list[_Title] = field(default_factory=list)
    contents: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class _Plan:
    number: int | None
    name: str | None
    line: int
    end_line: int
    groups: list[_Group] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    plan: str
    titles: list[str]
    contents: list[str]
    after_break: bool


def read_work_plans_table(section: Section, remarks: Remarks) -> list[WorkPlan]:
    """The work plans of a table."""
    plans: list[_Plan] = []
    for row in _rows(section.lines, remarks):
        if row.plan or not plans:
            _begin_plan(plans, row)
        plan = plans[-1]
        plan.end_line = row.line.number
        _add_row(plan, row)
    return [_finished(plan, remarks) for plan in plans]


def _rows(lines: Sequence[Line], remarks: Remarks) -> list[_Row]:
    rows: list[_Row] = []
    broken = False
    for line in lines:
        cells = cells_of(line)
        if is_rule(line) or is_work_plan_header(line):
            broken = True
            continue
        if len(cells) < 2:
            remarks.add(
                "line_not_read",
                written(
                    "第 %(number)s 行不在表格裡，沒有讀入：「%(text)s」。",
                    number=line.number,
                    text=_brief(line.text),
                ),
                line.number,
            )
            continue
        if len(cells) == 2:
            first = marker_at(cells[0])
            cells = ["", *cells] if first is not None and first.style == "n" else [*cells, ""]
        broken = broken or line.after_gap
        rows.append(_Row(line, flat(cells[0]), _pieces(cells[1]), _pieces(" ".join(cells[2:])), broken))
        broken = False
    return rows


def _pieces(cell: str) -> list[str]:
    return [piece for paragraph in paragraphs(cell) for piece in split_run(loosen(paragraph)) if piece]


def _begin_plan(plans: list[_Plan], row: _Row) -> None:
    marker = marker_at(row.plan)
    number: int | None = None
    name: str | None = row.plan or None
    if marker is not None and marker.style in ("cn", "pcn"):
        number, name = marker.value, row.plan[marker.end :] or None
    elif chinese_number(row.plan) is not None:
        number, name = chinese_number(row.plan), None
    elif plans and row.after_break and not row.titles:
        # A name that the page break cut: the rest of it stands in the row after the break.
        plans[-1].name = squash(f"{plans[-1].name or ''}{row.plan}")
        return
    plans.append(_Plan(number, name, row.line.number, row.line.number))


def _add_row(plan: _Plan, row: _Row) -> None:
    group = plan.groups[-1] if plan.groups else None
    titles, contents = list(row.titles), [Piece(text, row.line.number) for text in row.contents]
    cut_title = bool(
        group
        and group.titles
        and titles
        and row.after_break
        and marker_at(titles[0]) is None
        and len(group.titles[-1].text) < _LONGEST_TITLE
    )
    cut_content = bool(
        group
        and group.contents
        and contents
        and row.after_break
        and marker_at(contents[0].text) is None
        and len(group.contents[-1].text) < _LONGEST_CUT
        and not ends_sentence(group.contents[-1].text)
    )
    children = bool(group and titles and _is_child(titles[0]))
    if group is not None and children and contents and not row.after_break and _is_complete(group):
        group = _Group(
            _parents(group)
        )  # a whole row of its own: its content is not shared with other children
        plan.groups.append(group)
    if group is None or not (cut_title or cut_content or children or not titles):
        group = _Group()
        plan.groups.append(group)
    if cut_title:
        group.titles[-1].text = squash(group.titles[-1].text + titles.pop(0))
        group.titles[-1].end_line = row.line.number
    if cut_content:
        group.contents[-1] = Piece(group.contents[-1].text + contents.pop(0).text, group.contents[-1].line)
    group.contents += contents
    for text in titles:
        _add_title(group, text, row.line.number)


def _is_complete(group: _Group) -> bool:
    """Whether the group needs nothing of the rows below: its children have their contents, or it is a parent alone."""
    parent = _parent(group)
    if parent is None:
        return False
    leaves = [title for title in group.titles if not title.has_children]
    if parent.has_children:
        return bool(group.contents) or not leaves
    return not group.contents and leaves == [parent]


def _parent(group: _Group) -> _Title | None:
    """The last title that children can stand under."""
    found = next((title for title in reversed(group.titles) if title.parent is None), None)
    return found if found is not None and found.number is not None else None


def _parents(group: _Group) -> list[_Title]:
    """That title for the group of its next child; it is no item of its own then."""
    parent = _parent(group)
    assert parent is not None
    parent.has_children = True
    return [parent]


def _is_child(text: str) -> bool:
    marker = marker_at(text)
    return marker is not None and marker.style in ("pn", "pcn")


def _add_title(group: _Group, text: str, line: int) -> None:
    marker = marker_at(text)
    if marker is None:
        group.titles.append(_Title(None, squash(text), line, line))
        return
    name = squash(text[marker.end :])
    if marker.style not in ("pn", "pcn"):
        group.titles.append(_Title(str(marker.value), name, line, line))
        return
    parent = next((title for title in reversed(group.titles) if title.parent is None), None)
    if parent is None or parent.number is None:
        group.titles.append(_Title(f"({marker.value})", name, line, line))
        return
    parent.has_children = True
    number = f"{parent.number}({marker.value})"
    group.titles.append(_Title(number, name, line, line, parent.number, parent.text))


def _finished(plan: _Plan, remarks: Remarks) -> WorkPlan:
    items = [item for group in plan.groups for item in _items(plan, group, remarks)]
    return WorkPlan(plan.number, plan.name, tuple(items), Span(plan.line, plan.end_line))


def _items(plan: _Plan, group: _Group, remarks: Remarks) -> list[Item]:
    leaves = [title for title in group.titles if not title.has_children]
    blocks = blocks_of(group.contents)
    if not leaves:
        if blocks:
            line = blocks[0].start_line
            message = written(
                "第 %(line)s 行有實施內容，但沒有項目名稱，沒有讀入：「%(text)s」。",
                line=line,
                text=_brief(blocks[0].text),
            )
            remarks.add("content_without_item", message, line)
        return []
    pairs = pair([Titled(title.text, title.parent) for title in leaves], blocks)
    return [_item(plan, each, leaves, blocks, remarks) for each in pairs]


def _item(plan: _Plan, each: Pair, leaves: list[_Title], blocks: list[Block], remarks: Remarks) -> Item:
    titles = [leaves[index] for index in each.titles]
    mine = [blocks[index] for index in each.blocks]
    first = titles[0]
    number = "、".join(title.number or "" for title in titles) or None
    text = "、".join(title.text for title in titles)
    title = f"{first.parent_text}／{text}" if first.parent_text else text
    if each.inferred:
        _say_inferred(plan, number, title, titles, mine, remarks)
    starts = [title.line for title in titles] + [block.start_line for block in mine]
    ends = [title.end_line for title in titles] + [block.end_line for block in mine]
    return Item(
        number,
        title,
        tuple(point for block in mine for point in block.points),
        tuple(paragraph for block in mine for paragraph in block.paragraphs),
        Span(min(starts), max(ends)),
        "inferred" if each.inferred else "printed",
    )


def _say_inferred(
    plan: _Plan, number: str | None, title: str, titles: list[_Title], mine: list[Block], remarks: Remarks
) -> None:
    where = written(
        "工作計畫「%(name)s」項目 %(number)s「%(title)s」",
        name=plan.name or plan.number or written("（未具名）"),
        number=number or "",
        title=_brief(title),
    )
    line = titles[0].line
    if len(titles) > 1:
        what = written(
            "這 %(count)s 個子項目只有一段實施內容，合併為一項讀入，請確認是否要分開。", count=len(titles)
        )
        remarks.add("pairing_inferred", f"{where}：{what}", line)
    elif mine:
        what = written(
            "項目與實施內容分列兩欄，依文意判斷其內容為 %(count)s 段，請核對是否對應正確。", count=len(mine)
        )
        remarks.add("pairing_inferred", f"{where}：{what}", line)


def _brief(text: str) -> str:
    text = squash(text)
    return text if len(text) <= 30 else f"{text[:30]}…"
