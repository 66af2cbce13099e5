"""The system chases (B17): meetings not held by their day, minutes not issued by theirs, rung by rung of the ladder."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from shizheng.common import clock
from shizheng.common.permissions import Actor, require
from shizheng.common.roc import format_roc
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules.ladder import Step, due_steps, read_ladder
from shizheng.kernel.filing import notices
from shizheng.kernel.filing.notices import Notice
from shizheng.kernel.filing.rules.levels import OFFICER
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings.models import Meeting, MeetingReminder, MeetingState, ReminderAbout
from shizheng.kernel.meetings.rules.workflow import CHAIR, MANAGE, RECORD
from shizheng.kernel.people.holders import Finder
from shizheng.kernel.rulebook import queries as rulebook

LADDER = "meeting.ladder"
RECIPIENTS = {
    OFFICER: RECORD,
    "supervisor": CHAIR,
    "control_officer": MANAGE,
    "head": CHAIR,
    "rdec": "meetings.define",
}
"""To whom a rung goes, and by which permission they are found in the unit and above it."""
WORDS = {
    ReminderAbout.HELD: ("meetings.to_hold", "meetings.not_held"),
    ReminderAbout.MINUTES: ("meetings.minutes_due", "meetings.minutes_late"),
}


def remind(actor: Actor, today: date | None = None) -> list[MeetingReminder]:
    """Take every rung whose day has come, once for each meeting. May be run again, and by two at once."""
    require(actor, MANAGE)
    day = today or clock.today()
    owed = list(_owed())
    taken: dict[tuple[int, str, date], set[str]] = {}
    for row in MeetingReminder.objects.filter(meeting__in=[each for each, *_rest in owed]):
        taken.setdefault((row.meeting_id, row.about, row.due_on), set()).add(row.step)
    finder, working, done = Finder(), calendar.current_calendar(), []
    for meeting, about, due in owed:
        ladder = rulebook.value_or_none(LADDER, due)
        steps = read_ladder(ladder.raw, RECIPIENTS) if ladder is not None else ()
        for step in due_steps(steps, due, day, taken.get((meeting.pk, about, due), ()), working):
            made = _take(actor, meeting, about, due, step, _people(finder, meeting, step.to))
            if made is not None:
                done.append(made)
    return done


def _owed() -> Iterable[tuple[Meeting, ReminderAbout, date]]:
    rows = Meeting.objects.select_related("series", "unit").order_by("pk")
    for each in rows.filter(state__in=[MeetingState.PLANNED, MeetingState.FIXED], due_on__isnull=False):
        if each.due_on is not None:
            yield each, ReminderAbout.HELD, each.due_on
    for each in rows.filter(state=MeetingState.HELD, minutes_due_on__isnull=False):
        if each.minutes_due_on is not None:
            yield each, ReminderAbout.MINUTES, each.minutes_due_on


def _people(finder: Finder, meeting: Meeting, to: str) -> frozenset[int]:
    if to == OFFICER and meeting.secretary_id is not None:
        return frozenset({meeting.secretary_id})
    return finder.people(meeting.unit_id, RECIPIENTS[to])


def _take(
    actor: Actor, meeting: Meeting, about: ReminderAbout, due: date, step: Step, to: frozenset[int]
) -> MeetingReminder | None:
    """Take one rung; None where another run was faster."""
    template = WORDS[about][0 if step.before_due else 1]
    with recorded(by=actor, action="meetings.remind"):
        context = {"title": meeting.title, "unit": meeting.unit.name, "due": format_roc(due), "who": ""}
        notice = Notice(
            f"meetings:{meeting.pk}:{about}:{step.key}:{due}", to, context, f"/meetings/{meeting.pk}/",
            ("meetings.meeting", meeting.pk), not step.before_due,
        )  # fmt: skip
        told = notices.send_all(template, [notice])
        try:
            with transaction.atomic():
                return MeetingReminder.objects.create(
                    meeting=meeting, about=about, step=step.key, due_on=due, people=sorted(to), told=told
                )
        except IntegrityError:
            return None
