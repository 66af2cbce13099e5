"""Pages and API: one's own messages, the bell, preferences, templates with preview, mails on their way."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.kernel.notifications import actions, queries
from shizheng.kernel.notifications.models import Delivery, Message
from shizheng.kernel.notifications.tests.server import MailServer
from shizheng.kernel.rulebook import actions as rulebook


def browser(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


@pytest.fixture
def a(somebody: Any) -> Any:
    return somebody("a")


def test_the_bell_counts_what_is_unread_with_few_queries(a: Any, announce: Any) -> None:
    for n in range(3):
        announce(f"key{n}", a)
    client = browser(a)
    client.get("/notifications/bell/")
    with CaptureQueriesContext(connection) as spent:
        answer = client.get("/notifications/bell/")
    assert 'id="count-bell"' in answer.content.decode() and ">3<" in answer.content.decode()
    assert len(spent) <= 6, [q["sql"][:80] for q in spent]
    actions.mark_all_read(a)
    assert ">3<" not in client.get("/notifications/bell/").content.decode()


def test_every_page_has_the_bell_and_asks_nothing_for_it(a: Any, announce: Any) -> None:
    announce("key", a)
    client = browser(a)
    client.get("/notifications/preferences/")
    with CaptureQueriesContext(connection) as spent:
        page = client.get("/notifications/preferences/").content.decode()
    assert 'hx-get="/notifications/bell/"' in page
    assert not [q for q in spent if "notifications_message" in q["sql"]]


def test_the_inbox_costs_the_same_for_few_and_for_many(a: Any, announce: Any) -> None:
    client = browser(a)
    announce("first", a)
    client.get("/notifications/")
    with CaptureQueriesContext(connection) as few:
        client.get("/notifications/")
    for n in range(30):
        announce(f"key{n}", a)
    with CaptureQueriesContext(connection) as many:
        client.get("/notifications/")
    assert len(few) == len(many) <= 12, [q["sql"][:80] for q in many]


def test_the_inbox_is_searched_filtered_and_marked(a: Any, announce: Any) -> None:
    for n in range(3):
        announce(f"key{n}", a, context={"what": f"第{n}件", "n": n}, urgent=n == 2)
    client = browser(a)
    assert "第1件" in client.get("/notifications/?q=第1件").content.decode()
    assert "第2件" not in client.get("/notifications/?q=第1件").content.decode()
    urgent = client.get("/notifications/?urgent=1").content.decode()
    assert "第2件到期" in urgent and "第0件到期" not in urgent
    first = Message.objects.order_by("id").first()
    assert first is not None
    client.post("/notifications/", {"action": "read", "row": [first.pk]})
    assert queries.unread_count(a) == 2
    assert "第0件到期" not in client.get("/notifications/?state=unread").content.decode()
    client.post("/notifications/read-all/")
    assert queries.unread_count(a) == 0


def test_opening_a_message_is_reading_it_and_nobody_opens_anothers(
    a: Any, announce: Any, somebody: Any
) -> None:
    announce("key", a)
    pk = Message.objects.get().pk
    assert browser(somebody("b")).get(f"/notifications/{pk}/").status_code == 404
    assert queries.unread_count(a) == 1
    page = browser(a).get(f"/notifications/{pk}/")
    assert "上半年成果還有 3 天" in page.content.decode() and 'href="/filing/"' in page.content.decode()
    assert queries.unread_count(a) == 0


def test_preferences_are_kept_and_a_second_window_is_told(a: Any, announce: Any, kind: str) -> None:
    announce("load the kind", a)
    client = browser(a)
    form = client.get("/notifications/preferences/").context["form"]
    field = next(name for name, code in form.codes.items() if code == kind)
    given = {
        "version": 0, "by_mail": "now", "digest_at": "07:30", "quiet_from": "22:00", "quiet_to": "07:00", field: "off"
    }  # fmt: skip
    assert client.post("/notifications/preferences/", given).status_code == 302
    wishes = queries.wishes_of(a.pk)
    assert (wishes.by_mail, wishes.kinds, str(wishes.digest_at)) == ("now", {kind: "off"}, "07:30:00")
    again = client.post("/notifications/preferences/", given)
    assert again.status_code == 409 and "剛剛在別的視窗改過" in again.content.decode()
    half = client.post("/notifications/preferences/", {**given, "version": 1, "quiet_to": ""})
    assert half.status_code == 422 and "要一起填" in half.content.decode()


def test_words_are_previewed_on_the_example_and_on_a_person_and_nothing_is_kept(
    somebody: Any, kind: str
) -> None:
    actions.load_shipped_templates()
    boss, other = somebody("boss", role="rdec_head"), somebody("other")
    client = browser(boss)
    words = {"subject": "{recipient_name}：{what}", "body": "{n} 天", "subject_en": "", "body_en": ""}
    shown = client.post(f"/notifications/templates/{kind}/preview/", words).content.decode()
    assert "收件人：測試計畫" in shown
    for_other = client.post(f"/notifications/templates/{kind}/preview/", {**words, "person": other.pk})
    assert "測試other：測試計畫" in for_other.content.decode()
    wrong = client.post(f"/notifications/templates/{kind}/preview/", {**words, "body": "{oops}"})
    assert "{oops}" in wrong.content.decode() and "還不能預覽" in wrong.content.decode()
    assert queries.template(kind).version == 1 and Message.objects.count() == 0


def test_words_are_changed_and_restored_in_the_browser(somebody: Any, kind: str) -> None:
    actions.load_shipped_templates()
    client = browser(somebody("boss", role="rdec_head"))
    address = f"/notifications/templates/{kind}/"
    words = {
        "version": 1,
        "subject": "{what}",
        "body": "{n} 天",
        "subject_en": "",
        "body_en": "",
        "reason": "短一點",
    }
    assert client.post(f"{address}edit/", {**words, "body": "{oops}"}).status_code == 422
    assert client.post(f"{address}edit/", words).status_code == 302
    assert "短一點" in client.get(address).content.decode()
    assert client.post(f"{address}edit/", {**words, "body": "x"}).status_code == 409
    assert client.post(f"{address}restore/", {"version": 2, "reason": "還是原來的好"}).status_code == 302
    assert queries.current_version(queries.template(kind)).shipped


def test_failed_mails_are_listed_and_sent_again_one_and_several(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    people = [somebody(f"p{n}") for n in range(3)]
    for each in people:
        wish(each)
        live.answers[each.email] = "550 no"
    announce("key", *people)
    actions.deliver()
    keeper = browser(somebody("keeper", role="administrator"))
    page = keeper.get("/notifications/deliveries/?state=failed").content.decode()
    assert page.count("寄不出去") >= 3 and "@example.invalid" not in page
    rows = list(Delivery.objects.order_by("pk"))
    one = f"/notifications/deliveries/{rows[0].pk}/"
    assert (
        "550" in keeper.get(one).content.decode()
        and "@example.invalid" not in keeper.get(one).content.decode()
    )
    live.answers.clear()
    assert keeper.post(f"{one}again/", {"reason": "信箱好了"}).status_code == 302
    keeper.post("/notifications/deliveries/", {"action": "again", "row": [row.pk for row in rows[1:]]})
    assert actions.deliver() == {"sent": 3}
    refused = keeper.post(f"{one}again/", {"reason": ""})
    assert refused.status_code == 409 and "已經寄出" in refused.content.decode()


def test_who_may_not_look_after_mails_or_words_is_refused(a: Any) -> None:
    client = browser(a)
    for address in ("deliveries/", "deliveries/1/", "templates/", "templates/x/"):
        assert client.get(f"/notifications/{address}").status_code == 403


def test_the_api_shows_ones_own_messages_and_marks_them(a: Any, announce: Any, somebody: Any) -> None:
    b = somebody("b")
    for n in range(3):
        announce(f"key{n}", a, b, about=("filing.return", 7))
    client = browser(a)
    found = client.get("/api/v1/notifications/messages?unread=true&limit=2").json()
    assert (found["count"], found["unread"], len(found["items"])) == (3, 3, 2)
    assert found["items"][0]["about"] == ["filing.return", 7] and found["items"][0]["read_at"] is None
    mine = found["items"][0]["id"]
    theirs = Message.objects.filter(user=b).first()
    assert theirs is not None
    assert client.get(f"/api/v1/notifications/messages/{theirs.pk}").status_code == 404

    def post(**body: Any) -> Any:
        return client.post(
            "/api/v1/notifications/messages/read", body, content_type="application/json"
        ).json()

    assert post(ids=[mine, theirs.pk]) == {"marked": 1, "unread": 2}
    assert post() == {"marked": 2, "unread": 0}
    assert queries.unread_count(b) == 3


def test_the_api_sets_preferences_and_changes_words(a: Any, somebody: Any, kind: str) -> None:
    actions.load_shipped_templates()
    client, json = browser(a), "application/json"
    given = {"by_mail": "off", "digest_at": "09:00", "version": 0}
    assert client.put("/api/v1/notifications/preferences", given, content_type=json).json()["version"] == 1
    assert client.put("/api/v1/notifications/preferences", given, content_type=json).status_code == 409
    words = {"subject": "{what}", "body": "{n}", "version": 1, "reason": "短"}
    address = f"/api/v1/notifications/templates/{kind}/versions"
    assert client.post(address, words, content_type=json).status_code == 403
    boss = browser(somebody("boss", role="rdec_head"))
    assert boss.post(address, {**words, "body": "{x}"}, content_type=json).json()["fields"].keys() == {"body"}
    assert boss.post(address, words, content_type=json).json()["number"] == 2


def test_proposals_about_rules_reach_who_decides_and_the_decision_its_author(somebody: Any) -> None:
    author, boss = somebody("author", role="rdec_officer"), somebody("boss", role="rdec_head", language="en")
    row = rulebook.propose_change(
        author, "kpi.met", value="exact", valid_from=date(2030, 1, 1), source="測試", reason="計畫用語"
    )
    told = Message.objects.get(template__code="rulebook.proposed")
    assert (told.user_id, told.url) == (boss.pk, f"/rulebook/proposals/{row.pk}/")
    assert "kpi.met" in told.subject and "waits for your approval" in told.subject
    rulebook.reject_change(boss, row.pk, reason="不必")
    decided = Message.objects.get(template__code="rulebook.decided")
    assert decided.user_id == author.pk and decided.subject.endswith("退回") and "不必" in decided.body
