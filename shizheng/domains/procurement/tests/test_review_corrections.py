"""What was told wrong of a review: opinions corrected and struck, steps taken back; the former stays readable (E04)."""

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.frame import reviews_waiting
from shizheng.domains.procurement.models import Opinion, ReviewCase
from shizheng.domains.procurement.queries.reviews import documents, opinions_of, reviewed, told_of
from shizheng.domains.procurement.tests.test_review_year import panelled, submitted
from shizheng.domains.procurement.tests.town import on
from shizheng.kernel.people.actions.roles import shipped_roles
from shizheng.web.work import WorkItem

pytestmark = pytest.mark.django_db
DAY = date(2025, 2, 20)


def with_opinions(town: SimpleNamespace) -> tuple[ReviewCase, Opinion, Opinion]:
    """A review that was held, with two opinions."""
    row = submitted(town)
    good, _other = panelled(town, row, DAY)
    cost = actions.give_opinion(town.rdec, row.pk, member_id=good.pk, topic="cost", text="單價偏高")
    traffic = actions.give_opinion(town.rdec, row.pk, member_id=good.pk, topic="traffic", text="補交維計畫")
    return row, cost, traffic


def test_an_answered_opinion_that_is_corrected_is_answered_again_and_the_former_stays(
    town: SimpleNamespace,
) -> None:
    with on("2025-02-20"):
        row, cost, traffic = with_opinions(town)
        actions.return_opinions(town.rdec, row.pk, version=None)
        for each in (cost, traffic):
            actions.answer_opinion(town.control, each.pk, verdict="adopted", text="照辦")
        with pytest.raises(BadInput, match="與原來的相同"):
            actions.correct_opinion(town.rdec, cost.pk, changes={"topic": "cost"}, reason="看錯")
        with pytest.raises(NotPermitted):
            actions.correct_opinion(town.control, cost.pk, changes={"topic": "other"}, reason="看錯")
        made = actions.correct_opinion(town.rdec, cost.pk, changes={"text": "鋼構單價偏高"}, reason="漏字")
        with pytest.raises(Conflict, match="已經更正或刪除"):
            actions.correct_opinion(town.rdec, cost.pk, changes={"text": "再改"}, reason="舊頁面")
        with pytest.raises(Conflict, match="已經更正或刪除"):
            actions.answer_opinion(town.control, cost.pk, verdict="adopted", text="答舊的")
        with pytest.raises(CannotDo, match="第 1 項意見還沒有回應"):
            actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        stands = opinions_of(row.pk)[0]
        assert (stands.opinion.pk, stands.opinion.number, stands.answer) == (made.pk, 1, None)
        assert [old.text for old, _said in stands.earlier] == ["照辦"]
        assert [old.text for old in stands.former] == ["單價偏高"]
        actions.answer_opinion(town.control, made.pk, verdict="partly", text="調降鋼構")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        expert = {"name": "丙委員", "conflict": False}
        third = actions.edit_member(
            town.rdec, made.member_id, version=None, changes=expert, reason="姓名打錯"
        )
        assert third.name == "丙委員" and opinions_of(row.pk)[0].answered  # another name, the same words


def test_a_revised_design_waits_for_who_confirms_it_and_then_for_who_decides(town: SimpleNamespace) -> None:
    def buttons(who: Any) -> list[str]:
        return [str(each.button) for each in reviews_waiting(who, DAY) if isinstance(each, WorkItem)]

    with on("2025-02-20"):
        row, *told = with_opinions(town)
        assert (buttons(town.rdec), buttons(town.rdec_head)) == (["送回審議意見"], [])
        actions.return_opinions(town.rdec, row.pk, version=None)
        for each in told:
            actions.answer_opinion(town.control, each.pk, verdict="adopted", text="照辦")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        actions.confirm_answer(town.rdec, told[0].pk, accepted=True)
        assert (buttons(town.rdec), buttons(town.rdec_head)) == (["複核"], [])
        actions.confirm_answer(town.rdec, told[1].pk, accepted=True)
        assert (buttons(town.rdec), buttons(town.rdec_head)) == ([], ["審議通過"])


