"""What early warning learns from and is asked about: the locked months of every tender, curve by curve."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from shizheng.domains.projects.models.warnings import CurveKind
from shizheng.domains.projects.queries.curves import curves_of
from shizheng.domains.projects.queries.judging import Judge
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.rules import curves
from shizheng.domains.projects.rules.judging import severe_at
from shizheng.domains.projects.rules.life import CONTINUING
from shizheng.domains.projects.rules.warning import AHEAD, PACE, Past, Situation, pace_of
from shizheng.kernel.measures.rules.periods import Period

YEARS = 3
"""Of how many years the months are learned from."""
STILL = tuple(state.value for state in CONTINUING)


class Step(NamedTuple):
    """One month of one curve, as locked; progress in percent. `number` counts months, so that gaps show."""

    number: int
    period: str
    state: str
    plan_id: int | None
    planned: Decimal | None
    actual: Decimal | None

    @property
    def lag(self) -> Decimal | None:
        return curves.lag(self.actual, self.planned)


@dataclass(frozen=True, slots=True)
class Asked:
    """A tender that may still fall severely behind: its situation at the end of the month on one curve."""

    project_id: int
    situation: Situation


Courses = Mapping[CurveKind, Mapping[int, tuple[str, Sequence[Step]]]]
"""CurveKind → tender → code of its type and its months, the oldest first."""


def courses(until: Period) -> Courses:
    """The months of every tender up to and including `until`, of the last years; one query."""
    columns = (
        "project_id", "project__type__code", "period", "state", "plan_id", "planned", "actual", "planned_works",
        "actual_works",
    )  # fmt: skip
    first = f"{int(until.code[:4]) - YEARS}{until.code[4:]}"
    rows = known().filter(period__gt=first, period__lte=until.code).order_by("project_id", "period")
    found: dict[CurveKind, dict[int, tuple[str, list[Step]]]] = {curve: {} for curve in CurveKind}
    for project_id, type_, code, state, plan_id, *pairs in rows.values_list(*columns).iterator():
        number = int(code[:4]) * 12 + int(code[5:7])
        for curve, planned, actual in zip(CurveKind, pairs[::2], pairs[1::2], strict=True):
            if planned is not None:
                steps = found[curve].setdefault(project_id, (type_, []))[1]
                steps.append(Step(number, code, state, plan_id, planned, actual))
    return found


def periods_in(found: Courses) -> set[str]:
    """The months that are there."""
    return {step.period for tenders in found.values() for _type, steps in tenders.values() for step in steps}


def severe_already(found: Courses, judges: Mapping[str, Judge]) -> set[tuple[int, str]]:
    """Tender and month of those that were severely behind on either curve."""
    return {
        (pk, step.period)
        for curve, tenders in found.items()
        for pk, (_type, steps) in tenders.items()
        for step in steps
        if severe_at(step.lag, threshold(judges[step.period], curve))
    }


def past(
    found: Courses, curve: CurveKind, judges: Mapping[str, Judge], severe: Collection[tuple[int, str]]
) -> dict[str, list[Past]]:
    """Month → what was the case then and how it went on, of tenders that were not severely behind already."""
    out: dict[str, list[Past]] = defaultdict(list)
    for pk, (type_, steps) in found[curve].items():
        for place, here in enumerate(steps):
            if (pk, here.period) in severe:
                continue
            made = _went_on(type_, steps, place, curve, judges)
            if made is not None:
                out[here.period].append(made._replace(of=(pk, here.period)))
    return dict(out)


def asked(
    found: Courses, curve: CurveKind, period: Period, severe: Collection[tuple[int, str]]
) -> list[Asked]:
    """Tenders of the month that were filed, go on, and are not severely behind on either curve; three queries."""
    here = {
        pk: (type_, steps)
        for pk, (type_, steps) in found[curve].items()
        if steps[-1].period == period.code and (pk, period.code) not in severe and _may_fall(steps[-1])
    }
    planned = curves_of(here, period.next().code)
    later = [period.moved(ahead) for ahead in range(1, AHEAD + 1)]
    out = []
    for pk, (type_, steps) in here.items():
        plan = planned.get(pk)
        if plan is None:
            continue
        ends = [
            plan.works(each.last_day) if curve == CurveKind.WORKS else plan.planned(each.last_day)
            for each in later
        ]
        now = plan.works(period.last_day) if curve == CurveKind.WORKS else plan.planned(period.last_day)
        if now is None or None in ends:
            continue
        dues = tuple(each - now for each in ends if each is not None)
        out.append(Asked(pk, _situation(type_, steps, len(steps) - 1, dues)))
    return out


def threshold(judge: Judge, curve: CurveKind) -> Decimal:
    """From how many percentage points behind this curve is severe."""
    return judge.thresholds.tender if curve == CurveKind.TENDER else judge.thresholds.works


def _may_fall(step: Step) -> bool:
    return step.lag is not None and step.state in STILL and step.actual != 100


def _went_on(
    type_: str, steps: Sequence[Step], place: int, curve: CurveKind, judges: Mapping[str, Judge]
) -> Past | None:
    """None where the months after it are not there, not filed, or judged by another plan."""
    here, after = steps[place], steps[place + 1 : place + 1 + AHEAD]
    if len(after) < AHEAD or not _may_fall(here):
        return None
    dues, shares, fell = [], [], False
    for ahead, step in enumerate(after, 1):
        if step.number != here.number + ahead or step.plan_id != here.plan_id:
            return None
        if step.actual is None or here.actual is None or step.planned is None or here.planned is None:
            return None
        due = step.planned - here.planned
        dues.append(due)
        shares.append(float((step.actual - here.actual) / due) if due > 0 else float("inf"))
        fell |= severe_at(step.lag, threshold(judges[step.period], curve))
    if dues[-1] <= 0:
        return None
    return Past(_situation(type_, steps, place, tuple(dues)), tuple(shares), fell)


def _situation(type_: str, steps: Sequence[Step], place: int, dues: tuple[Decimal, ...]) -> Situation:
    here = steps[place]
    lately = list(_in_a_row(steps, place))
    paces = [
        pace_of([each.actual for each in lately], [each.planned or Decimal(0) for each in lately], months)
        for months in (PACE, 1)
    ]
    return Situation(type_, here.state, here.lag or Decimal(0), paces[0], paces[1], dues)


def _in_a_row(steps: Sequence[Step], place: int) -> Iterator[Step]:
    """The months before and including this one without a gap, by the same plan, the oldest first."""
    first = place
    while (
        first > 0
        and place - first < PACE
        and steps[first - 1].number == steps[first].number - 1
        and steps[first - 1].plan_id == steps[place].plan_id
    ):
        first -= 1
    yield from steps[first : place + 1]
