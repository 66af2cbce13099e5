"""The calendar's pages, as a reader and as an officer who revises it meet them. Comments name the weekday."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.calendar import actions, queries
from shizheng.kernel.calendar.models import Closure

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LONGJING = "66000250"


def browser_of(role: str) -> Client:
    from shizheng.kernel.people.factories import person

    client = Client()
    client.force_login(person(role=role, second_factor=role != "officer"), backend=BACKEND)
    return client


@pytest.fixture
def reader() -> Client:
    return browser_of("officer")


@pytest.fixture
def officer() -> Client:
    return browser_of("rdec_officer")


def text_of(response: Any) -> str:
    return response.content.decode()  # type: ignore[no-any-return]


def revision(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "放假", "name": "市府校慶", "source": "府授人字第1號", "reason": "補登",
        "version": queries.current_version(), **changes,
    }  # fmt: skip


READ = ("year", "closures", "deadline", "versions", "hours")
WRITE = ("add_year", "new_closure")


@pytest.mark.parametrize("name", [*READ, *WRITE])
def test_a_stranger_is_sent_to_the_door(name: str) -> None:
    answer = Client().get(reverse(f"calendar:{name}"))
    assert answer.status_code == 302 and reverse("account_login") in answer["Location"]


def test_a_reader_reads_everything_and_changes_nothing(reader: Client) -> None:
    for name in READ:
        assert reader.get(reverse(f"calendar:{name}")).status_code == 200, name
    for name in WRITE:
        assert reader.get(reverse(f"calendar:{name}")).status_code == 403, name
    before = queries.current_version()
    assert reader.post(reverse("calendar:revise_day", args=["2026-10-05"]), revision()).status_code == 403
    assert queries.current_version() == before
    page = text_of(reader.get(reverse("calendar:day", args=["2026-10-05"])))
    assert reverse("calendar:revise_day", args=["2026-10-05"]) not in page


def test_the_year_shows_every_day_with_its_state_in_words(reader: Client) -> None:
    page = text_of(reader.get(reverse("calendar:year_of", args=[2025])))
    assert page.count('class="month"') == 12
    assert page.count("/calendar/days/2025-") >= 365
    assert "2月8日 星期六 上班，星期六補行上班" in page  # Saturday, made up
    assert "9月29日 星期一 不上班，孔子誕辰紀念日/教師節補假" in page  # Monday, by the law of 114-05-28
    assert "上班 247 天，不上班 118 天" in page
    assert "5月1日 星期四 上班" in page  # Thursday: 勞動節, working until 2025


def test_the_year_of_an_older_version_is_as_it_was_published(reader: Client) -> None:
    page = text_of(reader.get(reverse("calendar:year_of", args=[2025]), {"version": 1}))
    assert "上班 250 天，不上班 115 天" in page


def test_the_year_as_of_a_day_before_the_law_does_not_know_it(reader: Client) -> None:
    page = text_of(reader.get(reverse("calendar:year_of", args=[2025]), {"as_of": "114-05-01"}))
    assert "上班 250 天" in page and "?after=1" in page and "?after=2" not in page
    page = text_of(reader.get(reverse("calendar:year_of", args=[2025]), {"as_of": "114-06-30"}))
    assert "上班 247 天" in page


@pytest.mark.parametrize("year", [2012, 2028, 9999, 12345])
def test_a_year_without_data_says_so_and_what_to_do(officer: Client, year: int) -> None:
    answer = officer.get(reverse("calendar:year_of", args=[year]))
    assert answer.status_code == 200
    assert "沒有民國" in text_of(answer) and reverse("calendar:add_year") in text_of(answer)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("days/2028-01-03/", 404), ("days/nonsense/", 404), ("days/2026-02-30/", 404), ("2025.exe", 404),
        ("99999.csv", 404), ("?version=999", 404), ("?version=abc", 200), ("?district=火星", 200), ("0/", 200),
        ("2028.csv", 422), ("closures/999999/", 404), ("versions/?before=77", 404),
    ],
)  # fmt: skip
def test_addresses_that_make_no_sense_are_answered_politely(reader: Client, path: str, status: int) -> None:
    assert reader.get(f"/calendar/{path}").status_code == status


def test_the_year_asks_the_database_little(reader: Client, django_assert_max_num_queries: Any) -> None:
    reader.get(reverse("calendar:year"))  # the process meets the version for the first time
    with django_assert_max_num_queries(14):
        reader.get(reverse("calendar:year"))
    with django_assert_max_num_queries(13):
        reader.get(reverse("calendar:day", args=["2026-10-09"]))  # Friday


def test_an_officer_revises_a_day_and_it_becomes_a_new_version(officer: Client) -> None:
    before = queries.current_version()
    address = reverse("calendar:revise_day", args=["2026-10-06"])  # Tuesday
    assert 'value="補行上班"' not in text_of(officer.get(address))  # no make-up on a Tuesday
    answer = officer.post(address, revision())
    assert answer.status_code == 302
    assert queries.current_version() == before + 1
    assert not queries.current_calendar().is_working(date(2026, 10, 6))
    assert queries.calendar_as_of(before).is_working(date(2026, 10, 6))
    page = text_of(officer.get(reverse("calendar:day", args=["2026-10-06"])))
    assert "市府校慶" in page and "補登" in page


def test_what_was_typed_stays_when_something_is_missing(officer: Client) -> None:
    before = queries.current_version()
    address = reverse("calendar:revise_day", args=["2026-10-06"])
    answer = officer.post(address, revision(reason="", name="寫了一半的名稱"))
    assert answer.status_code == 422
    assert "寫了一半的名稱" in text_of(answer) and queries.current_version() == before
    answer = officer.post(address, revision(name=""))  # the action asks for a name
    assert answer.status_code == 422 and "請填這一天的名稱" in text_of(answer)


def test_the_second_of_two_officers_sees_what_the_first_did_and_may_insist(officer: Client) -> None:
    seen = queries.current_version()
    address = reverse("calendar:revise_day", args=["2026-10-06"])  # Tuesday
    other = browser_of("rdec_officer")
    assert other.post(address, revision(name="先改的", version=seen)).status_code == 302
    answer = officer.post(address, revision(name="後改的", version=seen))
    page = text_of(answer)
    assert answer.status_code == 409
    assert 'name="name" value="後改的"' in page  # as typed, ready to be sent again
    assert "這一天又改過了" in page and "先改的" in page and "後改的" in page
    assert "先改的" in queries.current_calendar().reason(date(2026, 10, 6))
    again = officer.post(address, revision(name="後改的", version=seen + 1))
    assert again.status_code == 302
    assert "後改的" in queries.current_calendar().reason(date(2026, 10, 6))


def test_two_officers_may_revise_different_days(officer: Client) -> None:
    seen = queries.current_version()
    for day in ("2026-10-06", "2026-10-07"):  # Tuesday, Wednesday
        answer = officer.post(reverse("calendar:revise_day", args=[day]), revision(version=seen))
        assert answer.status_code == 302, day


def test_a_closure_of_a_district_is_recorded_shown_and_taken_back(officer: Client) -> None:
    given = {
        "day": "115-07-09", "scope": "districts", "district_codes": [LONGJING], "start": "", "end": "",
        "cause": "測試颱風", "source": "市府公告", "reason": "",
    }  # fmt: skip
    answer = officer.post(reverse("calendar:new_closure"), given)  # Thursday
    assert answer.status_code == 302
    work = queries.current_calendar()
    assert work.is_working(date(2026, 7, 9)) and not work.is_working(date(2026, 7, 9), LONGJING)
    page = text_of(officer.get(reverse("calendar:year_of", args=[2026]), {"district": "龍井區"}))
    assert "7月9日 星期四 不上班，天然災害停班（測試颱風" in page
    assert "測試颱風" in text_of(officer.get(reverse("calendar:closures")))
    closure = Closure.objects.get(cause="測試颱風")
    target = reverse("calendar:withdraw_closure", args=[closure.pk])
    assert officer.post(target, {"reason": "", "version": closure.version}).status_code == 422
    assert officer.post(target, {"reason": "誤登", "version": closure.version + 5}).status_code == 409
    assert officer.post(target, {"reason": "誤登", "version": closure.version}).status_code == 302
    assert queries.current_calendar().is_working(date(2026, 7, 9), LONGJING)
    assert "已撤回" in text_of(officer.get(reverse("calendar:closure", args=[closure.pk])))


def test_a_closure_without_a_district_or_with_hours_turned_round_is_refused(officer: Client) -> None:
    given = {
        "day": "115-07-09",
        "scope": "districts",
        "cause": "測試",
        "source": "公告",
        "start": "17:00",
        "end": "13:00",
    }
    answer = officer.post(reverse("calendar:new_closure"), given)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "請至少勾選一個行政區" in page and "要晚於開始時間" in page
    assert not Closure.objects.exists()


def test_the_calculator_lists_every_day_and_compares_with_the_newest_version(reader: Client) -> None:
    address = reverse("calendar:deadline")
    page = text_of(reader.get(address, {"start": "114-02-07", "amount": 6, "unit": "working_days"}))  # Friday
    assert "民國114年2月14日（五）" in page and "補行上班" in page  # Friday
    older = {"start": "114-09-26", "amount": 3, "unit": "working_days", "version": 1}  # Friday
    page = text_of(reader.get(address, older))
    assert "民國114年10月1日（三）" in page  # Wednesday under version 1
    assert "期限不同" in page and "民國114年10月2日（四）" in page  # Thursday since the law of 114-05-28
    page = text_of(reader.get(address, {"start": "115-10-09", "time": "22:00", "amount": 4, "unit": "hours"}))
    assert "02:00" in page and "民國115年10月10日（六）" in page  # Saturday, around the clock


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start": "明天", "amount": 6, "unit": "working_days"}, "看不懂日期"),
        ({"start": "116-12-30", "amount": 5, "unit": "working_days"}, "沒有民國 117 年"),  # Thursday
        ({"start": "115-10-05", "amount": 5000, "unit": "working_days"}, "要在 0 至 1000 之間"),
    ],
)
def test_what_the_calculator_cannot_answer_it_refuses_and_keeps_what_was_typed(
    reader: Client, asked: dict[str, Any], said: str
) -> None:
    answer = reader.get(reverse("calendar:deadline"), asked)
    assert answer.status_code == 422
    assert said in text_of(answer) and str(asked["start"]) in text_of(answer)


def test_two_versions_stand_side_by_side(reader: Client) -> None:
    page = text_of(reader.get(reverse("calendar:versions"), {"before": 1, "after": 2}))
    assert "5 天不同，其中 3 天會影響期限" in page
    assert "行憲紀念日" in page


def test_a_year_goes_out_as_csv_json_and_ics(reader: Client) -> None:
    rows = b"".join(reader.get(reverse("calendar:export", args=[2025, "csv"])).streaming_content).decode(
        "utf-8-sig"
    )  # type: ignore[attr-defined]
    assert len(rows.strip().splitlines()) == 366
    assert "2025-02-08,114.02.08,星期六,是," in rows
    answer = json.loads(reader.get(reverse("calendar:export", args=[2025, "json"])).content)
    assert len(answer["days"]) == 365 and sum(one["working"] for one in answer["days"]) == 247
    ics = text_of(reader.get(reverse("calendar:export", args=[2025, "ics"])))
    assert ics.startswith("BEGIN:VCALENDAR\r\n") and "DTSTART;VALUE=DATE:20250929" in ics
    assert all(len(line.encode()) <= 75 for line in ics.split("\r\n"))


def test_a_new_year_is_entered_from_its_official_table(officer: Client) -> None:
    table = "117-01-03 補假 開國紀念日\n2028-01-25 放假 農曆除夕\n117-02-28 放假 和平紀念日"
    given = {"year": 117, "table": table, "source": "測試函", "reason": "測試"}
    assert officer.post(reverse("calendar:add_year"), given).status_code == 302
    work = queries.current_calendar()
    assert 2028 in work.years and not work.is_working(date(2028, 1, 25))  # Tuesday
    bad = officer.post(
        reverse("calendar:add_year"), {**given, "year": 118, "table": "明天 放假 某日\n118-01-01 休息"}
    )
    page = text_of(bad)
    assert bad.status_code == 422 and "第 1 行的日期看不懂" in page and "第 2 行的種類看不懂" in page
    again = officer.post(reverse("calendar:add_year"), given)
    assert again.status_code == 422 and "已經有 117 年" in text_of(again)


def test_office_hours_are_set_from_a_day_on_by_an_officer_only(officer: Client, reader: Client) -> None:
    address = reverse("calendar:hours")
    given = {
        "since_date": "115-10-01", "sessions": "09:00-12:00 13:00-18:00", "source": "測試函", "reason": "測試",
    }  # fmt: skip
    assert reader.post(address, given).status_code == 403
    assert '<form method="post" class="form"' not in text_of(reader.get(address))
    bad = officer.post(address, {**given, "sessions": "九點到五點"})
    assert bad.status_code == 422 and "看不懂辦公時段" in text_of(bad) and "九點到五點" in text_of(bad)
    for turned in ("13:00-18:00 09:00-12:00", "08:00+08:00-12:00", "08:00-12:00-13:00"):
        assert officer.post(address, {**given, "sessions": turned}).status_code == 422, turned
    assert officer.post(address, given).status_code == 302
    assert "09:00–12:00、13:00–18:00" in text_of(reader.get(address))
    hours = queries.current_calendar().hours_on(date(2026, 10, 5))  # Monday
    assert hours is not None and not hours.partly_closed_counts


def test_pages_carry_no_inline_script_or_style(officer: Client) -> None:
    actions.record_closure(
        SYSTEM, day=date(2026, 7, 9), district_codes=[""], start=None, end=None, cause="測試", reason="測試",
        source="測試",
    )  # fmt: skip
    pages = [reverse(f"calendar:{name}") for name in (*READ, *WRITE)]
    pages += [
        reverse("calendar:revise_day", args=["2026-10-06"]),
        reverse("calendar:day", args=["2026-07-09"]),
    ]
    for address in pages:
        page = text_of(officer.get(address))
        assert " style=" not in page and "onclick" not in page, address
        assert "<script>" not in page, address


@pytest.mark.django_db
def test_closures_offer_the_districts_of_the_installed_city(officer: Client) -> None:
    from shizheng.kernel.organisations import factories as organisations

    new = reverse("calendar:new_closure")
    assert "龍井區" in text_of(officer.get(new)), "before a tree has districts, those that ship"
    organisations.unit(
        kind="district", code="D-U", name="上嵐區公所", short_name="上嵐區", parent=organisations.city()
    )
    page = text_of(officer.get(new))
    assert "上嵐區" in page and "龍井區" not in page
    sent = officer.post(
        new,
        {"day": "115-07-09", "scope": "districts", "district_codes": ["D-U"], "start": "", "end": "",
         "cause": "測試颱風", "source": "公告", "reason": ""},
    )  # fmt: skip
    assert sent.status_code == 302
    assert "上嵐區" in text_of(officer.get(reverse("calendar:closures")))
