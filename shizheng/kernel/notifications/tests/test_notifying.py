"""Telling people: once, in their language, in the caller's transaction, at a fixed cost."""

from datetime import datetime, time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.common.errors import BadInput, Conflict
from shizheng.kernel.notifications import actions, queries
from shizheng.kernel.notifications.actions.notifying import Note
from shizheng.kernel.notifications.models import Delivery, Message

NOW = datetime(2017, 7, 5, 10, tzinfo=TAIPEI)


def test_the_same_event_is_told_to_the_same_person_once(somebody: Any, announce: Any) -> None:
    a, b = somebody("a"), somebody("b")
    assert announce("filing:1:opened", a) == 1
    assert announce("filing:1:opened", a, b) == 1
    assert announce("filing:1:opened", a, b) == 0
    assert announce("filing:2:opened", a) == 1
    assert Message.objects.filter(user=a).count() == 2 and Message.objects.filter(user=b).count() == 1
    assert Delivery.objects.filter(user=a).count() == 2


def test_several_things_told_together_are_told_as_each_would_be(
    somebody: Any, announce: Any, kind: str
) -> None:
    a, b, c = (somebody(name) for name in "abc")
    announce("first", a)
    context = {"what": "上半年成果", "n": 3}
    notes = [
        Note("first", [a.pk, b.pk], context, "/filing/1/", ("filing.return", 1)),
        Note("second", [b.pk, c.pk, c.pk], {**context, "n": 5}, "/filing/2/", urgent=True),
        Note("nobody", [], context, "/filing/3/"),
    ]
    assert actions.notify_all(template=kind, notices=notes) == 3
    assert actions.notify_all(template=kind, notices=notes) == 0
    found = {(each.key, each.user_id): each for each in Message.objects.all()}
    assert set(found) == {("first", a.pk), ("first", b.pk), ("second", b.pk), ("second", c.pk)}
    second = found["second", c.pk]
    assert second.body.startswith("測試c（") and "還有 5 天" in second.body and second.urgent
    assert (second.url, found["first", b.pk].about_pk) == ("/filing/2/", 1)
    assert Delivery.objects.filter(key="second").count() == 2


def test_many_things_are_told_in_as_few_queries_as_one(somebody: Any, announce: Any, kind: str) -> None:
    crowd = [somebody(f"p{number}") for number in range(12)]
    context = {"what": "上半年成果", "n": 3}

    def asked(notes: list[Note]) -> int:
        with CaptureQueriesContext(connection) as made:
            actions.notify_all(template=kind, notices=notes)
        return len(made)

    one = asked([Note("one", [crowd[0].pk], context, "/")])
    many = asked([Note(f"of-{each.pk}", [each.pk], context, "/") for each in crowd])
    assert many <= one and Message.objects.count() == 13


def test_twice_in_one_call_is_still_once(somebody: Any, announce: Any) -> None:
    a = somebody("a")
    assert announce("key", a, a) == 1


def test_what_is_told_comes_and_goes_with_the_callers_transaction(somebody: Any, announce: Any) -> None:
    a = somebody("a")
    with pytest.raises(RuntimeError), transaction.atomic():
        announce("key", a)
        raise RuntimeError("the caller fails")
    assert Message.objects.count() == 0 and Delivery.objects.count() == 0
    assert announce("key", a) == 1


def test_name_and_unit_of_the_receiver_are_filled_in(somebody: Any, announce: Any) -> None:
    a = somebody("a")
    announce("key", a)
    found = Message.objects.get()
    unit = a.assignments.get().unit
    assert found.subject == "上半年成果到期"
    assert found.body == f"測試a（{unit.name}）：上半年成果還有 3 天。"
    assert found.recorded_by == "系統"


def test_whoever_reads_english_is_told_in_english(somebody: Any, announce: Any, kind: str) -> None:
    boss = somebody("boss", role="rdec_head")
    announce("first", somebody("a"))
    actions.edit_template(
        boss, kind, subject="{what}到期", body="還有 {n} 天", subject_en="{what} is due",
        body_en="{recipient_name}: {n} days left", version=1, reason="補英文",
    )  # fmt: skip
    foreigner = somebody("f", language="en", name_en="Mary")
    announce("second", foreigner, boss)
    assert Message.objects.get(user=foreigner).body == "Mary: 3 days left"
    assert Message.objects.get(user=boss).body == "還有 3 天"


