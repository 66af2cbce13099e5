"""The kept deadline follows the facts: written anew whenever one of them changes, or the calendar does."""

from datetime import datetime, time

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.common.permissions import Actor, require
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import CalendarYearMissing, WorkCalendar
from shizheng.kernel.calendar.rules.ladder import read_ladder
from shizheng.kernel.cases.models import Case, CaseClock, CaseRung
from shizheng.kernel.cases.queries.clocks import facts_of, moment_of, standing_by
from shizheng.kernel.cases.registry import RECIPIENTS
from shizheng.kernel.cases.rules import Facts, Standing
from shizheng.kernel.history.actions import recorded

KEPT = ("due_on", "due_at", "stopped_at")
BATCH = 500


def settle(case: Case, now: datetime | None = None) -> Standing | None:
    """Derive the deadline anew and keep it with its rungs (helper: the caller saves the case with KEPT, and records)."""
    current = calendar.current_calendar()
    standing = derive(case, facts_of(case), case.clock, current, moment_of(case, now))
    if case.clock.derived_version != current.version:
        case.clock.derived_version = current.version
        case.clock.save(update_fields=["derived_version"])
    _keep_rungs(case, current)
    return standing


def derive(
    case: Case, facts: Facts, kept: CaseClock, current: WorkCalendar, moment: datetime
) -> Standing | None:
    """Where the case stands by these facts; its deadline is set, nothing is saved (helper). None: no calendar knows the year."""
    standing = standing_by(facts, kept, current, moment)
    case.due_on = standing.due.on if standing else None
    case.due_at = standing.due.at if standing else None
    return standing


def _keep_rungs(case: Case, working: WorkCalendar) -> None:
    """Write down when each rung of the frozen ladder comes for the deadline as it stands."""
    wanted = {each.step: each for each in rungs_of(case, case.clock, working)}
    there = {each.step: each for each in CaseRung.objects.filter(case=case)}
    if {step: (each.due_at, each.comes_at) for step, each in there.items()} == {
        step: (each.due_at, each.comes_at) for step, each in wanted.items()
    }:
        return
    if there:
        CaseRung.objects.filter(case=case).delete()
    CaseRung.objects.bulk_create(wanted.values())


def rungs_of(case: Case, kept: CaseClock, working: WorkCalendar) -> list[CaseRung]:
    """When each rung of the ladder comes for the deadline as it stands; none of a case that is over or has no deadline."""
    if case.due_on is None or case.due_at is None or case.closed_at is not None:
        return []
    found = []
    for step in read_ladder(kept.ladder, RECIPIENTS):
        try:
            day = step.day(case.due_on, working)
        except CalendarYearMissing:
            continue  # comes with the year: the calendar's next version derives it anew
        found.append(
            CaseRung(
                case_id=case.pk,
                step=step.key,
                to=step.to,
                before_due=step.before_due,
                due_at=case.due_at,
                comes_at=datetime.combine(day, time(), TAIPEI),
            )
        )
    return found


def derive_again(actor: Actor, limit: int = BATCH) -> int:
    """Derive deadlines of open cases that a newer calendar was published since; `limit` a transaction. Returns how many were done.

    May be run again, and killed: what was done stays done.
    """
    require(actor, "calendar.revise")
    version = calendar.current_version()
    done = 0
    while True:
        with recorded(by=actor, action="cases.derive_again"):
            rows = list(
                Case.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("clock")
                .prefetch_related("pauses", "extensions")
                .filter(closed_at=None, clock__derived_version__lt=version)
                .order_by("pk")[:limit]
            )
            for case in rows:
                before = case.due_at
                settle(case, clock.now())
                if case.due_at != before:
                    case.version += 1
                    case.save(update_fields=["due_on", "due_at", "version"])
        done += len(rows)
        if len(rows) < limit:
            return done
