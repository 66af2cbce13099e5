"""Control changed by application: the rule of two months, four grounds, sent back, mended, approved by somebody else."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.domains.projects import actions
from shizheng.domains.projects.frame.tenders import applications_waiting
from shizheng.domains.projects.models import ControlApplication
from shizheng.domains.projects.tests.month_town import on, tender
from shizheng.kernel.files import queries as files
from shizheng.kernel.files.tests import samples
from shizheng.kernel.history import queries as history
from shizheng.web.work import items_of

pytestmark = pytest.mark.django_db
WITHDRAW = {"asked": "withdraw", "ground": "merged", "reason": "併入另案"}


@pytest.fixture
def asked(month_town: SimpleNamespace) -> SimpleNamespace:
    """A tender that is planned to end on 31 December of 114."""
    month_town.tender = tender(month_town.works, "114-W-001", state="preparing")
    return month_town


def send(town: SimpleNamespace, **values: Any) -> ControlApplication:
    return actions.apply_for(town.officer, town.tender.pk, {**WITHDRAW, **values})


def opinion(town: SimpleNamespace, row: ControlApplication) -> ControlApplication:
    """With what the supervisor of the agency says about it."""
    return actions.give_opinion(town.chief, row.pk, version=None, opinion="情形屬實，同意。")


def test_the_last_day_to_apply_is_two_months_before_the_planned_end(asked: SimpleNamespace) -> None:
    with on("2025-10-31"):
        row = send(asked, late_reason="不必說明")
        assert (row.ends_on, row.latest_on, row.late_reason) == (date(2025, 12, 31), date(2025, 10, 31), "")
        actions.take_application_back(asked.officer, row.pk, version=1, reason="寫錯")
    with on("2025-11-01"):
        with pytest.raises(BadInput) as refused:
            send(asked)
        assert set(refused.value.fields) == {"late_reason"}
        assert send(asked, late_reason="併案十月底才核定").late_reason


def test_what_is_approved_happens_to_the_tender(asked: SimpleNamespace) -> None:
    with on("2025-06-01"):
        row = send(asked)
        with pytest.raises(Conflict):
            send(asked)
        with pytest.raises(CannotDo) as early:
            actions.approve_application(asked.rdec, row.pk, version=1, decision="併案屬實")
        assert early.value.code == "no_opinion"
        with pytest.raises(NotPermitted):
            actions.give_opinion(asked.other, row.pk, version=1, opinion="別的機關")
        said = opinion(asked, row)
        assert (said.opinion_by_id, said.opinion_on) == (asked.chief.pk, date(2025, 6, 1))
        done = actions.approve_application(asked.rdec, row.pk, version=2, decision="併案屬實")
        asked.tender.refresh_from_db()
        assert (done.state, asked.tender.state) == ("approved", "withdrawn")
        happened = asked.tender.happenings.get()
        assert (happened.ground, happened.text) == ("merged", "併入另案")
        back = send(asked, asked="restore", ground="", reason="併案取消")
        opinion(asked, back)
        actions.approve_application(asked.rdec, back.pk, version=2, decision="同意")
        asked.tender.refresh_from_db()
        assert asked.tender.state == "preparing"
        level = send(asked, asked="adjust", level="agency", reason="規模縮小")
        opinion(asked, level)
        actions.approve_application(asked.rdec_head, level.pk, version=2, decision="同意")
        asked.tender.refresh_from_db()
        assert asked.tender.level == "agency" and history.entries_of(asked.tender)[0].reason == "規模縮小"


def test_a_withdrawal_leaves_the_planned_curve_as_it_was(asked: SimpleNamespace) -> None:
    before = [(each.pk, each.number) for each in asked.tender.plans.order_by("pk")]
    with on("2025-06-01"):
        row = opinion(asked, send(asked))
        actions.approve_application(asked.rdec, row.pk, version=row.version, decision="併案屬實")
    assert before and [(each.pk, each.number) for each in asked.tender.plans.order_by("pk")] == before


def test_it_goes_back_is_mended_and_taken_back(asked: SimpleNamespace) -> None:
    with on("2025-06-01"):
        row = send(asked)
        assert not items_of(applications_waiting(asked.rdec, date(2025, 6, 1)))
        [item] = items_of(applications_waiting(asked.chief, date(2025, 6, 1)))
        assert "併入另案" in str(item.why)
        opinion(asked, row)
        assert not items_of(applications_waiting(asked.chief, date(2025, 6, 1)))
        [item] = items_of(applications_waiting(asked.rdec, date(2025, 6, 1)))
        assert "併入另案" in str(item.why)
        actions.send_application_back(asked.rdec, row.pk, version=2, decision="請附核定函")
        [item] = items_of(applications_waiting(asked.officer, date(2025, 6, 1)))
        assert item.returned and "請附核定函" in str(item.why)
        assert not items_of(applications_waiting(asked.rdec, date(2025, 6, 1)))
        assert not items_of(applications_waiting(asked.other, date(2025, 6, 1)))
        with pytest.raises(CannotDo):
            actions.approve_application(asked.rdec, row.pk, version=None, decision="同意")
        mended = actions.send_again(
            asked.officer, row.pk, version=3, values={**WITHDRAW, "reason": "併入，附函"}
        )
        assert (mended.state, mended.decision, mended.version) == ("sent", "", 4) and mended.opinion == ""
        with pytest.raises(Conflict):
            actions.send_application_back(asked.rdec, row.pk, version=3, decision="再補")
        actions.take_application_back(asked.officer, row.pk, version=4, reason="不撤了")
        with pytest.raises(CannotDo):
            actions.take_application_back(asked.officer, row.pk, version=None, reason="不撤了")


def test_who_decides_on_what_an_agency_asks_neither_mends_it_nor_takes_it_back(
    asked: SimpleNamespace,
) -> None:
    client, officer = Client(), Client()
    client.force_login(asked.rdec)
    officer.force_login(asked.officer)
    with on("2025-06-01"):
        row = opinion(asked, send(asked))
        place = f"/projects/register/applications/{row.pk}/"
        with pytest.raises(NotPermitted, match="退回補正"):
            actions.take_application_back(asked.rdec, row.pk, version=None, reason="不宜撤銷")
        assert f"{place}back/" not in client.get(place).content.decode()
        assert f"{place}back/" in officer.get(place).content.decode()
        actions.send_application_back(asked.rdec, row.pk, version=None, decision="請附核定函")
        with pytest.raises(NotPermitted):
            actions.send_again(asked.rdec, row.pk, version=None, values=WITHDRAW)
        assert f"{place}again/" not in client.get(place).content.decode()
        assert (
            "請附核定函" in officer.get(f"{place}again/").content.decode()
        )  # what to mend stands beside the form
        actions.take_application_back(asked.officer, row.pk, version=None, reason="不撤了")
        own = actions.apply_for(asked.rdec, asked.tender.pk, WITHDRAW)
        assert (
            actions.take_application_back(asked.rdec, own.pk, version=None, reason="寫錯").state
            == "cancelled"
        )


def test_who_may_not_and_what_is_wrong_is_refused(asked: SimpleNamespace) -> None:
    with on("2025-06-01"):
        for wrong in (
            {"ground": ""}, {"ground": "x"}, {"reason": " "}, {"asked": "x"}, {"asked": "restore"},
            {"asked": "adjust", "level": "city"}, {"asked": "adjust", "level": ""}, {"state": "approved"},
        ):  # fmt: skip
            with pytest.raises(BadInput):
                send(asked, **wrong)
        with pytest.raises(NotPermitted):
            actions.apply_for(asked.other, asked.tender.pk, WITHDRAW)
        row = send(asked)
        with pytest.raises(NotPermitted):
            actions.approve_application(asked.officer, row.pk, version=1, decision="自己核")
        with pytest.raises(BadInput):
            actions.approve_application(asked.rdec, row.pk, version=1, decision=" ")
        actions.take_application_back(asked.officer, row.pk, version=1, reason="改由研考會送")
        own = actions.apply_for(asked.rdec, asked.tender.pk, WITHDRAW)
        with pytest.raises(NotPermitted):
            actions.approve_application(asked.rdec, own.pk, version=1, decision="自己核")


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_pages_carry_it_from_the_agency_to_the_commission(asked: SimpleNamespace) -> None:
    with on("2025-11-05"):
        client, base = browser(asked.officer), "/projects/register"
        there = f"{base}/{asked.tender.pk}/apply/"
        text = client.get(there).content.decode()
        assert "114-10-31" in text and "調整或撤銷列管的申請期限 第" in text and "逾期申請的原因" in text
        empty = client.post(there, {"asked": "withdraw"}).content.decode()
        for missing in ("申請撤銷要選事由", 'href="#id_reason"', 'href="#id_late_reason"'):  # all at once
            assert missing in empty
        paper = SimpleUploadedFile("函.pdf", samples.pdf())
        refused = client.post(there, {**WITHDRAW, "papers": paper})
        assert refused.status_code == 422 and "函.pdf" in refused.content.decode()
        held = refused.content.decode().split('name="papers.held" value="')[1].split('"')[0]
        sent = client.post(there, {**WITHDRAW, "late_reason": "十月底才併案", "papers.held": held})
        row = ControlApplication.objects.get()
        assert sent.status_code == 302 and [each.name for each in files.files_of("projects.application", row.pk)] == ["函.pdf"]  # fmt: skip
        page = f"{base}/applications/{row.pk}/"
        seen = browser(asked.rdec).get(page).content.decode()
        assert "逾期申請" in seen and "函.pdf" in seen and "還沒有表示意見" in seen
        assert 'value="approve"' not in seen
        chief = browser(asked.chief)
        assert chief.post(f"{page}opinion/", {"version": 1, "opinion": " "}).status_code == 422
        assert chief.post(f"{page}opinion/", {"version": 0, "opinion": "屬實"}).status_code == 409
        assert chief.post(f"{page}opinion/", {"version": 1, "opinion": "屬實"}).status_code == 302
        seen = browser(asked.rdec).get(page).content.decode()
        assert "屬實" in seen and 'value="approve"' in seen
        assert 'value="approve"' not in client.get(page).content.decode()
        rdec = browser(asked.rdec)
        assert rdec.post(f"{page}decide/", {"version": 2, "decision": "", "act": "return"}).status_code == 422
        assert (
            rdec.post(f"{page}decide/", {"version": 2, "decision": "缺核定函", "act": "return"}).status_code
            == 302
        )
        assert (
            rdec.post(f"{page}decide/", {"version": 2, "decision": "同意", "act": "approve"}).status_code
            == 409
        )
        again = client.post(
            f"{page}again/", {**WITHDRAW, "version": 3, "late_reason": "十月底", "reason": "補函"}
        )
        assert again.status_code == 302
        assert chief.post(f"{page}opinion/", {"version": 4, "opinion": "補齊了"}).status_code == 302
        assert (
            rdec.post(f"{page}decide/", {"version": 5, "decision": "同意", "act": "approve"}).status_code
            == 302
        )
        asked.tender.refresh_from_db()
        assert asked.tender.state == "withdrawn"
        assert "申請恢復列管" in client.get(f"{base}/{asked.tender.pk}/").content.decode()
        listed = b"".join(
            rdec.get(f"{base}/applications/?export=csv&state=approved&col=decision").streaming_content
        )  # type: ignore[attr-defined]
        assert "同意" in listed.decode()
        assert client.post(f"{page}back/", {"version": 6, "reason": "晚了"}).status_code == 422


def test_the_api_applies_and_decides(asked: SimpleNamespace) -> None:
    with on("2025-06-01"):
        client, base = browser(asked.officer), "/api/v1/projects"
        sent = {"content_type": "application/json"}
        made = client.post(f"{base}/register/{asked.tender.pk}/applications", WITHDRAW, **sent)
        assert made.status_code == 200 and made.json()["latest_on"] == "2025-10-31", made.content
        one, rdec = f"{base}/applications/{made.json()['id']}", browser(asked.rdec)
        assert client.post(f"{one}/approve", {"decision": "同意"}, **sent).status_code == 403
        assert rdec.post(f"{one}/return", {"decision": "補"}, **sent).json()["state"] == "returned"
        assert client.post(f"{one}/again", WITHDRAW, **sent).status_code == 412
        assert client.post(f"{one}/again", WITHDRAW, **sent, HTTP_IF_MATCH='"2"').json()["state"] == "sent"
        assert rdec.post(f"{one}/approve", {"decision": "同意"}, **sent).status_code == 409
        assert rdec.post(f"{one}/opinion", {"opinion": "屬實"}, **sent).status_code == 403
        said = browser(asked.chief).post(f"{one}/opinion", {"opinion": "屬實"}, **sent).json()
        assert (said["opinion"], said["opinion_on"]) == ("屬實", "2025-06-01")
        assert rdec.post(f"{one}/approve", {"decision": "同意"}, **sent).json()["state"] == "approved"
        assert rdec.get(f"{base}/applications?state=approved").json()["count"] == 1
        assert client.post(f"{one}/cancel", {"reason": "晚"}, **sent).status_code == 409
        assert client.get(one)["ETag"] == '"5"'
