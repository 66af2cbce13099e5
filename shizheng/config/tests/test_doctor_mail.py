"""What the doctor says of mail is what happens to mail: sent, or only put into the outbox."""

from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.config.doctor import running
from shizheng.kernel.notifications import queries
from shizheng.kernel.notifications.way_out import reaches_people
from shizheng.kernel.organisations import queries as organisations

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("mode", "demonstration", "sends", "said"),
    [
        ("live", False, True, "mail.example.test 有回應"),
        ("live", True, False, "這是示範資料庫，不寄信給任何人"),
        ("test", False, False, "寄不到任何人（SHIZHENG_EMAIL_MODE=test）"),
        ("test", True, False, "寄不到任何人（SHIZHENG_EMAIL_MODE=test）"),
    ],
)
def test_mails_are_said_to_be_sent_only_where_they_are(
    monkeypatch: pytest.MonkeyPatch, settings: Any, mode: str, demonstration: bool, sends: bool, said: str
) -> None:
    asked: list[str] = []
    settings.MAIL_MODE, settings.MAIL_URL = mode, "smtps://mail.example.test"
    monkeypatch.setattr(running, "environment", lambda: SimpleNamespace(email_mode=mode))
    monkeypatch.setattr(organisations, "is_demonstration", lambda: demonstration)
    monkeypatch.setattr(queries, "trouble_with_mail_server", lambda: asked.append("connected") or "")
    (found,) = running.mail()
    assert found.level == "good" and said in found.what
    assert reaches_people() is sends and bool(asked) is sends
