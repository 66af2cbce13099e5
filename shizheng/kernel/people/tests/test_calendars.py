"""行事曆訂閱: one's deadlines as iCalendar (RFC 5545) under a secret address that opens nothing else."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.kernel.people import actions, queries
from shizheng.kernel.people.factories import PASSWORD, person
from shizheng.kernel.people.models import ApiToken, TokenUse
from shizheng.web import diary

pytestmark = pytest.mark.django_db
LONG = "東橋改建，第二期；「含引道」\\主體 " + "很長的名稱" * 20
NOW = datetime(2025, 3, 3, 9, 0, tzinfo=TAIPEI)


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Two sources of this test alone; what they were asked."""
    asked: list[Any] = []

    def days(actor: Any, first: date, last: date) -> list[diary.DiaryEntry]:
        asked.append((actor.pk, first, last))
        return [
            diary.DiaryEntry("7", date(2025, 3, 5), LONG, "第一行\n第二行", "/filing/rounds/7/"),
            diary.DiaryEntry("8", datetime(2025, 3, 4, 14, 30, tzinfo=TAIPEI), "機關會議", place="三樓", minutes=90),
        ]  # fmt: skip

    def secret(actor: Any, first: date, last: date) -> list[diary.DiaryEntry]:
        return [diary.DiaryEntry("9", date(2025, 3, 6), "別人的")]

    made = {
        "a": diary.Source("a", "期限", "planning.view", days),
        "b": diary.Source("b", "其他", "measures.view", secret),
    }
    monkeypatch.setattr(diary, "_sources", made)
    with clock.set_to(NOW):
        yield asked


def subscribed(*scopes: str) -> tuple[Any, ApiToken, str]:
    user = person(role="leader", second_factor=True)
    token, text = actions.create_token(
        user, name="行事曆", scopes=scopes or ["planning.view"], expires_at=NOW + timedelta(days=365), use=TokenUse.CALENDAR,
    )  # fmt: skip
    return user, token, text


def asked(text: str) -> Any:
    return Client().get(f"/people/calendar/{text}.ics")


def unfolded(body: bytes) -> list[str]:
    """The content lines; each physical line ends by CRLF and has at most 75 octets."""
    assert body.endswith(b"\r\n") and b"\n" not in body.replace(b"\r\n", b"")
    physical = body.split(b"\r\n")[:-1]
    assert max(len(line) for line in physical) <= 75
    return body.decode().replace("\r\n ", "").split("\r\n")[:-1]


def events(lines: list[str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in lines:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1][name] = value
    return found


def test_the_calendar_is_valid_and_says_what_is_due_when(sources: list[Any]) -> None:
    user, _token, text = subscribed()
    answer = asked(text)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    lines = unfolded(answer.content)
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    assert {"VERSION:2.0", "METHOD:PUBLISH"} <= set(lines) and any(
        line.startswith("PRODID:") for line in lines
    )
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    meeting, deadline = events(lines)
    assert (meeting["DTSTART"], meeting["DTEND"], meeting["LOCATION"]) == (
        "20250304T063000Z", "20250304T080000Z", "三樓",
    )  # fmt: skip
    assert (deadline["DTSTART;VALUE=DATE"], deadline["DTEND;VALUE=DATE"]) == ("20250305", "20250306")
    plain = deadline["SUMMARY"].replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert plain == LONG and deadline["DESCRIPTION"] == "第一行\\n第二行"
    assert deadline["URL"].endswith("/filing/rounds/7/") and deadline["CATEGORIES"] == "期限"
    assert all(each["DTSTAMP"] == "20250303T010000Z" for each in events(lines))
    assert sources[-1][0] == user.pk and sources[-1][1] <= date(2025, 3, 3) < sources[-1][2]
    again = events(unfolded(asked(text).content))
    assert [each["UID"] for each in again] == [meeting["UID"], deadline["UID"]]
    assert len({meeting["UID"], deadline["UID"]}) == 2


def test_only_what_the_address_may_show_stands_in_it() -> None:
    _user, _token, text = subscribed("planning.view")
    assert "別人的" not in asked(text).content.decode()
    _user, _token, both = subscribed("planning.view", "measures.view")
    assert "別人的" in asked(both).content.decode()


def test_the_address_opens_the_calendar_and_nothing_else() -> None:
    user, token, text = subscribed()
    assert text.startswith("szc_") and queries.actor_of_token(text) is None
    bearer = {"Authorization": f"Bearer {text}"}
    assert Client().get("/api/v1/planning/plans", headers=bearer).status_code == 401
    _other, key = actions.create_token(
        user, name="x", scopes=["planning.view"], expires_at=NOW + timedelta(days=9)
    )
    assert asked(key).status_code == 404 and asked("szc_falsch").status_code == 404
    assert text not in str(ApiToken.objects.filter(pk=token.pk).values().get())
    actions.revoke_token(user, token.pk)
    assert asked(text).status_code == 404


def test_the_page_shows_an_address_once(client: Client) -> None:
    user = person(role="officer", password=PASSWORD)
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    page = client.get("/people/me/calendar/new/")
    assert "期限" in page.content.decode()
    refused = client.post("/people/me/calendar/new/", {"sources": [], "expires": "115-03-01"})
    assert refused.status_code == 422
    made = client.post("/people/me/calendar/new/", {"sources": ["planning.view"], "expires": "115-03-01"})
    shown = made.content.decode()
    assert made["Cache-Control"] == "no-store" and "/people/calendar/szc_" in shown
    secret = shown.split("/people/calendar/")[1].split(".ics")[0]
    assert asked(secret).status_code == 200
    mine = client.get("/people/me/").content.decode()
    assert secret not in mine and secret[:8] in mine
