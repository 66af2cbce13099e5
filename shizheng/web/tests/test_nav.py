"""Readers see the entries that they may open, and only those."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.urls import path

from shizheng.web import nav
from shizheng.web.tests.people import Reader

urlpatterns = [
    path("", lambda request: None, name="test-home"),
    path("plans/", lambda request: None, name="test-plans"),
    path("plans/kpis/", lambda request: None, name="test-kpis"),
]


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(nav, "_entries", {})
    nav.register(nav.NavEntry("首頁", "test-home", "home", None, 10))
    nav.register(nav.NavEntry("計畫", "test-plans", "list-check", "planning.view", 20))
    nav.register(nav.NavEntry("指標", "test-kpis", "target-arrow", "planning.view", 15))
    nav.register(nav.NavEntry("市民", "test-home", "users", None, 5, area="public"))
    with override_settings(ROOT_URLCONF=__name__):
        yield


def test_entries_without_the_permission_are_hidden() -> None:
    assert [link.label for link in nav.links_for(Reader(), areas=["domain"])] == ["首頁"]


def test_entries_with_the_permission_are_shown_in_order() -> None:
    assert [link.label for link in nav.links_for(Reader({"planning.view"}), areas=["domain"])] == [
        "首頁",
        "指標",
        "計畫",
    ]


def test_strangers_see_public_entries_only() -> None:
    assert [link.label for link in nav.links_for(AnonymousUser())] == ["市民"]


def test_the_longest_matching_address_is_the_current_one() -> None:
    links = nav.links_for(Reader({"planning.view"}), "/plans/kpis/3/", areas=["domain"])
    assert [link.label for link in links if link.current] == ["指標"]


def test_an_entry_without_a_route_is_left_out() -> None:
    nav.register(nav.NavEntry("沒有", "nowhere:at-all", "x"))
    assert "沒有" not in [link.label for link in nav.links_for(Reader())]


def test_registering_twice_replaces() -> None:
    nav.register(nav.NavEntry("新首頁", "test-home", "home"))
    assert [link.label for link in nav.links_for(Reader(), areas=["domain"])] == ["新首頁"]
