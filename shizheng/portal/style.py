"""The living style page: every component in every state, with invented content."""

from datetime import date, timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from shizheng.common.routes import requires
from shizheng.portal import style_data as data
from shizheng.portal.pages import row_of
from shizheng.web import work
from shizheng.web.columns import DayColumn, NumberColumn
from shizheng.web.lists import BulkAction, Chip, ListPage
from shizheng.web.templatetags.ui import state

PERMISSION = "portal.view_style"


class StyleForm(forms.Form):
    """One field of each kind, with an error and a filled-in value."""

    name = forms.CharField(
        label=gettext_lazy("案名"), help_text=gettext_lazy("和契約上的名稱一樣。"), max_length=60
    )
    day = forms.CharField(
        label=gettext_lazy("預定完工日"),
        help_text=gettext_lazy("民國年月日，例如 115-10-05。"),
        widget=forms.TextInput(attrs={"class": "inp-short", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("列管層級"),
        choices=[("", "—"), ("city", gettext_lazy("府管")), ("own", gettext_lazy("自行列管"))],
    )
    note = forms.CharField(
        label=gettext_lazy("落後原因"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    evidence = forms.FileField(
        label=gettext_lazy("佐證檔案"), required=False, help_text=gettext_lazy("PDF 或照片，20 MB 以下。")
    )
    told = forms.BooleanField(label=gettext_lazy("已通知會辦單位"), required=False)


class Rows(list[Any]):
    """A list that filters can read like a query set."""

    model = None

    def all(self) -> "Rows":
        """All rows."""
        return self

    def none(self) -> "Rows":
        """No rows."""
        return Rows()


class StyleTable(tables.Table):
    """Invented projects."""

    number = tables.Column(verbose_name=gettext_lazy("案號"))
    name = tables.Column(verbose_name=gettext_lazy("案名"))
    agency = tables.Column(verbose_name=gettext_lazy("機關"))
    word = tables.Column(verbose_name=gettext_lazy("狀態"), order_by="gap")
    gap = NumberColumn(verbose_name=gettext_lazy("進度差（%）"), places=2)
    due = DayColumn(verbose_name=gettext_lazy("預定完工"))

    def render_number(self, value: str) -> SafeString:
        """The number opens the record."""
        return format_html('<a href="#{}">{}</a>', value, value)

    def value_number(self, value: str) -> str:
        """The number alone, for exports."""
        return value

    def render_word(self, record: "Project", value: str) -> SafeString:
        """Icon, word and colour."""
        return state(record.tone, value)

    def value_word(self, value: str) -> str:
        """The word alone, for exports."""
        return value


class Project:
    """One invented project."""

    def __init__(self, row: tuple[str, str, str, str, str, str, date]) -> None:
        from decimal import Decimal

        self.number, self.name, self.agency, self.tone, self.word, gap, self.due = row
        self.gap, self.pk = Decimal(gap), self.number

    def __str__(self) -> str:
        return self.name


class StyleFilter(django_filters.FilterSet):
    """Filters over invented rows."""

    agency = django_filters.ChoiceFilter(
        label=gettext_lazy("機關"), choices=[(a, a) for a in ("濱河局", "工務局", "文教局", "社福局")],
        empty_label=gettext_lazy("全部"),
    )  # fmt: skip
    tone = django_filters.ChoiceFilter(
        label=gettext_lazy("狀態"),
        choices=[("good", gettext_lazy("如期")), ("warn", gettext_lazy("預警")), ("bad", gettext_lazy("落後"))],
        empty_label=gettext_lazy("全部"),
    )  # fmt: skip

    def filter_queryset(self, queryset: Any) -> "Rows":
        """By equality, in memory."""
        wanted = {name: value for name, value in self.form.cleaned_data.items() if value}
        return Rows(
            row for row in queryset if all(getattr(row, name) == value for name, value in wanted.items())
        )


class StyleList(ListPage):
    """The list page over invented rows."""

    permission = PERMISSION
    title = gettext_lazy("清單的樣子")
    subtitle = gettext_lazy("搜尋、條件、排序、欄位、勾選、匯出，狀態都在網址裡")
    table_class = StyleTable
    filterset_class = StyleFilter
    search_fields = ("name", "number", "agency")
    default_sort = ("gap",)
    bulk_actions = (
        BulkAction(
            "remind",
            gettext_lazy("寄提醒"),
            lambda actor, rows, request: _("示範：選了 %(n)s 筆。") % {"n": len(rows)},
        ),
    )

    def get_queryset(self) -> Rows:
        """The invented projects."""
        return Rows(Project(row) for row in data.PROJECTS)

    def search(self, rows: Any, words: str) -> Rows:
        """Every word in number, name or agency."""
        return Rows(r for r in rows if all(w in f"{r.number} {r.name} {r.agency}" for w in words.split()))

    def pick(self, rows: Any, chosen: Any) -> Rows:
        """By number."""
        return Rows(r for r in rows if r.pk in chosen)

    def get_chips(self) -> list[Chip]:
        """By state."""
        tones = [row[3] for row in data.PROJECTS]
        return [
            Chip(gettext_lazy("全部"), {}, len(tones)),
            Chip(gettext_lazy("落後"), {"tone": "bad"}, tones.count("bad"), "trending-down"),
            Chip(gettext_lazy("預警"), {"tone": "warn"}, tones.count("warn")),
        ]

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        """Back to the style page."""
        from django.urls import reverse

        return [(_("樣式"), reverse("portal:style"))]


def work_rows() -> list[Any]:
    """Invented work: overdue, sent back, later."""
    day = data.TODAY
    items = [
        work.WorkItem(day - timedelta(1), _("東坡橋改建：填報 9 月進度"), _("每月 4 日前填報。10-02 已寄提醒；今天起科長也看得到。"),
                      "#work", pgettext("do", "填報"), kind=_("標案進度"), icon="crane", ready=_("已帶入估驗金額；只缺 1 格")),
        work.WorkItem(day, _("河濱步道延伸：落後原因請補正"), _("科長昨天退回：「請寫是哪一家、何時可遷完。」"), "#work", _("補正"),
                      kind=_("補正"), icon="arrow-back-up", ready=_("您原來的文字都還在"), returned=True, clock=_("剩 6 小時 20 分")),
        work.WorkItem(day + timedelta(9), _("上半年成果：2 項指標"), _("10-14 前送研考會。"), "#work", _("開啟"),
                      kind=_("指標"), icon="target-arrow", ready=_("分子分母已由標案帶入")),
    ]  # fmt: skip
    return [row_of(item, day) for item in items]


@requires(PERMISSION)
@require_safe
def style_page(request: HttpRequest) -> HttpResponse:
    """Everything of the staff frame."""
    form = StyleForm({"name": "東坡橋改建", "day": "115-13-05", "kind": "city"})
    form.add_error("day", _("沒有 13 月。請填民國年月日，例如 115-10-05。"))
    empty_form = StyleForm(prefix="clean")
    context = {
        "today": data.TODAY,
        "projects": [Project(row) for row in data.PROJECTS[:4]],
        "line": data.line_chart(), "bars": data.bar_chart(), "agencies": data.agency_rows(),
        "map": {"id": "style-map", "title": _("各區件數；兩區沒有填報"), "note": _("示範數字，件"), "unit": "", "decimals": 0,
                "places": data.districts()},
        "timeline": data.timeline(), "strip": data.strip(), "cards": data.board_cards(), "work": work_rows(),
        "form": form, "empty_form": empty_form,
        "definitions": [(_("規則"), _("kpi.met 第 3 版"), _("115-01-01 起施行")), (_("代入"), "77.31 ≥ 75")],
        "acts": [
            {"label": _("填報 9 月進度"), "url": "#record", "main": False},
            {"label": _("撰寫趕工計畫"), "url": "#record"},
            {"label": _("解除列管"), "refused": _("還有 4 個查核點未完成")},
        ],
        "states": [("bad", _("落後 −12.40%"), "trending-down"), ("severe", _("嚴重落後 −21.40%"), "")],
        "chips": [
            {"label": _("全部"), "count": 12, "url": "#states", "active": True},
            {"label": _("逾期"), "count": 1, "url": "#states", "active": False, "icon": "alert-circle"},
        ],
    }  # fmt: skip
    return render(request, "portal/style.html", context)


@requires(PERMISSION)
@require_safe
def style_public(request: HttpRequest) -> HttpResponse:
    """The citizens' frame."""
    return render(
        request,
        "portal/style_public.html",
        {"strip": data.strip(), "form": StyleForm(), "agencies": data.agency_rows()},
    )


@requires(PERMISSION)
@require_safe
def style_board(request: HttpRequest) -> HttpResponse:
    """A leader's board: exceptions first, then numbers, trend, everything; prints to one A4 sheet."""
    context = {
        "cards": data.board_cards() * 2,
        "strip": data.strip(),
        "line": data.line_chart(),
        "agencies": data.agency_rows(),
    }
    return render(request, "portal/style_board.html", context)
