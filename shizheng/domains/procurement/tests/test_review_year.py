"""E04's year: submitted, sent back for documents, reviewed, answered item by item, approved; filed, published, corrected."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.models import OwnReviews, ReviewCase
from shizheng.domains.procurement.publications import REVIEW
from shizheng.domains.procurement.queries import own_reviews as own
from shizheng.domains.procurement.queries.reviews import (
    documents,
    opinions_of,
    reviewed,
    waiting_for,
)
from shizheng.domains.procurement.tests.town import on
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries, store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def submitted(town: SimpleNamespace, **values: Any) -> ReviewCase:
    given: dict[str, Any] = {
        "name": "東橋改建工程", "agency_id": town.works.pk, "stage": "basic", "control_number": "114-W-001",
        "amount": Decimal(60_000_000), "note": "",
    }  # fmt: skip
    return actions.submit_review(town.control, given | values)


def panelled(town: SimpleNamespace, row: ReviewCase, day: date) -> tuple[Any, Any]:
    """Documents complete, two experts of whom one has a conflict, the meeting held."""
    actions.admit(town.rdec, row.pk, version=None, there=documents(day))
    values = {
        "name": "甲委員",
        "affiliation": "某大學",
        "speciality": "結構",
        "source": "pcc",
        "declared_on": day,
    }
    good = actions.add_member(town.rdec, row.pk, values)
    more = {"name": "乙委員", "conflict": True, "conflict_note": "曾任本案規劃廠商顧問"}
    other = actions.add_member(town.rdec, row.pk, {**values, **more})
    actions.appoint_panel(town.rdec, row.pk, version=None)
    actions.hold_meeting(town.rdec, row.pk, version=None, text="會議紀錄如附件")
    return good, other


def quarter(town: SimpleNamespace, number: int, works: dict[str, str] | None) -> Any:
    """A quarter of agencies' own reviews: works files (once sent back), parks does not."""
    after = f"2025-{number * 3 + 1:02d}" if number < 4 else "2026-01"
    with on(f"{after}-01"):
        found = filing.open_round(SYSTEM, own.KIND, f"2025-Q{number}")
    each = Return.objects.get(round=found, unit=town.works)
    with on(f"{after}-05"):
        if works is not None:
            typed = [filing.TypedEntry(own.ROW, name, text) for name, text in works.items()]
            filing.save_entries(town.officer, each.pk, typed)
            filing.submit_return(town.officer, each.pk, version=None)
            filing.send_back(town.chief, each.pk, version=None, reason="請補說明")
            filing.save_entries(town.officer, each.pk, [filing.TypedEntry(own.ROW, "text", "含三件路面案")])
            filing.submit_return(town.officer, each.pk, version=None)
            filing.sign_return(town.chief, each.pk, version=None)
    with on(f"{after}-21"):
        return filing.lock_round(town.rdec, found.pk, reason="未填報的另行催報")


