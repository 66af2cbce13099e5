"""The system chases: before and after the day owed, and before and after an update is owed, rung by rung (B17's ladder)."""

from collections.abc import Iterable, Iterator
from datetime import date

from shizheng.common import clock
from shizheng.common.permissions import Actor, require
from shizheng.domains.commitments.actions.notices import context_of, page_of
from shizheng.domains.commitments.models import CommitmentUnit
from shizheng.domains.commitments.queries.commitments import owed_by
from shizheng.domains.commitments.queries.ruling import LADDER, ruling
from shizheng.domains.commitments.rules.days import Cycle, update_due
from shizheng.domains.commitments.rules.workflow import FILE, VIEW
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules.ladder import Step, due_steps
from shizheng.kernel.filing.notices import Notice
from shizheng.kernel.filing.rules.levels import OFFICER, RECIPIENTS
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications.actions import notify_all
from shizheng.kernel.people.holders import Finder
from shizheng.kernel.rulebook import queries as rulebook


def chase(actor: Actor, today: date | None = None) -> int:
    """Tell who owes what: every rung of the ladder whose day has come, once for each person. Returns how many were told.

    May be run again, and by two at once: what was told under a key is not told again. Days are working days.
    """
    require(actor, VIEW)
    day = today or clock.today()
    value = rulebook.values_of([LADDER], day)[LADDER].value
    steps = tuple(Step(each.after, each.to, each.channels) for each in value)  # type: ignore[union-attr]
    said: dict[str, list[Notice]] = {}
    finder, working, grace = Finder(), calendar.current_calendar(), ruling(day).grace
    for owed in owed_by(None):
        for about, due in _days(owed, grace):
            for rung, to in _told(due_steps(steps, due, day, (), working), owed.unit_id, finder):
                template = f"commitments.{about}{'soon' if rung.before_due else 'overdue'}"
                said.setdefault(template, []).append(_notice(owed, about, due, rung, to))
    if not said:
        return 0
    with recorded(by=actor, action="commitments.chase"):
        return sum(notify_all(template=template, notices=notices) for template, notices in said.items())


def _days(owed: CommitmentUnit, grace: int) -> Iterator[tuple[str, date]]:
    row = owed.commitment
    if row.due_on is not None:
        yield "", row.due_on
    update = update_due(Cycle(row.list.cycle), row.agreed_on, owed.told_on, grace)
    if update is not None:
        yield "update_", update


def _told(rungs: Iterable[Step], unit_id: int, finder: Finder) -> Iterator[tuple[Step, list[int]]]:
    """Each rung with those for whom it is the last that has come: several at once say the same thing to nobody twice."""
    last: dict[int, Step] = {}
    climbed = sorted(rungs, key=lambda each: each.after)
    for rung in climbed:
        code = FILE if rung.to == OFFICER else RECIPIENTS[rung.to]
        last.update(dict.fromkeys(finder.people(unit_id, code), rung))
    for rung in climbed:
        to = [person for person, own in last.items() if own is rung]
        if to:
            yield rung, to


def _notice(owed: CommitmentUnit, about: str, due: date, rung: Step, to: Iterable[int]) -> Notice:
    row = owed.commitment
    return Notice(
        key=f"commitments:{owed.pk}:{about or 'due_'}{due}:{rung.key}",
        to=to,
        context=context_of(row, owed.unit.short_name or owed.unit.name, due),
        url=page_of(row.pk),
        about=("commitments.commitment", row.pk),
        urgent=not rung.before_due,
    )