def test_who_is_not_active_is_not_told(somebody: Any, announce: Any) -> None:
    assert announce("key", somebody("a", is_active=False)) == 0


def test_a_missing_value_an_unknown_template_and_a_foreign_address_are_refused(
    somebody: Any, announce: Any
) -> None:
    a = somebody("a")
    with pytest.raises(ValueError, match="n"):
        announce("key", a, context={"what": "x"})
    with pytest.raises(LookupError):
        announce("key", a, template="tests.nothing")
    for url in ("https://example.invalid/", "//example.invalid/", "javascript:alert(1)"):
        with pytest.raises(ValueError):
            announce("key", a, url=url)
    assert Message.objects.count() == 0


def test_telling_many_costs_no_more_queries_than_telling_one(somebody: Any, announce: Any) -> None:
    people = [somebody(f"p{n}") for n in range(12)]
    announce("warm", people[0])
    with CaptureQueriesContext(connection) as one:
        announce("one", people[0])
    with CaptureQueriesContext(connection) as many:
        announce("many", *people)
    assert len(one) == len(many) <= 15, [q["sql"][:90] for q in many]


def test_without_an_address_or_a_wish_there_is_no_mail(
    somebody: Any, announce: Any, wish: Any, kind: str
) -> None:
    without, off, other = somebody("a", email=""), somebody("b"), somebody("c")
    announce("load the template", without)
    wish(off, by_mail="off")
    wish(other, by_mail="now", kinds={kind: "off"})
    assert announce("key", without, off, other) == 3
    assert Delivery.objects.count() == 0


def test_the_day_and_the_wishes_decide_when_a_mail_goes_out(somebody: Any, announce: Any, wish: Any) -> None:
    at_once, digest, quiet = somebody("a"), somebody("b"), somebody("c")
    wish(at_once)
    wish(quiet, quiet_from=time(9), quiet_to=time(14))
    with clock.set_to(NOW):
        announce("key", at_once, digest, quiet)
        announce("alarm", digest, quiet, urgent=True)
    planned = {(d.user_id, d.key): (d.state, d.next_at) for d in Delivery.objects.all()}
    assert planned[at_once.pk, "key"] == ("waiting", NOW)
    assert planned[digest.pk, "key"] == ("held", datetime(2017, 7, 6, 8, tzinfo=TAIPEI))
    assert planned[quiet.pk, "key"] == ("waiting", datetime(2017, 7, 5, 14, tzinfo=TAIPEI))
    assert planned[digest.pk, "alarm"] == planned[quiet.pk, "alarm"] == ("waiting", NOW)


def test_preferences_are_refused_when_they_make_no_sense_or_were_changed_meanwhile(
    somebody: Any, wish: Any
) -> None:
    a = somebody("a")
    for wrong in ({"by_mail": "pigeon"}, {"quiet_from": time(9)}, {"kinds": {"tests.nothing": "now"}}):
        with pytest.raises(BadInput):
            wish(a, **wrong)
    wish(a)
    with pytest.raises(Conflict):
        wish(a, version=0)
    assert queries.wishes_of(a.pk).version == 1


def test_reading_is_ones_own_affair_and_is_counted(somebody: Any, announce: Any) -> None:
    a, b = somebody("a"), somebody("b")
    for n in range(3):
        announce(f"key{n}", a, b)
    mine = Message.objects.filter(user=a).first()
    theirs = Message.objects.filter(user=b).first()
    assert mine is not None and theirs is not None
    assert actions.mark_read(a, [mine.pk, theirs.pk]) == 1
    assert actions.mark_read(a, [mine.pk]) == 0
    assert (queries.unread_count(a), queries.unread_count(b)) == (2, 3)
    assert actions.mark_all_read(a) == 2 and queries.unread_count(a) == 0
