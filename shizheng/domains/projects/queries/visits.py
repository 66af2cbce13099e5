"""Visits to sites: the list, one, those of a tender; and which severely late tenders wait for one (B07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.roc import format_roc
from shizheng.common.together import Steps, done
from shizheng.common.words import tell, written
from shizheng.domains.projects.models import MonthRecord, SiteVisit, VisitState
from shizheng.domains.projects.queries.judging import TENDER, WORKS, Judge, judge
from shizheng.domains.projects.queries.months import locked_periods
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.domains.projects.queries.tallying import judged
from shizheng.domains.projects.rules.judging import severe_at
from shizheng.domains.projects.rules.life import CONTINUING
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.measures.queries.rewinding import rewound_steps
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

RULE = "tender.visit_months"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A tender that is severely late and was not visited lately. Lags in percentage points; `grounds` says why in words.

    `last_visit` is one that was held; `unrecorded` the day of a planned one that is over, of which nobody wrote a result.
    """

    record: MonthRecord
    lag: Decimal | None
    works_lag: Decimal | None
    last_visit: date | None
    unrecorded: date | None
    grounds: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """Which tenders to visit. `severe`: all that are severely late in the last locked month, the denominator."""

    period: Period | None
    since: date
    rule: RuleValue
    rows: tuple[Proposed, ...]
    severe: int


def visits(actor: Actor) -> QuerySet[SiteVisit]:
    """Of tenders that the actor sees, the newest first."""
    rows = SiteVisit.objects.filter(project__in=visible_to(actor))
    return rows.select_related("project__agency", "project__unit").prefetch_related("units")


def visit(actor: Actor, visit_id: int) -> SiteVisit:
    """One visit. Raises NotFound, also where the actor may not see its tender."""
    found = visits(actor).filter(pk=visit_id).first()
    if found is None:
        raise NotFound(tell("找不到這次查訪，或您不能看。請從查訪清單進入。"))
    return found


def of_project(project_id: int, as_of: AsOf | None = None) -> list[SiteVisit]:
    """The visits of one tender, which the reader may see, as they stood then; one query (two as of a day)."""
    return done(of_project_steps(project_id, as_of))


def of_project_steps(project_id: int, as_of: AsOf | None = None) -> Steps[list[SiteVisit]]:
    """The same beside what else a page reads."""
    return (yield from rewound_steps(SiteVisit.objects.filter(project_id=project_id), as_of))


def proposals(actor: Actor, on: date | None = None) -> Proposals:
    """Severely late in the last locked month, still controlled, and neither visited in the last months nor to be visited."""
    day, as_of = on or clock.today(), as_of_day(on)
    rule = rulebook.value_of(RULE, day, as_of)
    since = add_months(day, -int(Decimal(str(rule.value))))
    period = next(iter(locked_periods(as_of, limit=1)), None)
    if period is None:
        return Proposals(None, since, rule, (), 0)
    judging = judge(period, as_of)
    still = [state.value for state in CONTINUING]
    records: Any = judged({period.code: judging}, as_of)
    rows = records.filter(is_severe=True, project__in=visible_to(actor))
    severe = list(
        rows.filter(project__state__in=still).select_related("project__agency").order_by("lag", "works_lag")
    )
    ids = [each.project_id for each in severe]
    held, planned = _last_days(ids, VisitState.HELD), _last_days(ids, VisitState.PLANNED)
    found = [
        _proposed(each, held.get(each.project_id), planned.get(each.project_id), judging)
        for each in severe
        if held.get(each.project_id, date.min) < since and planned.get(each.project_id, date.min) < day
    ]
    return Proposals(period, since, rule, tuple(found), len(severe))


def _proposed(record: Any, held: date | None, planned: date | None, judging: Judge) -> Proposed:
    said = grounds(record, judging)
    if planned is not None:
        said += "；" + written("原訂 %(day)s 的查訪還沒有登錄結果", day=format_roc(planned, "short"))
    return Proposed(record, record.lag, record.works_lag, held, planned, said)


def grounds(record: MonthRecord, judging: Judge) -> str:
    """Why this tender: month, lag and the rule that calls it severe, in the words of the record."""
    lag, works_lag = record.lag, record.works_lag  # type: ignore[attr-defined]
    said: list[str] = []
    for what, value, limit, code in (
        (written("標案進度"), lag, judging.thresholds.tender, TENDER),
        (written("施工進度"), works_lag, judging.thresholds.works, WORKS),
    ):
        if severe_at(value, limit):
            rule = next((each.label for each in judging.of(code)), code)
            said.append(
                written(
                    "%(month)s%(what)s落後 %(lag)s 個百分點，達 %(limit)s（規則 %(rule)s）",
                    month=judging.period.label,
                    what=what,
                    lag=f"{-value:.2f}",
                    limit=f"{limit:f}",
                    rule=rule,
                )
            )
    return "；".join(said)


def _last_days(project_ids: Sequence[int], state: VisitState) -> dict[int, date]:
    rows = SiteVisit.objects.filter(project_id__in=project_ids, state=state)
    return dict(rows.order_by("visit_on").values_list("project_id", "visit_on"))
