"""The list page over rows in memory: its whole state is in the URL."""

from typing import Any

import django_filters
import django_tables2 as tables
import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory

from shizheng.web import saved_views
from shizheng.web.chips import counts_within
from shizheng.web.lists import BulkAction, Chip, ListPage
from shizheng.web.saved_views import SavedView
from shizheng.web.tests.people import Reader

DATA = [
    {"pk": n, "name": f"案{n:03d}", "agency": "甲" if n % 2 else "乙", "secret": "s"} for n in range(1, 131)
]
done: list[list[int]] = []


class Table(tables.Table):
    name = tables.Column(verbose_name="案名")
    agency = tables.Column(verbose_name="機關")
    secret = tables.Column(verbose_name="備註")


class Page(ListPage):
    permission = "planning.view"
    title = "清單"
    table_class = Table
    search_fields = ("name",)
    hidden_columns = ("secret",)
    bulk_actions = (
        BulkAction(
            "remind", "提醒", lambda actor, rows, request: done.append([r["pk"] for r in rows]) or "好了"
        ),
        BulkAction("close", "結案", lambda actor, rows, request: "", permission="planning.close"),
    )

    def get_queryset(self) -> list[dict[str, Any]]:
        return DATA

    def search(self, rows: Any, words: str) -> Any:
        return [r for r in rows if words in r["name"]]

    def pick(self, rows: Any, chosen: Any) -> Any:
        return [r for r in rows if str(r["pk"]) in chosen]

    def get_chips(self) -> list[Chip]:
        return [Chip("全部", {}, 130), Chip("案00", {"q": "案00"}, 9)]


def ask(query: str = "", reader: Any = None, post: dict[str, Any] | None = None) -> Any:
    factory = RequestFactory()
    request: HttpRequest = (
        factory.post(f"/list/?{query}", post) if post is not None else factory.get(f"/list/?{query}")
    )
    request.user = reader or Reader({"planning.view"})  # type: ignore[assignment]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    answer = Page.as_view()(request)
    answer.said = [str(m) for m in request._messages]  # type: ignore[attr-defined]
    return answer


def context(query: str = "", **kwargs: Any) -> dict[str, Any]:
    return ask(query, **kwargs).context_data


def names(query: str) -> list[str]:
    return [row.record["name"] for row in context(query)["table"].paginated_rows]


def test_a_page_without_a_permission_cannot_be_mounted() -> None:
    class Bare(ListPage):
        table_class = Table

    with pytest.raises(ImproperlyConfigured):
        Bare.as_view()


def test_the_view_carries_its_permission_for_the_guard_of_routes() -> None:
    assert Page.as_view().permission == "planning.view"


def test_rows_are_paged_and_counted() -> None:
    found = context("page=3")
    assert found["total"] == 130 and len(list(found["table"].paginated_rows)) == 30


@pytest.mark.parametrize(
    "query",
    [
        "page=999",
        "page=x",
        "size=7",
        "size=²",
        f"size={'9' * 5000}",
        "sort=nothing",
        "col=nothing",
        "export=exe",
    ],
)
def test_nonsense_in_the_url_is_survived(query: str) -> None:
    assert context(query)["total"] == 130


def test_search_sort_and_page_size_come_from_the_url() -> None:
    assert names("q=案01&sort=-name&size=25") == [f"案{n:03d}" for n in range(19, 9, -1)]


def test_hidden_columns_come_when_chosen_and_the_first_always_stays() -> None:
    assert [c.name for c in context()["table"].columns] == ["name", "agency"]
    assert [c.name for c in context("col=secret")["table"].columns] == ["name", "secret"]


def test_each_active_filter_can_be_taken_away_and_keeps_the_rest() -> None:
    (only,) = context("q=案01&sort=name&as_of=115-08-01")["active"]
    assert only["url"] == "?sort=name&as_of=115-08-01"


