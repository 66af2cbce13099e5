"""Pages of the register as they are read: the list, one tender and its course, derived lists."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.domains.projects import actions
from shizheng.domains.projects.frame.tenders import find
from shizheng.domains.projects.models import Programme, Project
from shizheng.domains.projects.tests.town import asked, browser, enter, make_town, plan, tell, type_of

pytestmark = pytest.mark.django_db
D = Decimal
MOST_QUERIES = 15


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return make_town()


def full(town: SimpleNamespace) -> Project:
    """A tender with a life and two plans."""
    row = enter(
        town,
        programmes={Programme.objects.get(code="forward").pk: None},
        longitude=D("120.6"),
        latitude=D("24.1"),
    )
    first = plan(town, row, date(2025, 1, 1))
    tell(
        town.control,
        row,
        ("funded", date(2025, 1, 2)),
        ("announced", date(2025, 3, 20)),
        ("failed", date(2025, 4, 1)),
    )
    tell(
        town.control,
        row,
        ("announced", date(2025, 4, 10)),
        ("awarded", date(2025, 5, 4)),
        ("started", date(2025, 5, 20)),
    )
    later = [
        {"code": p.code, "name": p.name, "stage": p.stage, "weight": p.weight, "planned_on": p.planned_on + timedelta(days=30)}
        for p in first.checkpoints.all()
    ]  # fmt: skip
    given = actions.PlanGiven(
        checkpoints=later, kind="change_order", from_period="2025-06", reason="追加護欄",
        works_from=first.works_from, works_to=first.works_to, contract_amount=D(51_000_000),
    )  # fmt: skip
    actions.set_plan(town.control, row.pk, number=1, given=given)
    return row


def test_the_list_filters_searches_and_exports(town: SimpleNamespace) -> None:
    row = full(town)
    enter(town, "公園座椅採購", type_id=type_of("goods_services").pk, level="city")
    client = browser(town.leader)
    assert [each["name"] for each in _rows(client, "?state=performing")] == [row.name]
    assert [each["name"] for each in _rows(client, "?q=座椅")] == ["公園座椅採購"]
    assert [each["name"] for each in _rows(client, f"?agency={town.works.pk}&level=city")] == ["公園座椅採購"]
    forward = Programme.objects.get(code="forward")
    assert [each["name"] for each in _rows(client, f"?programme={forward.pk}")] == [row.name]
    assert _rows(client, "?year=2026") == []
    text = b"".join(client.get("/projects/register/?export=csv&q=東橋&col=budget").streaming_content).decode()  # type: ignore[attr-defined]
    assert "東橋改建工程,60000000" in text
    assert asked(client, "/projects/register/") <= MOST_QUERIES


def test_a_ready_made_filter_says_how_many_it_shows_within_what_else_was_chosen(
    town: SimpleNamespace,
) -> None:
    full(town)
    enter(town, "公園座椅採購", type_id=type_of("goods_services").pk, level="city")
    enter(town, "東橋引道", level="city")
    client = browser(town.leader)
    assert _chips(client, "") == {"全部": 3, "籌辦中": 2, "履約中": 1}
    assert _chips(client, "?level=city") == {"全部": 2, "籌辦中": 2, "履約中": 0}
    assert _chips(client, "?level=city&state=performing") == {"全部": 2, "籌辦中": 2, "履約中": 0}
    assert _chips(client, "?q=東橋") == {"全部": 2, "籌辦中": 1, "履約中": 1}
    assert asked(client, "/projects/register/?level=city&q=東橋") <= MOST_QUERIES


def _chips(client: Client, query: str) -> dict[str, int]:
    shown = client.get(f"/projects/register/{query}").context["chips"]
    for each in shown:  # pressing it shows so many
        if shown[0]["count"] != 3:
            table = client.get(f"/projects/register/{each['url']}").context["table"]
            assert table.page.paginator.count == each["count"], each
    return {each["label"]: each["count"] for each in shown}


def _rows(client: Client, query: str) -> list[dict[str, str]]:
    page = client.get(f"/projects/register/{query}")
    return [{"name": row.record.name} for row in page.context["table"].page.object_list]


def test_the_page_of_a_tender_shows_curves_checkpoints_and_what_happened(town: SimpleNamespace) -> None:
    row = full(town)
    client = browser(town.control)
    address = f"/projects/register/{row.pk}/"
    text = client.get(address).content.decode()
    for words in (
        "預定（第 2 版）",
        "追加護欄",
        "甲營造",
        "上次決標以來",
        "流標",
        "登錄事件",
        "變更預定進度",
    ):
        assert (words in text) is (words != "上次決標以來"), words  # awarded since: counting begins anew
    assert asked(client, address) <= 13
    seen = browser(town.leader).get(address).content.decode()
    assert "登錄事件" not in seen and "甲營造" in seen


def test_the_course_of_a_tender_names_each_event_and_programme(town: SimpleNamespace) -> None:
    row = full(town)
    page = browser(town.control).get(f"/projects/register/{row.pk}/").content.decode()
    course = page[page.rindex("誰、什麼時候、為什麼；") :]
    beside = course.split('<ul class="tl-beside">', 1)[1]
    assert f'/projects/register/{row.pk}/#happenings"><span>流標 114-04-01</span>' in beside
    assert "<span>經費到位 114-01-02</span>" in beside
    assert (
        course.count("<span>經費到位 114-01-02</span>") == 1
    )  # beside its own act, however many one transaction holds
    forward = Programme.objects.get(code="forward")
    named = f'/projects/register/programmes/{forward.pk}/"><span>{forward.name}</span>'
    assert course.count(named) == 1


def test_the_course_of_a_tender_tells_of_a_programme_that_was_taken_off(town: SimpleNamespace) -> None:
    row = full(town)
    tags = {each.programme_id: each.quantity for each in row.tags.all()}
    forward = Programme.objects.get(code="forward")
    assert forward.pk in tags
    row.refresh_from_db()
    left = {pk: quantity for pk, quantity in tags.items() if pk != forward.pk}
    changes = {"programmes": left}
    actions.edit_project(town.control, row.pk, version=row.version, changes=changes, reason="不屬前瞻")
    page = browser(town.control).get(f"/projects/register/{row.pk}/").content.decode()
    course = page[page.rindex("誰、什麼時候、為什麼；") :]
    named = f'/projects/register/programmes/{forward.pk}/"><span>{forward.name}</span>'
    assert course.count(named) == 2  # where it was put on, and where it was taken off
    taken_off = course[course.index("不屬前瞻") :].split("</li>\n", 1)[0]
    assert named in taken_off and "現在已不掛這個專案計畫" in taken_off


def test_checkpoints_reached_late_are_told(town: SimpleNamespace) -> None:
    from shizheng.domains.projects.queries import planned
    from shizheng.domains.projects.queries.happenings import timeline

    row = full(town)
    rows, _today = planned.gantt(planned.plans(row), date(2025, 6, 1), timeline(row).standing)
    reached = {each.point.code: (each.reached_on, each.late) for each in rows}
    assert reached["awarded"] == (date(2025, 5, 4), False)
    assert reached["announced"] == (date(2025, 4, 10), False)
    assert reached["works"] == (None, False)
    assert rows[2].before == ((1, rows[2].point.planned_on - timedelta(days=30)),)


def test_failed_tenders_are_listed_by_the_rule_of_the_day_with_denominators(town: SimpleNamespace) -> None:
    twice, once, awarded = enter(town, "甲案"), enter(town, "乙案"), enter(town, "丙案")
    opened = (("announced", date(2025, 2, 1)), ("failed", date(2025, 2, 10)), ("announced", date(2025, 3, 1)))
    tell(town.control, twice, *opened, ("void", date(2025, 3, 10)))
    tell(town.control, once, *opened)
    tell(
        town.control,
        awarded,
        *opened,
        ("failed", date(2025, 3, 9)),
        ("announced", date(2025, 4, 1)),
        ("awarded", date(2025, 5, 1)),
    )
    client = browser(town.leader)
    page = client.get("/projects/register/failed/")
    assert [row.record["name"] for row in page.context["table"].page.object_list] == ["甲案"]
    assert (
        "未決標 2 件裡 1 件（50.00%），共流標 1 次、廢標 1 次。規則 流廢標追蹤次數 第 1 版"
        in page.content.decode()
    )
    assert asked(client, "/projects/register/failed/") <= MOST_QUERIES
    text = b"".join(client.get("/projects/register/failed/?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "2,1,1,2025-03-10" in text


def test_due_and_forecast_follow_from_plans(town: SimpleNamespace) -> None:
    today = clock.today()
    late, soon, told, bare = (enter(town, name) for name in ("逾期案", "將屆案", "已公告案", "未訂案"))
    plan(town, late, today - timedelta(days=200))
    plan(town, soon, today - timedelta(days=60))  # announced 90 days after the start
    plan(town, told, today - timedelta(days=200))
    tell(town.control, told, ("announced", today - timedelta(days=80)))
    client = browser(town.leader)
    page = client.get("/projects/register/due/")
    assert [row.record["name"] for row in page.context["table"].page.object_list] == ["逾期案"]
    assert (
        "預定要公告的 2 件裡 1 件還沒有公告（50.00%）；籌辦中 3 件裡 1 件還沒有預定公告日"
        in page.content.decode()
    )
    page = client.get("/projects/register/due/?list=forecast")
    assert [row.record["name"] for row in page.context["table"].page.object_list] == ["將屆案"]
    assert asked(client, "/projects/register/due/") <= MOST_QUERIES
    assert bare.state == "preparing"


def test_tenders_are_found_by_what_they_are_called(town: SimpleNamespace) -> None:
    row = enter(town, tender_no="W114-77")
    for words in ("東橋", row.number, "W114-77", "工務局 改建"):
        assert [hit.title for hit in find(town.leader, words, 5, None)] == [row.name], words
    assert list(find(town.leader, "東橋 西橋", 5, None)) == []


def test_the_course_of_a_type_tells_which_weights_changed(town: SimpleNamespace) -> None:
    works = type_of("works")
    names = ("code", "name", "name_en", "stage", "weight", "days")
    points = [{name: getattr(each, name) for name in names} for each in works.checkpoints.all()]
    points[0]["weight"] += 2
    points[5]["weight"] -= 2
    changes = {"checkpoints": points}
    actions.edit_type(town.rdec, works.pk, version=works.version, changes=changes, reason="設計比重調高")
    page = browser(town.rdec).get(f"/projects/register/types/{works.pk}/").content.decode()
    course = page[page.index("設計比重調高") :]
    assert "設計書圖核定 改了 1 欄" in course and "施工 改了 1 欄" in course and ">12<" in course
