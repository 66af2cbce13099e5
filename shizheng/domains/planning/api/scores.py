"""Score sheets: agencies by score, and one sheet line by line."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path

from shizheng.common.api_fields import DayText, Id, actor_of
from shizheng.common.words import N_
from shizheng.domains.planning.api.fields import Year, moment_of
from shizheng.domains.planning.api.routing import router
from shizheng.domains.planning.queries import scores
from shizheng.domains.planning.queries.documents import figure_document, text_of
from shizheng.domains.planning.queries.scores import ScoredKpi, Sheet
from shizheng.kernel.rulebook.queries import RuleValue

RocYear = Annotated[int, Path(ge=1, le=300)]


@router.get("/scores", permission="planning.view", summary=N_("一年度各機關的得分"))
def list_scores(request: HttpRequest, year: Year = None, as_of: DayText = "") -> Any:
    """Agencies of a year by score, with the rules that scored them. Unasked, the newest year that is over."""
    actor = actor_of(request)
    found = scores.ranking(actor, year, moment_of(as_of)[1])
    return {
        "year": found.year,
        "years": list(found.years),
        "rules": [_rule(found.rules.bands), _rule(found.rules.lower)],
        "count": len(found.sheets),
        "items": [_summary(sheet) for sheet in found.sheets],
    }


@router.get("/scores/{year}/agencies/{unit_id}", permission="planning.view", summary=N_("一個機關的評分表"))
def read_sheet(request: HttpRequest, year: RocYear, unit_id: Id, as_of: DayText = "") -> Any:
    """The score sheet of an agency: every KPI with its figure, score, weight and formula."""
    actor = actor_of(request)
    found = scores.sheet_of_agency(actor, unit_id, year, moment_of(as_of)[1])
    return {
        **_summary(found),
        "rules": [_rule(found.rules.bands), _rule(found.rules.lower)],
        "kpis": [_line(row) for row in found.rows],
    }


def _summary(sheet: Sheet) -> dict[str, Any]:
    return {
        "agency_id": sheet.agency_id,
        "agency": sheet.agency,
        "year": sheet.year,
        "period": sheet.period.code,
        "running": sheet.running,
        "rank": sheet.rank,
        "of": sheet.of,
        "score": None if sheet.total.score is None else str(sheet.total.score),
        "grade": sheet.grade or None,
        "weighted": text_of(sheet.total.weighted),
        "weights_counted": text_of(sheet.total.weights),
        "weights_printed": text_of(sheet.weights),
        "counted": sheet.total.counted,
        "uncounted": sheet.total.uncounted,
    }


def _line(row: ScoredKpi) -> dict[str, Any]:
    made = row.line
    return {
        "id": row.kpi.kpi_id,
        "label": row.kpi.label,
        "name": row.kpi.name,
        "goal": row.kpi.goal_name,
        "weight": text_of(made.weight),
        "attainment": text_of(made.attainment),
        "score": None if made.score is None else str(made.score),
        "weighted": text_of(made.weighted),
        "way": made.way.value if made.way else None,
        "worked": row.worked or None,
        "uncounted": made.uncounted or None,
        "figure": None if row.kpi.figure is None else figure_document(row.kpi.figure),
    }


def _rule(rule: RuleValue) -> dict[str, Any]:
    return {
        "code": rule.code,
        "number": rule.number,
        "version_id": rule.version_id,
        "value": rule.raw,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "source": rule.source,
        "unconfirmed": rule.unconfirmed,
        "reading": rule.reading or None,
    }
