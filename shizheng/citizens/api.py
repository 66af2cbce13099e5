"""The API of the citizens' side: frequent questions for everybody, results of the survey for officers."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema

from shizheng.citizens import actions
from shizheng.citizens.queries import faq
from shizheng.citizens.queries import surveys as queries
from shizheng.common.addresses import client_address
from shizheng.common.api import Router
from shizheng.common.api_fields import NO_NUL, actor_of
from shizheng.common.errors import BadInput
from shizheng.common.words import N_, tell
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period

router = Router()


class FaqOut(Schema):
    """A frequent question with its answer."""

    id: int
    code: str
    question: str
    answer: str
    question_en: str
    answer_en: str
    category: str


class SurveyRateOut(Schema):
    """Marks of 4 or 5 of all marks of one question; `rate` in percent."""

    good: int
    marked: int
    rate: str | None


class SurveyResultOut(Schema):
    """Results of one agency, or of all (`unit_id` empty)."""

    unit_id: int | None
    unit: str
    invited: int
    answered: int
    response_rate: str | None
    satisfied: int
    satisfaction: str | None
    questions: dict[str, SurveyRateOut]


class SurveyOut(Schema):
    """Results of petitions answered within a period."""

    period: str
    total: SurveyResultOut
    agencies: list[SurveyResultOut]


@router.get("/faq", permission=None, response=list[FaqOut], summary=N_("常見問題"))
def frequent_questions(
    request: HttpRequest, q: Annotated[str, Query(max_length=60, pattern=NO_NUL)] = ""
) -> Any:
    """Published questions, those with the words where there are any."""
    actions.take("read", client_address(request))
    return faq.found(q) if q.strip() else list(faq.published()[:500])


@router.get("/survey", permission="citizens.view_survey", response=SurveyOut, summary=N_("陳情滿意度"))
def survey(request: HttpRequest, period: Annotated[str, Query(max_length=20, pattern=NO_NUL)]) -> Any:
    """Results of a month, a quarter, a year (2025-06, 114年第2季), each rate with its denominator."""
    try:
        asked = parse_period(period)
    except PeriodNotUnderstood as failure:
        raise BadInput(
            tell("期間看不懂，沒有查。例如 2025-06。"), fields={"period": [str(failure)]}
        ) from failure
    found = queries.results(actor_of(request), asked)
    return {
        "period": str(asked),
        "total": {"unit_id": None, "unit": "", **queries.result_document(found.total)},
        "agencies": [
            {"unit_id": unit.id, "unit": unit.name, **queries.result_document(result)}
            for unit, result in found.agencies
        ],
    }
