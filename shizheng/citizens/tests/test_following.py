"""查詢進度: number and code open one's own case; comments, one reopening, the survey and its results."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.citizens import actions
from shizheng.citizens.models import Comment, Contact, Invitation, Letter, SurveyAnswer
from shizheng.citizens.queries import surveys
from shizheng.citizens.queries.tokens import made_token
from shizheng.citizens.rules.limits import LIMITS
from shizheng.citizens.tests.conftest import looked_up, sent
from shizheng.common import clock
from shizheng.common.errors import CannotDo, Conflict
from shizheng.domains.petitions import actions as petitions
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.tests.town import act, again, drafted
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.history.models import Entry
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.notifications.models import Message
from shizheng.kernel.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db
GOOD = {"overall": "5", "solved": "4", "speed": "2", "clear": "5", "manner": "5"}


@pytest.fixture
def mine(browser: Client) -> dict[str, str]:
    """One that was sent by the web and is confirmed."""
    found = sent(browser)
    actions.confirm(made_token("confirm", Contact.objects.get().pk))
    return found


def handled(town: SimpleNamespace) -> Petition:
    """It is with the officer of the works bureau."""
    row = Petition.objects.get()
    act(town.rdec, row, "accept")
    petitions.dispatch(
        town.rdec, row.case_id, version=None, unit_id=town.works.pk, officer_id=town.officer.pk
    )
    act(town.officer, row, "take_up")
    return row


def answered(town: SimpleNamespace) -> Petition:
    row = handled(town)
    drafted(town, row)
    act(town.chief, row, "approve")
    act(town.officer, row, "reply", fields={"told": "查詢頁"})
    return again(row)


def test_a_wrong_code_and_a_number_that_does_not_exist_are_answered_alike(
    browser: Client, mine: dict[str, str]
) -> None:
    wrong = Client().post("/petition/look-up/", {"number": mine["number"], "code": "2222222222"})
    nobody = Client().post("/petition/look-up/", {"number": "114-P-999999", "code": mine["code"]})
    said = [answer.context["form"].non_field_errors() for answer in (wrong, nobody)]
    assert said[0] == said[1] and said[0] and {wrong.status_code, nobody.status_code} == {422}
    stranger = Client()
    assert stranger.get(f"/petition/look-up/{mine['number']}/").status_code == 302
    assert stranger.get(f"/petition/look-up/{mine['number']}/receipt.json").status_code == 302
    assert stranger.post(f"/petition/look-up/{mine['number']}/comment/", {"text": "x"}).status_code == 302
    assert not Comment.objects.exists()


def test_guessing_is_stopped(street: SimpleNamespace) -> None:
    guesser = Client()
    tried = [
        guesser.post("/petition/look-up/", {"number": "114-P-000001", "code": str(n)}).status_code
        for n in range(LIMITS["look_up"].times + 1)
    ]
    assert tried[-1] == 429 and set(tried[:-1]) == {422}


def test_a_case_that_was_looked_up_can_be_read_for_half_an_hour_or_until_it_is_closed(
    mine: dict[str, str],
) -> None:
    browser = Client()
    page = looked_up(browser, mine)
    assert page["Cache-Control"] == "private, no-store"
    address = f"/petition/look-up/{mine['number']}/"
    browser.post(f"{address}leave/")
    assert browser.get(address).status_code == 302
    looked_up(browser, mine)
    with clock.set_to(at("2025-02-07 10:31")):
        assert browser.get(address).status_code == 302


def test_the_story_is_told_in_plain_words_without_names_and_reasons_of_officers(
    street: SimpleNamespace, mine: dict[str, str]
) -> None:
    row = handled(street)
    cases.pause(street.chief, row.case_id, version=None, reason="等里長王大明回電")
    with clock.set_to(at("2025-02-11 10:00")):
        page = looked_up(Client(), mine)
    text = page.content.decode()
    assert [each.text for each in page.context["story"]] == [
        "處理期限停止計算。", "主辦機關正在處理。", "已交給主辦機關。", "已受理，正在確定由哪個機關辦理。", "收到您的陳情。",
    ]  # fmt: skip
    assert "依規定停止計算" in text
    assert not any(word in text for word in ("王大明", "王承辦", "趙研考", "officer"))


def test_a_comment_reaches_who_handles_it_and_stands_in_no_history_and_notice(
    street: SimpleNamespace, mine: dict[str, str]
) -> None:
    handled(street)
    browser = Client()
    looked_up(browser, mine)
    words = "晚上十點以後更暗，我的電話是 0911222333"
    answer = browser.post(f"/petition/look-up/{mine['number']}/comment/", {"text": words}, follow=True)
    assert words in answer.content.decode()
    told = Message.objects.get(user=street.officer, key__startswith="citizens:")
    assert "補充說明" in told.body and "0911222333" not in told.body + told.subject
    assert "0911222333" not in " ".join(str(each) for each in Entry.objects.values_list("before", "after"))
    officer = Client()
    officer.force_login(street.officer)
    assert words in officer.get(f"/petitions/{Petition.objects.get().case_id}/").content.decode()
    other = Client()
    other.force_login(street.other)
    assert other.get(f"/petitions/{Petition.objects.get().case_id}/").status_code == 404


def test_mails_say_what_happened_and_nothing_that_was_written(
    street: SimpleNamespace, mine: dict[str, str]
) -> None:
    answered(street)
    kinds = list(Letter.objects.order_by("id").values_list("kind", "about"))
    invitation = Invitation.objects.get()
    assert kinds == [
        ("confirm", ""), ("progress", "accepted"), ("progress", "assigned"), ("progress", "handling"), ("progress", "drafted"),
        ("progress", "reviewing"), ("progress", "approved"), ("answered", str(invitation.pk)),
    ]  # fmt: skip
    actions.set_wishes(Petition.objects.get().case_id, answer=False, progress=False)
    act(street.control, Petition.objects.get(), "reopen", reason="再看一次")
    assert Letter.objects.count() == len(kinds)


def test_the_survey_is_answered_once_within_its_days_and_counted_with_its_denominators(
    street: SimpleNamespace, mine: dict[str, str]
) -> None:
    answered(street)
    row = Invitation.objects.get()
    assert (row.unit_id, str(row.until), row.questions) == (
        street.works.pk, "2025-02-14", ["overall", "solved", "speed", "clear", "manner"],
    )  # fmt: skip
    page = looked_up(Client(), mine)
    address = f"/petition/survey/{page.context['survey_url']}/"
    anybody = Client()
    short = anybody.post(address, {"overall": "5"})
    assert short.status_code == 422 and not SurveyAnswer.objects.exists()
    assert anybody.post(address, GOOD).status_code == 302
    assert "謝謝" in anybody.get(address).content.decode()
    with pytest.raises(Conflict, match="已經填過"):
        actions.answer_survey(row.pk, {name: int(mark) for name, mark in GOOD.items()})
    assert anybody.get(f"/petition/survey/{row.pk}-{'0' * 32}/").status_code == 404
    found = surveys.results(street.rdec, parse_period("2025-02"))
    ((unit, result),) = found.agencies
    assert (unit.id, result.invited, result.answered, result.satisfaction, result.response_rate) == (
        street.works.pk,
        1,
        1,
        100,
        100,
    )
    assert (result.good["speed"], result.marked["speed"]) == (0, 1) and result.few
    assert surveys.results(street.other, parse_period("2025-02")).agencies == ()
    rdec = Client()
    rdec.force_login(street.rdec)
    assert "100.0" in rdec.get("/citizens/survey/?month=2025-02").content.decode()
    said = rdec.get("/api/v1/citizens/survey?period=2025-02").json()
    assert said["total"]["invited"] == 1 and said["agencies"][0]["questions"]["speed"] == {
        "good": 0,
        "marked": 1,
        "rate": "0.00",
    }
    assert "您的評分" in looked_up(Client(), mine).content.decode()


def test_after_its_days_the_survey_is_closed_but_stays_in_the_denominator(
    street: SimpleNamespace, mine: dict[str, str]
) -> None:
    answered(street)
    row = Invitation.objects.get()
    with clock.set_to(at("2025-02-15 09:00")):
        assert (
            "過了有效期間"
            in Client().get(f"/petition/survey/{made_token('survey', row.pk)}/").content.decode()
        )
        with pytest.raises(CannotDo, match="過了有效期間"):
            actions.answer_survey(row.pk, {name: 5 for name in row.questions})
    total = surveys.results(street.rdec, parse_period("2025-02")).total
    assert (total.invited, total.answered, total.satisfaction) == (1, 0, None)


def test_the_citizen_has_it_taken_up_once_more_and_why_is_erased_one_day(
    street: SimpleNamespace, mine: dict[str, str]
) -> None:
    answered(street)
    browser = Client()
    looked_up(browser, mine)
    address = f"/petition/look-up/{mine['number']}/reopen/"
    assert browser.post(address, {"reopen-text": " "}).status_code == 422
    assert browser.post(address, {"reopen-text": "還是不亮，請打 0911222333"}).status_code == 302
    row = again(Petition.objects.get())
    assert (row.case.state, row.reopened) == ("handling", 1)
    step = row.case.steps.get(name="reopen")
    assert "0911222333" not in step.reason and Comment.objects.get().kind == "reopen"
    assert Message.objects.filter(user=street.officer, key__startswith="citizens:").exists()
    drafted(street, row)
    act(street.chief, row, "approve")
    act(street.officer, row, "reply", fields={"told": "查詢頁"})
    assert looked_up(browser, mine).context["reopen_form"] is None  # once
    assert Invitation.objects.count() == 2  # each answer is asked about
    again_refused = browser.post(address, {"reopen-text": "再一次"})
    assert again_refused.status_code == 422 and "最多 1 次" in again_refused.content.decode()
    assert Comment.objects.count() == 1


def test_when_the_time_is_over_what_the_citizen_said_is_gone_with_the_rest(
    street: SimpleNamespace, mine: dict[str, str]
) -> None:
    row = answered(street)
    actions.comment(row.case_id, "謝謝，我住在隔壁")
    with clock.set_to(at("2030-02-08 10:00")):
        assert petitions.anonymise_due(street.rdechead) == 1
        assert Comment.objects.get().text == "" and not Contact.objects.get().reachable
        with pytest.raises(CannotDo, match="已經清除"):
            actions.comment(row.case_id, "還在嗎")
        page: Any = looked_up(Client(), mine)
        assert "已清除" in page.content.decode() and not page.context["has_receipt"]
        assert actions.deliver_letters() == {"dropped": Letter.objects.count()}


def test_what_the_rules_say_is_what_the_look_up_promises() -> None:
    for code in ("petition.survey_questions", "petition.survey_valid", "petition.mail_confirm_within"):
        assert rulebook.value_of(code, clock.today()).value
