"""The minutes go to the members and to the units with something to do, each told what and by when."""

from shizheng.common.permissions import Actor
from shizheng.common.roc import format_roc
from shizheng.kernel.filing import notices
from shizheng.kernel.filing.notices import Notice
from shizheng.kernel.meetings.models import Meeting
from shizheng.kernel.meetings.queries.letters import Letter, letters_of
from shizheng.kernel.meetings.queries.units import names_of
from shizheng.kernel.meetings.rules.workflow import CHAIR, MANAGE
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.holders import holders_by_unit, nearest


def send_minutes(actor: Actor, found: Meeting) -> int:
    """Tell the people of each unit once for each edition of the minutes, in the product and by mail as they wish.

    Told are who controls and who leads the unit, and the meeting's secretary. Returns to how many it was sent.
    """
    letters = {each.unit_id: each for each in letters_of(found)}
    seats = {pk for pk in found.attendances.values_list("unit_id", flat=True) if pk}
    seats |= (
        set(found.series.members.values_list("pk", flat=True)) if found.series.level != "agency" else set()
    )
    names = names_of(seats - letters.keys())
    tree, by_code = organisations.tree(), [holders_by_unit(code) for code in (MANAGE, CHAIR)]

    def people(unit_id: int) -> frozenset[int]:
        return frozenset().union(*(nearest(tree, each, unit_id, False) for each in by_code))

    def said(unit_id: int, name: str, given: Letter | None) -> Notice:
        due = given.first_due if given else None
        context = {
            "title": found.title, "unit": name, "who": getattr(actor, "display_name", "") or found.chair,
            "count": len(given.resolutions) if given else 0, "due": format_roc(due) if due else "—",
        }  # fmt: skip
        url = f"/meetings/{found.pk}/letters/{unit_id}.pdf" if given else f"/meetings/{found.pk}/"
        key = f"meetings:{found.pk}:minutes:{found.minutes_code}:{unit_id}"
        return Notice(key, people(unit_id), context, url, ("meetings.meeting", found.pk))

    told = notices.send_all("meetings.resolved", [said(pk, each.unit, each) for pk, each in letters.items()])
    return told + notices.send_all(
        "meetings.minutes_out", [said(pk, name, None) for pk, name in names.items()]
    )
