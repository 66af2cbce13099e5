"""我的工作 and search collect from those who registered, in a stated order."""

from datetime import date, timedelta

import pytest

from shizheng.web import search, work
from shizheng.web.tests.people import Reader

MONDAY = date(2026, 10, 5)


def item(days: int | None, title: str = "事") -> work.WorkItem:
    return work.WorkItem(None if days is None else MONDAY + timedelta(days), title, "因為", "/x/", "辦")


@pytest.mark.parametrize(
    ("days", "group"),
    [(-1, "overdue"), (0, "today"), (1, "week"), (6, "week"), (7, "later"), (None, "later")],
)
def test_items_are_grouped_by_their_due_day_and_the_week_ends_on_sunday(days: int | None, group: str) -> None:
    assert work.group_of(item(days), MONDAY) == group


def test_a_group_that_the_app_states_wins() -> None:
    stated = work.WorkItem(MONDAY, "事", "因為", "/x/", "辦", group="later")
    assert work.group_of(stated, MONDAY) == "later"


def test_earliest_comes_first_and_no_deadline_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_providers", [])
    work.register(lambda actor, today: [item(5, "b"), item(None, "d")])
    work.register(lambda actor, today: [item(-2, "a"), item(5, "c")])
    assert [i.title for i in work.items_for(Reader(), MONDAY)] == ["a", "b", "c", "d"]


def test_search_asks_each_provider_once_and_says_when_there_is_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_providers", {})
    asked = []

    def find(actor, words, limit, as_of):  # type: ignore[no-untyped-def]
        asked.append((words, limit))
        return [search.Hit(f"第{n}", "/x/") for n in range(limit)]

    search.register(search.Provider("kpi", "指標", find))
    search.register(search.Provider("none", "沒有", lambda *a: []))
    ((provider, hits, more),) = search.find(Reader(), " 橋 ", limit=3)
    assert asked == [("橋", 4)] and provider.code == "kpi" and len(hits) == 3 and more


def test_empty_words_find_nothing_and_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_providers", {})
    search.register(search.Provider("x", "x", lambda *a: pytest.fail("asked")))
    assert search.find(Reader(), "   ") == []
