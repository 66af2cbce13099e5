"""會議資料: cover, agenda, what became of the last resolutions, then a page for each subject (B03)."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.documents.words import NONE, follow_up, head
from shizheng.kernel.meetings.models import Meeting
from shizheng.kernel.meetings.queries.agenda import FOLLOW_UP, fixed_moment, frame_of, is_fixed
from shizheng.kernel.meetings.queries.record import Record, facts_of, record_of
from shizheng.kernel.publication.documents.model import (
    Block,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    cell,
)
from shizheng.kernel.rulebook.rules import AsOf


def pack_of(meeting: Meeting, as_of: AsOf | None = None) -> Document:
    """The pack of a meeting. Once its agenda is fixed, the pages of its subjects are as of that moment, unless another is given.

    Each subject stands once, also where several lines are about it.
    """
    as_of = as_of or fixed_moment(meeting)
    record = record_of(meeting, as_of)
    facts = facts_of(meeting, record)
    blocks: list[Block] = [
        Paragraph((_("%(meeting)s會議資料") % {"meeting": meeting.title},), "title"),
        *head(facts),
        Heading(1, _("議程")),
        _agenda(record),
        PageBreak(),
        Heading(1, _("前次會議決議辦理情形")),
    ]
    for section in facts["sections"]:
        if section["code"] == FOLLOW_UP:
            blocks += follow_up(section["items"])
    blocks += _subjects(meeting, record, as_of)
    return Document(
        title=_("%(meeting)s會議資料") % {"meeting": meeting.title},
        author=meeting.unit.name,
        blocks=tuple(blocks),
        data=facts,
        subject=meeting.series.name,
        code="" if is_fixed(meeting) else _("草案，議程未定"),
        issued_at=(as_of.moment if as_of else clock.now()).replace(microsecond=0),
    )


def _agenda(record: Record) -> Table:
    columns = (
        Column(_("項次"), 1, "center"),
        Column(_("案由"), 6),
        Column(_("列入理由"), 5),
        Column(_("相關單位"), 2.5),
    )
    rows: list[Any] = []
    for section in record.sections:
        rows.append((cell("", header=True), cell(section.part.title, header=True), cell(""), cell("")))
        if section.part.code == FOLLOW_UP:
            told = _("%(n)s 項，見後") % {"n": len(section.items)} if section.items else _("無")
            rows.append((cell(""), cell(told), cell(""), cell("")))
            continue
        rows += [
            (
                cell(str(each.number)), cell(each.entry.title), cell(each.entry.reason),
                cell("、".join(filter(None, each.units)) or NONE),
            )
            for each in section.items
        ] or [(cell(""), cell(_("無")), cell(""), cell(""))]  # fmt: skip
    return Table(_("議程"), columns, tuple(rows))


def _subjects(meeting: Meeting, record: Record, as_of: AsOf | None) -> list[Block]:
    """The page of each subject of a line, in the order of the agenda, each on a page of its own."""
    frame, blocks, seen = frame_of(meeting), [], set()
    for section in record.sections:
        if section.part.code == FOLLOW_UP:
            continue
        for each in section.items:
            about = each.entry.subject
            shown = registry.subject(about[0]) if about else None
            if about is None or shown is None or about in seen:
                continue
            seen.add(about)
            blocks += [
                PageBreak(),
                Heading(1, f"{each.number}、{each.entry.title}"),
                *(
                    [Paragraph((_("列入理由：%(why)s") % {"why": each.entry.reason},), "note")]
                    if each.entry.reason
                    else []
                ),
                *shown.page(about[1], frame, as_of),
            ]
    return blocks
