"""The system chases (B17): rounds open and close on their days, and the ladder is climbed rung by rung."""

import logging
from datetime import date

from django.db import IntegrityError, transaction

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules.ladder import Step, due_steps
from shizheng.kernel.filing.actions.missed import plan_missed
from shizheng.kernel.filing.actions.rounds import close_round, open_round
from shizheng.kernel.filing.actions.shared import tell
from shizheng.kernel.filing.models import Reminder, Return, Round, RoundState
from shizheng.kernel.filing.queries.people import responsible
from shizheng.kernel.filing.queries.rounds import ladder_of, terms_for
from shizheng.kernel.filing.registry import FilingKind, kinds
from shizheng.kernel.filing.rules.levels import OFFICER
from shizheng.kernel.filing.rules.workflow import EDITABLE
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.people.holders import Finder

log = logging.getLogger(__name__)


def move_rounds(actor: Actor, today: date | None = None) -> list[Round]:
    """Open rounds whose day has come, planned or due by the rulebook, and close open ones whose last day is over.

    May be run again. A round that cannot be opened (nothing is owed yet, a rule is missing) is left for the next run.
    One whose last day is over before it was opened is left to people, who are told (`missed`).
    """
    require(actor, "filing.open")
    day = today or clock.today()
    moved = []
    planned = Round.objects.filter(state=RoundState.PLANNED, opens_on__lte=day, closes_on__gte=day).order_by(
        "opens_on"
    )
    wanted = [(each.kind, each.period) for each in planned]
    for kind, period in [*wanted, *_due_by_rule(day)]:
        try:
            moved.append(open_round(actor, kind, period))
        except CannotDo as failure:
            log.info("%s %s is not opened: %s", kind, period, failure.message)
    for found in Round.objects.filter(state=RoundState.OPEN, closes_on__lt=day).order_by("closes_on"):
        moved.append(close_round(actor, found.pk, version=found.version))
    plan_missed(actor, day)
    return moved


def _due_by_rule(day: date) -> list[tuple[str, str]]:
    """Kind and period of rounds that the rulebook wants open on a day and that do not exist yet."""
    there = set(Round.objects.values_list("kind", "period"))
    found = []
    for kind in kinds():
        for schedule in kind.schedules:
            now = Period(schedule.period, day.year, 1)
            while now.end <= day:
                now = now.next()
            for period in (now, now.previous()):
                if schedule.covers(period) and (kind.code, period.code) not in there:
                    found += _wanted(kind, period, day)
    return found


def _wanted(kind: FilingKind, period: Period, day: date) -> list[tuple[str, str]]:
    try:
        terms = terms_for(kind, period).terms
    except CannotDo as failure:
        log.info("%s %s is not planned: %s", kind.code, period.code, failure.message)
        return []
    return [(kind.code, period.code)] if terms.opens_on <= day <= terms.closes_on else []


def remind(actor: Actor, today: date | None = None) -> list[Reminder]:
    """Take every rung of the ladder whose day has come, once for each return; what was taken stands in the record.

    Days are working days of the calendar in force. May be run again, and by two at once: a rung is taken once.
    """
    require(actor, "filing.open")
    day = today or clock.today()
    owed = list(
        Return.objects.filter(
            round__state__in=[RoundState.OPEN, RoundState.CLOSED], state__in=sorted(EDITABLE)
        )
        .select_related("round", "unit")
        .order_by("pk")
    )
    taken: dict[tuple[int, date], set[str]] = {}
    for pk, due, name in Reminder.objects.filter(filing__in=owed).values_list("filing_id", "due_on", "step"):
        taken.setdefault((pk, due), set()).add(name)
    finder = Finder()
    working, done = calendar.current_calendar(), []
    for each in owed:
        steps = due_steps(
            ladder_of(each.round), each.due_on, day, taken.get((each.pk, each.due_on), ()), working
        )
        for step in steps:
            made = _take(actor, each, step, responsible(each, step.to, finder))
            if made is not None:
                done.append(made)
    return done


def _take(actor: Actor, filing: Return, step: Step, to: frozenset[int]) -> Reminder | None:
    """Take one rung; None where another run was faster."""
    late = "filing.overdue" if step.to == OFFICER else "filing.escalated"
    template = "filing.reminder" if step.before_due else late
    with recorded(by=actor, action="filing.remind"):
        told = tell(
            f"filing:{filing.pk}:{step.key}:{filing.due_on}", template, to, filing, urgent=not step.before_due
        )
        try:
            with transaction.atomic():
                return Reminder.objects.create(
                    filing=filing,
                    step=step.key,
                    due_on=filing.due_on,
                    to=step.to,
                    people=sorted(to),
                    told=told,
                )
        except IntegrityError:
            return None
