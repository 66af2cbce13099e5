"""Boards, ranking and streaks: golden numbers through the database, in a fixed number of queries."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.errors import NotPermitted
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.queries import boards, ranking
from shizheng.domains.projects.queries.judging import judge
from shizheng.domains.projects.queries.tallying import tallies, tally_of
from shizheng.domains.projects.rules.judging import Course
from shizheng.domains.projects.templatetags.tender_months import traced_rate
from shizheng.domains.projects.tests.month_town import (
    LATE,
    bulk_records,
    bulk_tenders,
    lock_month,
    on,
    plan,
    row,
    tender,
)
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.people import factories as people

pytestmark = pytest.mark.django_db
ON, FAR, BEHIND, AHEAD = Decimal(0), Decimal(-30), Decimal(-6), Decimal(6)


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("period", "counts", "whole", "percent"),
    [
        ("2017-06", {ON: 150, AHEAD: 17, BEHIND: 40, None: 9}, 216, "77.31"),  # plan 105: 超前或相符
        ("2018-06", {ON: 167, AHEAD: 10, BEHIND: 39}, 216, "77.31"),  # plan 107: 相符 only
        ("2015-06", {ON: 2500, AHEAD: 4, BEHIND: 218}, 2722, "91.99"),
    ],
)
def test_the_printed_rates_come_out_by_the_rules_of_their_year(
    month_town: SimpleNamespace,
    period: str,
    counts: dict[Decimal | None, int],
    whole: int,
    percent: str,
) -> None:
    lags = [lag for lag, count in counts.items() for _n in range(count)]
    bulk_records(bulk_tenders(month_town.works, "A", whole), period, lags)
    board = boards.city_board(month_town.leader, parse_period(period))
    assert board.matching.whole == whole
    assert f"{board.matching.percent:.2f}" == percent
    assert board.tally.severe == 0  # no plan had set a threshold yet


def test_exactly_ten_behind_is_severe_and_a_hair_less_is_not(month_town: SimpleNamespace) -> None:
    lags = [Decimal("-10"), Decimal("-9.9999"), Decimal("-10.0001"), None]
    made = bulk_tenders(month_town.works, "A", 4)
    bulk_records(made, "2025-03", lags)
    (by_works,) = bulk_tenders(month_town.works, "B", 1)
    bulk_records(
        [by_works], "2025-03", [ON], planned_works=Decimal(60), actual_works=Decimal(40)
    )  # works behind by exactly twenty
    board = boards.city_board(month_town.leader, parse_period("2025-03"))
    assert [each.record.project_id for each in board.severe] == [made[2].pk, made[0].pk, by_works.pk]
    assert {rule.code for rule in board.rule.rules} >= {"TC-17", "TC-18", "TC-19"}  # type: ignore[union-attr]
    assert all(board.rule.versions.values())  # type: ignore[union-attr]


def test_what_the_database_counts_is_what_the_rules_say(month_town: SimpleNamespace) -> None:
    lags = [Decimal(n) / 2 for n in range(-30, 31)] + [None, None]
    made = bulk_tenders(month_town.works, "A", len(lags))
    bulk_records(made, "2025-03", lags, year_budget=100, allocated=50, paid=10, payable=5, surplus=1)
    bulk_records(bulk_tenders(month_town.works, "S", 2), "2025-03", [FAR, None], state="suspended")
    rule = judge(parse_period("2025-03"))
    counted = tallies({"2025-03": rule})["2025-03", month_town.works.pk]
    assert counted == tally_of(list(MonthRecord.objects.all()), rule.thresholds)
    assert (counted.all, counted.suspended, counted.of(Course.NOT_FILED)) == (65, 2, 2)
    assert counted.filed.part == 62 and counted.severe == 12


def test_agencies_under_ninety_report_and_stand_lowest_first(month_town: SimpleNamespace) -> None:
    bulk_records(bulk_tenders(month_town.works, "A", 10), "2025-03", [ON] * 9 + [BEHIND])
    bulk_records(bulk_tenders(month_town.parks, "B", 10), "2025-03", [ON] * 8 + [BEHIND, None])
    board = boards.city_board(month_town.leader, parse_period("2025-03"))
    assert [(each.name, each.matching.part, each.reports) for each in board.agencies] == [
        ("公園局", 8, True),
        ("工務局", 9, False),  # exactly ninety is enough
    ]
    assert [each.name for each in board.unfiled_agencies] == ["公園局"]
    assert board.matching.percent == 85


def months(first: str, count: int) -> list[Period]:
    found = [parse_period(first)]
    while len(found) < count:
        found.append(found[-1].next())
    return found


def test_the_ranking_gives_the_same_rate_the_same_place_and_goes_back_three_years(
    month_town: SimpleNamespace,
) -> None:
    works, parks = bulk_tenders(month_town.works, "A", 4), bulk_tenders(month_town.parks, "B", 4)
    shown = months("2023-01", 36)
    for number, period in enumerate(shown):
        bulk_records(works, period.code, [ON] * 4 if number % 2 else [ON, ON, ON, BEHIND])
        bulk_records(parks, period.code, [ON] * 4)
    with CaptureQueriesContext(connection) as asked:
        found = ranking.ranking(month_town.leader, shown[-1], months=36)
    assert len(asked) <= 8
    assert [each.place for each in found.rows] == [1, 1] and len(found.shown) == 36
    series = {each.name: each.series for each in found.rows}
    assert series["工務局"][:2] == (75, 100) and set(series["公園局"]) == {100}
    before = ranking.ranking(month_town.leader, shown[-2], months=12)
    assert [(each.name, each.place, each.before) for each in before.rows] == [
        ("公園局", 1, 1), ("工務局", 2, 1),
    ]  # fmt: skip


STREAKS = [
    ("behind", [Decimal(-10), Decimal("-10.5"), Decimal(-12)], False),
    ("ahead", [Decimal(10), Decimal(11), Decimal(12)], True),
    ("a hair less", [Decimal(-10), Decimal("-9.99"), Decimal(-12)], None),
    ("turned", [Decimal(10), Decimal(-11), Decimal(-12)], None),
    ("not filed breaks", [Decimal(-10), Decimal(-10), None, Decimal(-10)], None),
    ("too short", [Decimal(-10), Decimal(-10)], None),
    ("longer", [Decimal(-10)] * 5, False),
]


@pytest.mark.parametrize(("name", "lags", "ahead"), STREAKS, ids=[each[0] for each in STREAKS])
def test_three_months_in_a_row_make_a_proposal(
    month_town: SimpleNamespace, name: str, lags: list[Decimal | None], ahead: bool | None
) -> None:
    (made,) = bulk_tenders(month_town.works, "A", 1)
    until = months("2025-01", len(lags))
    for period, lag in zip(until, lags, strict=True):
        bulk_records([made], period.code, [lag])
    found = ranking.streaks(month_town.leader, until[-1])
    assert [each.ahead for each in found.proposals] == ([] if ahead is None else [ahead])
    if ahead is not None:
        assert [each.lag for each in found.proposals[0].months] == lags


def test_a_suspended_month_is_passed_over_and_a_new_plan_starts_the_count_again(
    month_town: SimpleNamespace,
) -> None:
    suspended, replanned = bulk_tenders(month_town.works, "A", 2)
    version = plan(replanned, 2, "2025-03")
    for code in ("2025-01", "2025-02", "2025-03", "2025-04"):
        bulk_records([suspended], code, [FAR], state="suspended" if code == "2025-03" else "performing")
        bulk_records([replanned], code, [FAR], plan=version if code >= "2025-03" else None)
    (only,) = ranking.streaks(month_town.leader, parse_period("2025-04")).proposals
    assert only.record.project_id == suspended.pk
    assert [each.period.code for each in only.months] == ["2025-01", "2025-02", "2025-04"]


@pytest.fixture
def month(month_town: SimpleNamespace) -> SimpleNamespace:
    month_town.first, month_town.second = tender(month_town.works, "A1"), tender(month_town.works, "A2")
    tender(month_town.parks, "B1")
    lock_month(
        month_town, "2025-03", {month_town.first: row("0"), month_town.second: row("0", reached="design", **LATE)}
    )  # fmt: skip
    return month_town


ADDRESSES = ("/projects/", "/projects/agencies/{works}/", "/projects/ranking/", "/projects/streaks/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_at_most_fifteen_queries_and_goes_out_as_a_file(
    month: SimpleNamespace, address: str
) -> None:
    page, place = browser(month.leader), address.format(works=month.works.pk)
    page.get(place)
    with CaptureQueriesContext(connection) as asked:
        answer = page.get(place)
    assert answer.status_code == 200 and len(asked) <= 15, [each["sql"] for each in asked]
    for kind in ("csv", "xlsx", "ods"):
        assert page.get(place, {"export": kind}).status_code == 200


def test_the_city_board_names_severe_cases_those_not_filed_and_its_rules(month: SimpleNamespace) -> None:
    text = browser(month.leader).get("/projects/").content.decode()
    assert "標案A2" in text and "標案A1" not in text and "1 ÷ 3" in text and "−35.00" in text
    assert "標案進度嚴重落後門檻" in text and "待確認" in text and "增加機具" in text and "公園局" in text
    assert "/measures/" in text  # every rate opens its trace


def test_every_rate_of_an_agency_opens_its_trace_on_the_board_and_in_the_ranking(
    month: SimpleNamespace,
) -> None:
    """As of the day looked at; the trace leads back to the tenders of the agency as of the same day."""
    pk, today = measures.ids_by_code(["projects.matching"])["projects.matching"], clock.today()
    link, day = f"/measures/{pk}/trace/?unit={month.works.pk}&amp;period=2025-03", f"{today:%Y-%m-%d}"
    with on(f"{today + timedelta(days=3):%Y-%m-%d}"):
        page = browser(month.leader)
        for place in ("/projects/", "/projects/ranking/"):
            assert f'href="{link}"' in page.get(place).content.decode()
            assert f'href="{link}&amp;as_of=' in page.get(place, {"as_of": day}).content.decode()
        address = {"unit": month.works.pk, "period": "2025-03", "as_of": day}
        trace = page.get(f"/measures/{pk}/trace/", address).content.decode()
        assert f"/projects/agencies/{month.works.pk}/?period=2025-03&amp;as_of=" in trace
        said = [each.source["text"] for each in Fact.objects.filter(measure=pk, unit=month.works)]
        assert said and all("第 1 版" in each and "tender." not in each for each in said), (
            said
        )  # titles, no codes


def test_the_agency_board_holds_every_tender_of_the_month(month: SimpleNamespace) -> None:
    text = browser(month.officer).get(f"/projects/agencies/{month.works.pk}/").content.decode()
    assert "標案A1" in text and "標案A2" in text and "標案B1" not in text
    assert text.count("90 ÷ 100") == 2  # the money of each tender, of which the agency's rate is made


def test_the_programs_get_the_same(month: SimpleNamespace) -> None:
    page = browser(month.leader)
    board = page.get("/api/v1/projects/board", {"period": "2025-03"}).json()
    assert board["matching"] == {"part": 1, "whole": 3, "percent": "33.33"}
    assert [each["lag"] for each in board["cases"] if each["severe"]] == ["-35"]
    assert {
        key: next(each for each in board["rules"] if each["code"] == "TC-18")[key]
        for key in ("code", "version")
    } == {"code": "TC-18", "version": 1}
    mine = page.get(f"/api/v1/projects/agencies/{month.works.pk}/board").json()
    assert [each["number"] for each in mine["cases"]] == ["A2", "A1"]
    rows = page.get("/api/v1/projects/ranking", {"months": 2}).json()["rows"]
    assert [(each["agency"], each["part"], each["whole"]) for each in rows] == [
        ("工務局", "1", "2"), ("公園局", "0", "1"),
    ]  # fmt: skip
    assert page.get("/api/v1/projects/streaks").json()["proposals"] == []
    assert page.get("/api/v1/projects/board", {"period": "2025"}).status_code == 422


def test_who_may_publish_is_led_from_the_board_to_the_month(month: SimpleNamespace) -> None:
    place = f"/publications/issue/projects.month/{month.city.pk}/?period=2025-03"
    assert place in browser(month.rdec_head).get("/projects/").content.decode()
    assert "/publications/issue/" not in browser(month.leader).get("/projects/").content.decode()
    assert browser(month.rdec_head).get(place).status_code == 200


def test_who_may_not_see_tenders_sees_no_board(month: SimpleNamespace) -> None:
    nobody = people.person(None, username="nobody")
    with pytest.raises(NotPermitted):
        boards.city_board(nobody)
    with pytest.raises(NotPermitted):
        ranking.streaks(nobody)


def test_without_a_locked_month_every_page_says_so(month_town: SimpleNamespace) -> None:
    page = browser(month_town.leader)
    for address in ADDRESSES:
        text = page.get(address.format(works=month_town.works.pk)).content.decode()
        assert "還沒有鎖定的月份" in text


def test_a_rate_of_months_that_came_in_without_their_numbers_is_shown_and_is_no_link() -> None:
    for missing in (None, ""):
        assert traced_rate({}, missing, 1, "2025-03", Decimal(80)) == "80.00%"
    assert 'href="/measures/7/trace/' in traced_rate({}, 7, 1, "2025-03", Decimal(80))
