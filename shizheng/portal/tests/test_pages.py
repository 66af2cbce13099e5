"""The portal's pages over invented work and results: one filled button, honest emptiness, nothing inline."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import reverse

from shizheng.common import clock
from shizheng.portal import pages, style
from shizheng.web import frame, nav, published, saved_views, search, work
from shizheng.web.tests.people import Reader

MONDAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def own_registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(work, "_providers", [])
    monkeypatch.setattr(search, "_providers", {})
    monkeypatch.setattr(published, "_sections", {})
    monkeypatch.setattr(saved_views, "_keeper", None)
    monkeypatch.setattr(frame, "_is_demonstration", lambda: True)
    taipei = ZoneInfo("Asia/Taipei")
    with (
        override_settings(ROOT_URLCONF="shizheng.portal.tests.addresses"),
        clock.set_to(datetime(2026, 10, 5, 9, 0, tzinfo=taipei)),
    ):
        yield


def ask(view: Any, query: str = "", user: Any = None) -> HttpResponse:
    request: HttpRequest = RequestFactory().get(f"/?{query}")
    request.user = user or Reader({"portal.view_style"})  # type: ignore[assignment]
    request.as_of = None  # type: ignore[attr-defined]
    answer = view(request)
    return answer.render() if hasattr(answer, "render") else answer


def text(view: Any, query: str = "", user: Any = None) -> str:
    return ask(view, query, user).content.decode()


def give(*days: int | None, **more: Any) -> None:
    items = [
        work.WorkItem(
            None if d is None else MONDAY + timedelta(d), f"事{d}", "因為", f"/x/{d}/", "辦", **more
        )
        for d in days
    ]
    work.register(lambda actor, today: items)


def test_officers_go_to_their_work_and_everybody_else_to_the_public_site() -> None:
    assert ask(pages.home)["Location"] == reverse("portal:work")
    assert ask(pages.home, user=AnonymousUser())["Location"] == reverse("portal:public")


def test_work_is_grouped_by_due_and_only_the_first_row_has_the_filled_button() -> None:
    give(-1, 0, 3, 30, None)
    html = text(pages.my_work)
    assert html.count('class="btn-main"') == 1 and html.index("事-1") < html.index("btn-main") < html.index(
        "事0"
    )
    for words in ("逾期 1 天", "今天到期", "本週", "之後", "沒有期限", "剩 3 天"):
        assert words in html


def test_a_day_of_another_year_is_written_with_its_year_once() -> None:
    today = clock.today()
    give(-400)
    due, html = today - timedelta(days=400), text(pages.my_work)
    assert f">{due.year - 1911}-{due:%m-%d}（" in html and "row-far" in html


def test_one_group_can_be_chosen_by_its_chip() -> None:
    give(-1, 0)
    html = text(pages.my_work, "group=today")
    assert "事0" in html and "事-1" not in html


def test_what_was_sent_back_has_its_own_chip() -> None:
    give(0, returned=True)
    give(1)
    html = text(pages.my_work, "group=returned")
    assert "事0" in html and "事1" not in html and "被退回" in html


def test_no_work_and_no_system_that_gives_work_are_told_apart() -> None:
    assert "還沒有任何系統會派工作給您" in text(pages.my_work)
    give()
    assert "現在沒有要您辦的事" in text(pages.my_work)


def test_search_shows_hits_by_kind_and_says_when_nothing_was_found() -> None:
    hit = search.Hit("東坡橋改建", "/p/1/", "115-甲-0023", "工務局")
    search.register(search.Provider("projects", "標案", lambda a, w, n, d: [hit] if w in hit.title else []))
    assert "115-甲-0023" in text(pages.search, "q=東坡橋")
    assert "找不到「水壩」" in text(pages.search, "q=水壩")
    assert "標案" in text(pages.search)


def test_words_typed_into_the_search_are_escaped() -> None:
    assert "<script>alert" not in text(pages.search, "q=<script>alert(1)</script>")


def test_the_public_home_lists_what_is_published_and_is_honest_when_nothing_is() -> None:
    assert "還沒有公布任何計畫" in text(pages.public_home, user=AnonymousUser())
    item = published.PublishedItem("115 年度施政計畫", "/p/", "工務局", "115-01-02 公布")
    published.register(published.Section("plans", "年度施政計畫", lambda: [item]))
    html = text(pages.public_home, user=AnonymousUser())
    assert "115 年度施政計畫" in html and "工務局" in html


def test_strangers_on_the_public_site_see_no_staff_navigation() -> None:
    html = text(pages.public_home, user=AnonymousUser())
    assert 'class="rail"' not in html and "同仁登入" in html


@pytest.mark.parametrize(
    "view", [style.style_page, style.style_public, style.StyleList.as_view(), pages.my_work, pages.offline]
)
def test_pages_carry_nothing_inline_that_the_policy_would_refuse(view: Any) -> None:
    html = text(view)
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", html)
    for tag in re.findall(r"<script[^>]*>", html):
        assert "src=" in tag or 'type="application/json"' in tag


@pytest.mark.parametrize("view", [style.style_page, style.StyleList.as_view(), pages.my_work, pages.search])
def test_every_page_has_one_h1_unique_ids_and_labels_that_point_somewhere(view: Any) -> None:
    html = text(view)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert html.count("<h1") == 1 and len(ids) == len(set(ids))
    assert set(re.findall(r'\sfor="([^"]+)"', html)) <= set(ids)


def test_the_style_page_shows_every_state_and_every_kind_of_missing() -> None:
    html = text(style.style_page)
    for words in (
        "達標",
        "落後",
        "嚴重落後",
        "未填報",
        "尚未可衡量",
        "不適用",
        "待確認",
        "目前沒有網路",
        "沒有匯入",
    ):
        assert words in html


def test_the_style_list_filters_searches_and_exports_without_formulas() -> None:
    assert "東坡橋改建" not in text(style.StyleList.as_view(), "agency=文教局")
    lines = b"".join(ask(style.StyleList.as_view(), "export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=SUM(A1:A9)" in lines and ",-12.40," in lines


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "409.html", "500.html"])
def test_failures_say_what_happened_and_lead_on_without_asking_the_database(name: str) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    html = render_to_string(name, {"message": "說明文字", "status": 409}, request=request)
    assert "<h1>" in html and 'class="btn-plain"' in html
    assert "說明文字" in html or name == "500.html"


def test_the_system_error_page_needs_no_request_at_all() -> None:
    assert "系統出錯了" in render_to_string("500.html")


def test_the_service_worker_keeps_nothing_but_the_offline_page_and_assets() -> None:
    answer = ask(pages.service_worker)
    kept = re.search(r"const KEPT = \[(.*?)\];", answer.content.decode(), re.S)
    assert answer["Content-Type"].startswith("text/javascript") and kept is not None
    addresses = [a.encode().decode("unicode_escape") for a in re.findall(r'"([^"]*)"', kept[1])]
    assert addresses[-1] == reverse("portal:offline") and all(
        a.startswith("/static/web/") for a in addresses[:-1]
    )


def test_the_style_entry_is_hidden_from_those_who_may_not_open_it() -> None:
    shown = [link.url for link in nav.links_for(Reader(), areas=["system"])]
    assert reverse("portal:style") not in shown
    assert reverse("portal:style") in [
        link.url for link in nav.links_for(Reader({"portal.view_style"}), areas=["system"])
    ]


def test_a_demonstration_says_so_on_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in (pages.my_work, pages.public_home, style.style_page):
        assert "示範資料庫" in text(view)
    caches["memory"].clear()
    monkeypatch.setattr(frame, "_is_demonstration", None)
    assert "band-demo" not in text(pages.my_work)
