"""The results of a plan for a half year or a year: each KPI as it is judged now, and as it was locked."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema

from shizheng.common.api_fields import DayText, Id, actor_of
from shizheng.common.errors import NotFound
from shizheng.common.words import N_, tell
from shizheng.domains.planning import queries
from shizheng.domains.planning.api.fields import PeriodText, moment_of
from shizheng.domains.planning.api.routing import router
from shizheng.domains.planning.publications.results import periods_of
from shizheng.domains.planning.queries.documents import figure_document, text_of
from shizheng.domains.planning.queries.outcomes import KpiOutcome


class OutcomesQuery(Schema):
    """Which results: a period of the plan (`2017-H1`, `2017`), and as of which day."""

    period: PeriodText
    as_of: DayText = ""


@router.get("/plans/{plan_id}/outcomes", permission="planning.view", summary=N_("一份計畫的成果"))
def read_outcomes(request: HttpRequest, plan_id: Id, wanted: Query[OutcomesQuery]) -> Any:
    """Every KPI with its figure, status and rule, what the agency wrote, and what was locked."""
    actor = actor_of(request)
    day, moment = moment_of(wanted.as_of)
    plan = queries.plan_then(actor, plan_id, day)
    period = next((each for each in periods_of(plan) if each.code == wanted.period), None)
    if period is None:
        raise NotFound(tell("成果以上半年或全年填報，沒有這個期間。請從計畫頁選期間。"))
    found = queries.plan_outcomes(actor, plan, period, moment)
    counted = found.tally
    return {
        "plan": plan.pk,
        "period": period.code,
        "state": found.filing.state if found.filing else None,
        "counts": {"all": counted.all, "judged": counted.judged, "good": counted.good},
        "kpis": [_kpi(each) for each in found.rows],
    }


def _kpi(each: KpiOutcome) -> dict[str, Any]:
    locked = each.outcome
    return {
        "kpi": each.kpi.pk,
        "label": each.label,
        "name": each.kpi.name,
        "weight": text_of(each.kpi.weight),
        "status": each.status.value,
        "figure": figure_document(each.figure) if each.figure else None,
        "narrative": each.narrative,
        "locked": None
        if locked is None
        else {
            "status": locked.status,
            "comparison": locked.comparison,
            "figure": locked.figure,
            "rule": locked.rule,
            "rule_version": locked.rule_version,
            "at_risk_version": locked.at_risk_version,
            "evidence": locked.evidence,
            "evidence_files": locked.evidence_files,
            "why_missing": locked.why_missing or None,
            "corrected_at": locked.corrected_at.isoformat() if locked.corrected_at else None,
            "return": locked.filing_id,
        },
    }