def test_the_same_words_of_another_expert_keep_their_answer(town: SimpleNamespace) -> None:
    with on("2025-02-20"):
        row = submitted(town)
        actions.admit(town.rdec, row.pk, version=None, there=documents(DAY))
        expert = {"speciality": "結構", "source": "pcc", "declared_on": DAY}
        first, second = (
            actions.add_member(town.rdec, row.pk, {**expert, "name": name}) for name in ("甲委員", "乙委員")
        )
        actions.appoint_panel(town.rdec, row.pk, version=None)
        actions.hold_meeting(town.rdec, row.pk, version=None)
        told = actions.give_opinion(town.rdec, row.pk, member_id=first.pk, topic="cost", text="單價偏高")
        actions.return_opinions(town.rdec, row.pk, version=None)
        actions.answer_opinion(town.control, told.pk, verdict="adopted", text="照辦")
        actions.correct_opinion(town.rdec, told.pk, changes={"member_id": second.pk}, reason="記錯委員")
        stands = opinions_of(row.pk)[0]
        assert stands.answered and stands.opinion.member_id == second.pk
        changes = {"conflict": True, "conflict_note": "曾任顧問"}
        with pytest.raises(CannotDo, match="已經提過意見"):
            actions.edit_member(town.rdec, second.pk, version=None, changes=changes, reason="補聲明")
        actions.edit_member(town.rdec, first.pk, version=None, changes=changes, reason="補聲明")
        with pytest.raises(BadInput, match="不能提意見"):
            back = opinions_of(row.pk)[0].opinion
            actions.correct_opinion(town.rdec, back.pk, changes={"member_id": first.pk}, reason="改回")
        with pytest.raises(CannotDo, match="唯一一項意見"):
            actions.strike_opinion(town.rdec, back.pk, reason="沒有提")


def test_a_struck_opinion_counts_no_more_and_its_number_is_not_used_again(town: SimpleNamespace) -> None:
    with on("2025-02-20"):
        row, cost, traffic = with_opinions(town)
        actions.strike_opinion(town.rdec, traffic.pk, reason="別案的意見")
        again = actions.give_opinion(
            town.rdec, row.pk, member_id=cost.member_id, topic="schedule", text="工期過短"
        )
        standing, struck = told_of(row.pk)
        assert [each.opinion.number for each in standing] == [1, 3] and again.number == 3
        assert [(each.opinion.number, each.opinion.reason) for each in struck] == [(2, "別案的意見")]
        with pytest.raises(CannotDo, match="已經登錄審議意見，沒有收回"):
            actions.take_back_step(town.rdec, row.pk, version=None, reason="會議沒有開")
        for each in (cost, again):
            actions.strike_opinion(town.rdec, each.pk, reason="會議沒有開")
        done = actions.take_back_step(town.rdec, row.pk, version=None, reason="會議沒有開")
        assert done.state == "panelled"
        with pytest.raises(CannotDo, match="仍留在歷程裡"):
            actions.remove_member(town.rdec, cost.member_id, reason="換人")


def test_a_step_taken_back_leaves_the_review_where_it_stood_and_stays_readable(town: SimpleNamespace) -> None:
    with on("2025-02-03"):
        row = submitted(town)
        with pytest.raises(CannotDo, match="送審是第一步"):
            actions.take_back_step(town.control, row.pk, version=None, reason="送錯")
        actions.return_documents(town.rdec, row.pk, version=None, there=["設計圖說"], reason="缺六項")
        checked = ReviewCase.objects.get(pk=row.pk).checklist
        actions.resubmit(town.control, row.pk, version=None)
    with on("2025-02-20"):
        actions.admit(town.rdec, row.pk, version=None, there=documents(DAY))
        done = actions.take_back_step(town.rdec, row.pk, version=None, reason="按錯案")
        assert (done.state, done.since, done.checklist) == ("submitted", date(2025, 2, 3), checked)
        panelled(town, row, DAY)
        told = actions.give_opinion(
            town.rdec, row.pk, member_id=row.panel.order_by("id")[0].pk, topic="cost", text="單價偏高"
        )
        actions.return_opinions(town.rdec, row.pk, version=None)
        actions.answer_opinion(town.control, told.pk, verdict="adopted", text="調降")
        with pytest.raises(CannotDo, match="機關已經回應"):
            actions.take_back_step(town.rdec, row.pk, version=None, reason="漏一項")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        with pytest.raises(NotPermitted):
            actions.take_back_step(town.other, row.pk, version=None, reason="機關的一步")
        done = actions.take_back_step(town.control, row.pk, version=None, reason="金額打錯")
        assert (done.state, done.amount_after) == ("answering", None)
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(56_000_000))
        actions.confirm_answer(town.rdec, told.pk, accepted=True)
        with pytest.raises(CannotDo, match="已經複核"):
            actions.take_back_step(town.control, row.pk, version=None, reason="再改")
        actions.approve_review(
            town.rdec_head, row.pk, version=None, amount=Decimal(55_000_000), reason="通過"
        )
        assert reviewed("114-W-001") == "approved"
        stale = ReviewCase.objects.get(pk=row.pk).version - 1
        with pytest.raises(Conflict):
            actions.take_back_step(town.rdec_head, row.pk, version=stale, reason="金額有誤")
        done = actions.take_back_step(town.rdec_head, row.pk, version=None, reason="金額有誤")
        assert (done.state, done.amount_after) == ("revised", 56_000_000)
        assert reviewed("114-W-001") == reviewed("114-W-001", DAY) == "revised"
    client = Client()
    client.force_login(town.leader)
    text = client.get(f"/procurement/reviews/{row.pk}/").content.decode()
    assert "<s>審議通過</s>" in text and "已收回，理由 金額有誤" in text


