"""Score sheets from filed figures: pages, API, files, rules with their dates, and how many queries they take."""

import csv
import io
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import CannotDo, NotFound
from shizheng.domains.planning import actions
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.queries import scores
from shizheng.domains.planning.tests.conftest import plan_text
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures.queries.remembering import forget
from shizheng.kernel.rulebook import actions as rulebook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules(town: SimpleNamespace) -> None:
    rulebook.load_shipped_rules()


def file(town: SimpleNamespace, plan: Plan, name: str, unit: Any, **values: str) -> None:
    """File the inputs of a KPI for the plan's year."""
    kpi = Kpi.objects.get(goal__plan=plan, name=name)
    period = str(plan.roc_year + 1911)
    source = {"kind": "reported", "text": "統計"}
    wanted = [
        measures.Filing(kpi.measure_id or 0, key, unit.pk, period, value=Decimal(text), source=source)
        for key, text in values.items()
    ]
    measures.record_facts(town.rdec, wanted)


def inputs_of(plan: Plan, name: str) -> list[str]:
    from shizheng.kernel.measures.queries import current_definition

    found = current_definition(Kpi.objects.get(goal__plan=plan, name=name).measure_id or 0)
    assert found is not None
    return [each["name"] for each in found.inputs]


@pytest.fixture
def filed(town: SimpleNamespace, accepted: Plan) -> Plan:
    """The year 107: 52.7 of 77, satisfaction not filed, 80 defects where 60 are allowed."""
    a, b = inputs_of(accepted, "工程進度相符率")
    (c,) = inputs_of(accepted, "工區缺失件數")
    file(town, accepted, "工程進度相符率", town.works, **{a: "527", b: "1000"})
    file(town, accepted, "工區缺失件數", town.works, **{c: "80"})
    return accepted


def test_a_sheet_scores_what_was_filed_and_lists_what_was_not(town: SimpleNamespace, filed: Plan) -> None:
    sheet = scores.sheet_of_plan(town.leader, filed)
    by_name = {row.kpi.name: row for row in sheet.rows}
    # 100 × 52.7 ÷ 77 = 68.4415…; 100 × 60 ÷ 80 = 75
    assert str(by_name["工程進度相符率"].line.score) == "68.44"
    assert by_name["工程進度相符率"].worked == "100 × 52.7 ÷ 77 = 68.44"
    assert str(by_name["工區缺失件數"].line.score) == "75.00"
    assert [row.kpi.name for row in sheet.uncounted] == ["滿意度"]
    assert sheet.weights == 30 and sheet.total.weights == 25
    assert str(sheet.total.score) == "71.06"  # 100 × (10.266 + 7.5) ÷ 25 = 71.064
    assert sheet.grade == "乙等" and (sheet.rank, sheet.of) == (1, 1)
    assert sheet.rules.bands.label == "score.bands@1" and not sheet.running


def test_agencies_stand_in_the_order_of_their_scores(town: SimpleNamespace, filed: Plan) -> None:
    other = actions.import_plan(town.other, plan_text(town.parks.name), "p.txt").plan
    other = actions.accept_plan(town.rdec, other.pk, version=other.version)
    (c,) = inputs_of(other, "工區缺失件數")
    file(town, other, "工區缺失件數", town.parks, **{c: "60"})
    found = scores.ranking(town.leader, 107)
    assert [(each.rank, each.agency, str(each.total.score)) for each in found.sheets] == [
        (1, "公園局", "100.00"),
        (2, "工務局", "71.06"),
    ]


def test_a_rule_that_changes_for_a_later_year_leaves_earlier_scores_alone(
    town: SimpleNamespace, filed: Plan
) -> None:
    from datetime import date

    made = rulebook.propose_change(
        town.rdec,
        "score.lower_is_better",
        value="all_or_nothing",
        valid_from=date(2019, 1, 1),
        source="研考會函",
        reason="改採嚴格讀法",
    )
    rulebook.approve_change(town.rdec_head, made.pk, version=made.rule.version, reason="同意")
    assert str(scores.sheet_of_plan(town.leader, filed).total.score) == "71.06"
    earlier = rulebook.propose_change(
        town.rdec,
        "score.lower_is_better",
        value="all_or_nothing",
        valid_from=date(2018, 1, 1),
        source="研考會函",
        reason="自 107 年起",
    )
    rulebook.approve_change(town.rdec_head, earlier.pk, version=earlier.rule.version, reason="同意")
    sheet = scores.sheet_of_plan(town.leader, filed)
    assert str(sheet.total.score) == "41.06"  # 10.266 ÷ 25
    assert sheet.rules.lower.number > 1


