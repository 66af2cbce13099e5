"""Pages and API of grant years: made, changed, two at once, exported, published, and who may."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.domains.projects.models import GrantItem, GrantReport, GrantYear
from shizheng.domains.projects.queries.grant_calendar import to_do
from shizheng.domains.projects.queries.grants import measure_code
from shizheng.domains.projects.rules.grants import Rate
from shizheng.domains.projects.tests.grant_town import award, lock_period, make_grant_town, money, set_up
from shizheng.domains.projects.tests.month_town import tender
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.publication import actions as publication

pytestmark = pytest.mark.django_db
MOST_QUERIES = 25


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    town = make_grant_town()
    set_up(town)
    award(town.mine[0], "2025-03-10")
    lock_period(town, "2025-03", "2025-04-08", money(100, 50), None)
    return town


def browser(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_a_year_shows_rates_with_what_they_are_made_of_stage_targets_and_items(town: SimpleNamespace) -> None:
    client = browser(town.rdec)
    address = f"/projects/grants/{town.year.pk}/"
    with CaptureQueriesContext(connection) as asked:
        text = client.get(address).content.decode()
    assert len(asked) <= MOST_QUERIES
    for words in (
        "發包率",
        "33.33",
        "1 ÷ 3",
        "1 ÷ 2",
        "階段目標",
        "還沒有鎖定",
        "標案A0",
        "列入補助案",
    ):
        assert words in text, words
    (pk,) = measures.ids_by_code([measure_code(town.year, Rate.AWARD)]).values()
    trace = f"/measures/{pk}/trace/?unit={town.works.pk}&period=2025-03"  # an agency's rate opens its trace
    assert trace.replace("&", "&amp;") in text and "50.00" in client.get(trace).content.decode()
    assert "列入補助案" not in browser(town.leader).get(address).content.decode()
    csv = b"".join(client.get(address, {"export": "csv"}).streaming_content)  # type: ignore[arg-type]
    assert len(csv.decode("utf-8-sig").splitlines()) == 4
    for kind in ("xlsx", "ods"):
        assert client.get(address, {"export": kind}).status_code == 200
    assert "114" in client.get("/projects/grants/").content.decode()
    early = client.get(address, {"as_of": "2025-02-01"}).content.decode()
    assert "還沒有鎖定的期別" in early
    calendar = client.get(address + "calendar/").content.decode()
    assert "GR-13" in calendar and "如期完成" in calendar and "逾期未完成" in calendar
    assert client.get("/projects/grants/999999/").status_code == 404


def test_years_and_items_are_made_and_changed_and_two_at_once_see_both(town: SimpleNamespace) -> None:
    client = browser(town.rdec)
    made = {
        "programme_id": town.programme.pk,
        "roc_year": "115",
        "central_agency": "某部",
        "selected_on": "115-01-20",
    }
    assert client.post("/projects/grants/new/", made).status_code == 302
    again = client.post("/projects/grants/new/", made)
    assert again.status_code == 422 and "已經有這一年" in again.content.decode()
    year = GrantYear.objects.get(roc_year=115)
    items = f"/projects/grants/{year.pk}/items/new/"
    fresh = tender(town.works, "A9")
    typed = {"project_id": "a9", "grant_amount": "1,000,000", "own_share": "", "note": ""}
    assert client.post(items, typed | {"project_id": "沒有"}).status_code == 422
    assert client.post(items, typed).status_code == 302
    item = GrantItem.objects.get(project=fresh)
    assert (item.grant_amount, item.own_share) == (1_000_000, 0)
    change = {
        "version": item.version,
        "grant_amount": "2000000",
        "own_share": "5",
        "note": "",
        "reason": "核增",
    }
    edit = f"/projects/grants/items/{item.pk}/edit/"
    assert client.post(edit, change).status_code == 302
    stale = client.post(edit, change | {"grant_amount": "3000000"})
    assert stale.status_code == 409 and "2000000" in stale.content.decode()
    page = client.get(f"/projects/grants/items/{item.pk}/").content.decode()
    assert "還沒有鎖定的期別" in page and "核增" in page
    drop = {"version": GrantItem.objects.get(pk=item.pk).version, "on": "115-05-01", "reason": "中央核減"}
    assert client.post(f"/projects/grants/items/{item.pk}/drop/", drop).status_code == 302
    assert GrantItem.objects.get(pk=item.pk).dropped_on is not None
    edited = {
        "version": year.version,
        "central_agency": "另一部",
        "reason": "更名",
        "selected_on": "115-01-21",
    }
    assert client.post(f"/projects/grants/{year.pk}/edit/", edited).status_code == 302
    assert (
        client.post(f"/projects/grants/{year.pk}/edit/", edited | {"central_agency": "丙部"}).status_code
        == 409
    )
    assert browser(town.officer).post(edit, change).status_code == 403


def test_the_report_begins_with_what_the_system_can_say_and_two_writers_see_both(
    town: SimpleNamespace,
) -> None:
    client = browser(town.rdec)
    lock_period(town, "2025-06", "2025-07-05", money(300, 50), None)
    address = f"/projects/grants/{town.year.pk}/report/"
    drafted = client.get(address).content.decode()
    assert "民國114年6月30日，發包率 33.33%，未達目標 55%" in drafted
    first = {"version": "0", "achievements": "完成。", "problems": "", "improvements": ""}
    assert client.post(address, first).status_code == 302
    stale = client.post(address, first | {"achievements": "別的。"})
    assert stale.status_code == 409 and "完成。" in stale.content.decode()
    assert GrantReport.objects.get().achievements == "完成。"


def test_an_item_that_was_taken_out_is_still_found_and_listed_again_as_it_stood(
    town: SimpleNamespace,
) -> None:
    client, year = browser(town.rdec), f"/projects/grants/{town.year.pk}/"
    item = GrantItem.objects.get(year=town.year, project=town.mine[0])
    sent = {"version": item.version, "on": "114-02-01", "reason": "誤列"}
    assert client.post(f"/projects/grants/items/{item.pk}/drop/", sent).status_code == 302
    assert "已剔除" in client.get(year).content.decode()
    page = client.get(f"/projects/grants/items/{item.pk}/").content.decode()
    again = f"{year}items/new/?item={item.pk}"
    assert again in page and "重新列入" in page
    form = client.get(again).context["form"]
    assert (form["project_id"].value(), form["grant_amount"].value()) == (item.project.number, "800")
    typed = {"project_id": item.project.number, "grant_amount": "800", "own_share": "200"}
    assert client.post(f"{year}items/new/", typed).status_code == 302
    item.refresh_from_db()
    assert item.dropped_on is None


def test_who_publishes_reaches_the_report_once_it_is_written_and_its_year_is_locked(
    town: SimpleNamespace,
) -> None:
    year = f"/projects/grants/{town.year.pk}/"
    place = f"/publications/issue/projects.grant_report/{town.year.pk}/"
    head = browser(town.rdec_head)
    words = {"version": 0, "achievements": "五案如期完成。", "problems": "", "improvements": ""}
    assert browser(town.rdec).post(f"{year}report/", words).status_code == 302
    early = head.get(year).content.decode()  # the year is not over: no button, and why there is none
    assert place not in early and "114 年第 4 季底的填報還沒有鎖定，不能發布年度報告。" in early
    assert "底的填報還沒有鎖定" in browser(town.rdec).get(f"{year}report/").content.decode()
    empty = browser(town.rdec).post(f"{year}report/", words | {"version": 1, "achievements": " "})
    assert empty.status_code == 422 and "選填" not in empty.content.decode().split("績效與成果")[1][:80]
    assert place not in [each.url for _year, each in to_do(town.rdec_head, date(2026, 1, 9))]
    lock_period(town, "2025-12", "2026-01-08", money(1000, 900), None)
    assert "等研考會主委預覽與發布" in browser(town.rdec).get(f"{year}report/").content.decode()
    assert place in head.get(year).content.decode() and head.get(place).status_code == 200
    waits = {each.url: each.title for _year, each in to_do(town.rdec_head, date(2026, 1, 9))}
    assert waits[place] == "發布 114 年度績效報告"  # also long before its day
    assert place not in [each.url for _year, each in to_do(town.rdec, date(2026, 1, 9))]
    with clock.set_to(datetime(2026, 1, 9, 9, tzinfo=clock.TAIPEI)):
        assert place in head.get("/work/").content.decode()
        publication.issue(town.rdec_head, "projects.grant_report", town.year.pk, reason="提送中央")
    assert place not in [each.url for _year, each in to_do(town.rdec_head, date(2026, 1, 10))]
    assert place not in browser(town.rdec).get(year).content.decode()


def test_the_api_says_the_same_and_asks_for_the_version_that_was_read(town: SimpleNamespace) -> None:
    client = browser(town.rdec)
    base = "/api/v1/projects/grants"
    found = client.get(f"{base}/{town.year.pk}")
    told = found.json()
    assert told["total"]["award"] == {"part": "1", "whole": "3", "percent": "33.33"}
    assert told["period"] == "2025-03" and len(told["items"]) == 3 and told["items"][0]["set_up"]
    change = {"central_agency": "某部", "reason": "更名"}
    address, kind = f"{base}/{town.year.pk}", "application/json"
    assert client.patch(address, change, kind).status_code == 412
    assert client.patch(address, change, kind, headers={"If-Match": found["ETag"]}).status_code == 200
    made = client.post(
        f"{base}/{town.year.pk}/items",
        {"project_id": tender(town.works, "A9").pk, "grant_amount": "10", "own_share": "5"},
        kind,
    )
    assert made.status_code == 200 and made.json()["grant_amount"] == "10"
    item = client.get(f"{base}/items/{town.items[0].pk}").json()
    assert item["allocation"][2] == "100" and item["periods"][0]["paid"] == "50"
    assert Decimal(item["periods"][0]["annual"]) == 1000
    deadlines = client.get(f"{base}/{town.year.pk}/deadlines").json()["items"]
    assert {each["rule"] for each in deadlines} == {"GR-01", "GR-07", "GR-08", "GR-12", "GR-13"}
    assert browser(town.officer).post(base, {}, kind).status_code == 403
    report = client.get(f"{base}/{town.year.pk}/report")
    put = client.put(
        f"{base}/{town.year.pk}/report", {"achievements": "甲"}, kind, headers={"If-Match": report["ETag"]}
    )
    assert put.status_code == 200 and put.json()["version"] == 1
