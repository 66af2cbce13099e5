"""Ageing after completion: exact at 90, 120 and 150 days; as of a day; the list, the API, and who is reminded."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.domains.projects.frame.tenders import waiting_after_completion
from shizheng.domains.projects.queries.ageing import ageing
from shizheng.domains.projects.rules.ageing import Step, left_open, level_of
from shizheng.domains.projects.tests.month_town import happen, on, tender
from shizheng.web.work import items_of

STEPS = (Step(150, "三"), Step(120, "二"), Step(90, "一"))
DONE = date(2025, 1, 1)


@pytest.mark.parametrize(("days", "label"), [(0, None), (89, None), (90, "一"), (119, "一"), (120, "二"), (149, "二"), (150, "三"), (900, "三")])  # fmt: skip
def test_a_level_begins_on_its_day(days: int, label: str | None) -> None:
    found = level_of(days, STEPS)
    assert (found.label if found else None) == label


@pytest.mark.parametrize(
    ("kinds", "open_ones"),
    [
        ("started", None), ("started completed", (False, False)), ("completed accepted", (True, False)),
        ("completed valued", (False, True)), ("completed valued accepted", None),
        ("completed accepted valued completed", (False, False)),
    ],
)  # fmt: skip
def test_what_waits_counts_from_the_last_completion(kinds: str, open_ones: tuple[bool, bool] | None) -> None:
    told = [SimpleNamespace(kind=kind, on=DONE + timedelta(n)) for n, kind in enumerate(kinds.split())]
    found = left_open(told)
    assert (found and (found.accepted, found.valued)) == open_ones


@pytest.fixture
def done(month_town: SimpleNamespace) -> SimpleNamespace:
    """Completed on 2 January of 114; one of them was accepted on 1 May, told on that day."""
    with on("2025-01-02"):
        month_town.a, month_town.b = (tender(month_town.works, f"114-W-00{n}") for n in (1, 2))
        for each in (month_town.a, month_town.b):
            for kind in ("announced", "awarded", "completed"):
                happen(each, kind, "2025-01-02", "completed")
    with on("2025-05-01"):
        happen(month_town.b, "accepted", "2025-05-01", "accepted")
    return month_town


@pytest.mark.django_db
def test_the_list_is_exact_as_of_a_day(done: SimpleNamespace) -> None:
    with on("2025-06-30"):
        days = {"2025-04-01": [], "2025-04-02": ["a", "b"], "2025-05-02": ["a", "b"]}
        for day, wanted in days.items():
            found = ageing(done.leader, date.fromisoformat(day))
            assert [each.project for each in found.rows] == [getattr(done, name) for name in wanted], day
            assert found.waiting == 2
        on_may_2 = ageing(done.leader, date(2025, 5, 2)).rows  # 120 days
        assert [(each.unaccepted and each.unaccepted.days, each.unvalued and each.unvalued.days) for each in on_may_2] == [(120, 120), (None, 120)]  # fmt: skip
        assert all(each.unconfirmed for each in ageing(done.leader).rules)


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.django_db
def test_the_page_the_api_and_my_work_say_the_same(done: SimpleNamespace) -> None:
    with on("2025-06-01"):  # 150 days
        text = browser(done.officer).get("/projects/register/ageing/").content.decode()
        assert "2 件裡 2 件逾時" in text and "第三級" in text and "完工未驗收 第 1 版" in text
        shown = browser(done.officer).get("/projects/register/ageing/?waits=acceptance").content.decode()
        assert done.a.name in shown and done.b.name not in shown
        exported = b"".join(
            browser(done.officer).get("/projects/register/ageing/?export=csv").streaming_content
        )  # type: ignore[attr-defined]
        assert "第三級" in exported.decode()
        rows = browser(done.officer).get("/api/v1/projects/ageing").json()
        assert [(each["unaccepted"], each["unvalued"]) for each in rows["items"]] == [(150, 150), (None, 150)]
        [item] = items_of(waiting_after_completion(done.officer, date(2025, 6, 1)))
        assert "2" in str(item.title)
        assert items_of(waiting_after_completion(done.other, date(2025, 6, 1))) == []
        assert items_of(waiting_after_completion(done.leader, date(2025, 6, 1))) == []
