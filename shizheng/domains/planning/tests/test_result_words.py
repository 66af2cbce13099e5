"""How a result stands is said the same on the page, in the document, in JSON and on the board (X-13)."""

import json
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Plan, ResultStatus
from shizheng.domains.planning.models.outcomes import STATUS_LABELS
from shizheng.domains.planning.publications.plan import gather
from shizheng.domains.planning.publications.results import VERDICTS
from shizheng.domains.planning.publications.results import document as results_document
from shizheng.domains.planning.publications.results import gather as gather_results
from shizheng.domains.planning.queries.documents import plan_document
from shizheng.domains.planning.rules.tallies import STATUS_OF, Status
from shizheng.kernel.measures.rules.judging import VERDICT_LABELS, VerdictCode
from shizheng.kernel.measures.rules.periods import parse_period

pytestmark = pytest.mark.django_db
HALF = "2017-H1"
SAID = [
    ("61", "not_met", "未達標"),
    ("20", "on_track", "照此速度可達標"),
    ("31", "at_risk", "有落後之虞"),
    (None, "not_yet_measurable", "尚未可衡量"),
]
"""Defects after half a year, of at most 60 in the year."""


def test_every_word_for_a_status_is_the_same_wherever_it_is_kept() -> None:
    for code in VerdictCode:
        assert str(STATUS_LABELS[STATUS_OF[code]]) == str(VERDICT_LABELS[code])
    for each in ResultStatus:
        assert str(each.label) == str(STATUS_LABELS[Status(each.value)])
    for code in (VerdictCode.MET, VerdictCode.NOT_MET, VerdictCode.AT_RISK, VerdictCode.ON_TRACK):
        assert f"{code.value} {VERDICT_LABELS[code]}" in VERDICTS


@pytest.mark.parametrize(("value", "code", "word"), SAID)
def test_a_result_is_said_the_same_on_pages_in_documents_and_in_json(
    town: SimpleNamespace,
    accepted: Plan,
    row_of: Callable[[str], Any],
    value: str | None,
    code: str,
    word: str,
) -> None:
    row = row_of("工區缺失件數")
    if value is None:
        row = actions.mark_not_yet_measurable(town.officer, row.pk, version=row.version, reason="年底彙整")
    else:
        typed = {"a": Decimal(value)}
        row = actions.confirm_figures(
            town.officer, row.pk, version=row.version, typed=typed, reason="抽查紀錄"
        )
    assert row.status == code
    reader = Client()
    reader.force_login(town.officer)
    for address in (f"/planning/results/{row.pk}/", f"/planning/plans/{accepted.pk}/results/"):
        assert word in reader.get(address).content.decode(), address
    assert reader.get(f"/api/v1/planning/results/{row.pk}").json()["status"] == code
    (told,) = [each for each in plan_document(accepted)["results"] if each["kpi"] == "工區缺失件數"]
    assert told["status"] == code
    facts = json.dumps(gather(accepted.pk, "").facts, ensure_ascii=False)
    assert f'"status": "{code}"' in facts
    board = queries.city_board(town.leader, None, parse_period(HALF), None)
    assert next(each for each in board.kpis if each.name == "工區缺失件數").status.value == code


@pytest.mark.parametrize(("value", "code", "word"), SAID)
def test_published_results_say_it_in_words_and_in_their_data(
    town: SimpleNamespace, value: str | None, code: str, word: str
) -> None:
    from shizheng.domains.planning.tests.conftest import plan_text
    from shizheng.kernel.measures import actions as measures

    plan = actions.import_plan(town.control, plan_text(town.works.name, 106, results=False), "106.txt").plan
    plan = actions.accept_plan(town.head, plan.pk, version=plan.version)
    measure = queries.goals_with_kpis(plan.pk)[1][1][0].measure
    given: dict[str, Any] = (
        {"value": Decimal(value)} if value else {"missing": "not_yet_measurable", "reason": "年底"}
    )
    measures.record_fact(town.officer, measures.Filing(measure.pk, "a", town.works.pk, HALF, **given))
    assert clock.today().year > 2017
    facts = gather_results(plan.pk, HALF).facts
    told = next(each for goal in facts["goals"] for each in goal["kpis"] if each["name"] == "工區缺失件數")
    assert (told["verdict"], told["verdict_text"]) == (code, word)
    made = results_document(facts, {})
    columns = [each.name for each in made.datasets[0].fields]
    row = next(each for each in made.datasets[0].rows if each[columns.index("kpi")] == "工區缺失件數")
    assert row[columns.index("verdict")] == code
    reader = Client()
    reader.force_login(town.officer)
    page = reader.get(f"/planning/plans/{plan.pk}/outcomes/{HALF}/").content.decode()
    api = reader.get(f"/api/v1/planning/plans/{plan.pk}/outcomes?period={HALF}").json()
    assert (
        word in page
        and next(each for each in api["kpis"] if each["name"] == "工區缺失件數")["status"] == code
    )
