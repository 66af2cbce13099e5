"""Promises made, changed, moved, no longer followed, published: by whom, with which reason, and what stays."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.domains.planning.actions import promises as actions
from shizheng.domains.planning.models.promises import Programme, Promise
from shizheng.domains.planning.promise_frame import find, published_items, work_items
from shizheng.domains.planning.queries import promises as queries
from shizheng.domains.planning.rules.promises import State
from shizheng.domains.planning.tests.promise_town import file_quarter, item, make_programme
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web.work import items_of

pytestmark = pytest.mark.django_db
Q1 = parse_period("2018-Q1")


@pytest.fixture
def made(town: SimpleNamespace) -> Programme:
    return make_programme(town)


def test_codes_are_unique_and_what_is_above_must_be_there(town: SimpleNamespace, made: Programme) -> None:
    for code, words in (("1-1", "已經有了"), ("3-1", "沒有上層 3"), ("x", "不是編號")):
        with pytest.raises(BadInput, match=words):
            actions.create_promise(town.rdec, made.pk, code, {"title": "甲"})


def test_an_action_plan_needs_agency_and_days_and_one_way_of_progress(
    town: SimpleNamespace, made: Programme
) -> None:
    with pytest.raises(BadInput) as failure:
        actions.create_promise(town.rdec, made.pk, "1-1-3", {"title": "甲", "unit": "棵"})
    assert set(failure.value.fields) == {"main_agency_id", "starts_on", "ends_on", "unit"}
    with pytest.raises(BadInput) as failure:
        actions.create_promise(town.rdec, made.pk, "3", {"title": "", "starts_on": date(2018, 1, 1)})
    assert set(failure.value.fields) == {"title", "starts_on"}
    with pytest.raises(BadInput) as failure:
        actions.edit_promise(
            town.rdec, item(made, "1-1-1").pk, version=None, changes={"joint": [town.works.pk]}, reason="改"
        )
    assert set(failure.value.fields) == {"joint"}


def test_only_who_manages_promises_may_change_them(town: SimpleNamespace, made: Programme) -> None:
    row = item(made, "1-1-1")
    for act in (
        lambda: actions.create_promise(town.head, made.pk, "3", {"title": "甲"}),
        lambda: actions.edit_promise(
            town.control, row.pk, version=None, changes={"title": "乙"}, reason="改"
        ),
        lambda: actions.publish_programme(town.rdec, made.pk, version=None),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_change_needs_its_reason_and_the_version_that_was_read(
    town: SimpleNamespace, made: Programme
) -> None:
    row = item(made, "1-1-1")
    with pytest.raises(BadInput, match="理由"):
        actions.edit_promise(town.rdec, row.pk, version=row.version, changes={"title": "乙"}, reason=" ")
    actions.edit_promise(town.rdec, row.pk, version=row.version, changes={"title": "乙"}, reason="市長指示")
    with pytest.raises(Conflict):
        actions.edit_promise(town.rdec, row.pk, version=row.version, changes={"title": "丙"}, reason="改")
    entry = history.entries_of(row).first()
    assert entry is not None and (entry.reason, entry.action) == ("市長指示", "planning.edit_promise")
    assert entry.before is not None and entry.before["title"] == "整修人行道"


def test_moving_takes_along_what_is_below_and_keeps_the_order(town: SimpleNamespace, made: Programme) -> None:
    row = item(made, "1-1")
    actions.move_promise(town.rdec, row.pk, version=row.version, code="2-10", reason="併入")
    codes = list(Promise.objects.filter(programme=made).order_by("order").values_list("code", flat=True))
    assert codes == ["1", "2", "2-1", "2-1-1", "2-10", "2-10-1", "2-10-2"]
    row.refresh_from_db()
    assert row.parent == item(made, "2")
    for code, words in (
        ("2-1", "已經有了"),
        ("3", "不是子項的編號"),
        ("9-1", "沒有上層 9"),
        ("2-10", "相同"),
    ):
        with pytest.raises(BadInput, match=words):
            actions.move_promise(town.rdec, row.pk, version=None, code=code, reason="改")


def test_what_is_no_longer_followed_stays_and_can_be_followed_again(
    town: SimpleNamespace, made: Programme
) -> None:
    part, leaf = item(made, "2-1"), item(made, "2-1-1")
    with pytest.raises(CannotDo, match="下面還有 1 項"):
        actions.retire_promise(town.rdec, part.pk, version=None, reason="併案")
    with clock.set_to(clock.now()):
        actions.retire_promise(town.rdec, leaf.pk, version=leaf.version, reason="併案")
    actions.retire_promise(town.rdec, part.pk, version=None, reason="併案")
    now = queries.settled_quarter(made)
    assert "2-1-1" in [each.promise.code for each in queries.board(made, Q1).items]  # followed in those days
    assert now.end <= clock.today()
    with pytest.raises(CannotDo, match="上層"):
        actions.resume_promise(town.rdec, leaf.pk, version=None, reason="恢復")
    with pytest.raises(BadInput, match="停止列管"):
        actions.create_promise(town.rdec, made.pk, "2-1-2", {"title": "甲"})
    actions.resume_promise(town.rdec, part.pk, version=None, reason="恢復")
    actions.resume_promise(town.rdec, leaf.pk, version=None, reason="恢復")
    assert not Promise.objects.filter(programme=made, retired_on__isnull=False).exists()


def test_the_board_takes_as_many_queries_for_ninety_as_for_three(
    town: SimpleNamespace, made: Programme
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            queries.board(made, Q1)
        return len(asked)

    few = count()
    for n in range(3, 90):
        values: dict[str, Any] = {
            "title": f"第 {n} 項",
            "main_agency_id": town.works.pk,
            "starts_on": date(2018, 1, 1),
        }
        actions.create_promise(town.rdec, made.pk, f"1-1-{n}", {**values, "ends_on": date(2021, 1, 1)})
    assert count() == few <= 8


def test_everybody_reads_what_is_published_and_nothing_else(
    town: SimpleNamespace, made: Programme, client: Client
) -> None:
    address = f"/planning/public/promises/{made.pk}/"
    assert client.get(address).status_code == 404 and list(published_items()) == []
    assert [each.title for each in items_of(work_items(town.rdec_head, clock.today()))] == [
        "公布 測試市市長政見"
    ]
    actions.publish_programme(town.rdec_head, made.pk, version=made.version)
    page = client.get(address + "?quarter=2018-Q1").content.decode()
    assert "整修人行道" in page and "未填報" in page and len(list(published_items())) == 1
    data = client.get(f"{address}promises.json?quarter=2018-Q1").json()
    assert [each["code"] for each in data["items"]][:3] == ["1", "1-1", "1-1-1"]
    body = b"".join(client.get(f"{address}promises.csv?quarter=2018-Q1").streaming_content)  # type: ignore[attr-defined]
    assert "種行道樹" in body.decode("utf-8-sig")
    assert client.get(f"/api/v1/planning/public/promises/{made.pk}").json()["title"] == made.title
    with pytest.raises(Conflict):
        actions.publish_programme(town.rdec_head, made.pk, version=None)
    actions.withdraw_programme(town.rdec_head, made.pk, version=None, reason="內容要改")
    assert client.get(address).status_code == 404
    with pytest.raises(NotFound):
        queries.published_programme(made.pk)


def test_pages_show_filter_and_export(town: SimpleNamespace, made: Programme, client: Client) -> None:
    file_quarter(
        town,
        made,
        "2018-Q1",
        {"1-1-1.quantity": "3", "1-1-1.text": "三公里", "1-1-1.obstacles": "雨季"},
        None,
    )
    client.force_login(town.leader)
    board = client.get("/planning/promises/?quarter=2018-Q1").content.decode()
    assert board.index("整修人行道") < board.index("種行道樹") and "雨季" in board  # behind before not filed
    rows = client.get("/planning/promises/list/?quarter=2018-Q1&state=behind").content.decode()
    assert "整修人行道" in rows and "種行道樹" not in rows
    by_agency = client.get(f"/planning/promises/list/?quarter=2018-Q1&kind=action&agency={town.parks.pk}")
    assert "種行道樹" in by_agency.content.decode() and "整修人行道" not in by_agency.content.decode()
    found = client.get("/planning/promises/list/?quarter=2018-Q1&q=排水").content.decode()
    assert "拓寬排水" in found and "好走的路" not in found
    export = client.get("/planning/promises/list/?quarter=2018-Q1&export=csv&kind=action")
    text = b"".join(export.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "整修人行道" in text and "落後" in text and "5" in text
    tree = client.get(f"/planning/promises/programmes/{made.pk}/?quarter=2018-Q1").content.decode()
    assert "拓寬排水" in tree and "行動計畫：落後 第 1 版" in tree
    leaf = client.get(f"/planning/promises/{item(made, '1-1-1').pk}/?quarter=2018-Q1").content.decode()
    assert "三公里" in leaf and "5.00" in leaf and "公園局" in leaf
    assert client.get("/planning/promises/list/?quarter=nonsense").status_code == 200


def test_a_target_of_a_thousand_and_more_is_shown(
    town: SimpleNamespace, made: Programme, client: Client
) -> None:
    row = item(made, "1-1-1")
    changes = {"target_quantity": Decimal(1200), "unit": "公尺"}
    actions.edit_promise(town.rdec, row.pk, version=None, changes=changes, reason="改以公尺計")
    typed = {"1-1-1.quantity": "1100", "1-1-1.text": "已整修"}
    file_quarter(town, made, "2018-Q1", typed, None)
    client.force_login(town.leader)
    tree = client.get(f"/planning/promises/programmes/{made.pk}/?quarter=2018-Q1").content.decode()
    leaf = client.get(f"/planning/promises/{row.pk}/?quarter=2018-Q1").content.decode()
    assert "1,200" in tree and "1,200" in leaf and "1,100" in leaf


def test_pages_change_what_the_actions_change(town: SimpleNamespace, made: Programme, client: Client) -> None:
    client.force_login(town.rdec)
    session = client.session
    session.save()
    row = item(made, "1-1-2")
    answer = client.post(
        f"/planning/promises/{row.pk}/edit/",
        {"version": row.version, "title": "種更多樹", "main_agency_id": town.parks.pk, "starts_on": "107-01-01", "ends_on": "110-12-31", "reason": "擴大"},
    )  # fmt: skip
    row.refresh_from_db()
    assert answer.status_code == 302 and row.title == "種更多樹"
    stale = client.post(f"/planning/promises/{row.pk}/retire/", {"version": row.version - 1, "reason": "停"})
    assert stale.status_code == 422 and "又存過一次" in stale.content.decode()
    added = client.post(f"/planning/promises/programmes/{made.pk}/add/", {"code": "3", "title": "安居"})
    assert added.status_code == 302 and item(made, "3").title == "安居"
    moved = client.post(
        f"/planning/promises/{row.pk}/move/", {"version": row.version, "code": "2-1-2", "reason": "改列"}
    )
    row.refresh_from_db()
    assert moved.status_code == 302 and row.code == "2-1-2"
    wrong = client.post(f"/planning/promises/programmes/{made.pk}/add/", {"code": "1-1-9", "title": "甲"})
    assert wrong.status_code == 422 and "行動計畫要有主辦機關" in wrong.content.decode()


def test_the_api_reads_and_changes(town: SimpleNamespace, made: Programme, client: Client) -> None:
    client.force_login(town.rdec)
    base = "/api/v1/planning/promises"
    listed = client.get(f"{base}/programmes/{made.pk}/items?quarter=2018-Q1&kind=action").json()
    assert [(each["code"], each["state"]) for each in listed["items"]] == [
        ("1-1-1", "not_filed"), ("1-1-2", "not_filed"), ("2-1-1", "not_begun"),
    ]  # fmt: skip
    row = item(made, "1-1-2")
    body = {"title": "種樹", "reason": "改名"}
    assert client.patch(f"{base}/{row.pk}", body, content_type="application/json").status_code == 412
    answer = client.patch(
        f"{base}/{row.pk}", body, content_type="application/json", headers={"if-match": f'"{row.version}"'}
    )
    assert answer.status_code == 200 and answer.json()["title"] == "種樹"
    new = client.post(
        f"{base}/programmes/{made.pk}/items", {"code": "3", "title": "安居"}, content_type="application/json"
    )
    assert new.status_code == 200 and new.json()["kind"] == "promise"
    assert client.get(f"{base}/{row.pk}").json()["quarters"] == []
    client.force_login(town.officer)
    refused = client.post(
        f"{base}/programmes/{made.pk}/items", {"code": "4", "title": "甲"}, content_type="application/json"
    )
    assert refused.status_code == 403


def test_search_finds_by_code_title_and_agency(town: SimpleNamespace, made: Programme) -> None:
    assert [hit.number for hit in find(town.officer, "1-1-", 5, None)] == ["1-1-1", "1-1-2"]
    assert [hit.number for hit in find(town.officer, "公園局 樹", 5, None)] == ["1-1-2"]


def test_as_of_an_earlier_day_the_tree_is_as_it_was(town: SimpleNamespace, client: Client) -> None:
    def on(month: int) -> Any:
        return clock.set_to(datetime(2019, month, 1, 9, tzinfo=clock.TAIPEI))

    with on(1):
        made = make_programme(town)
    row = item(made, "1-1-1")
    with on(3):
        changes = {"title": "改名了", "joint": []}
        actions.edit_promise(town.rdec, row.pk, version=None, changes=changes, reason="改")
    february = as_of_day(date(2019, 2, 1))
    then = {each.promise.code: each.promise.title for each in queries.board(made, Q1, february).items}
    now = {each.promise.code: each for each in queries.board(made, Q1).items}
    assert then["1-1-1"] == "整修人行道" and now["1-1-1"].promise.title == "改名了"
    assert now["1-1-1"].state is State.NOT_FILED
    joint = {each.promise.code: each.joint for each in queries.board(made, Q1, february).items}
    assert joint["1-1-1"] == [town.parks] and now["1-1-1"].joint == []
    client.force_login(town.leader)
    page = client.get(f"/planning/promises/{row.pk}/?as_of=108-02-01").content.decode()
    assert "整修人行道" in page and "改名了" not in page