def test_pages_and_api_correct_strike_and_take_back(town: SimpleNamespace) -> None:
    with on("2025-02-20"):
        row, cost, traffic = with_opinions(town)
    address = f"/procurement/reviews/{row.pk}/"
    client = Client()
    client.force_login(town.rdec)
    with on("2025-02-21"):
        text = client.get(address).content.decode()
        assert f"/procurement/reviews/opinions/{cost.pk}/correct/" in text
        assert "take-back" not in text  # opinions stand: they go first
        correct = f"/procurement/reviews/opinions/{cost.pk}/correct/"
        assert "單價偏高" in client.get(correct).content.decode()
        sent: dict[str, Any] = {"member_id": cost.member_id, "topic": "cost", "text": "鋼構單價偏高"}
        assert client.post(correct, sent).status_code == 422  # a reason is asked
        assert client.post(correct, {**sent, "reason": "漏字"}).status_code == 302
        strike = f"/procurement/reviews/opinions/{traffic.pk}/strike/"
        assert client.post(strike, {"reason": "別案的意見"}).status_code == 302
        text = client.get(address).content.decode()
        assert "更正前" in text and "漏字" in text and "別案的意見" in text
        assert (
            client.post(f"{address}steps/return_opinions/", {"version": "", "on": "114-02-21"}).status_code
            == 302
        )
        now = ReviewCase.objects.get(pk=row.pk)
        assert f"{address}take-back/" in client.get(address).content.decode()
        assert client.get(f"{address}take-back/").status_code == 200
        asked = {"version": now.version, "reason": "漏一項意見"}
        assert client.post(f"{address}take-back/", asked).status_code == 302
        assert ReviewCase.objects.get(pk=row.pk).state == "reviewing"
        assert client.post(f"{address}take-back/", asked).status_code == 422  # the page is old
        client.force_login(town.control)
        assert client.get(f"{address}take-back/").status_code == 403
        assert f"/procurement/reviews/opinions/{cost.pk}/correct/" not in client.get(address).content.decode()


def test_the_api_says_why_an_answer_came_back_and_corrects_too(town: SimpleNamespace) -> None:
    with on("2025-02-20"):
        row, cost, traffic = with_opinions(town)
        actions.return_opinions(town.rdec, row.pk, version=None)
        for each in (cost, traffic):
            actions.answer_opinion(town.control, each.pk, verdict="adopted", text="照辦")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        actions.confirm_answer(town.rdec, cost.pk, accepted=False, text="沒有附單價分析")
        actions.send_again(town.rdec, row.pk, version=None, reason="再請修正")
        actions.answer_opinion(town.control, cost.pk, verdict="adopted", text="附單價分析")
    client = Client()
    client.force_login(town.rdec)
    base = "/api/v1/procurement/reviews"

    def post(address: str, given: dict[str, Any]) -> Any:
        return client.post(f"{base}/{address}", json.dumps(given), content_type="application/json")

    read = client.get(f"{base}/{row.pk}").json()
    (earlier,) = read["opinions"][0]["earlier"]
    assert (earlier["verdict"], earlier["text"]) == ("adopted", "照辦")
    assert earlier["confirmation"]["text"] == "沒有附單價分析" and not earlier["confirmation"]["accepted"]
    with on("2025-02-21"):
        made = post(f"opinions/{traffic.pk}/correct", {"topic": "other", "reason": "面向選錯"})
        assert (made.status_code, made.json()["number"]) == (200, 2)
        assert post(f"opinions/{traffic.pk}/correct", {"topic": "need", "reason": "再改"}).status_code == 409
        assert post(f"opinions/{cost.pk}/strike", {"reason": " "}).status_code == 422
        assert post(f"opinions/{cost.pk}/strike", {"reason": "別案的"}).status_code == 200
        assert post(f"{row.pk}/take-back", {"reason": "誤按"}).status_code == 409  # answered since
        actions.answer_opinion(town.control, made.json()["id"], verdict="adopted", text="照辦")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        client.force_login(town.other)
        assert post(f"{row.pk}/take-back", {"reason": "誤按"}).status_code == 403
        client.force_login(town.control)
        assert post(f"{row.pk}/take-back", {"reason": "金額誤植"}).json()["state"] == "answering"
    read = client.get(f"{base}/{row.pk}").json()
    assert [each["number"] for each in read["opinions"]] == [2]
    assert read["opinions"][0]["former"][0]["topic"] == "traffic"
    assert [(each["number"], each["reason"]) for each in read["struck_opinions"]] == [(1, "別案的")]
    assert (read["steps"][0]["taken_back"], read["steps"][0]["reason"]) == (True, "金額誤植")


