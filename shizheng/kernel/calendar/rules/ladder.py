"""Ladders of reminders (B17): so many working days before or after the due day, to whom, by which channel."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from shizheng.common.words import listed, tell
from shizheng.kernel.calendar.rules.days import CalendarYearMissing


class Days(Protocol):
    """What a ladder needs of the work calendar."""

    def add_working_days(self, day: date, n: int) -> date: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One rung. `after` counts working days from the due day, negative before it."""

    after: int
    to: str
    channels: tuple[str, ...] = ("in_app",)

    @property
    def key(self) -> str:
        """`-3:officer`: the same rung has the same name for ever, so that it is taken once."""
        return f"{self.after}:{self.to}"

    @property
    def before_due(self) -> bool:
        return self.after <= 0

    def day(self, due: date, calendar: Days) -> date:
        """The day on which the rung is to be taken."""
        return calendar.add_working_days(due, self.after) if self.after else due


class LadderNotUnderstood(ValueError):
    """A ladder that cannot be climbed; the message is 中文."""


def read_ladder(value: Iterable[Mapping[str, Any]], recipients: Collection[str]) -> tuple[Step, ...]:
    """The steps of a ladder as the rulebook stores it, in the order of their days; `recipients` are those it may name.

    Raises LadderNotUnderstood.
    """
    steps = []
    for each in value:
        try:
            after, to = int(each["after"]), str(each["to"])
        except (KeyError, TypeError, ValueError) as failure:
            raise LadderNotUnderstood(
                tell("稽催階梯的每一級都要有工作日數（after）和對象（to）。")
            ) from failure
        if to not in recipients:
            raise LadderNotUnderstood(
                tell(
                    "稽催階梯的對象「%(to)s」不存在；可以用的是 %(known)s。", to=to, known=listed(recipients)
                )
            )
        steps.append(Step(after, to, tuple(str(one) for one in each.get("channel", ("in_app",)))))
    return tuple(sorted(steps, key=lambda step: (step.after, step.to)))


def due_steps(
    steps: Sequence[Step], due: date, today: date, taken: Iterable[str], calendar: Days
) -> list[Step]:
    """Steps whose day has come and that have not been taken.

    What should have been said before the due day is not said after it: it would only be late and wrong. A due day in a
    coming year whose calendar is not known yet has no rung that has come; raises CalendarYearMissing where this year's is not.
    """
    done = set(taken)
    found = []
    for step in steps:
        if step.key in done or (step.before_due and today > due):
            continue
        if _has_come(step, due, today, calendar):
            found.append(step)
    return found


def _has_come(step: Step, due: date, today: date, calendar: Days) -> bool:
    try:
        return step.day(due, calendar) <= today
    except CalendarYearMissing:
        if due.year > today.year:
            return False
        raise
