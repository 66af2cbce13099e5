"""The one list page: search, filters, chips, sort, columns, counts, select and act, export, saved views. State in the URL.

A page is a subclass of :class:`ListPage`; see its docstring. Rows come from the app's own ``queries`` and are scoped there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet
from django.forms import NullBooleanSelect
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from django_filters import FilterSet
from django_tables2 import RequestConfig, Table
from django_tables2.columns import BoundColumn

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import require
from shizheng.common.words import listed
from shizheng.web import cells, exports
from shizheng.web.chips import Chip as Chip
from shizheng.web.chips import counts_within
from shizheng.web.marking import told
from shizheng.web.paging import BoundedPaginator, counted_words, total_words
from shizheng.web.saved_views import keeper

Text = str | Promise

# Parameters that are not part of a saved state.
PASSING = ("page", "export")
PAGE_SIZES = (25, 50, 100, 200)
MOST_BUTTONS = 5
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class BulkAction:
    """An act on the chosen rows: ``run(actor, rows, request)`` calls the app's action and says what was done."""

    code: str
    label: Text
    run: Callable[[Any, QuerySet[Any], HttpRequest], Text]
    permission: str | None = None
    dangerous: bool = False


class ListPage(TemplateView):
    """A list of rows.

    Set ``permission`` (a code, or ``public``), ``title``, ``table_class`` (django-tables2), and give the rows the reader
    may see in ``get_queryset()`` (a QuerySet, or a list of dicts or objects). Optional: ``filterset_class``
    (django-filter), ``search_fields`` (or override ``search``), ``get_chips()``, ``bulk_actions``, ``default_sort``,
    ``hidden_columns`` (off until chosen), ``empty_title``/``empty_text``/``empty_action`` (label, url),
    ``get_breadcrumb()``, ``get_actions()``: (label, url, icon), the first one filled when ``main_action``, those that
    would crowd the heading in a menu.
    ``as_view()`` carries ``permission`` for the guard of routes.

    Budget: two queries (count, page) beside what ``get_queryset`` and filter choices need.
    """

    permission: ClassVar[str] = ""
    shows_today: ClassVar[bool] = False
    """Whether the list knows no day but today, and says so where another was asked for."""
    title: ClassVar[Text] = ""
    subtitle: ClassVar[Text] = ""
    table_class: ClassVar[type[Table]]
    filterset_class: ClassVar[type[FilterSet] | None] = None
    search_fields: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[Text] = gettext_lazy("在這份清單裡找")
    bulk_actions: ClassVar[Sequence[BulkAction]] = ()
    default_sort: ClassVar[Sequence[str]] = ()
    hidden_columns: ClassVar[Sequence[str]] = ()
    main_action: ClassVar[bool] = False
    page_size: ClassVar[int] = 50
    most_counted: ClassVar[int | None] = None
    """Of very long lists: rows that are counted and have a page; of more it is said that there are more. Exports have all."""
    export_name: ClassVar[str] = ""
    empty_title: ClassVar[Text] = gettext_lazy("這裡還沒有資料")
    empty_text: ClassVar[Text] = ""
    empty_action: ClassVar[tuple[Text, str] | None] = None
    template_name = "web/list.html"

    request: HttpRequest

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view, marked with the permission that it needs."""
        if not cls.permission:
            raise ImproperlyConfigured(f"{cls.__name__} names no permission")
        view = super().as_view(**initkwargs)
        view.permission = cls.permission  # type: ignore[attr-defined]
        view.shows_today = cls.shows_today  # type: ignore[attr-defined]
        return view

    # -- what a page gives -----------------------------------------------------------------------------------------

    def get_queryset(self) -> Any:
        """Rows that the reader may see, as of ``self.request.as_of``. Must be overridden."""
        raise NotImplementedError(f"{type(self).__name__}.get_queryset")

    def get_chips(self) -> Iterable[Chip]:
        """Ready-made filters with their counts."""
        return ()

    def get_breadcrumb(self) -> Sequence[tuple[Text, str]]:
        """Labels and addresses above the heading."""
        return ()

    def get_actions(self) -> Sequence[tuple[Text, str, str]]:
        """Label, address, icon of the buttons beside the heading."""
        return ()

    def search(self, rows: Any, words: str) -> Any:
        """Rows in which every word (the first ten) occurs in some search field."""
        for word in words.split()[:MOST_WORDS]:
            either = Q()
            for field in self.search_fields:
                either |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(either)
        return rows

    def pick(self, rows: Any, chosen: Sequence[str]) -> Any:
        """The chosen ones among the rows; override for rows that are not a QuerySet."""
        return rows.filter(pk__in=chosen)

    # -- reading the URL -------------------------------------------------------------------------------------------

    def filtered(self) -> tuple[Any, FilterSet | None]:
        """Rows after search and filters; none when a filter cannot be understood (the page then says why)."""
        rows = self.get_queryset()
        filterset = None
        if self.filterset_class is not None:
            filterset = self.filterset_class(self.request.GET, queryset=rows, request=self.request)
            say_all(filterset)
            rows = filterset.qs if filterset.is_valid() else filterset.queryset.none()
        words = self.request.GET.get("q", "").strip()
        if words and self.search_fields:
            rows = self.search(rows, words)
        return rows, filterset

    def shown_columns(self, table: Table) -> set[str]:
        """Columns to show: those chosen in the URL (always the first), else all but the hidden ones."""
        names = list(table.columns.columns)
        chosen = [name for name in self.request.GET.getlist("col") if name in names]
        if chosen:
            return {names[0], *chosen}
        return {name for name in names if name not in self.hidden_columns}

    def make_table(self, rows: Any, paginate: bool = True) -> Table:
        """The table, sorted and paged as the URL says; a column that cannot be sorted is ignored."""
        table = self.table_class(rows, order_by=self.default_sort or None)
        paged: dict[str, Any] = {"per_page": self.page_length(), "silent": True}
        if self.most_counted is not None:
            paged |= {"paginator_class": BoundedPaginator, "most": self.most_counted}
        RequestConfig(self.request, paginate=paged if paginate else False).configure(table)
        shown = self.shown_columns(table)
        for name in table.columns.columns:
            if name not in shown:
                table.columns.hide(name)
        return table

    def page_length(self) -> int:
        """Rows a page: one of the sizes offered."""
        asked = self.request.GET.get("size", "")
        return next((size for size in PAGE_SIZES if str(size) == asked), self.page_size)

    def state(self, changes: Mapping[str, str | None] | None = None, *, saved: bool = False) -> str:
        """This list's query string with changes; ``saved``: without the as-of day, as a saved view keeps it."""
        params = self.request.GET.copy()
        for name in (*PASSING, "as_of") if saved else PASSING:
            params.pop(name, None)
        for name, value in (changes or {}).items():
            params.pop(name, None)
            if value:
                params[name] = value
        for name in [name for name, values in params.lists() if not any(values)]:
            params.pop(name)
        return params.urlencode()

    @property
    def page_name(self) -> str:
        """The route's name, under which saved views are kept."""
        match = self.request.resolver_match
        return match.view_name if match else type(self).__name__

    # -- answering -------------------------------------------------------------------------------------------------

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The page, or with ``?export=csv|xlsx|ods`` all filtered rows with the columns shown."""
        kind = request.GET.get("export", "")
        if kind in exports.FORMATS:
            return self.export(kind)
        return self.render_to_response(self.get_context_data(**kwargs))

    def export(self, kind: str) -> HttpResponseBase:
        """All filtered rows as a file; too many for a spreadsheet is said on the page."""
        rows, _filterset = self.filtered()
        table = self.make_table(rows, paginate=False)
        hidden = [name for name in table.columns.columns if name not in self.shown_columns(table)]
        name = f"{self.export_name or self.title}-{clock.today().isoformat()}"
        try:
            return exports.response(kind, cells.lines(table, hidden), str(self.title), name)
        except exports.ExportTooLarge as failure:
            messages.error(
                self.request,
                _("超過 %(limit)s 列，試算表檔放不下，沒有匯出。請先篩選，或改匯出 CSV（不限列數）。")
                % {"limit": f"{failure.limit:,}"},
            )
            return HttpResponseRedirect(f"{self.request.path}?{self.state()}")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An act on chosen rows, or keeping and forgetting a saved view; then back to the same list."""
        here = HttpResponseRedirect(request.get_full_path())
        try:
            if "save_view" in request.POST or "delete_view" in request.POST:
                return self.change_views(request)
            return self.act(request) or here
        except CannotDo as failure:
            messages.error(request, failure.message)
            return here

    def act(self, request: HttpRequest) -> HttpResponse | None:
        """Run the bulk action named in the form on the chosen rows among those that the reader may see."""
        action = next((one for one in self.offered_actions() if one.code == request.POST.get("action")), None)
        if action is None:
            raise CannotDo(_("這個動作不存在，或您的角色不能執行，所以沒有做任何事。"))
        if action.permission:
            require(request.user, action.permission)  # type: ignore[arg-type]
        chosen = [value for value in request.POST.getlist("row") if value]
        if not chosen:
            raise CannotDo(_("沒有選任何一列，所以沒有做任何事。請先勾選。"))
        rows, _filterset = self.filtered()
        try:
            picked = self.pick(rows, chosen)
        except (ValueError, TypeError) as failure:
            raise CannotDo(_("勾選的內容讀不懂，沒有做任何事。請重新整理再試。")) from failure
        messages.success(request, str(action.run(request.user, picked, request)))
        return None

    def change_views(self, request: HttpRequest) -> HttpResponse:
        """Keep or forget a saved view of one's own."""
        views = keeper()
        if views is None or not request.user.is_authenticated:
            raise CannotDo(_("這裡還不能儲存檢視；網址本身就記著目前的條件，可以加到書籤。"))
        if "delete_view" in request.POST:
            views.delete(request.user, self.page_name, request.POST["delete_view"])
            messages.success(request, _("檢視已刪除。"))
        else:
            name = request.POST.get("name", "").strip()[:60]
            if not name:
                raise CannotDo(_("檢視要有名字，沒有儲存。請填一個認得出來的名字。"))
            views.save(request.user, self.page_name, name, self.state(saved=True))
            messages.success(request, _("已儲存檢視「%(name)s」。") % {"name": name})
        return HttpResponseRedirect(request.get_full_path())

    def offered_actions(self) -> list[BulkAction]:
        """Bulk actions that this reader may take."""
        user: Any = self.request.user
        return [a for a in self.bulk_actions if a.permission is None or user.may(a.permission)]

    def active_filters(self, filterset: FilterSet | None) -> list[dict[str, Any]]:
        """What narrows the list now, each with the address that takes it away."""
        found: list[dict[str, Any]] = []
        words = self.request.GET.get("q", "").strip()
        if words and self.search_fields:
            found.append({"label": _("搜尋"), "value": words, "url": f"?{self.state({'q': None})}"})
        if filterset is None or not filterset.is_valid():
            return found
        for field in filterset.form:
            raw = self.request.GET.getlist(field.html_name)
            if not any(raw):
                continue
            choices = {str(key): str(label) for key, label in getattr(field.field, "choices", [])}
            value = listed(choices.get(one, one) for one in raw if one)
            found.append(
                {"label": field.label, "value": value, "url": f"?{self.state({field.html_name: None})}"}
            )
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows."""
        rows, filterset = self.filtered()
        table = self.make_table(rows)
        total = table.page.paginator.count
        shown = self.shown_columns(table)
        active = self.active_filters(filterset)
        actions = self.offered_actions()
        views = keeper()
        user: Any = self.request.user
        saved = views.list(user, self.page_name) if views is not None and user.is_authenticated else []
        state = self.state(saved=True)
        chips = self.get_chips_cached()
        words = self.request.GET.get("q", "").strip()
        search = (lambda rows: self.search(rows, words)) if words and self.search_fields else None
        return super().get_context_data(
            **kwargs,
            page=self,
            table=table,
            body=body_of(table),
            total=total,
            total_text=total_words(table.page.paginator),
            filterset=filterset,
            filter_broken=filterset is not None and not filterset.is_valid(),
            active=active,
            chips=[
                {
                    "label": c.label,
                    "count": count if count is None else counted_words(count, self.most_counted),
                    "icon": c.icon,
                    "url": self._chip_url(c),
                    "active": self._chip_on(c),
                }
                for c, count in zip(
                    chips,
                    counts_within(chips, filterset, self.request.GET, search, self.most_counted),
                    strict=True,
                )
            ],
            columns=[(name, column.header, name in shown) for name, column in table.columns.columns.items()],
            kept=[
                (k, v) for k, values in self.request.GET.lists() if k not in ("col", "page") for v in values
            ],
            formats=exports.FORMATS.items(),
            sizes=PAGE_SIZES,
            size=self.page_length(),
            bulk=actions,
            saved=[(view, QueryDict(view.query).urlencode() == state) for view in saved],
            can_save=views is not None and user.is_authenticated,
            breadcrumb=self.get_breadcrumb(),
            **_actions(self.get_actions()),
            searchable=bool(self.search_fields),
        )

    def _chip_url(self, chip: Chip) -> str:
        names = {name for one in self.get_chips_cached() for name in one.params}
        changes: dict[str, str | None] = {name: None for name in names}
        return f"?{self.state({**changes, **chip.params})}"

    def _chip_on(self, chip: Chip) -> bool:
        names = {name for one in self.get_chips_cached() for name in one.params}
        return all(self.request.GET.get(name, "") == chip.params.get(name, "") for name in names)

    def get_chips_cached(self) -> Sequence[Chip]:
        """The chips, asked for once a request."""
        if not hasattr(self, "_chips"):
            self._chips = tuple(self.get_chips())
        return self._chips


def body_of(table: Table) -> Iterator[tuple[Any, list[tuple[SafeString, Any]]]]:
    """The rows of the page, each with its cells behind their opening tags; those are a column's, alike in every row."""
    columns = list(table.columns)
    starts = [_start(column, index == 0) for index, column in enumerate(columns)]
    made = list(zip(starts, map(cells.drawn, columns), strict=True))
    for row in table.paginated_rows:
        yield row, [(start, cell(row)) for start, cell in made]


def _start(column: BoundColumn, first: bool) -> SafeString:
    """The opening tag of a column's cells."""
    classes = f"{column.attrs['td'].get('class', '')}{' cell-lead' if first else ''}"
    return format_html('<td class="{}" data-label="{}">', classes, told(column.header))


def say_all(filterset: FilterSet) -> None:
    """A filter that is not set says 全部, where Django would say dashes or 未知."""
    for field in filterset.form.fields.values():
        if getattr(field, "empty_label", None) == "---------":
            field.empty_label = _("全部")
            field.widget.choices = field.choices  # a copied widget still asks the field that it was made for
        elif isinstance(field.widget, NullBooleanSelect):
            field.widget.choices = [("unknown", _("全部")), ("true", _("是")), ("false", _("否"))]


def _actions(found: Sequence[tuple[Text, str, str]]) -> dict[str, Sequence[tuple[Text, str, str]]]:
    """Buttons beside the heading, and what goes into the menu behind them where there are many."""
    shown = len(found) if len(found) <= MOST_BUTTONS else MOST_BUTTONS - 1
    return {"actions": found[:shown], "more_actions": found[shown:]}
