"""`shizheng workday`, from the shipped data and from the database."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shizheng.kernel.calendar.cli import workday


def run(*words: str) -> Result:
    return CliRunner().invoke(workday, list(words))


def answer(*words: str) -> dict[str, Any]:
    found = run(*words, "--shipped", "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.output)  # type: ignore[no-any-return]


def test_six_working_days_from_before_a_make_up_saturday() -> None:
    found = answer("add", "2025-02-07", "6")  # Friday
    assert found["due"] == "2025-02-14"  # Friday
    assert found["calendar_version"] == 4 and found["source"] == "shipped"
    assert [(d["date"], d["working"]) for d in found["days"]][:2] == [
        ("2025-02-08", True),
        ("2025-02-09", False),
    ]
    assert all(d["reason"] for d in found["days"])


def test_a_make_up_saturday_is_a_working_day() -> None:
    found = answer("is", "2024-02-17")
    assert found["working"] is True and "補行上班" in found["reason"]


@pytest.mark.parametrize("day", ["114-02-07", "民國114年2月7日", "1140207", "114.02.07"])
def test_roc_dates_are_taken(day: str) -> None:
    assert answer("add", day, "6")["due"] == "2025-02-14"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "due"),
    [
        (["2026-10-02", "7", "--calendar-days"], "2026-10-12"),  # Friday → Friday 補假 → Monday
        (["2026-10-05", "5", "--calendar-days", "--no-roll"], "2026-10-10"),  # Saturday
        (["2026-01-15", "2", "--months"], "2026-03-16"),  # Sunday → Monday
        (["2025-09-26", "3", "--version", "1"], "2025-10-01"),  # Wednesday, before the law of 114-05-28
        (["2025-09-26", "3", "--version", "2"], "2025-10-02"),  # Thursday
        (["2026-10-08", "1", "--district", "龍井區"], "2026-10-12"),  # Monday
    ],
)
def test_other_clocks_versions_and_districts(words: list[str], due: str) -> None:
    assert answer("add", *words)["due"] == due


def test_hours_run_around_the_clock() -> None:
    found = answer("add", "2026-10-09T22:00", "4", "--hours")  # Friday night
    assert found["due_at"] == "2026-10-10T02:00:00+08:00" and found["due"] == "2026-10-10"
    office = answer("add", "2026-10-08T16:00", "2", "--office-hours")  # Thursday
    assert office["due_at"] == "2026-10-12T09:00:00+08:00"  # Monday


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["is", "2028-01-03"], "calendar_year_missing", "沒有民國 117 年"),
        (["add", "2027-12-30", "5"], "calendar_year_missing", "沒有民國 117 年"),
        (["is", "2026-01-02", "--version", "2"], "calendar_year_missing", "第 2 版沒有民國 115 年"),
        (["is", "2026-01-02", "--version", "77"], "not_found", "沒有第 77 版"),
        (["is", "2026-13-02"], "date_not_understood", "看不懂日期"),
        (["add", "2026-10-05T25:00", "1"], "date_not_understood", "看不懂時刻"),
        (["is", "2026-10-05", "--district", "火星區"], "unknown_district", "沒有「火星區」"),
        (["add", "2026-10-05", "5000"], "too_many_days", "超出範圍"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_exit_code_1(words: list[str], code: str, text: str) -> None:
    found = run(*words, "--shipped", "--json")
    assert found.exit_code == 1
    said = json.loads(found.output)["error"]
    assert said["code"] == code and text in said["message"]
    plain = run(*words, "--shipped")
    assert plain.exit_code == 1 and text in plain.output


def test_people_read_each_day_and_where_it_comes_from() -> None:
    found = run("add", "2025-02-07", "6", "--shipped")
    assert "期限：114.02.14（2025-02-14，週五）" in found.output
    assert "補行上班" in found.output and "隨附資料" in found.output
    found = run("is", "2025-09-29", "--shipped")
    assert "不上班，孔子誕辰紀念日/教師節補假" in found.output and "紀念日及節日實施條例" in found.output


def test_without_a_database_the_shipped_data_answer(tmp_path: Any) -> None:
    """A process of its own: no Django is set up, no database runs, and nothing is written to the data folder."""
    env = {
        k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "SHIZHENG_DATABASE_URL")
    }
    env["SHIZHENG_DATA_DIR"] = str(tmp_path / "data")
    code = "from shizheng.kernel.calendar.cli import workday; workday(['is', '113-02-17', '--json'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    said = json.loads(done.stdout)
    assert said["working"] is True and said["source"] == "shipped" and said["source_note"]
    assert not (tmp_path / "data").exists()


@pytest.mark.django_db
def test_with_a_database_its_calendar_answers() -> None:
    from datetime import date

    from shizheng.common.permissions import SYSTEM
    from shizheng.kernel.calendar import actions, queries

    number = queries.current_version()
    actions.revise_day(
        SYSTEM,
        day=date(2026, 11, 28),
        kind="補行上班",
        name="測試",
        reason="測試",
        source="測試",
        version=number,
    )  # Saturday
    found = json.loads(run("is", "2026-11-28", "--json").output)
    assert found["working"] is True and found["source"] == "database"
    assert found["calendar_version"] == number + 1
    assert json.loads(run("is", "2026-11-28", "--json", "--version", str(number)).output)["working"] is False
    assert json.loads(run("is", "2026-11-28", "--json", "--shipped").output)["working"] is False


@pytest.mark.django_db
def test_a_version_that_does_not_exist_is_refused_by_the_database_too() -> None:
    found = run("is", "2026-11-28", "--json", "--version", "999")
    assert found.exit_code == 1 and "沒有第 999 版" in json.loads(found.output)["error"]["message"]
