"""Mails against a real server on loopback: once, later, never twice, and never anybody in test mode."""

import logging
import os
import signal
import socket
import subprocess
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.common.errors import CannotDo, NotPermitted
from shizheng.kernel.history.models import Entry
from shizheng.kernel.notifications import actions
from shizheng.kernel.notifications.models import Attempt, Delivery
from shizheng.kernel.notifications.tests.server import MailServer

NOW = datetime(2017, 7, 5, 10, tzinfo=TAIPEI)
PROJECT = Path(__file__).resolve().parents[4]


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_mail_arrives_once_and_its_receipt_is_kept(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    a = somebody("a")
    wish(a)
    with clock.set_to(NOW):
        announce("key", a)
        for _ in range(3):
            actions.deliver()
    (mail,) = live.mails
    row = Delivery.objects.get()
    assert live.receivers == ["a@example.invalid"]
    assert mail["Message-ID"] == row.mail_id and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "［施政］上半年成果到期" and "/filing/" in mail.get_content()
    assert mail["Date"].datetime == NOW == row.sent_at
    assert (row.state, row.attempts) == ("sent", 1)
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.mail_id) == ("sent", row.mail_id)


def test_one_connection_carries_all_the_mails_of_a_run(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    people = [somebody(f"p{n}") for n in range(5)]
    for each in people:
        wish(each)
    announce("key", *people)
    assert actions.deliver() == {"sent": 5}
    assert live.sessions == 1 and len(live.mails) == 5


def test_a_server_down_for_an_hour_gets_every_mail_once_afterwards(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    people = [somebody(f"p{n}") for n in range(8)]
    for each in people:
        wish(each)
    live.stop()
    for minute in range(60):
        with clock.set_to(NOW + timedelta(minutes=minute)):
            if minute % 10 == 0:
                announce(f"key{minute}", *people)
            assert set(actions.deliver()) <= {"later"}
    assert live.mails == [] and set(states()) == {"waiting"}
    live.start()
    for minute in range(60, 60 + 65):
        with clock.set_to(NOW + timedelta(minutes=minute)):
            actions.deliver()
    assert set(states()) == {"sent"} and len(states()) == 48
    ids = [mail["Message-ID"] for mail in live.mails]
    assert len(ids) == len(set(ids)) == 48


def test_a_server_that_is_away_is_asked_once_a_run_not_once_a_mail(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    people = [somebody(f"p{n}") for n in range(8)]
    for each in people:
        wish(each)
    announce("key", *people)
    live.stop()
    assert actions.deliver() == {"later": 1}
    assert Attempt.objects.count() == 1


def test_a_temporary_refusal_is_tried_again_and_holds_nobody_else_up(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    a, b = somebody("a"), somebody("b")
    wish(a)
    wish(b)
    live.answers["a@example.invalid"] = "451 a@example.invalid try later"
    with clock.set_to(NOW):
        announce("key", a, b)
        assert actions.deliver() == {"later": 1, "sent": 1}
    row = Delivery.objects.get(user=a)
    assert (row.state, row.next_at) == ("waiting", NOW + timedelta(minutes=1))
    with clock.set_to(NOW + timedelta(seconds=59)):
        assert actions.deliver() == {}
    live.answers.clear()
    with clock.set_to(NOW + timedelta(minutes=1)):
        assert actions.deliver() == {"sent": 1}
    assert sorted(live.receivers) == ["a@example.invalid", "b@example.invalid"]
    first = Attempt.objects.filter(delivery=row).order_by("id").first()
    assert first is not None and first.code == 451 and "example.invalid" not in first.text


def test_a_temporary_refusal_after_the_data_is_tried_again(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    a = somebody("a")
    wish(a)
    live.after_data = "452 no room"
    with clock.set_to(NOW):
        announce("key", a)
        assert actions.deliver() == {"later": 1}
    live.after_data = ""
    with clock.set_to(NOW + timedelta(minutes=1)):
        assert actions.deliver() == {"sent": 1}


def test_a_final_refusal_ends_it_and_somebody_may_send_it_again(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    a, keeper = somebody("a"), somebody("k", role="administrator")
    wish(a)
    live.answers["a@example.invalid"] = "550 <a@example.invalid>: unknown"
    with clock.set_to(NOW):
        announce("key", a)
        assert actions.deliver() == {"refused": 1}
    with clock.set_to(NOW + timedelta(days=2)):
        assert actions.deliver() == {}
    row = Delivery.objects.get()
    assert (row.state, row.next_at) == ("failed", None)
    with pytest.raises(NotPermitted):
        actions.send_again(a, [row.pk])
    live.answers.clear()
    assert actions.send_again(keeper, [row.pk], reason="信箱已開通") == 1
    assert actions.deliver() == {"sent": 1}
    assert [mail["Message-ID"] for mail in live.mails] == [row.mail_id]
    with pytest.raises(CannotDo):
        actions.send_again(keeper, [row.pk])


def test_after_days_without_success_it_is_given_up(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    a = somebody("a")
    wish(a)
    live.stop()
    with clock.set_to(NOW):
        announce("key", a)
    moment, row = NOW, Delivery.objects.get()
    while row.state == "waiting":
        assert row.next_at is not None
        moment = max(moment, row.next_at)
        with clock.set_to(moment):
            actions.deliver()
        row.refresh_from_db()
    assert row.state == "failed" and timedelta(days=4) < moment - NOW <= timedelta(days=5)
    assert row.attempts < 20


def test_a_connection_lost_after_the_data_leads_to_the_same_mail_again(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    a = somebody("a")
    wish(a)
    live.hangs_up = True
    with clock.set_to(NOW):
        announce("key", a)
        assert actions.deliver() == {"later": 1}
    live.hangs_up = False
    with clock.set_to(NOW + timedelta(minutes=1)):
        assert actions.deliver() == {"sent": 1}
    first, second = live.raw
    assert first == second


KILLED = """
import os, signal, sys
from shizheng.config.runtime import start_django
start_django()
from django.conf import settings
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from shizheng.kernel.notifications import actions
from shizheng.kernel.notifications.mail import OverSmtp, Server

class Dies(OverSmtp):
    def send(self, mail):
        super().send(mail)
        os.kill(os.getpid(), signal.SIGKILL)

actions.deliver(Dies(Server.of(sys.argv[2])))
"""


@pytest.mark.own_database
def test_killed_between_sending_and_writing_it_down_the_next_run_sends_the_same_mail(
    own_database: str, settings: Any, server: MailServer, kind: str
) -> None:
    from shizheng.kernel.people.factories import person

    a = person(username="a", email="a@example.invalid")
    actions.set_preferences(
        a, by_mail="now", kinds={}, quiet_from=None, quiet_to=None, digest_at=time(8), version=0
    )
    actions.notify(key="key", template=kind, to=[a.pk], context={"what": "x", "n": 1}, url="/filing/")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, own_database, server.url],
        cwd=PROJECT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "shizheng.config.settings"}, check=False, timeout=120,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL and len(server.raw) == 1
    assert Delivery.objects.get().state == "waiting" and Attempt.objects.count() == 0
    settings.MAIL_MODE, settings.MAIL_URL = "live", server.url
    assert actions.deliver() == {"sent": 1}
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"] == Delivery.objects.get().mail_id
    assert actions.deliver() == {}


@pytest.mark.own_database
def test_two_workers_at_once_send_each_mail_once(
    own_database: str, settings: Any, server: MailServer, kind: str
) -> None:
    import threading

    from django.db import connection

    from shizheng.kernel.people.factories import person

    people = [person(email=f"p{n}@example.invalid") for n in range(20)]
    for each in people:
        actions.set_preferences(
            each, by_mail="now", kinds={}, quiet_from=None, quiet_to=None, digest_at=time(8), version=0
        )
    actions.notify(
        key="key", template=kind, to=[p.pk for p in people], context={"what": "x", "n": 1}, url="/filing/"
    )
    settings.MAIL_MODE, settings.MAIL_URL = "live", server.url
    done: list[int] = []

    def work() -> None:
        try:
            done.append(actions.deliver()["sent"])
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 20 and sorted(server.receivers) == sorted(p.email for p in people)


def test_a_digest_gathers_what_was_not_read_by_then(live: MailServer, somebody: Any, announce: Any) -> None:
    a, b = somebody("a"), somebody("b")
    with clock.set_to(NOW):
        for n in range(3):
            announce(f"key{n}", a, b, context={"what": f"第{n}件", "n": n})
        read = Delivery.objects.filter(user=a).order_by("pk").first()
        assert read is not None and read.message is not None
        actions.mark_read(a, [read.message.pk])
        actions.mark_read(b, [d.message_id for d in Delivery.objects.filter(user=b)][:0])
        assert actions.deliver() == {}
    with clock.set_to(datetime(2017, 7, 6, 8, tzinfo=TAIPEI)):
        assert actions.deliver() == {"sent": 2}
        assert actions.deliver() == {}
    by_receiver = dict(zip(live.receivers, live.mails, strict=True))
    mine = by_receiver["a@example.invalid"]
    assert "2 則" in mine["Subject"]
    assert (
        "第0件" not in mine.get_content() and "第1件" in mine.get_content() and "第2件" in mine.get_content()
    )
    assert "3 則" in by_receiver["b@example.invalid"]["Subject"]
    assert sorted(Delivery.objects.filter(user=a).values_list("state", flat=True)) == [
        "dropped", "gathered", "gathered", "sent",
    ]  # fmt: skip


def test_a_digest_of_one_is_that_mail(live: MailServer, somebody: Any, announce: Any) -> None:
    a = somebody("a")
    with clock.set_to(NOW):
        announce("key", a)
    with clock.set_to(NOW + timedelta(days=1)):
        assert actions.deliver() == {"sent": 1}
    (mail,) = live.mails
    assert mail["Subject"] == "［施政］上半年成果到期"


def test_quiet_hours_hold_a_mail_back_until_they_are_over(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    a = somebody("a")
    wish(a, quiet_from=time(18), quiet_to=time(8))
    with clock.set_to(NOW.replace(hour=20)):
        announce("key", a)
        assert actions.deliver() == {}
        announce("alarm", a, urgent=True)
        assert actions.deliver() == {"sent": 1}
    with clock.set_to(datetime(2017, 7, 6, 7, 59, tzinfo=TAIPEI)):
        assert actions.deliver() == {}
    with clock.set_to(datetime(2017, 7, 6, 8, tzinfo=TAIPEI)):
        assert actions.deliver() == {"sent": 1}


@pytest.mark.parametrize("demonstration", [False, True])
def test_test_mode_and_a_demonstration_never_open_a_socket(
    demonstration: bool, settings: Any, server: MailServer, somebody: Any, announce: Any, wish: Any,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from shizheng.kernel.organisations import queries as organisations

    settings.DATA_DIR, settings.MAIL_URL = tmp_path, server.url
    settings.MAIL_MODE = "live" if demonstration else "test"
    monkeypatch.setattr(organisations, "is_demonstration", lambda: demonstration)
    a = somebody("a")
    wish(a)
    announce("key", a)

    def refuse(*_args: Any, **_options: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr("smtplib.SMTP.connect", refuse)
    assert actions.deliver() == {"sent": 1}
    assert server.sessions == 0
    (kept,) = (tmp_path / "outbox").glob("*.eml")
    assert Delivery.objects.get().mail_id.encode() in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0 and Attempt.objects.get().outcome == "kept"


def test_who_has_left_by_then_gets_no_mail(live: MailServer, somebody: Any, announce: Any, wish: Any) -> None:
    a = somebody("a")
    wish(a)
    announce("key", a)
    type(a).objects.filter(pk=a.pk).update(is_active=False)
    assert actions.deliver() == {"dropped": 1} and live.mails == []


def test_an_address_that_is_none_fails_without_stopping_the_others(
    live: MailServer, somebody: Any, announce: Any, wish: Any
) -> None:
    bad, good = somebody("a", email="not an address"), somebody("b")
    wish(bad)
    wish(good)
    announce("key", bad, good)
    assert actions.deliver() == {"refused": 1, "sent": 1}


def test_no_address_stands_in_a_log_in_the_history_or_in_our_rows(
    live: MailServer, somebody: Any, announce: Any, wish: Any, caplog: pytest.LogCaptureFixture
) -> None:
    a, b = somebody("hidden"), somebody("other")
    wish(a)
    wish(b)
    live.answers["hidden@example.invalid"] = "550 hidden@example.invalid is unknown"
    with caplog.at_level(logging.DEBUG):
        announce("key", a, b)
        actions.deliver()
    assert "@example.invalid" not in caplog.text
    kept = [*Delivery.objects.values(), *Attempt.objects.values(), *Entry.objects.values("before", "after")]
    assert kept and "@example.invalid" not in str(kept)


def test_a_password_is_not_said_over_an_open_line() -> None:
    from shizheng.kernel.notifications.mail import NotNow, Server

    with MailServer() as running:
        made = Server("smtp", "127.0.0.2", running.port, "user", "secret")
        with pytest.raises(NotNow) as failure:
            made.connect()
    assert "secret" not in failure.value.text and failure.value.whole_server
