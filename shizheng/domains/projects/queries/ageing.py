"""完工未驗收、完工未結算 as of a day, with the rules that set the levels (E05; domain-rules 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, done
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.queries.happenings import standing_steps
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.domains.projects.queries.tendering import there_then
from shizheng.domains.projects.rules.ageing import Open, Step, left_open, level_of
from shizheng.domains.projects.rules.life import CannotHappen, Kind, State, state_after
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

UNACCEPTED, UNVALUED = "tender.unaccepted", "tender.unvalued"
OVER = (State.CLOSED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Aged:
    """A tender that waits since its completion; `days` of the calendar since then. None: not asked, or below the lowest."""

    project: Project
    state: State
    left: Open
    days: int
    unaccepted: Step | None
    unvalued: Step | None


@dataclass(frozen=True, slots=True)
class Ageing:
    """Those that have reached a level, the longest first. `waiting`: completed and not yet through, the denominator."""

    on: date
    rules: tuple[RuleValue, RuleValue]
    rows: tuple[Aged, ...]
    waiting: int

    @property
    def unaccepted(self) -> int:
        """How many wait for acceptance."""
        return sum(each.unaccepted is not None for each in self.rows)

    @property
    def unvalued(self) -> int:
        """How many wait for valuation."""
        return sum(each.unvalued is not None for each in self.rows)


def ageing(actor: Actor, on: date | None = None, *, proposed: RuleValue | None = None) -> Ageing:
    """Tenders completed and not accepted or not valued, on a day as it was known then (two queries, and the rules); with a
    `proposed` version of one of the two rules in place of the one in force."""
    return done(ageing_steps(actor, on, proposed=proposed))


def ageing_steps(actor: Actor, on: date | None = None, *, proposed: RuleValue | None = None) -> Steps[Ageing]:
    """The same beside what else is read."""
    day, moment = on or clock.today(), as_of_day(on)
    known_by = moment.moment if moment else None
    rows = there_then(visible_to(actor), known_by).filter(happenings__kind=Kind.COMPLETED.value).distinct()
    projects = rows.select_related("agency", "unit", "type")
    yield projects
    told = yield from standing_steps([each.pk for each in projects], day, known_by)
    told_by = [
        proposed if proposed and proposed.code == code else rulebook.value_of(code, day, moment)
        for code in (UNACCEPTED, UNVALUED)
    ]
    rules = (told_by[0], told_by[1])
    steps = [_steps(each) for each in rules]
    found: list[Aged] = []
    waiting = 0
    for project in projects:
        happenings = told.get(project.pk, [])
        state, left = _state(project, [Kind(each.kind) for each in happenings]), left_open(happenings)
        if left is None or state in OVER:
            continue
        waiting += 1
        days = (day - left.completed_on).days
        one = Aged(
            project,
            state,
            left,
            days,
            None if left.accepted else level_of(days, steps[0]),
            None if left.valued else level_of(days, steps[1]),
        )
        if one.unaccepted or one.unvalued:
            found.append(one)
    found.sort(key=lambda each: (-each.days, each.project.number))
    return Ageing(day, rules, tuple(found), waiting)


def _steps(rule: RuleValue) -> Sequence[Step]:
    return [Step(int(each.least), each.label) for each in rule.value]  # type: ignore[union-attr]


def _state(project: Project, kinds: Sequence[Kind]) -> State:
    try:
        return state_after(kinds)
    except CannotHappen:  # told in part only, as of a day before the rest was told
        return State(project.state)