def test_a_draft_has_no_sheet_and_a_year_of_nobody_is_not_found(town: SimpleNamespace, draft: Plan) -> None:
    with pytest.raises(CannotDo, match="草稿"):
        scores.sheet_of_plan(town.control, draft)
    with pytest.raises(NotFound):
        scores.sheet_of_agency(town.leader, town.works.pk, 107)
    with pytest.raises(NotFound):
        scores.ranking(town.leader, 987654321)


def test_the_number_of_queries_does_not_grow_with_the_number_of_agencies(
    town: SimpleNamespace, filed: Plan
) -> None:
    def count() -> int:
        forget()
        with CaptureQueriesContext(connection) as queries:
            scores.ranking(town.leader, 107)
        return len(queries)

    one = count()
    other = actions.import_plan(town.other, plan_text(town.parks.name), "p.txt").plan
    actions.accept_plan(town.rdec, other.pk, version=other.version)
    assert count() <= one + 1 and one <= 14


def test_the_pages_say_how_each_score_came_about(town: SimpleNamespace, filed: Plan, client: Client) -> None:
    client.force_login(town.leader)
    ranking = client.get("/planning/scores/?year=107").content.decode()
    assert "工務局" in ranking and "71.06" in ranking and "乙等" in ranking
    sheet = client.get(f"/planning/plans/{filed.pk}/score/").content.decode()
    assert "71.06" in sheet and "÷ 25" in sheet
    assert "滿意度" in sheet and "不計分" in sheet and "年度施政績效評分等第" in sheet
    assert "planning.scores" not in sheet  # a leader issues nothing
    client.force_login(town.rdec_head)
    assert (
        f"/publications/issue/planning.scores/{filed.pk}/"
        in client.get(f"/planning/plans/{filed.pk}/score/").content.decode()
    )
    kpi = Kpi.objects.get(goal__plan=filed, name="工區缺失件數")
    explained = client.get(f"/planning/scores/107/kpis/{kpi.pk}/").content.decode()
    assert (
        "100 × 60 ÷ 80 = 75.00" in explained
        and "score.lower_is_better@1" in explained
        and "kpi.met@" in explained
    )


def test_a_target_of_thousands_is_shown_with_its_separators(
    town: SimpleNamespace, draft: Plan, client: Client
) -> None:
    kpi = Kpi.objects.get(goal__plan=draft, name="工區缺失件數")
    Kpi.objects.filter(pk=kpi.pk).update(target_value=Decimal(4000), target_text="4000 件")
    plan = actions.accept_plan(town.head, draft.pk, version=draft.version)
    (c,) = inputs_of(plan, kpi.name)
    file(town, plan, kpi.name, town.works, **{c: "80"})
    client.force_login(town.leader)
    for address in (f"agencies/{town.works.pk}/", f"kpis/{kpi.pk}/"):
        answer = client.get(f"/planning/scores/107/{address}")
        assert answer.status_code == 200 and "≤ 4,000 件" in answer.content.decode()


def test_a_sheet_is_taken_away_in_three_formats(town: SimpleNamespace, filed: Plan, client: Client) -> None:
    client.force_login(town.leader)
    address = f"/planning/scores/107/agencies/{town.works.pk}/"
    body = b"".join(client.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(body)))
    assert [row[8] for row in rows[1:4]] == ["68.44", "", "75.00"] and rows[2][11] == "未填報"
    assert rows[4][3] == "25" and rows[5][8] == "71.06" and rows[6][2] == "乙等"
    for kind in ("xlsx", "ods"):
        answer = client.get(f"{address}?export={kind}")
        assert answer.status_code == 200 and answer.content[:2] == b"PK"


def test_the_api_gives_the_same_numbers(town: SimpleNamespace, filed: Plan, client: Client) -> None:
    client.force_login(town.leader)
    listed = client.get("/api/v1/planning/scores?year=107").json()
    assert [(each["rank"], each["score"], each["grade"]) for each in listed["items"]] == [
        (1, "71.06", "乙等")
    ]
    assert listed["rules"][0]["code"] == "score.bands"
    sheet = client.get(f"/api/v1/planning/scores/107/agencies/{town.works.pk}").json()
    assert sheet["weights_counted"] == "25" and sheet["weights_printed"] == "30"
    assert [(each["name"], each["score"], each["uncounted"]) for each in sheet["kpis"]] == [
        ("工程進度相符率", "68.44", None),
        ("滿意度", None, "not_filed"),
        ("工區缺失件數", "75.00", None),
    ]
