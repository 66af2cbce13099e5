"""會議紀錄: set from its facts alone, so that a stored edition can be set again."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.kernel.meetings.documents.words import attendance, follow_up, head, resolution
from shizheng.kernel.publication.documents.model import (
    Block,
    Dataset,
    Document,
    Field,
    FigureRef,
    Heading,
    Paragraph,
)

FOLLOW_UP = "follow-up"


def document(facts: Mapping[str, Any], _refs: Mapping[str, FigureRef]) -> Document:
    """The minutes: head, attendance, each section with discussion and resolutions, and the resolutions as data."""
    title = _("%(meeting)s會議紀錄") % {"meeting": facts["title"]}
    blocks: list[Block] = [Paragraph((title,), "title"), *head(facts)]
    blocks += [Heading(1, _("出席人員")), *attendance(facts["attendance"])]
    for section in facts["sections"]:
        blocks.append(Heading(1, section["title"]))
        blocks += _section(section)
    if facts["resolutions"]:
        blocks.append(Heading(1, _("其他裁示與決議")))
        blocks += [resolution(each) for each in facts["resolutions"]]
    return Document(
        title=title,
        author=facts["unit"],
        blocks=tuple(blocks),
        data=facts,
        datasets=(_resolutions(facts),),
        subject=facts["series_name"],
    )


def _section(section: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = []
    if section["code"] == FOLLOW_UP:
        blocks += follow_up(section["items"])
        for each in section["items"]:
            if each["discussion"] or each["resolutions"]:
                blocks += _treated(each)
    else:
        for each in section["items"]:
            blocks += _treated(each)
        if not section["items"]:
            blocks.append(Paragraph((_("無。"),)))
    for each in section["dropped"]:
        words = _("不討論：%(title)s（%(reason)s）") % each
        blocks.append(Paragraph((words,), "note"))
    return blocks


def _treated(each: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [Heading(2, f"{each['number']}、{each['title']}")]
    if each["reason"]:
        blocks.append(Paragraph((_("列入理由：%(why)s") % {"why": each["reason"]},), "note"))
    blocks += [Paragraph((line,)) for line in each["discussion"].splitlines() if line.strip()]
    blocks += [resolution(one) for one in each["resolutions"]]
    return blocks


def _resolutions(facts: Mapping[str, Any]) -> Dataset:
    found = [
        (one, item["title"])
        for section in facts["sections"]
        for item in section["items"]
        for one in item["resolutions"]
    ] + [(one, "") for one in facts["resolutions"]]
    rows = tuple(
        (
            one["number"], one["kind"], item, one["text"], one["main_unit"], "、".join(one["joint_units"]), one["due_on"],
        )
        for one, item in sorted(found, key=lambda each: each[0]["number"])
    )  # fmt: skip
    fields = (
        Field("number", _("序號"), "Number", _("在這場會議裡的序號。"), "integer"),
        Field("kind", _("種類"), "Kind", _("directive 主席裁示、decision 決議、noted 洽悉。")),
        Field("item", _("議程項目"), "Agenda item", _("空白是不屬於任何項目。"), missing=_("不屬於任何項目")),
        Field("text", _("內容"), "Text", _("決議的文字。")),
        Field("main_unit", _("主辦單位"), "Main unit", _("主辦的單位。"), missing=_("沒有主辦單位")),
        Field(
            "joint_units",
            _("協辦單位"),
            "Joint units",
            _("協辦的單位，以頓號分開。"),
            missing=_("沒有協辦單位"),
        ),
        Field("due_on", _("期限"), "Due", _("辦理期限。"), "date", missing=_("沒有期限")),
    )
    return Dataset("resolutions", _("裁示與決議"), _("這場會議的裁示與決議。"), fields, rows, ("number",))
