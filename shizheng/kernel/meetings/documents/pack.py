"""會議資料: cover, agenda, what became of the last resolutions, then a page for each subject (B03)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.words import called, english, listed, read
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.documents.words import NONE, follow_up, head
from shizheng.kernel.meetings.models import Meeting, Resolution
from shizheng.kernel.meetings.queries.agenda import FOLLOW_UP, fixed_moment, frame_of, is_fixed
from shizheng.kernel.meetings.queries.record import Record, Treated, facts_of, record_of
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
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.rules import AsOf

About = tuple[str, str]
"""Kind and id of a subject."""
PAGES = "meeting.pack_pages"
"""The rule that says how many subjects have a page of their own."""

MOST_EARLIER, MOST_TEXT = 2, 60
"""So many earlier resolutions stand on the page of a subject, in so many characters; all of them stand in the follow-up."""


def pack_of(meeting: Meeting, as_of: AsOf | None = None) -> Document:
    """The pack of a meeting. Once its agenda is fixed, the pages of its subjects are as of that moment, unless another is given.

    Each subject stands once, also where several lines are about it. No more than a rule says have a page (`PAGES`), the
    first on the agenda; the others stand in the table of the agenda alone, and the pack says so.
    """
    as_of = as_of or fixed_moment(meeting)
    record = record_of(meeting, as_of)
    facts = facts_of(meeting, record)
    lines = _lines(record)
    shown, told = _with_pages(meeting, list(lines), as_of)
    blocks: list[Block] = [
        Paragraph((_("%(meeting)s會議資料") % {"meeting": read(meeting.title)},), "title"),
        *head(facts),
        Heading(1, _("議程")),
        *told,
        _agenda(record),
        Heading(1, _("前次會議決議辦理情形")),
    ]
    for section in facts["sections"]:
        if section["code"] == FOLLOW_UP:
            blocks += follow_up(section["items"])
    blocks += _subjects(meeting, record, {about: lines[about] for about in shown}, as_of)
    return Document(
        title=_("%(meeting)s會議資料") % {"meeting": read(meeting.title)},
        author=called(meeting.unit),
        blocks=tuple(blocks),
        data=facts,
        subject=read(meeting.series.name),
        language="en" if english() else "zh-TW",
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
        rows.append((cell(""), cell(read(section.part.title), header=True), cell(""), cell("")))
        if section.part.code == FOLLOW_UP:
            told = _("%(n)s 項，見後") % {"n": len(section.items)} if section.items else _("無")
            rows.append((cell(""), cell(told), cell(""), cell("")))
            continue
        rows += [
            (
                cell(str(each.number)), cell(read(each.entry.title)), cell(_reason(each)),
                cell(listed(read(one) for one in each.units if one) or NONE),
            )
            for each in section.items
        ] or [(cell(""), cell(_("無")), cell(""), cell(""))]  # fmt: skip
    return Table(_("議程"), columns, tuple(rows))


def _lines(record: Record) -> dict[About, list[Treated]]:
    """Subject → the lines of the agenda about it, in their order."""
    lines: dict[About, list[Treated]] = {}
    for section in record.sections:
        for each in section.items if section.part.code != FOLLOW_UP else ():
            if each.entry.subject is not None:
                lines.setdefault(each.entry.subject, []).append(each)
    return lines


def _with_pages(
    meeting: Meeting, subjects: Sequence[About], as_of: AsOf | None
) -> tuple[Sequence[About], list[Block]]:
    """The subjects that have a page; and what is said where the rule leaves some without (one rule)."""
    rule = rulebook.value_or_none(PAGES, frame_of(meeting).day, as_of)
    most = rule.value if rule is not None else None
    if rule is None or not isinstance(most, int) or len(subjects) <= most:
        return subjects, []
    said = _(
        "本次議程有 %(n)s 案要附資料。依規則「會議資料附頁的上限」（%(rule)s），排在前面的 %(most)s 案各附一頁，其餘 %(rest)s 案只列在下面的議程表；各案的曲線、檢核點與經費請在系統裡看。"
    ) % {"n": len(subjects), "rule": rule.label, "most": most, "rest": len(subjects) - most}
    return subjects[:most], [Paragraph((said,), "note")]


def _subjects(
    meeting: Meeting, record: Record, lines: Mapping[About, Sequence[Treated]], as_of: AsOf | None
) -> list[Block]:
    """The page of each of these subjects, in the order of the agenda, each on a page of its own with all reasons why.

    Pages are asked for once for each kind of subject, so that a pack of hundreds asks the database no more than one of two.
    """
    frame = frame_of(meeting)
    pages: dict[tuple[str, str], Sequence[Block]] = {}
    for kind in dict.fromkeys(kind for kind, _id in lines):
        shown = registry.subject(kind)
        if shown is not None:
            ids = [each for other, each in lines if other == kind]
            pages |= {(kind, each): made for each, made in shown.pages(ids, frame, as_of).items()}
    earlier = _earlier(record)
    blocks: list[Block] = []
    for about, mine in lines.items():
        if not pages.get(about):
            continue
        reasons = list(dict.fromkeys(_reason(each) for each in mine if each.entry.reason))
        blocks += [PageBreak(), Heading(1, _numbered(mine[0].number, read(mine[0].entry.title)))]
        if reasons:
            blocks.append(Paragraph((_("列入理由：%(why)s") % {"why": _together(reasons)},), "note"))
        blocks += [Paragraph((said,), "note") for said in earlier.get(about, ())[:MOST_EARLIER]]
        blocks += [_named(block, mine[0].number) for block in pages[about]]
    return blocks


def _earlier(record: Record) -> dict[tuple[str, str], list[str]]:
    """What the last meetings resolved about a subject, and how it stands (one query)."""
    told = {
        int(each.entry.subject[1]): each.entry
        for section in record.sections
        if section.part.code == FOLLOW_UP
        for each in section.items
        if each.entry.subject is not None and each.entry.subject[1].isdecimal()
    }
    found: dict[tuple[str, str], list[str]] = {}
    for row in (
        Resolution.objects.filter(pk__in=told, item__isnull=False).select_related("item").order_by("pk")
    ):
        about = row.item.subject if row.item else None
        if about is not None:
            entry = told[row.pk]
            said = _("前次決議：%(text)s（%(state)s）") % {
                "text": _short(entry.title),
                "state": read(entry.reason),
            }
            found.setdefault(about, []).append(said)
    return found


def _reason(each: Treated) -> str:
    """Why it stands there; what was kept in Chinese is read part by part."""
    return _together([read(part) for part in each.entry.reason.split("；")])


def _together(said: Sequence[str]) -> str:
    return ("; " if english() else "；").join(said)


def _numbered(number: int, title: str) -> str:
    return f"{number}. {title}" if english() else f"{number}、{title}"


def _short(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= MOST_TEXT else f"{one[: MOST_TEXT - 1]}…"


def _named(block: Block, number: int) -> Block:
    """Tables of several subjects have the same titles: with its number each is told from the others."""
    return replace(block, title=_numbered(number, block.title)) if isinstance(block, Table) else block
