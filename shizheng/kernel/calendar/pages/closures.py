"""Closures by disaster: the list, recording one, taking one back."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.errors import BadInput, Conflict
from shizheng.common.routes import requires
from shizheng.kernel.calendar import actions, queries
from shizheng.kernel.calendar.forms import ClosureForm, WithdrawForm, district_choices
from shizheng.kernel.calendar.models import Closure
from shizheng.kernel.calendar.pages.common import hours_of, tell_form
from shizheng.kernel.calendar.rules import District, weekday_name
from shizheng.kernel.calendar.shipped import district_name, districts
from shizheng.kernel.history.queries import entries_of
from shizheng.web.lists import ListPage
from shizheng.web.templatetags.ui import day_text, weekday_text
from shizheng.web.templatetags.ui import state as state_tag


class ClosureTable(tables.Table):
    date = tables.Column(
        verbose_name=gettext_lazy("日期"), linkify=("calendar:closure", {"pk": tables.A("pk")})
    )
    district_code = tables.Column(verbose_name=gettext_lazy("範圍"), empty_values=())
    start_time = tables.Column(verbose_name=gettext_lazy("時段"), empty_values=(), order_by=("start_time",))
    cause = tables.Column(verbose_name=gettext_lazy("事由"))
    until = tables.Column(verbose_name=gettext_lazy("狀態"), empty_values=())
    source = tables.Column(verbose_name=gettext_lazy("依據"))

    def render_date(self, record: Closure) -> str:
        return day_text(record.date, "short") + weekday_text(record.date)

    @cached_property
    def known(self) -> Mapping[str, District]:
        """The districts, read once for all rows."""
        return districts()

    def render_district_code(self, record: Closure) -> str:
        return district_name(record.district_code, self.known)

    def render_start_time(self, record: Closure) -> str:
        return hours_of(record)

    def render_until(self, record: Closure) -> SafeString:
        if record.until is None:
            return SafeString(state_tag("warn", _("有效")))
        return format_html("{}", _("第 %(n)s 版撤回") % {"n": record.until})


class ClosureFilter(django_filters.FilterSet):
    district_code = django_filters.ChoiceFilter(label=gettext_lazy("行政區"), choices=district_choices)
    withdrawn = django_filters.BooleanFilter(
        label=gettext_lazy("已撤回"), field_name="until", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Closure
        fields: tuple[str, ...] = ()


class ClosureList(ListPage):
    permission = "calendar.view"
    title = gettext_lazy("停止上班")
    subtitle = gettext_lazy("天然災害等停止上班的日子，全市或部分行政區。工作天與辦公時數會扣除。")
    table_class = ClosureTable
    filterset_class = ClosureFilter
    search_fields = ("cause", "source")
    default_sort = ("-date",)
    export_name = "closures"
    empty_title = gettext_lazy("還沒有停止上班的紀錄")
    empty_text = gettext_lazy("市府公告停止上班後，在這裡登錄，期限會自動重算。")

    def get_queryset(self) -> QuerySet[Closure]:
        day = getattr(self.request, "as_of", None)
        return queries.closures(queries.calendar_on(day).version) if day else Closure.objects.all()

    def get_breadcrumb(self) -> list[tuple[Any, str]]:
        return [(_("工作日曆"), reverse("calendar:year"))]

    def get_actions(self) -> list[tuple[Any, str, str]]:
        if not self.request.user.may("calendar.revise"):  # type: ignore[union-attr]
            return []
        return [(_("登錄停止上班"), reverse("calendar:new_closure"), "plus")]


@requires("calendar.revise")
def new_closure(request: HttpRequest) -> HttpResponse:
    """Record a closure of the whole city or of some districts."""
    status = 200
    if request.method == "POST":
        form, status = ClosureForm(request.POST), 422
        if form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if name != "scope"}
            try:
                new = actions.record_closure(request.user, **given)  # type: ignore[arg-type]
            except BadInput as failure:
                tell_form(form, failure)
            else:
                messages.success(request, _("已登錄，日曆成為第 %(n)s 版。") % {"n": new.number})
                return HttpResponseRedirect(reverse("calendar:closures"))
    else:
        form = ClosureForm(initial={"day": request.GET.get("day", "")[:20]})
    return render(request, "calendar/closure_form.html", {"form": form}, status=status)


@requires("calendar.view")
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """One closure with its history, and taking it back."""
    return _closure(request, pk, None)


@requires("calendar.revise")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closure back; deadlines of later versions count the day again."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("calendar:closure", args=[pk]))
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _closure(request, pk, form, 422)
    try:
        new = actions.withdraw_closure(request.user, pk, **form.cleaned_data)  # type: ignore[arg-type]
    except Conflict as failure:
        form.add_error(None, failure.message)
        return _closure(request, pk, form, 409)
    messages.success(request, _("已撤回，日曆成為第 %(n)s 版。") % {"n": new.number})
    return HttpResponseRedirect(reverse("calendar:closure", args=[pk]))


def _closure(request: HttpRequest, pk: int, form: WithdrawForm | None, status: int = 200) -> HttpResponse:
    found = queries.closure(pk)
    may = request.user.may("calendar.revise") and found.until is None  # type: ignore[union-attr]
    context = {
        "closure": found, "where": district_name(found.district_code), "hours": hours_of(found),
        "weekday": weekday_name(found.date), "entries": entries_of(found)[:50],
        "form": form or (WithdrawForm(initial={"version": found.version}) if may else None), "may": may,
    }  # fmt: skip
    return render(request, "calendar/closure.html", context, status=status)
