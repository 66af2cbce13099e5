"""Boards: each kind of missing by itself, exceptions first, as of any day, in a fixed number of queries."""

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.pages.boards import _trend_title
from shizheng.domains.planning.rules.tallies import Status, Tally, tally
from shizheng.domains.planning.tests.conftest import plan_text
from shizheng.kernel.history.actions import allow_setting_the_clock
from shizheng.kernel.measures import actions as measure_actions
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import Period, parse_period


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.TAIPEI)


def file(person: object, plan: Plan, name: str, period: str, **values: int | str) -> None:
    kpi = Kpi.objects.get(goal__plan=plan, name=name)
    unit = values.pop("unit", plan.agency_id)
    measure_actions.record_facts(
        person,
        [
            measure_actions.Filing(kpi.measure_id, each, unit, period, missing=value)
            if isinstance(value, str)
            else measure_actions.Filing(kpi.measure_id, each, unit, period, Decimal(value))
            for each, value in values.items()
        ],
    )


def statuses(board: queries.Board) -> dict[str, str]:
    return {kpi.name: kpi.status.value for kpi in board.kpis}


def test_every_kind_of_missing_is_counted_by_itself(town: SimpleNamespace, accepted: Plan) -> None:
    file(town.officer, accepted, "工程進度相符率", "2018", a=60, b=100)
    file(town.officer, accepted, "滿意度", "2018", a="not_yet_measurable", b="not_yet_measurable")
    board = queries.city_board(town.leader, 107)
    assert statuses(board) == {
        "工程進度相符率": "not_met",
        "滿意度": "not_yet_measurable",
        "工區缺失件數": "not_filed",
    }
    assert (board.tally.judged, board.tally.good, board.tally.share) == (1, 0, 0)
    assert [kpi.name for kpi in board.exceptions] == ["工程進度相符率"]
    assert [kpi.name for kpi in board.late] == ["工區缺失件數"]
    assert board.tally.weight == 30 and board.tally.weight_judged == 15


def test_what_is_not_over_yet_is_not_late(town: SimpleNamespace, accepted: Plan) -> None:
    with clock.set_to(at("2018-03-01T10:00")):
        assert set(statuses(queries.city_board(town.leader, 107)).values()) == {"not_due"}


def test_units_below_roll_up_as_the_ratio_of_sums(town: SimpleNamespace, accepted: Plan) -> None:
    from shizheng.kernel.organisations import factories

    second = factories.unit(parent=town.works, code="W2", name="養護科")
    file(town.officer, accepted, "工程進度相符率", "2018", unit=town.section.pk, a=10, b=10)
    file(town.officer, accepted, "工程進度相符率", "2018", unit=second.pk, a=60, b=90)
    (kpi,) = [each for each in queries.city_board(town.leader, 107).kpis if each.name == "工程進度相符率"]
    assert str(kpi.figure.value) == "70.00"  # 70 ÷ 100; the mean of 100 and 66.67 would be 83.33
    assert kpi.figure.made_from == "units"


@pytest.mark.own_database
def test_the_board_of_a_day_shows_what_was_known_then(own_database: str) -> None:
    from shizheng.kernel.organisations import factories as organisations
    from shizheng.kernel.people import factories as people

    allow_setting_the_clock()
    agency = organisations.agency(code="W", name="測試市政府工務局")
    officer = people.person("control_officer", agency)
    head = people.person("head", agency)
    leader = people.person("leader")
    with clock.set_to(at("2017-12-01T09:00")):
        plan = actions.import_plan(officer, plan_text(agency.name), "107.txt").plan
    with clock.set_to(at("2017-12-20T09:00")):
        plan = actions.accept_plan(head, plan.pk, version=plan.version)
    with clock.set_to(at("2018-07-15T09:00")):
        file(officer, plan, "工程進度相符率", "2018-H1", a=167, b=216)
    kpi = Kpi.objects.get(goal__plan=plan, name="工程進度相符率")
    with clock.set_to(at("2018-09-12T09:00")):
        from shizheng.kernel.measures import queries as measures

        fact = measures.current_facts(kpi.measure_id).get(input="a")
        measure_actions.correct_fact(officer, fact.pk, value=Decimal(166), reason="一件實為落後")
        actions.edit_kpi(
            officer, kpi.pk, version=kpi.version, changes={"name": "進度相符率（新）"}, reason="改名"
        )
    half = parse_period("2018-H1")

    def seen(day: str) -> list[tuple[str, str | None]]:
        board = queries.city_board(leader, None, half, as_of_day(at(day).date()))
        return [
            (each.name, str(each.figure.value) if each.figure.value is not None else None)
            for each in board.kpis
            if each.label == "1-1"
        ]

    assert seen("2017-12-10T00:00") == []  # still a draft
    assert seen("2018-07-01T00:00") == [("工程進度相符率", None)]
    assert seen("2018-08-01T00:00") == [("工程進度相符率", "77.31")]
    assert seen("2018-10-01T00:00") == [("進度相符率（新）", "76.85")]


