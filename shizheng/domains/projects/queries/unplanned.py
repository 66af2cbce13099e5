"""未訂作業計畫: tenders under control without a plan, and until when each has to have one (B01; TC-12, TC-27)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.roc import FIRST_YEAR
from shizheng.common.together import Steps, beside, done, reading
from shizheng.domains.projects.models import Happening, PlanVersion, Project
from shizheng.domains.projects.queries.happenings import standing_steps
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.domains.projects.queries.tendering import there_then
from shizheng.domains.projects.rules.life import CONTINUING, CannotHappen, Kind, State, state_after
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import WorkCalendar
from shizheng.kernel.calendar.rules.days import CalendarYearMissing
from shizheng.kernel.calendar.rules.deadlines import add_months, deadline
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.queries.rewinding import rewound_steps
from shizheng.kernel.meetings.queries.due import COUNTED
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.rules import Deadline, DeadlineUnit, YearlyDeadline

RULE, START = "TC-12", "TC-27"


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A tender without a plan. `held_on`: since when its funds are held; `due`: until when the plan has to be set.

    Where nobody has told of the funds there is no due day; `begins` is the day from which plans of its year are set.
    """

    project: Project
    state: State
    held_on: date | None
    due: date | None
    begins: date | None
    late: int
    """Days of the calendar since the due day; 0 until it is over."""


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """Those of a day, the latest first. `controlled`: every tender under control, the denominator."""

    on: date
    rules: tuple[RuleValue, ...]
    rows: tuple[Unplanned, ...]
    controlled: int

    @property
    def late(self) -> tuple[Unplanned, ...]:
        """Those whose day is over."""
        return tuple(each for each in self.rows if each.late)

    @property
    def unfunded(self) -> tuple[Unplanned, ...]:
        """Those of which nobody has told when the funds were held."""
        return tuple(each for each in self.rows if each.held_on is None)


def unplanned(actor: Actor, on: date | None = None, *, proposed: RuleValue | None = None) -> NotPlanned:
    """Tenders without a plan on a day (by a `proposed` version of TC-12), as it was known then (two queries, one more as of a day, and the rules)."""
    return done(unplanned_steps(actor, on, proposed=proposed))


def unplanned_steps(
    actor: Actor, on: date | None = None, *, proposed: RuleValue | None = None
) -> Steps[NotPlanned]:
    """The same beside what else is read."""
    day, moment = on or clock.today(), as_of_day(on)
    known_by = moment.moment if moment else None
    plans = PlanVersion.objects.filter(project=OuterRef("pk"))
    if known_by is not None:
        plans = plans.filter(recorded_at__lte=known_by)
    controlled = there_then(visible_to(actor), known_by)
    without = controlled.filter(~Exists(plans)).select_related("agency", "unit", "type").order_by("number")
    # of a day that is over the state of each has to be made out again; today it stands in the rows
    others = controlled.filter(Exists(plans)).order_by("pk") if known_by is not None else controlled.none()
    states_now = controlled.order_by().values_list("state").annotate(n=Count("pk"))
    projects, _read = yield from beside([rewound_steps(without, moment), reading(others, states_now)])
    told = yield from standing_steps([each.pk for each in (*projects, *others)], day, known_by)
    states = {each.pk: _state(each, told.get(each.pk, [])) for each in (*projects, *others)}
    rule = proposed or rulebook.value_or_none(RULE, day, moment)
    start = rulebook.value_or_none(START, day, moment)
    cal = calendar.current_calendar()
    found = []
    for project in projects:
        happenings = told.get(project.pk, [])
        state = states[project.pk]
        if state not in CONTINUING:
            continue
        held_on = _held_on(project, happenings, day)
        due = due_day(held_on, rule, cal) if held_on is not None else None
        late = (day - due).days if due is not None and due < day else 0
        found.append(Unplanned(project, state, held_on, due, _begins(project, start), late))
    found.sort(key=lambda each: (-each.late, each.due or date.max, each.project.number))
    if known_by is None:
        whole = sum(n for _state_code, n in states_now)
    else:
        whole = sum(state in CONTINUING for state in states.values())
    rules = tuple(each for each in (rule, start) if each is not None)
    return NotPlanned(day, rules, tuple(found), whole)


def due_day(held_on: date, rule: RuleValue | None, cal: WorkCalendar) -> date | None:
    """Until when the plan is set of what is funded since `held_on` (行政程序法 48); None before the first version of TC-12."""
    if rule is None or not isinstance(rule.value, Deadline):
        return None
    try:
        return deadline(cal, held_on, rule.value.n, COUNTED[rule.value.unit]).due
    except CalendarYearMissing:  # funds from before the first year of the calendar: nothing moves
        return add_months(held_on, rule.value.n) if rule.value.unit is DeadlineUnit.MONTHS else None


def _held_on(project: Project, happenings: Iterable[Happening], day: date) -> date | None:
    told = [each.on for each in happenings if each.kind == Kind.FUNDED]
    held = max(told, default=None) or project.funds_held_on
    return held if held is not None and held <= day else None


def _begins(project: Project, start: RuleValue | None) -> date | None:
    if start is None or not isinstance(start.value, YearlyDeadline):
        return None
    return start.value.in_year(project.roc_year + FIRST_YEAR)


def _state(project: Project, happenings: Iterable[Happening]) -> State:
    try:
        return state_after(Kind(each.kind) for each in happenings)
    except CannotHappen:  # told in part only, as of a day before the rest was told
        return State(project.state)
