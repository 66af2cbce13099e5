"""Everybody may see where a published figure comes from; nobody's name stands there, and nothing unpublished."""

import json
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.queries.public_traces import without_names
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.kernel.people import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(town: SimpleNamespace, accepted: Plan) -> Plan:
    """The plan of 107, with a year's figures filed by somebody with a name, one of them corrected, and published."""
    filer = people.person("control_officer", town.works, username="chen")
    with recorded(by=filer, action="people.change_person"):
        filer.display_name = "陳測試"
        filer.save()
    source = {"kind": "reported", "text": "月結清單（陳測試整理）"}
    kpi = ratio(accepted)
    assert kpi.measure_id is not None
    for name, value in (("a", 150), ("b", 200)):
        measures.record_fact(
            filer,
            measures.Filing(kpi.measure_id, name, town.works.pk, "2018", value=Decimal(value), source=source),
        )
    fact = measure_queries.current_facts(kpi.measure_id).get(input="a", period="2018")
    measures.correct_fact(filer, fact.pk, value=Decimal(160), reason="陳測試漏計 10 件", source=source)
    return actions.publish_plan(town.rdec_head, accepted.pk, version=accepted.version)


def ratio(plan: Plan) -> Kpi:
    return Kpi.objects.get(goal__plan=plan, name="工程進度相符率")


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_published_figure_opens_its_trace_without_a_name(published: Plan) -> None:
    public = Client()
    kpi = ratio(published)
    address = f"/planning/public/{published.pk}/figures/{kpi.measure_id}/"
    assert f'href="{address}?' in text(public.get(f"/planning/public/{published.pk}/"))
    page = text(public.get(address))
    for words in ("160", "200", "80.00", "研考人員", "測試市政府工務局", "已更正", "漏計 10 件", "第 2 版"):
        assert words in page, words
    assert "陳測試" not in page and "○○○" in page
    raw = public.get(f"{address}trace.json")
    body = json.loads(raw.content)
    assert body["value"] == "80.00" and body["formula"] and body["definition"]["version"] == 2
    assert body["inputs"][0]["filed_by"] == {"role": "研考人員", "unit": "測試市政府工務局"}
    assert body["corrections"][0]["before"] == "150" and body["corrections"][0]["after"] == "160"
    assert "陳測試" not in raw.content.decode() and "fact" not in body["inputs"][0]


def test_the_public_file_of_a_plan_names_traces_that_everybody_may_open(published: Plan) -> None:
    public = Client()
    document = json.loads(public.get(f"/planning/public/{published.pk}/plan.json").content)
    traces = [kpi["figure"]["trace"] for goal in document["goals"] for kpi in goal["kpis"] if kpi["figure"]]
    assert traces and all(public.get(each).status_code == 200 for each in traces)


def test_what_no_published_plan_shows_is_not_found(town: SimpleNamespace, published: Plan) -> None:
    public = Client()
    kpi = ratio(published)
    address = f"/planning/public/{published.pk}/figures/{kpi.measure_id}/"
    for query in ("?period=2016", "?period=x", f"?unit={town.parks.pk}", "?unit=999999", "?unit=-1"):
        assert public.get(address + query).status_code == 404, query
        assert public.get(f"{address}trace.json{query}").status_code == 404, query
    assert public.get(f"/planning/public/{published.pk}/figures/999999/").status_code == 404
    assert public.get(f"{address}?period=2018-H1").status_code == 200, "a part of the plan's year is shown"
    actions.withdraw_plan(town.rdec_head, published.pk, version=published.version, reason="要改")
    assert public.get(address).status_code == 404


def test_a_public_trace_takes_a_bounded_number_of_queries(published: Plan) -> None:
    kpi = ratio(published)
    with CaptureQueriesContext(connection) as made:
        Client().get(f"/planning/public/{published.pk}/figures/{kpi.measure_id}/")
    assert len(made) <= 13


def test_names_are_taken_out_of_what_was_typed_the_longest_first() -> None:
    assert without_names("王小明與王小的清單", {"王小", "王小明"}) == "○○○與○○○的清單"


def test_a_plan_of_a_year_not_begun_is_not_due_instead_of_not_filed(
    town: SimpleNamespace, client: Client
) -> None:
    with clock.set_to(datetime(2017, 12, 1, 10, tzinfo=clock.TAIPEI)):
        plan = actions.import_plan(town.control, _plan(town.works.name), "107.txt").plan
        plan = actions.accept_plan(town.head, plan.pk, version=plan.version)
        client.force_login(town.control)
        page = text(client.get(f"/planning/plans/{plan.pk}/"))
        assert "未到期" in page and "未填報" not in page
    with clock.set_to(datetime(2019, 1, 5, 10, tzinfo=clock.TAIPEI)):
        page = text(client.get(f"/planning/plans/{plan.pk}/"))
        assert "未填報" in page and "未到期" not in page


def test_what_units_below_file_is_shown_wherever_the_agency_s_figure_is(
    town: SimpleNamespace, accepted: Plan, client: Client
) -> None:
    kpi = ratio(accepted)
    assert kpi.measure_id is not None
    officer = people.person("officer", town.section, username="squad")
    for name, value in (("a", 30), ("b", 40)):
        measures.record_fact(
            officer, measures.Filing(kpi.measure_id, name, town.section.pk, "2018", value=Decimal(value))
        )
    client.force_login(town.control)
    for address in (f"plans/{accepted.pk}/", f"goals/{kpi.goal_id}/", f"kpis/{kpi.pk}/"):
        assert "75.00" in text(client.get(f"/planning/{address}")), address
    page = text(client.get(f"/measures/{kpi.measure_id}/"))
    assert "75.00" in page and "都還沒有填報任何一期" not in page
    crumbs = text(client.get(f"/measures/{kpi.measure_id}/trace/?unit={town.works.pk}&period=2018"))
    trail = crumbs.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert "市府看板" in trail and kpi.goal.name in trail and "工務局" in trail
    with CaptureQueriesContext(connection) as made:
        measure_queries.series(kpi.measure_id, town.works.pk)
    assert len(made) <= 7
    assert queries.plan(town.control, accepted.pk).pk == accepted.pk


def _plan(agency: str) -> bytes:
    from shizheng.domains.planning.tests.conftest import plan_text

    return plan_text(agency, results=False)


@pytest.mark.parametrize(
    ("printed", "lines"),
    [
        ("1.114年6月主體結構完成2.114年12月通車", ["1.114年6月主體結構完成", "2.114年12月通車"]),
        ("1、完成設計 2、決標", ["1、完成設計", "2、決標"]),
        ("(a/b)*100%", ["(a/b)*100%"]),
        ("每2.5公里一處", ["每2.5公里一處"]),
    ],
)
def test_numbered_steps_of_a_printed_standard_stand_one_a_line(printed: str, lines: list[str]) -> None:
    from shizheng.domains.planning.templatetags.planning import printed as shown

    assert str(shown(printed)).split("<br>") == lines
