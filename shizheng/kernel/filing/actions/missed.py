"""Rounds whose days went by while the system stood still: planned, told to who opens rounds, and left to them (B17).

Once the system has opened a round by itself, every later period of the same rule is owed its round. One that found the
system standing is planned with the days of the rulebook and waits: people open it with a due day that is still to come,
or cancel it with a reason, and what they cancelled is not planned again. Before that nothing is missed: what people
opened or loaded earlier is their own matter.
"""

import logging
from datetime import date, timedelta

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.filing import notices
from shizheng.kernel.filing.actions.rounds import plan_round
from shizheng.kernel.filing.actions.shared import notice_of_round
from shizheng.kernel.filing.models import Round, RoundState
from shizheng.kernel.filing.queries.rounds import terms_for
from shizheng.kernel.filing.registry import FilingKind, Schedule, kinds
from shizheng.kernel.filing.rules.terms import settle
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.history.queries import gone, rows_of_act
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.people.holders import holders_by_unit

LONGEST = timedelta(days=366)
"""Between the end of a period and the opening of its round, at most."""
log = logging.getLogger(__name__)


def plan_missed(actor: Actor, day: date) -> list[Round]:
    """Plan what should have been opened and closed before `day`, and tell of all that waits so. May be run again."""
    made = [
        found
        for kind, period in _missed(day)
        if (found := _plan(actor, kind, period)) is not None
    ]  # fmt: skip
    _tell(actor, day)
    return made


def new_days(found: Round, day: date) -> tuple[date, date]:
    """The due day and the last day that give a missed round from `day` on the time that it should have had."""
    due = settle(
        day + (found.due_on - found.opens_on), "next_working_day", calendar.current_calendar()
    )  # fmt: skip
    return due, max(due, day + (found.closes_on - found.opens_on))


def _missed(day: date) -> list[tuple[FilingKind, Period]]:
    by_itself = rows_of_act("filing.round", "filing.open_round", "job")
    there = set(Round.objects.values_list("kind", "period"))
    since: dict[str, date] = {}
    for code, opened in Round.objects.filter(pk__in=by_itself).values_list("kind", "opens_on"):
        since[code] = min(opened, since.get(code, opened))
    found = [
        (kind, each)
        for kind in kinds()
        if kind.code in since
        for schedule in kind.schedules
        for each in _over(kind, schedule, since[kind.code], day, there)
    ]
    if not found:
        return []
    cancelled = {(each.get("kind"), each.get("period")) for each in gone("filing.round")}
    return [(kind, each) for kind, each in found if (kind.code, each.code) not in cancelled]


def _over(
    kind: FilingKind, schedule: Schedule, since: date, day: date, there: set[tuple[str, str]]
) -> list[Period]:
    """Periods whose round should have been opened after `since` and whose last day is before `day`, without one that is `there`."""
    here, found = Period(schedule.period, since.year - 1, 1), []
    while here.start <= day:
        if schedule.covers(here) and (kind.code, here.code) not in there and here.end > since - LONGEST:
            try:
                terms = terms_for(kind, here).terms
                if since < terms.opens_on and terms.closes_on < day:
                    found.append(here)
            except CannotDo as failure:
                log.info("%s %s is not planned: %s", kind.code, here.code, failure.message)
        here = here.next()
    return found


class _NothingOwed(Exception):
    """Nobody owes anything for the period: there was nothing to miss."""


def _plan(actor: Actor, kind: FilingKind, period: Period) -> Round | None:
    try:
        with recorded(by=actor, action="filing.plan_round"):
            found = plan_round(actor, kind.code, period)
            if next(iter(kind.subjects(found)), None) is None:
                raise _NothingOwed
    except _NothingOwed:
        return None
    return found


def _tell(actor: Actor, day: date) -> None:
    waiting = Round.objects.filter(state=RoundState.PLANNED, closes_on__lt=day).order_by("closes_on")
    rounds = list(waiting)
    if not rounds:
        return
    to: frozenset[int] = frozenset().union(*holders_by_unit("filing.open").values())
    said = [
        notice_of_round(
            f"filing:round:{each.pk}:missed:{each.closes_on}", to, each, title=each.title, unit="", count=0
        )
        for each in rounds
    ]
    with recorded(by=actor, action="filing.plan_round"):
        notices.send_all("filing.missed", said)
