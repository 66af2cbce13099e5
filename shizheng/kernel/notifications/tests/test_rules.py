"""Placeholders, times and addresses, without a database."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.clock import TAIPEI
from shizheng.kernel.notifications.rules import (
    back_off,
    fill,
    one_line,
    plan,
    without_addresses,
    wrong_places,
)
from shizheng.kernel.notifications.rules.timing import after_quiet, next_time


def at(hour: int, minute: int = 0, day: int = 5) -> datetime:
    return datetime(2017, 7, day, hour, minute, tzinfo=TAIPEI)


def test_known_variables_are_filled_in_and_nothing_is_read_twice() -> None:
    assert fill("{a}到{b}", {"a": "{b}", "b": 7}) == "{b}到7"


@pytest.mark.parametrize(("text", "said"), [("理由：{a}。請改。", "理由：缺附件。請改。"), ("Why: {a}. Mend it.", "Why: 缺附件. Mend it."), ("{a}", "缺附件。"), ("「{a}」。", "「缺附件。」。")])  # fmt: skip
def test_a_sentence_put_into_a_sentence_ends_once(text: str, said: str) -> None:
    assert fill(text, {"a": "缺附件。"}) == said


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{who}您好", []),
        ("{recipient_name}在{unit_name}", []),
        ("{whom}", ["{whom}"]),
        ("{{who}}", ["{", "}"]),
        ("{who.name} {who!r} {}", ["{who.name}", "{who!r}", "{}"]),
        ("少一半 {who", ["{"]),
        ("%(who)s {% who %}", ["{% who %}"]),
    ],
)
def test_what_is_no_variable_is_named(text: str, wrong: list[str]) -> None:
    assert wrong_places(text, ["who"]) == wrong


def test_a_subject_is_one_line_whatever_a_value_brings() -> None:
    assert one_line("到期\r\nBcc: x@example.invalid\x00") == "到期 Bcc: x@example.invalid"


def test_a_mail_goes_out_at_once_waits_for_the_digest_or_does_not_go() -> None:
    assert plan(at(10), "now", urgent=False) == plan(at(10), "now", urgent=True)
    held = plan(at(10), "digest", urgent=False, digest_at=time(8))
    assert held is not None and held.held and held.at == at(8, day=6)
    assert plan(at(10), "off", urgent=True) is None


def test_what_is_urgent_waits_neither_for_the_digest_nor_for_the_morning() -> None:
    night = (time(22), time(7))
    for wish in ("now", "digest"):
        planned = plan(at(23), wish, urgent=True, quiet=night)
        assert planned is not None and not planned.held and planned.at == at(23)


def test_quiet_hours_may_reach_over_midnight() -> None:
    night = (time(22), time(7))
    assert after_quiet(at(23), night) == at(7, day=6)
    assert after_quiet(at(3), night) == at(7)
    assert after_quiet(at(7), night) == at(7)
    assert after_quiet(at(21, 59), night) == at(21, 59)
    assert after_quiet(at(12), (time(12), time(13))) == at(13)
    assert after_quiet(at(12), (time(12), time(12))) == at(12)


@given(st.times(), st.times(), st.times())
def test_after_the_quiet_hours_nothing_is_quiet(now: time, start: time, end: time) -> None:
    moment = datetime.combine(at(0).date(), now, TAIPEI)
    after = after_quiet(moment, (start, end))
    assert moment <= after <= moment + timedelta(days=1)
    assert after_quiet(after, (start, end)) == after


def test_the_next_time_of_day_may_be_now() -> None:
    assert next_time(at(8), time(8)) == at(8)
    assert next_time(at(8, 1), time(8)) == at(8, day=6)


def test_waiting_doubles_up_to_a_day() -> None:
    minutes = [back_off(n).total_seconds() / 60 for n in range(1, 14)]
    assert minutes[:4] == [1, 2, 4, 8] and minutes[-1] == 24 * 60 == minutes[-2]
    assert back_off(10_000) == timedelta(days=1)


def test_no_address_stays_in_what_a_server_said() -> None:
    said = without_addresses("550 <wang@example.invalid>: no such user 王@例子.測試", "wang@example.invalid")
    assert "wang" not in said and "王" not in said and "no such user" in said