def test_a_confirmation_is_corrected_with_a_reason_while_the_answers_are_looked_at(
    town: SimpleNamespace,
) -> None:
    client = Client()
    client.force_login(town.rdec)
    with on("2025-02-20"):
        row, cost, traffic = with_opinions(town)
        actions.return_opinions(town.rdec, row.pk, version=None)
        for each in (cost, traffic):
            actions.answer_opinion(town.control, each.pk, verdict="adopted", text="照辦")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        first = actions.confirm_answer(town.rdec, cost.pk, accepted=True)
        page = f"/procurement/reviews/confirmations/{first.pk}/correct/"
        assert page in client.get(f"/procurement/reviews/{row.pk}/").content.decode()
        with pytest.raises(NotPermitted):
            actions.correct_confirmation(town.control, first.pk, accepted=False, text="缺", reason="看錯")
        with pytest.raises(BadInput, match="與原來的相同"):
            actions.correct_confirmation(town.rdec, first.pk, accepted=True, reason="看錯")
        with pytest.raises(BadInput) as refused:
            actions.correct_confirmation(town.rdec, first.pk, accepted=False, reason="看錯")
        assert refused.value.fields == {"text": ["不同意的要寫還缺什麼。"]}
        told = {"accepted": "no", "text": "沒有附單價分析", "reason": ""}
        assert client.post(page, told).status_code == 422  # a reason is asked
        assert client.post(page, told | {"reason": "看錯一項"}).status_code == 302
        stands = opinions_of(row.pk)[0]
        assert not stands.closed and [each.pk for each in stands.confirmed_before] == [first.pk]
        text = client.get(f"/procurement/reviews/{row.pk}/").content.decode()
        assert "更正前的複核" in text and "看錯一項" in text
        with pytest.raises(Conflict, match="剛才已經更正"):
            actions.correct_confirmation(town.rdec, first.pk, accepted=False, text="另", reason="舊頁面")
        with pytest.raises(CannotDo, match="還沒有複核同意"):
            actions.approve_review(town.rdec_head, row.pk, version=None, reason="通過")
        answer = client.post(
            f"/api/v1/procurement/reviews/confirmations/{stands.confirmation.pk}/correct",
            json.dumps({"accepted": True, "reason": "已補"}),
            content_type="application/json",
        )
        assert (answer.status_code, answer.json()["reason"]) == (200, "已補")
        read = client.get(f"/api/v1/procurement/reviews/{row.pk}").json()["opinions"][0]
        assert read["confirmation"]["accepted"] and len(read["confirmed_before"]) == 2
        actions.confirm_answer(town.rdec, traffic.pk, accepted=False, text="缺圖")
        actions.send_again(town.rdec, row.pk, version=None, reason="再請修正")
        with pytest.raises(CannotDo, match="請先收回上一步"):
            actions.correct_confirmation(
                town.rdec, answer.json()["id"], accepted=False, text="缺", reason="看錯"
            )


def test_the_commission_does_not_act_for_the_agency_whose_design_it_reviews(town: SimpleNamespace) -> None:
    with on("2025-02-20"):
        row, cost, _traffic = with_opinions(town)
        actions.return_opinions(town.rdec, row.pk, version=None)
        with pytest.raises(NotPermitted):
            actions.answer_opinion(town.rdec, cost.pk, verdict="adopted", text="照辦")
        with pytest.raises(NotPermitted):
            actions.withdraw_review(town.rdec, row.pk, version=None, reason="代撤")
        values = {"name": "橋", "agency_id": town.works.pk, "stage": "basic", "amount": Decimal(60_000_000)}
        with pytest.raises(NotPermitted):
            actions.submit_review(town.rdec, values)
    for name, role in shipped_roles().items():
        assert not {"procurement.submit_review", "procurement.conduct_review"} <= set(role["permissions"]), (
            name
        )
