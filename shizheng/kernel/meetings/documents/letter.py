"""函 to a unit after a meeting: its resolutions with what it has to do in each and by when; names no person."""

from django.utils.translation import gettext as _

from shizheng.common.clock import TAIPEI
from shizheng.kernel.meetings.documents.words import NONE, day
from shizheng.kernel.meetings.models import ResolutionKind
from shizheng.kernel.meetings.queries.letters import Letter
from shizheng.kernel.publication.documents.model import Block, Column, Document, Paragraph, Table, cell


def letter_of(given: Letter) -> Document:
    """The letter as a document."""
    found = given.meeting
    issued = found.minutes_issued_at
    assert issued is not None  # letters are of minutes that went out
    held = f"{found.at.astimezone(TAIPEI):%Y-%m-%d}" if found.at else None
    title = _("%(meeting)s交辦事項") % {"meeting": found.title}
    columns = (
        Column(_("序號"), 1), Column(_("種類"), 1.6), Column(_("內容"), 6), Column(_("分工"), 2.4), Column(_("期限"), 1.8),
    )  # fmt: skip
    body = tuple(
        (
            cell(str(each.number)), cell(str(ResolutionKind(each.kind).label)), cell(each.text),
            cell(_part(given, each)), cell(day(each.due_on.isoformat() if each.due_on else None)),
        )
        for each in given.resolutions
    )  # fmt: skip
    blocks: list[Block] = [
        Paragraph((found.unit.name,), "title"),
        Paragraph((title,), "title"),
        Paragraph((_("受文者：%(unit)s") % {"unit": given.unit},)),
        Paragraph((_("開會日：%(held)s　紀錄發出日：%(issued)s") % {"held": day(held), "issued": day(f"{issued.astimezone(TAIPEI):%Y-%m-%d}")},)),
        Paragraph((_("說明：%(meeting)s的紀錄已核定。貴單位要辦的事項如下，請依期限辦理，並於下次會議前回報辦理情形。") % {"meeting": found.title},)),
        Table(title, columns, body),
    ]  # fmt: skip
    return Document(
        title=title,
        author=found.unit.name,
        blocks=tuple(blocks),
        data={},
        subject=found.series.name,
        issued_at=issued.replace(microsecond=0),
    )


def _part(given: Letter, row: object) -> str:
    """Whether the unit leads, and with whom; else who leads."""
    main, joint = getattr(row, "main_unit_id", None), getattr(row, "joint_units", [])
    others = "、".join(given.names.get(pk, "") for pk in joint if pk != given.unit_id)
    if main == given.unit_id:
        return _("主辦（協辦：%(units)s）") % {"units": others} if others else _("主辦")
    return _("協辦（主辦：%(unit)s）") % {"unit": given.names.get(main or 0, "") or NONE}
