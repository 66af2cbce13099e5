"""Every page of commitments: what it shows whom, forms that are refused and conflicts, my work, the board's denominators."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.config.demonstration.days import at
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.models import Commitment, CommitmentUpdate, Extension
from shizheng.domains.commitments.queries.boards import board
from shizheng.domains.commitments.tests.town import AGREED, enter, list_of, owed, release
from shizheng.web import work

pytestmark = pytest.mark.django_db


def page(who: Any, address: str, data: dict[str, Any] | None = None) -> Any:
    client = Client()
    client.force_login(who)
    return client.get(address) if data is None else client.post(address, data)


def body(answer: Any) -> str:
    return str(answer.content.decode())


def given(town: SimpleNamespace, **more: Any) -> dict[str, Any]:
    """What somebody types about a new commitment."""
    return {
        "text": "西橋護欄於期限前修復", "agreed_on": "114-03-03", "agreed_due": "114-06-30",
        "main_id": town.works.pk, "joint_ids": [town.parks.pk], **more,
    }  # fmt: skip


def test_a_new_one_is_entered_on_a_list_and_what_is_near_is_shown_first(town: SimpleNamespace) -> None:
    chosen = f"/commitments/new/?list={list_of('tender').pk}"
    answer = page(town.rdec, chosen, given(town))
    row = Commitment.objects.get()
    assert answer.status_code == 302 and row.number == "114-TENDER-001"
    again = page(town.rdec, chosen, given(town, text="西橋的護欄請於期限前修復"))
    assert "可能已經列管" in body(again) and row.number in body(again)
    assert Commitment.objects.count() == 1
    page(town.rdec, chosen, given(town, text="西橋的護欄請於期限前修復", near_seen="on"))
    assert Commitment.objects.count() == 2


def test_agencies_are_offered_the_lists_that_they_release(town: SimpleNamespace) -> None:
    shown = body(page(town.control, "/commitments/new/"))
    assert "機關標案會報決議" in shown and "市政會議主席裁示" not in shown
    assert page(town.officer, "/commitments/new/").status_code == 403


def test_a_wrong_form_keeps_what_was_typed(town: SimpleNamespace) -> None:
    answer = page(
        town.rdec,
        f"/commitments/new/?list={list_of('tender').pk}",
        given(town, agreed_due="114-01-01", target_quantity="5"),
    )
    assert answer.status_code == 422
    assert "期限不能早於決定日" in body(answer) and "西橋護欄於期限前修復" in body(answer)


def test_two_who_edit_see_both_texts(town: SimpleNamespace) -> None:
    row = enter(town)
    address = f"/commitments/{row.pk}/edit/"
    typed = given(town, version=row.version, reason="改", text="我改的")
    actions.edit_commitment(town.rdec, row.pk, version=None, changes={"text": "別人改的"}, reason="改")
    answer = page(town.rdec, address, typed)
    assert answer.status_code == 409 and "別人改的" in body(answer) and "我改的" in body(answer)
    row.refresh_from_db()
    assert row.text == "別人改的"
    page(town.rdec, address, {**typed, "version": row.version})
    row.refresh_from_db()
    assert row.text == "我改的"


def test_evidence_is_filed_and_read_by_who_may_see_the_commitment(town: SimpleNamespace) -> None:
    row = enter(town, "visit", joint_ids=[])
    one = owed(row, town.works)
    address = f"/commitments/units/{one.pk}/tell/"
    file = SimpleUploadedFile("完工.txt", "完工紀錄".encode())
    answer = page(
        town.control, address, {"on": "114-04-01", "text": "已完工", "progress": "100", "evidence": file}
    )
    assert answer.status_code == 302, body(answer)
    assert CommitmentUpdate.objects.get().files == 1
    shown = body(page(town.leader, f"/commitments/{row.pk}/"))
    assert "完工.txt" in shown and "100.00" in shown
    assert page(town.other, address).status_code == 403
    wrong = page(town.control, address, {"on": "114-01-01", "text": ""})
    assert wrong.status_code == 422 and "截至日" in body(wrong)


def test_release_and_extension_are_asked_for_and_decided_on_pages(town: SimpleNamespace) -> None:
    row = enter(town, joint_ids=[])
    one = owed(row, town.works)
    actions.tell(town.control, one.pk, text="完成")
    part = f"/commitments/units/{one.pk}"
    page(town.control, f"{part}/extension/", {"until": "114-09-30", "reason": "延", "version": row.version})
    asked = Extension.objects.get()
    assert "展延申請等候決定" in body(page(town.rdec, f"/commitments/{row.pk}/"))
    page(town.rdec, f"/commitments/extensions/{asked.pk}/decide/", {"answer": "yes", "reason": "可"})
    shown = body(page(town.leader, f"/commitments/{row.pk}/"))
    assert "114-09-30" in shown and "114-06-30" in shown
    page(town.control, f"{part}/release/", {"reason": "完成"})
    answer = page(town.rdec, f"{part}/decide/", {"answer": "no", "reason": ""})
    assert answer.status_code == 422
    page(town.rdec, f"{part}/decide/", {"answer": "no", "reason": "請附照片"})
    assert "被退回" in body(page(town.control, f"/commitments/{row.pk}/"))
    page(town.control, f"{part}/release/", {"reason": "附了"})
    page(town.control, f"{part}/take-back/", {"reason": "再看看"})
    page(town.control, f"{part}/release/", {"reason": "附了"})
    page(town.rdec, f"{part}/decide/", {"answer": "yes", "reason": "同意"})
    row.refresh_from_db()
    assert row.state == "closed"
    page(town.rdec, f"/commitments/{row.pk}/reopen/", {"reason": "未完成", "units": [one.pk]})
    page(town.rdec, f"/commitments/{row.pk}/withdraw/", {"ground": "policy", "reason": "不辦了"})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    page(town.rdec, f"/commitments/{row.pk}/restore/", {"reason": "又要辦"})
    row.refresh_from_db()
    assert row.state == "ongoing"


def test_the_list_is_filtered_and_searched(town: SimpleNamespace) -> None:
    with clock.set_to(at(114, 7, 10)):
        late, soon = enter(town), enter(town, text="北側人行道", agreed_due=date(2025, 7, 20), joint_ids=[])
        done = enter(town, text="南側綠帶", main_id=town.parks.pk, joint_ids=[])
        release(town, done, town.parks, town.other)
        wanted = {
            "": {late, soon, done},
            "time=late": {late},
            "time=soon": {soon},
            f"unit={town.works.pk}": {late, soon},
            "state=closed": {done},
            "due=114年7月": {soon},
            "due=2025-06": {late, done},
            "q=北側": {soon},
            "q=公園局+南側": {done},
            f"list={list_of('promise').pk}": set(),
            "time=extended": set(),
        }
        for query, rows in wanted.items():
            shown = body(page(town.leader, f"/commitments/?{query}"))
            assert {each for each in (late, soon, done) if each.number in shown} == rows, query
        exported = page(town.leader, "/commitments/?export=csv")
        text = b"".join(exported.streaming_content).decode() if exported.streaming else body(exported)
        assert late.number in text and "工務局、公園局" in text


def test_my_work_names_what_is_owed_and_what_waits(town: SimpleNamespace) -> None:
    with clock.set_to(at(114, 3, 3)):
        row = enter(town, joint_ids=[])
        one = owed(row, town.works)

    def due(who: Any, day: Any) -> list[tuple[str, Any]]:
        with clock.set_to(day):
            found = work.items_for(who, clock.today())
        return [(str(each.why), each.due) for each in found if each.kind == "列管事項"]

    assert due(town.control, at(114, 3, 10)) == []
    ((why, day),) = due(town.control, at(114, 4, 1))
    assert "該更新" in why and day == date(2025, 4, 5)
    ((why, day),) = due(town.control, at(114, 7, 1))
    assert "期限已過" in why and day == date(2025, 6, 30)
    assert due(town.other, at(114, 7, 1)) == []
    with clock.set_to(at(114, 4, 1)):
        actions.tell(town.control, one.pk, text="完成", on=date(2025, 3, 31))
        actions.ask_extension(town.control, one.pk, until=date(2025, 8, 1), reason="延")
    ((why, _day),) = due(town.rdec, at(114, 4, 2))
    assert "申請展延" in why and due(town.chief, at(114, 4, 2)) == []
    with clock.set_to(at(114, 4, 3)):
        actions.decide_extension(town.rdec, Extension.objects.get().pk, approve=False, reason="否")
        actions.ask_release(town.control, one.pk, reason="完成")
    ((why, _day),) = due(town.rdec, at(114, 4, 4))
    assert "申請解列" in why and due(town.control, at(114, 4, 4)) == []
    with clock.set_to(at(114, 4, 5)):
        actions.decide_release(town.rdec, one.pk, accept=False, reason="補件")
    ((why, _day),) = due(town.control, at(114, 4, 6))
    assert "被退回" in why


def test_what_an_agency_decides_stands_in_its_own_work(town: SimpleNamespace) -> None:
    own = enter(town, "agency", who=town.control, joint_ids=[])
    both = enter(town, "directive", text="兩級審查", joint_ids=[])
    actions.ask_extension(town.control, owed(own, town.works).pk, until=date(2099, 1, 1), reason="延")
    actions.tell(town.control, owed(both, town.works).pk, text="完成")
    actions.ask_release(town.control, owed(both, town.works).pk, reason="完成")

    def waits(who: Any) -> int:
        return len([each for each in work.items_for(who, clock.today()) if "申請" in str(each.why)])

    assert (waits(town.chief), waits(town.rdec)) == (2, 0)
    actions.decide_release(town.chief, owed(both, town.works).pk, accept=True, reason="初審可")
    assert (waits(town.chief), waits(town.rdec)) == (1, 1)


def test_the_board_prints_its_denominators(town: SimpleNamespace) -> None:
    with clock.set_to(at(114, 6, 30)):
        done = enter(town)
        release(town, done, town.works, town.control)
    with clock.set_to(at(114, 7, 2)):
        release(town, done, town.parks, town.other)
        enter(town, text="又一件", joint_ids=[])
        enter(town, text="沒有期限", agreed_due=None, joint_ids=[])
        gone = enter(town, text="撤銷的", joint_ids=[])
        actions.withdraw_commitment(town.rdec, gone.pk, version=None, ground="policy", reason="撤")
        found = board(town.leader, clock.today())
        tallies = {line.agency.code: line.tally for line in found.lines}
        works, parks = tallies["W"], tallies["P"]
        assert (works.open, works.late, works.released, works.in_time, works.dated) == (2, 1, 1, 1, 1)
        assert (parks.open, parks.released, parks.in_time, parks.dated) == (0, 1, 0, 1)
        assert found.total.on_time_rate == Decimal(50) and found.total.release_rate == Decimal(50)
        shown = body(page(town.leader, "/commitments/board/"))
        assert "1 ÷ 2" in shown and "2 ÷ 4" in shown and "待確認" in shown
        assert page(town.leader, "/commitments/board/?export=xlsx").status_code == 200
    assert board(town.leader, clock.today(), list_id=0).total.on_time_rate is None


def test_lists_are_made_and_changed_on_pages(town: SimpleNamespace) -> None:
    typed = {
        "code": "council", "name": "議會決議", "cycle": "none", "releaser": "rdec", "needed": "told", "in_use": "on",
        "fields_text": "councillor|議員|Councillor|文字|必填\nkind|類別||選項||總質詢、業務質詢",
    }  # fmt: skip
    assert page(town.rdec, "/commitments/lists/new/", typed).status_code == 302
    made = list_of("council")
    assert [each["code"] for each in made.fields] == ["councillor", "kind"]
    form = body(page(town.rdec, f"/commitments/lists/{made.pk}/"))
    assert "councillor|議員|Councillor|文字|必填" in form and "kind|類別||選項||總質詢、業務質詢" in form
    wrong = page(town.rdec, "/commitments/lists/new/", {**typed, "code": "x", "fields_text": "a|b"})
    assert wrong.status_code == 422 and "四到六段" in body(wrong)
    assert "議員" in body(page(town.rdec, f"/commitments/new/?list={made.pk}"))
    assert "議會決議" in body(page(town.leader, "/commitments/lists/"))
    typed = {**typed, "version": made.version, "reason": "改", "name": "議會決議案"}
    assert page(town.rdec, f"/commitments/lists/{made.pk}/", typed).status_code == 302
    assert page(town.rdec, f"/commitments/lists/{made.pk}/", typed).status_code == 409
    assert page(town.control, f"/commitments/lists/{made.pk}/").status_code == 403


@pytest.mark.parametrize("address", ["/commitments/", "/commitments/board/", "/commitments/lists/", "/work/"])
def test_more_commitments_do_not_cost_more_queries(town: SimpleNamespace, address: str) -> None:
    def asked() -> int:
        client = Client()
        client.force_login(town.control)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    with clock.set_to(at(114, 7, 2)):
        for n in range(2):
            enter(town, text=f"第 {n} 件", agreed_on=AGREED)
        before = asked()
        for n in range(6):
            enter(town, text=f"另外第 {n} 件")
        assert asked() == before


def test_one_page_takes_a_fixed_number_of_queries(town: SimpleNamespace) -> None:
    row = enter(town)
    client = Client()
    client.force_login(town.rdec)
    for n in range(3):
        actions.tell(town.control, owed(row, town.works).pk, text=f"第 {n} 次")
    client.get(f"/commitments/{row.pk}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/commitments/{row.pk}/")
    assert len(queries) <= 24, [each["sql"][:90] for each in queries]


def test_released_units_are_taken_up_again_one_by_one(town: SimpleNamespace) -> None:
    row = enter(town)
    release(town, row, town.works, town.control)
    release(town, row, town.parks, town.other)
    first, second = owed(row, town.works), owed(row, town.parks)
    with pytest.raises(BadInput, match="請選要重新列管的單位"):
        actions.reopen_commitment(town.rdec, row.pk, version=None, reason="未完成")
    with pytest.raises(BadInput, match="請選要重新列管的單位"):
        actions.reopen_commitment(town.rdec, row.pk, version=None, reason="未完成", owed_ids=[])
    address = f"/commitments/{row.pk}/reopen/"
    shown = body(page(town.rdec, f"/commitments/{row.pk}/"))
    assert f"{address}?unit={first.pk}" in shown and f"{address}?unit={second.pk}" in shown
    assert f"{address}?unit=" not in body(page(town.control, f"/commitments/{row.pk}/"))
    form = page(town.rdec, f"{address}?unit={second.pk}").context["form"]
    assert form.initial["units"] == [second.pk] and len(form.fields["units"].choices) == 2
    assert page(town.rdec, address, {"reason": "未完成"}).status_code == 422
    assert page(town.rdec, address, {"reason": "未完成", "units": [second.pk]}).status_code == 302
    row.refresh_from_db()
    states = {each.unit_id: each.state for each in row.units.all()}
    assert (row.state, states) == ("ongoing", {town.works.pk: "released", town.parks.pk: "pending"})
    with pytest.raises(CannotDo, match="沒解列"):
        actions.reopen_commitment(
            town.rdec, row.pk, version=None, reason="再", owed_ids=[first.pk, second.pk]
        )
