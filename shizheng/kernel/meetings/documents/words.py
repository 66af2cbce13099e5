"""How documents of meetings write days, people and what was resolved, and the tables that both of them hold."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.roc import in_words
from shizheng.common.words import listed, read
from shizheng.kernel.meetings.models import Presence, ResolutionKind, Role
from shizheng.kernel.publication.documents.model import Block, Column, Paragraph, Table, cell

NONE = "—"


def day(text: str | None) -> str:
    """An ISO day as documents write it; a dash where there is none."""
    return in_words(date.fromisoformat(text), "short") if text else NONE


def moment(text: str | None) -> str:
    """An ISO moment of Taipei: 民國114年4月8日 10:00, in English 8 April 2025 10:00."""
    if not text:
        return _("時間未定")
    at = datetime.fromisoformat(text)
    return f"{in_words(at.date())} {at:%H:%M}"


def head(facts: Mapping[str, Any]) -> list[Block]:
    """When, where, who leads and who writes."""
    lines = (
        (_("時間"), moment(facts["at"])),
        (_("地點"), facts["place"] or NONE),
        (_("主席"), facts["chair"] or NONE),
        (_("紀錄"), facts["recorder"] or NONE),
        (_("主辦單位"), read(facts["unit"])),
    )
    return [Paragraph((_("%(what)s：%(said)s") % {"what": label, "said": text},)) for label, text in lines]


def attendance(rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Who was there."""
    if not rows:
        return [Paragraph((_("沒有出席紀錄。"),), "note")]
    columns = (
        Column(_("單位"), 3), Column(_("姓名"), 2), Column(_("職稱"), 2), Column(_("身分"), 1.2), Column(_("出席情形"), 2),
    )  # fmt: skip
    body = tuple(
        (
            cell(read(each["unit"]) or NONE), cell(each["name"] or NONE), cell(each["post"] or NONE),
            cell(str(Role(each["role"]).label)), cell(_presence(each)),
        )
        for each in rows
    )  # fmt: skip
    return [Table(_("出席人員"), columns, body, dense=True)]


def _presence(each: Mapping[str, Any]) -> str:
    word = str(Presence(each["presence"]).label)
    return _("%(what)s（%(who)s）") % {"what": word, "who": each["deputy"]} if each["deputy"] else word


def resolution(each: Mapping[str, Any]) -> Paragraph:
    """One resolution in a paragraph: its number, kind, text, units and day."""
    kind = str(ResolutionKind(each["kind"]).label)
    parts = [each["text"]]
    if each["main_unit"]:
        parts.append(_("主辦：%(unit)s") % {"unit": read(each["main_unit"])})
    if each["joint_units"]:
        parts.append(_("協辦：%(units)s") % {"units": listed(map(read, each["joint_units"]))})
    if each["due_on"]:
        parts.append(_("期限：%(day)s") % {"day": day(each["due_on"])})
    return Paragraph((f"{kind}{_('（%(n)s）：') % {'n': each['number']}}{'　'.join(parts)}",))


def follow_up(items: Sequence[Mapping[str, Any]]) -> list[Block]:
    """What became of earlier resolutions."""
    if not items:
        return [Paragraph((_("沒有前次會議的決議。"),), "note")]
    columns = (
        Column(_("決議"), 5), Column(_("主辦單位"), 2), Column(_("期限"), 1.6), Column(_("辦理情形"), 4),
    )  # fmt: skip
    body = []
    for each in items:
        facts = each["facts"]
        told, state = facts.get("last_update", ""), read(facts.get("state", ""))
        state = f"{state}\n{told}" if told else state
        body.append(
            (
                cell(each["title"]),
                cell(read(facts.get("unit", "")) or NONE),
                cell(day(facts.get("due_on"))),
                cell(state),
            )
        )
    return [Table(_("前次會議決議辦理情形"), columns, tuple(body), dense=True)]
