"""陳情議題: the list, one theme with months, agencies, map and petitions, made, changed, and what belongs to it decided."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.permissions import require
from shizheng.common.routes import requires, shows_today
from shizheng.common.words import called
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Belonging, Theme
from shizheng.domains.petitions.pages.shared import back_to, crumbs
from shizheng.domains.petitions.queries import petitions
from shizheng.domains.petitions.queries import themes as queries
from shizheng.domains.petitions.rules.themes import words_in
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web.changing import FORMS, asked, posted, revised, revision
from shizheng.web.columns import NumberColumn
from shizheng.web.forms import reason_field, version_field
from shizheng.web.geography import districts
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui


class ThemeFilter(django_filters.FilterSet):
    """By whether it is in use."""

    in_use = django_filters.BooleanFilter(label=gettext_lazy("使用中"))

    class Meta:
        model = Theme
        fields: ClassVar[Sequence[str]] = []


class ThemeTable(tables.Table):
    """One row a theme; counts are of petitions that the reader may see."""

    name = tables.Column(verbose_name=gettext_lazy("陳情議題"))
    inside = NumberColumn(verbose_name=gettext_lazy("案件"))
    confirmed = NumberColumn(verbose_name=gettext_lazy("已確認"))
    proposed = NumberColumn(verbose_name=gettext_lazy("待確認"))
    open = NumberColumn(verbose_name=gettext_lazy("未結"))
    agencies = NumberColumn(verbose_name=gettext_lazy("機關數"))
    words = tables.Column(verbose_name=gettext_lazy("詞"))
    note = tables.Column(verbose_name=gettext_lazy("說明"))

    def render_name(self, record: Theme) -> Any:
        link = format_html(
            '<a href="{}">{}</a>', reverse("petitions:theme", args=[record.pk]), called(record)
        )
        if record.in_use:
            return link
        return format_html("{} {}", link, ui.state("calm", _("已停用"), "player-stop"))

    def value_name(self, record: Theme) -> str:
        return called(record)

    def render_words(self, value: str) -> str:
        return "、".join(value.splitlines())


class ThemeList(ListPage):
    """陳情議題."""

    permission = "petitions.view"
    shows_today = True
    title = gettext_lazy("陳情議題")
    subtitle = gettext_lazy("跨機關的同一類問題；依詞找到，由承辦人確認")
    table_class = ThemeTable
    filterset_class = ThemeFilter
    search_fields: ClassVar[Sequence[str]] = queries.SEARCHED
    hidden_columns = ("note",)
    default_sort = ("-inside",)
    export_name = "petition-themes"
    empty_title = gettext_lazy("沒有符合的議題")
    empty_text = gettext_lazy("拿掉條件再看；沒有建的，由研考會新增。")

    def get_queryset(self) -> Any:
        return queries.themes(self.request.user)  # type: ignore[arg-type]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return crumbs()

    def get_chips(self) -> Iterable[Chip]:
        yield Chip(_("全部"), {})
        yield Chip(_("使用中"), {"in_use": "true"})

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        return (
            [(_("新增議題"), reverse("petitions:new_theme"), "plus")] if user.may("petitions.manage") else []
        )

    @property
    def main_action(self) -> bool:  # type: ignore[override]
        """Whether the first button makes a new one."""
        user: Any = self.request.user
        return bool(user.may("petitions.manage"))


class ThemeForm(forms.Form):
    """A theme: what it is called, by which words it is found."""

    version = version_field()
    name = forms.CharField(label=gettext_lazy("名稱"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("英文名稱"), max_length=120, required=False)
    words = forms.CharField(
        label=gettext_lazy("詞"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("一行一個；案由或分類裡有其中一個詞的陳情，列為待確認。"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("說明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    in_use = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)
    reason = reason_field()

    def values(self) -> dict[str, Any]:
        """Fields of the theme."""
        return {name: self.cleaned_data[name] for name in ("name", "name_en", "words", "note", "in_use")}


class NewThemeForm(ThemeForm):
    """A new one needs no reason."""

    reason = None  # type: ignore[assignment]


class DecideForm(forms.Form):
    """Whether a petition belongs to a theme."""

    version = version_field()
    state = forms.ChoiceField(label=gettext_lazy("歸屬"), choices=Belonging.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("改為不屬於或待確認時要寫。"),
    )  # fmt: skip


def theme_crumbs(row: Theme | None = None) -> list[tuple[Any, str]]:
    """The lists, and the theme where there is one."""
    found = [*crumbs(), (_("陳情議題"), reverse("petitions:themes"))]
    return [*found, (called(row), reverse("petitions:theme", args=[row.pk]))] if row else found


@requires("petitions.view")
@shows_today
@require_safe
def theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    """One theme: months, agencies, map, what waits to be confirmed, sample petitions."""
    user: Any = request.user
    row = queries.theme(theme_id)
    found = queries.shape(user, row)
    state = request.GET.get("state", "")
    state = state if state in Belonging.values else Belonging.PROPOSED.value
    rows = list(queries.members(user, row, Belonging(state))[: queries.SAMPLES + 1])
    words = tuple(row.words.splitlines())
    return render(
        request,
        "petitions/theme.html",
        {
            "row": row,
            "found": found,
            "total": sum(count for _unit, count, _open in found.agencies),
            "months": months_chart(found.months),
            "spec": map_spec(found),
            "state": state,
            "states": Belonging.choices,
            "members": [
                (each, words_in(words, f"{each.petition.case.title} {each.petition.category or ''}"))
                for each in rows[: queries.SAMPLES]
            ],
            "more": len(rows) > queries.SAMPLES,
            "may_manage": user.may("petitions.manage"),
            "may_handle": user.may("petitions.handle"),
            "entries": history.entries_of(row)[:40],
        },
    )


def months_chart(months: Sequence[tuple[Any, int]]) -> dict[str, Any]:
    """How many came each month, as bars."""
    return {
        "id": "theme-months", "kind": "bar", "title": _("每月收件"), "note": _("這個月還沒有過完"), "unit": _("件"),
        "places": 0, "x": [parse_period(f"{each:%Y-%m}").short_label for each, _count in months], "x_label": _("月份"),
        "series": [{"name": _("收件"), "role": "actual", "data": [count for _day, count in months]}],
    }  # fmt: skip


def map_spec(found: queries.Shape) -> dict[str, Any] | None:
    """Where they are: counts of districts, and points; None where no place is known."""
    if not found.districts and not found.pins:
        return None
    names = {each.code: each for each in districts()}
    return {
        "id": "theme-map",
        "title": _("在哪裡"),
        "note": _("各區件數；點圖釘看案件"),
        "unit": _("件"),
        "decimals": 0,
        "places": [
            {"code": code, "name": called(names[code]), "value": count}
            for code, count in found.districts
            if code in names
        ],
        "pins": [
            {
                "longitude": each.case.longitude, "latitude": each.case.latitude, "name": each.case.title,
                "note": each.case.number, "url": back_to(each.case_id), "look": "calm" if each.case.closed_at else "accent",
            }
            for each in found.pins
        ],
        "cluster": True,
    }  # fmt: skip


@requires("petitions.manage")
@require_http_methods(FORMS)
def new_theme(request: HttpRequest) -> HttpResponse:
    """新增議題."""
    user: Any = request.user
    form = NewThemeForm(posted(request))
    return asked(
        request,
        form,
        lambda: actions.create_theme(user, values=form.values()),
        _("新增議題"),
        _("新增"),
        reverse("petitions:themes"),
        said=_("已新增議題；依詞找到的案件列為待確認。"),
        then=lambda made: reverse("petitions:theme", args=[made.pk]),
        crumbs=theme_crumbs(),
    )


@requires("petitions.manage")
@require_http_methods(FORMS)
def edit_theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    """修改議題."""
    user: Any = request.user
    row = queries.theme(theme_id)
    return revised(
        request,
        ThemeForm,
        partial(_now, theme_id),
        lambda form: actions.edit_theme(user, theme_id, **revision(form)),
        _("修改議題"),
        _("存檔"),
        reverse("petitions:theme", args=[theme_id]),
        said=_("已修改議題。"),
        crumbs=theme_crumbs(row),
    )


def _now(theme_id: int) -> dict[str, Any]:
    row = queries.theme(theme_id)
    return {name: getattr(row, name) for name in ("version", "name", "name_en", "words", "note", "in_use")}


@requires("petitions.handle")
@require_http_methods(FORMS)
def decide_theme(request: HttpRequest, theme_id: int, case_id: int) -> HttpResponse:
    """確認歸屬: one petition and one theme."""
    user: Any = request.user
    row = queries.theme(theme_id)
    petition = petitions.petition(user, case_id)
    require(user, "petitions.handle", petition.case.unit_id)
    there = queries.belonging(theme_id, case_id)
    initial = {"version": there.version if there else 0, "state": request.GET.get("state", "confirmed")}
    form = DecideForm(posted(request), initial=initial)
    return asked(
        request,
        form,
        lambda: actions.decide_theme(
            user, theme_id, case_id, state=Belonging(form.cleaned_data["state"]),
            version=form.cleaned_data["version"] or 0, reason=form.cleaned_data["reason"],
        ),
        _("確認歸屬"),
        _("存檔"),
        reverse("petitions:theme", args=[theme_id]),
        said=_("已存歸屬。"),
        crumbs=theme_crumbs(row),
        subtitle=f"{petition.case.number}　{petition.case.title}",
    )  # fmt: skip


class AddForm(forms.Form):
    """A theme in which a petition is not yet."""

    theme_id = forms.TypedChoiceField(label=gettext_lazy("議題"), coerce=int)

    def __init__(self, *args: Any, themes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme_id"].choices = [(each.pk, called(each)) for each in themes]  # type: ignore[attr-defined]


@requires("petitions.handle")
@require_http_methods(FORMS)
def add_theme(request: HttpRequest, case_id: int) -> HttpResponse:
    """加到議題: a petition that no word found."""
    user: Any = request.user
    row = petitions.petition(user, case_id)
    require(user, "petitions.handle", row.case.unit_id)
    form = AddForm(posted(request), themes=queries.addable(row))
    return asked(
        request,
        form,
        lambda: actions.decide_theme(user, form.cleaned_data["theme_id"], case_id, state=Belonging.CONFIRMED),
        _("加到議題"),
        _("加入"),
        back_to(case_id),
        said=_("已加到議題。"),
        crumbs=crumbs(row),
        subtitle=row.case.title,
    )