def test_the_chip_that_is_on_is_marked() -> None:
    assert [chip["active"] for chip in context("q=案00")["chips"]] == [False, True]
    assert [chip["active"] for chip in context()["chips"]] == [True, False]


def test_chips_over_rows_in_memory_count_within_what_else_was_chosen() -> None:
    class Rows(list[dict[str, Any]]):
        model = None

        def all(self) -> "Rows":
            return self

    class Filter(django_filters.FilterSet):
        agency = django_filters.CharFilter(label="機關")
        secret = django_filters.CharFilter(label="備註")

        def filter_queryset(self, queryset: Any) -> Rows:
            wanted = {name: value for name, value in self.form.cleaned_data.items() if value}
            return Rows(row for row in queryset if all(row[name] == value for name, value in wanted.items()))

    rows = Rows([*DATA, {"pk": 131, "name": "案131", "agency": "甲", "secret": "t"}])
    chips = [Chip("全部", {}, 131), Chip("密", {"secret": "t"}, 1), Chip("不數", {"secret": "s"})]
    for query, expected in (
        ("", [131, 1, None]),
        ("agency=乙&secret=t", [65, 0, None]),
        ("agency=甲", [66, 1, None]),
    ):
        asked = QueryDict(query)
        assert counts_within(chips, Filter(asked, queryset=rows), asked, None) == expected
    long, asked = [Chip("全部", {}, 1_000_000), *chips[1:]], QueryDict("agency=甲")
    assert counts_within(long, Filter(asked, queryset=rows), asked, None) == [None, None, None]


def test_export_has_all_filtered_rows_and_the_shown_columns() -> None:
    lines = b"".join(ask("q=案01&export=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "案名,機關" and len(lines) == 11


def test_an_act_runs_on_the_chosen_rows_that_the_list_holds() -> None:
    done.clear()
    answer = ask("q=案00", post={"action": "remind", "row": ["3", "77"]})  # 77 is outside the filter
    assert done == [[3]] and answer.said == ["好了"] and answer.status_code == 302


def test_an_act_without_rows_or_permission_does_nothing_and_says_so() -> None:
    done.clear()
    assert "沒有選" in ask(post={"action": "remind"}).said[0]
    assert "不能執行" in ask(post={"action": "close", "row": ["1"]}).said[0]
    assert done == []


def test_acts_that_the_reader_may_not_take_are_not_offered() -> None:
    assert [a.code for a in context()["bulk"]] == ["remind"]


class Keeper:
    def __init__(self) -> None:
        self.kept: list[SavedView] = []

    def list(self, actor: Any, page: str) -> list[SavedView]:
        return self.kept

    def save(self, actor: Any, page: str, name: str, query: str) -> SavedView:
        self.kept.append(SavedView("1", name, query))
        return self.kept[-1]

    def delete(self, actor: Any, page: str, view_id: str) -> None:
        self.kept = [view for view in self.kept if view.id != view_id]


@pytest.fixture(autouse=True)
def keeper(monkeypatch: pytest.MonkeyPatch) -> Keeper:
    mine = Keeper()
    monkeypatch.setattr(saved_views, "_keeper", mine)
    return mine


def test_a_saved_view_keeps_the_state_without_page_and_day(keeper: Keeper) -> None:
    ask("q=案01&sort=-name&page=2&as_of=115-08-01", post={"save_view": "1", "name": " 我的 "})
    assert keeper.kept == [SavedView("1", "我的", "q=%E6%A1%8801&sort=-name")]
    assert context("q=案01&sort=-name&page=2")["saved"] == [(keeper.kept[0], True)]
    ask(post={"delete_view": "1"})
    assert keeper.kept == []


def test_a_view_without_a_name_is_refused(keeper: Keeper) -> None:
    assert "名字" in ask(post={"save_view": "1", "name": "  "}).said[0] and keeper.kept == []


def test_strangers_keep_no_views(keeper: Keeper) -> None:
    ask(post={"save_view": "1", "name": "x"}, reader=AnonymousUser())
    assert keeper.kept == []