def test_a_year_of_design_reviews_from_submission_to_a_published_quarter_and_its_correction(
    town: SimpleNamespace,
) -> None:
    with on("2025-02-03"):
        with pytest.raises(BadInput, match="機關自行審議"):
            submitted(town, amount=Decimal(49_999_999))
        row = submitted(town)
        assert (
            submitted(town, amount=Decimal(50_000_000), control_number="").number == "114-D002"
        )  # 以上 includes it
        assert (row.number, row.state, row.due_on) == (
            "114-D001",
            "submitted",
            date(2025, 2, 8),
        )  # five working days; that Saturday was worked
        assert reviewed("114-W-001") == "submitted" and reviewed("114-W-999") is None
        with pytest.raises(BadInput, match="還缺"):
            actions.admit(town.rdec, row.pk, version=None, there=["設計圖說"])
        actions.return_documents(town.rdec, row.pk, version=None, there=["設計圖說"], reason="缺六項")
        assert [each.pk for each in waiting_for(town.control)] == [row.pk]
    with on("2025-02-10"):
        with pytest.raises(NotPermitted):
            actions.resubmit(town.other, row.pk, version=None)
        actions.resubmit(town.control, row.pk, version=None, text="補齊")
    with on("2025-02-20"):
        good, other = panelled(town, row, date(2025, 2, 20))
        with pytest.raises(BadInput, match="利益衝突"):
            actions.give_opinion(town.rdec, row.pk, member_id=other.pk, topic="cost", text="單價偏高")
        with pytest.raises(CannotDo, match="還沒有登錄任何審議意見"):
            actions.return_opinions(town.rdec, row.pk, version=None)
        first = actions.give_opinion(town.rdec, row.pk, member_id=good.pk, topic="cost", text="鋼構單價偏高")
        second = actions.give_opinion(
            town.rdec, row.pk, member_id=good.pk, topic="traffic", text="補交通維持計畫"
        )
        actions.return_opinions(town.rdec, row.pk, version=None)
    with on("2025-03-10"):
        actions.answer_opinion(town.control, first.pk, verdict="adopted", text="調降單價")
        with pytest.raises(CannotDo, match="第 2 項意見還沒有回應"):
            actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        actions.answer_opinion(town.control, second.pk, verdict="not_adopted", text="施工階段再提")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
    with on("2025-03-14"):
        actions.confirm_answer(town.rdec, first.pk, accepted=True)
        with pytest.raises(Conflict):
            actions.confirm_answer(town.rdec, first.pk, accepted=False, text="再看")
        with pytest.raises(CannotDo, match="還沒有複核同意"):
            actions.approve_review(town.rdec_head, row.pk, version=None, reason="通過")
        actions.confirm_answer(town.rdec, second.pk, accepted=False, text="基本設計就要有交維構想")
        actions.send_again(town.rdec, row.pk, version=None, reason="第 2 項再請修正")
    with on("2025-03-24"):
        actions.answer_opinion(town.control, second.pk, verdict="partly", text="補交維構想圖")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(56_500_000))
        actions.confirm_answer(town.rdec, second.pk, accepted=True)
        with pytest.raises(NotPermitted):
            actions.approve_review(town.rdec, row.pk, version=None, reason="通過")
        actions.approve_review(town.rdec_head, row.pk, version=None, reason="審議通過")
    row.refresh_from_db()
    assert (row.state, row.amount_after, row.due_on) == ("approved", 56_500_000, None)
    assert reviewed("114-W-001") == "approved" and reviewed("114-W-001", date(2025, 3, 1)) == "answering"
    assert [each.answer.verdict for each in opinions_of(row.pk)] == ["adopted", "partly"]
    assert len(opinions_of(row.pk)[1].earlier) == 1
    with pytest.raises(CannotDo, match="不能機關撤回"), on("2025-03-25"):
        actions.withdraw_review(town.control, row.pk, version=None, reason="不辦了")

    with on("2025-04-02"), pytest.raises(CannotDo, match="還沒有鎖定"):
        publication.issue(town.rdec_head, REVIEW, town.city.pk, period="2025-Q1")
    quarter(town, 1, {"cases": "3", "before": "30000000", "after": "29000000"})
    assert not OwnReviews.objects.get(agency=town.parks).filed
    with on("2025-04-25"):
        made = publication.issue(town.rdec_head, REVIEW, town.city.pk, period="2025-Q1")
    made = queries.publication(town.rdec_head, made.code)
    hashed = {each.name: each.sha256 for each in made.artefacts.all()}
    text = store.read(made.artefacts.get(name="design-reviews.json").sha256).decode()
    assert "甲委員" not in text and "鋼構單價" not in text  # people and what they wrote stay inside
    assert made.facts["saved"] == "3500000" and made.facts["own_total"]["cases"] == 3
    assert made.facts["cases"][0]["verdicts"] == {"adopted": 1, "partly": 1}

    each = Return.objects.get(unit=town.works, round__period="2025-Q1")
    with on("2025-05-02"):
        asked = filing.request_correction(
            town.officer, each.pk, version=None, reason="漏算一件", changes={(own.ROW, "cases"): "4"}
        )
        filing.approve_correction(town.control, asked.pk, version=None, reason="同意")
    again = queries.publication(town.rdec_head, made.code)
    assert {one.name: one.sha256 for one in again.artefacts.all()} == hashed
    changes = {(one.change.row, one.change.field) for one in queries.document_differences(again)}
    assert any(field == "自辦審議件數" for _row, field in changes), changes

    for number in (2, 3, 4):
        quarter(town, number, {"cases": "0", "before": "0", "after": "0"})
    with on("2026-01-25"):
        year = publication.issue(town.rdec_head, REVIEW, town.city.pk, period="2025")
    assert year.facts["own_total"]["cases"] == 4 and year.facts["own_total"]["returns"] == 8


def test_the_page_of_a_review_tells_who_said_what_when_and_who_left_the_panel(town: SimpleNamespace) -> None:
    day = date(2025, 2, 20)
    with on("2025-02-20"):
        row = submitted(town)
        good, other = panelled(town, row, day)
        opinion = actions.give_opinion(town.rdec, row.pk, member_id=good.pk, topic="cost", text="單價偏高")
        actions.return_opinions(town.rdec, row.pk, version=None)
        actions.answer_opinion(town.control, opinion.pk, verdict="adopted", text="調降單價")
        actions.submit_revision(town.control, row.pk, version=None, amount=Decimal(57_000_000))
        actions.confirm_answer(town.rdec, opinion.pk, accepted=False, text="沒有附單價分析")
        actions.send_again(town.rdec, row.pk, version=None, reason="再請修正")
        actions.answer_opinion(town.control, opinion.pk, verdict="adopted", text="附單價分析")
        second = submitted(town, name="西橋改建工程")
        expert = {"name": "庚委員", "speciality": "結構", "source": "pcc"}
        gone = actions.add_member(town.rdec, second.pk, expert)
        actions.remove_member(town.rdec, gone.pk, reason="另有要公")
    client = Client()
    client.force_login(town.control)
    text = client.get(f"/procurement/reviews/{row.pk}/").content.decode()
    assert "沒有附單價分析" in text  # why the first answer came back stays beside it
    assert text.count("114-02-20 10:00") >= 6 and "登錄審議委員" in text and other.name in text
    said = client.get(f"/procurement/reviews/{second.pk}/").content.decode()
    answer = f"/procurement/reviews/opinions/{opinion.pk}/answer/"
    assert client.post(answer, {"text": "沒有選參採情形"}).status_code == 422  # nothing is chosen for anybody
    client.force_login(town.other)
    assert client.get(answer).status_code == 403  # told before anything is typed, not after
    client.force_login(town.rdec)
    new = f"/procurement/reviews/{row.pk}/opinions/new/"
    assert '<option value="" selected>' in client.get(new).content.decode()
    assert "移除審議委員" in said and "庚委員" in said and "另有要公" in said