def test_a_year_without_a_plan_shows_what_the_next_plan_reports_about_it(
    town: SimpleNamespace, accepted: Plan
) -> None:
    actions.record_exact_results(town.officer, accepted.pk)
    board = queries.city_board(town.leader, 106)
    assert {kpi.name: str(kpi.figure.value) for kpi in board.kpis if kpi.figure.value is not None} == {
        "工程進度相符率": "77.31",
        "滿意度": "89.79",
    }
    assert all(kpi.result_id for kpi in board.kpis)
    assert board.years == [107, 106]


def test_the_number_of_queries_does_not_grow_with_the_plans(town: SimpleNamespace, accepted: Plan) -> None:
    from django.db import connection

    def count() -> int:
        town.leader.forget_authority()
        with CaptureQueriesContext(connection) as captured:
            queries.city_board(town.leader, 107)
        return len(captured)

    before = count()
    for code, name in (("X1", "社會局"), ("X2", "文化局"), ("X3", "衛生局"), ("X4", "地政局")):
        from shizheng.kernel.organisations import factories

        agency = factories.agency(code=code, name=f"測試市政府{name}")
        plan = actions.import_plan(town.rdec, plan_text(agency.name), f"{code}.txt").plan
        actions.accept_plan(town.rdec, plan.pk, version=plan.version)
    assert count() <= before <= 11


def test_an_agencys_board_holds_the_agency_and_what_is_below_it(
    town: SimpleNamespace, accepted: Plan
) -> None:
    assert len(queries.agency_board(town.leader, town.works.pk, 107).kpis) == 3
    assert len(queries.agency_board(town.leader, town.parks.pk, 107).kpis) == 0
    assert len(queries.agency_board(town.leader, town.city.pk, 107).kpis) == 3


def test_a_draft_is_on_no_board(town: SimpleNamespace, draft: Plan) -> None:
    assert not queries.city_board(town.rdec, 107).kpis


def test_a_share_counts_what_is_judged_and_nothing_else() -> None:
    found = tally([(Status.MET, Decimal(10)), (Status.NOT_MET, None), (Status.NOT_FILED, Decimal(5))])
    assert (found.all, found.judged, found.good, found.share) == (3, 2, 1, 50)
    assert found.missing == [(Status.NOT_FILED, 1)]
    assert Tally().share is None


def test_a_figure_that_a_board_shows_opens_its_trace_but_no_more(
    client: Client, town: SimpleNamespace, accepted: Plan
) -> None:
    file(town.officer, accepted, "工程進度相符率", "2018", a=60, b=100)
    measure_id = Kpi.objects.get(goal__plan=accepted, name="工程進度相符率").measure_id
    client.force_login(town.other)
    shown = client.get(reverse("planning:board"), {"year": 107}).content.decode()
    address = reverse("measures:trace", args=[measure_id])
    assert address in shown
    query = {"unit": accepted.agency_id, "period": "2018"}
    assert client.get(address, query).status_code == 200
    assert client.get(reverse("measures:trace_json", args=[measure_id]), query).status_code == 200
    assert client.get(reverse("measures:detail", args=[measure_id])).status_code == 200
    assert client.get(reverse("measures:file", args=[measure_id])).status_code in (403, 404)
    with pytest.raises(CannotDo):
        file(town.other, accepted, "工程進度相符率", "2018-H1", unit=town.parks.pk, a=1, b=1)


def test_a_figure_of_a_draft_of_others_stays_closed(
    client: Client, town: SimpleNamespace, draft: Plan
) -> None:
    client.force_login(town.other)
    for measure_id in Kpi.objects.filter(goal__plan=draft, measure__isnull=False).values_list("measure_id"):
        assert client.get(reverse("measures:detail", args=measure_id)).status_code == 404


def half(roc_year: int, number: int) -> Period:
    return parse_period(f"{roc_year + 1911}-H{number}")


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ([(half(106, 1), 50.0)], "達標比率"),
        ([(half(106, 1), 50.0), (half(106, 2), 75.0)], "達標比率比前半年高 25.00 個百分點"),
        ([(half(105, 2), 50.0), (half(106, 1), 50.0)], "達標比率與前半年持平"),
        ([(half(104, 1), 100.0), (half(106, 1), 66.67)], "達標比率比 104 年上半年低 33.33 個百分點"),
        ([(half(104, 1), 66.67), (half(106, 1), 66.67)], "達標比率與 104 年上半年持平"),
    ],
)
def test_a_trend_names_the_half_year_it_is_compared_with_unless_it_is_the_one_before(
    known: list[tuple[Period, float]], title: str
) -> None:
    assert _trend_title(known) == title
