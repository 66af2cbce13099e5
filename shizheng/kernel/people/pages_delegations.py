"""Pages on standing in for somebody (代理): who does for whom, until when."""

from typing import Any

import django_tables2 as tables
from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.routes import signed_in
from shizheng.kernel.people import actions, delegations, forms
from shizheng.kernel.people.confirming import confirm
from shizheng.kernel.people.pages import form_page, reader
from shizheng.web.columns import DayColumn
from shizheng.web.dates import RocDateField
from shizheng.web.lists import Chip, ListPage


class DelegationForm(forms.ReasonForm):
    from_user = django_forms.ChoiceField(label=_("本人"))
    to_user = django_forms.ChoiceField(label=_("代理人"))
    start_date = RocDateField(label=_("開始日"))
    end_date = RocDateField(label=_("結束日"), help_text=_("不再代理的第一天，例如銷假那天。"))

    field_order = ("from_user", "to_user", "start_date", "end_date", "reason")

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(each.pk), each.display_name) for each in delegations.colleagues(actor)]
        own = (str(actor.pk), actor.display_name)
        others = [each for each in people if each != own]
        self.fields["from_user"].choices = [own, *others] if actor.may("people.assign_roles") else [own]  # type: ignore[attr-defined]
        self.fields["to_user"].choices = [("", "—"), *others]  # type: ignore[attr-defined]


class DelegationTable(tables.Table):
    from_user = tables.Column(verbose_name=_("本人"), accessor="from_user__display_name")
    to_user = tables.Column(verbose_name=_("代理人"), accessor="to_user__display_name")
    start_date = DayColumn(verbose_name=_("開始日"))
    end_date = DayColumn(verbose_name=_("結束日（不含）"))
    reason = tables.Column(verbose_name=_("事由"))
    act = tables.Column(
        verbose_name=_("操作"),
        accessor="pk",
        orderable=False,
        linkify=("people:end_delegation", {"pk": tables.A("pk")}),
    )

    def render_act(self, record: Any) -> str:
        return gettext("結束") if record.end_date > clock.today() else gettext("已結束")

    def value_act(self, record: Any) -> str:
        return self.render_act(record)


class DelegationList(ListPage):
    permission = "signed_in"
    title = _("代理")
    subtitle = _("誰在什麼期間代理誰；代理期間做的事，兩個名字都會記下")
    table_class = DelegationTable
    search_fields = ("from_user__display_name", "to_user__display_name", "reason")
    default_sort = ("-start_date",)
    export_name = "delegations"
    main_action = True
    empty_title = _("沒有代理")
    empty_text = _("請假或出差時，可以指定同機關的同仁代理。")

    def get_queryset(self) -> Any:
        rows = delegations.delegations_visible_to(reader(self.request))
        return delegations.running(rows) if self.request.GET.get("now") else rows

    def get_chips(self) -> Any:
        return [Chip(_("全部"), {}), Chip(_("還沒結束的"), {"now": "1"})]

    def get_actions(self) -> Any:
        return [(_("設定代理"), reverse("people:new_delegation"), "user-plus")]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_delegation(request: HttpRequest) -> HttpResponse:
    """Name who stands in, from when until when."""
    user = reader(request)
    initial = {"from_user": str(user.pk), "start_date": clock.today()}
    form = DelegationForm(request.POST if request.method == "POST" else None, actor=user, initial=initial)
    back = reverse("people:delegations")
    if request.method == "POST" and form.is_valid():
        confirm(request)
        data = form.cleaned_data
        try:
            made = actions.delegate(
                user, from_user_id=int(data["from_user"]), to_user_id=int(data["to_user"]),
                start_date=data["start_date"], end_date=data["end_date"], reason=data["reason"],
            )  # fmt: skip
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(
                request,
                gettext("已設定：%(acting)s 代理 %(absent)s。")
                % {"acting": made.to_user, "absent": made.from_user},
            )
            return HttpResponseRedirect(back)
    return form_page(request, form, _("設定代理"), back, [(_("代理"), back)])


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation before its day."""
    user = reader(request)
    found = delegations.delegations_visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = forms.EndForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    back = reverse("people:delegations")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.end_delegation(user, pk, on=data["on"], version=data["version"], reason=data["reason"])
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, gettext("已儲存。"))
            return HttpResponseRedirect(back)
    note = gettext("%(acting)s 代理 %(absent)s") % {"acting": found.to_user, "absent": found.from_user}
    return form_page(request, form, _("結束代理"), back, [(_("代理"), back)], note=note)
