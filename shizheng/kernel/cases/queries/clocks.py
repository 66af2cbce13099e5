"""The clock of a case, read from its facts: where it stands, and why the deadline is that day."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.roc import in_words
from shizheng.common.words import tell
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import CalendarYearMissing, Unit, WorkCalendar
from shizheng.kernel.cases.models import Case, CaseClock, CaseExtension, CasePause, CaseStep, Decided, Ground
from shizheng.kernel.cases.queries.handling import limit_of_rule
from shizheng.kernel.cases.queries.whole import held
from shizheng.kernel.cases.rules import (
    Extension,
    Facts,
    Pause,
    Period,
    Revised,
    Standing,
    Told,
    due,
    explain,
    stand,
)
from shizheng.kernel.cases.rules.explaining import day_words
from shizheng.kernel.cases.rules.facts import day_of
from shizheng.kernel.rulebook import queries as rulebook


def period_of(kept: CaseClock) -> Period:
    """How long a case may take, as it was frozen on receipt."""
    return Period(kept.amount, Unit(kept.unit), kept.roll)


def facts_of(case: Case) -> Facts:
    """Everything that the deadline of a case follows from (three queries, none for what was prefetched)."""
    kept: CaseClock = case.clock
    pauses = tuple(Pause(each.since, each.until, each.reason) for each in case.pauses.all())
    granted = tuple(
        Extension(each.decided_at, each.amount, each.until, each.decision_reason)
        for each in case.extensions.all()
        if each.state == Decided.APPROVED and each.decided_at is not None
    )
    return Facts(case.received_at, period_of(kept), pauses, granted, kept.district_code or None)


def announced_calendar(kept: CaseClock, current: WorkCalendar) -> WorkCalendar:
    """The calendar by which the deadline was told to the citizen."""
    if kept.announced_version in (0, current.version):
        return current
    try:
        return calendar.calendar_as_of(kept.announced_version)
    except NotFound:
        return current


def moment_of(case: Case, now: datetime | None = None) -> datetime:
    """The moment at which a case's time is looked at: now, or when it was closed."""
    return case.closed_at or now or clock.now()


def standing_of(case: Case, now: datetime | None = None) -> Standing | None:
    """Where a case stands with its time; None where no version of the calendar knows the year."""
    return standing_by(facts_of(case), case.clock, calendar.current_calendar(), moment_of(case, now))


def standing_by(facts: Facts, kept: CaseClock, current: WorkCalendar, moment: datetime) -> Standing | None:
    """The same by facts, a clock and a calendar that are known."""
    announced, revised = announced_calendar(kept, current), Revised(kept.revised)
    try:
        return stand(facts, current, moment, announced=announced, revised=revised)
    except CalendarYearMissing:
        return None


def why_this_day(case: Case, now: datetime | None = None, *, plain: bool = False) -> tuple[Told, ...]:
    """The way from receipt to deadline, sentence by sentence; where it cannot be derived, why not.

    `plain`: for the public, without what officers wrote as reasons of pauses and extensions.
    """
    current = calendar.current_calendar()
    facts = facts_of(case)
    if plain:
        why = tell("依規定停止計算")
        pauses = tuple(replace(each, reason=why) for each in facts.pauses)
        granted = tuple(replace(each, reason="") for each in facts.extensions)
        facts = replace(facts, pauses=pauses, extensions=granted)
    try:
        told = explain(
            facts,
            current,
            moment_of(case, now),
            announced=announced_calendar(case.clock, current),
            revised=Revised(case.clock.revised),
        )
        return (told[0], *_changes(case), *told[1:])
    except CannotDo as failure:
        return (Told("missing", failure.message),)


def dues_under(case: Case, limits: Iterable[str]) -> dict[str, date | None]:
    """The day on which a case would be due by each rule, all else as it stands; None where the calendar does not know it."""
    facts, current = facts_of(case), calendar.current_calendar()
    found: dict[str, date | None] = {}
    for limit in limits:
        period, _version = limit_of_rule(limit, facts.received_on)
        try:
            found[limit] = due(replace(facts, period=period), current, clock.now()).on
        except CalendarYearMissing:
            found[limit] = None
    return found


def _changes(case: Case) -> list[Told]:
    """That the case had another limit before, one sentence a change (one query)."""
    found, there = [], held(case, "steps")
    if there is None:
        there = list(CaseStep.objects.filter(case=case, name="change_limit").order_by("id"))
    for step in (each for each in there if each.name == "change_limit"):
        before = step.fields.get("due_before")
        old, new = (
            rulebook.value_or_none(step.fields[side], day_of(case.received_at)) for side in ("from", "to")
        )
        found.append(
            Told(
                "relimited",
                tell(
                    "%(on)s 改列：期限由「%(old)s」改依「%(new)s」，仍從收到時起算；改之前的期限是 %(before)s。",
                    on=in_words(day_of(step.at), "short"),
                    old=old.name if old else step.fields["from"],
                    new=new.name if new else step.fields["to"],
                    before=day_words(date.fromisoformat(before)) if before else tell("未定"),
                ),
                day_of(step.at),
            )
        )
    return found


def pauses_of(case: Case) -> Sequence[CasePause]:
    """When the clock stood still, oldest first."""
    there = held(case, "pauses")
    return list(case.pauses.order_by("since", "id")) if there is None else there


def extensions_of(case: Case) -> Sequence[CaseExtension]:
    """What was asked for and decided, newest first."""
    there = held(case, "extensions")
    if there is not None:
        return there
    return list(case.extensions.select_related("asked_by", "decided_by").order_by("-id"))


def extension_asked(case: Case) -> CaseExtension | None:
    """The extension that waits for a decision."""
    there = held(case, "extensions")
    if there is not None:
        return next((each for each in there if each.state == Decided.ASKED), None)
    return CaseExtension.objects.filter(case=case, state=Decided.ASKED).first()


def is_paused(case: Case) -> bool:
    """Whether somebody decided that the clock stands still, whatever the state."""
    there = held(case, "pauses")
    if there is not None:
        return any(each.ground == Ground.ASKED and each.until is None for each in there)
    return CasePause.objects.filter(case=case, ground=Ground.ASKED, until=None).exists()