def test_a_panel_that_changed_after_it_was_appointed_is_looked_at_again_before_the_meeting(
    town: SimpleNamespace,
) -> None:
    day = date(2025, 2, 20)
    expert = {"name": "甲委員", "speciality": "結構", "source": "pcc", "declared_on": day}
    with on("2025-02-20"):
        row = submitted(town)
        actions.admit(town.rdec, row.pk, version=None, there=documents(day))
        only = actions.add_member(town.rdec, row.pk, expert)
        actions.appoint_panel(town.rdec, row.pk, version=None)
        silent = actions.add_member(town.rdec, row.pk, {**expert, "name": "乙委員", "declared_on": None})
        with pytest.raises(CannotDo, match="乙委員還沒有聲明利益衝突，沒有登錄開會"):
            actions.hold_meeting(town.rdec, row.pk, version=None)
        for each in (only, silent):
            actions.remove_member(town.rdec, each.pk, reason="另聘")
        with pytest.raises(CannotDo, match="還沒有可以審議的委員"):
            actions.hold_meeting(town.rdec, row.pk, version=None)
        later = actions.add_member(town.rdec, row.pk, {**expert, "name": "丙委員"})
        actions.hold_meeting(town.rdec, row.pk, version=None)
        actions.reject_review(town.rdec_head, row.pk, version=None, reason="需求不明")
        with pytest.raises(CannotDo, match="審議不通過"):
            actions.edit_member(town.rdec, later.pk, version=None, changes={"name": "丁委員"}, reason="改")


def test_a_member_who_declares_late_is_recused_from_the_page_until_the_review_is_decided(
    town: SimpleNamespace,
) -> None:
    with on("2025-02-20"):
        row = submitted(town)
        good, _other = panelled(town, row, date(2025, 2, 20))
    client = Client()
    client.force_login(town.rdec)
    address = f"/procurement/reviews/{row.pk}/"
    edit = f"/procurement/reviews/members/{good.pk}/"
    page = client.get(address).content.decode()
    assert f'"{edit}"' in page and f"/procurement/reviews/members/{good.pk}/remove/" not in page
    told = {
        "version": good.version, "name": good.name, "affiliation": good.affiliation, "speciality": good.speciality,
        "source": good.source, "declared_on": "114-02-20", "conflict": "on", "conflict_note": "配偶任職於廠商", "reason": "會後聲明",
    }  # fmt: skip
    assert client.post(edit, told).status_code == 302
    assert "有，應迴避" in client.get(address).content.decode()
    assert good.name not in client.get(f"{address}opinions/new/").content.decode()


def test_each_step_is_a_page_and_a_conflict_loses_nothing(town: SimpleNamespace) -> None:
    with on("2025-02-03"):
        row = submitted(town)
    client = Client()
    client.force_login(town.rdec)
    address = f"/procurement/reviews/{row.pk}/"
    text = client.get(address).content.decode()
    assert "受理" in text and "東橋改建工程" in text and "待程序審查" in text
    assert client.get(f"{address}steps/admit/").status_code == 200
    assert client.get(f"{address}steps/approve_review/").status_code == 403  # the head decides
    sent = {"version": row.version, "on": "114-02-04", "there": list(documents(date(2025, 2, 4)))}
    assert client.post(f"{address}steps/admit/", {**sent, "there": sent["there"][:2]}).status_code == 422
    assert client.post(f"{address}steps/admit/", sent).status_code == 302
    assert client.post(f"{address}steps/admit/", sent).status_code == 422  # somebody was faster
    member = {
        "name": "丙委員",
        "affiliation": "",
        "speciality": "大地",
        "source": "third_party",
        "declared_on": "114-02-05",
    }
    assert client.post(f"{address}members/new/", member).status_code == 302
    assert "丙委員" in client.get(address).content.decode()
    client.force_login(town.control)
    text = client.get(address).content.decode()
    assert "機關撤回" in text and "組成審議小組" not in text.split('id="acts"')[1].split("基本資料")[0]
    assert client.get("/procurement/reviews/?q=東橋").status_code == 200
    assert client.get("/procurement/reviews/own/").status_code == 200
