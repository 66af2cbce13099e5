"""Mails on their way, for those who look after them."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.notifications import actions, queries, way_out
from shizheng.kernel.notifications.forms import ReasonForm
from shizheng.kernel.notifications.models import Delivery, DeliveryState
from shizheng.web.columns import MomentColumn, NumberColumn
from shizheng.web.lists import BulkAction, Chip, ListPage
from shizheng.web.refusals import show_refusal
from shizheng.web.templatetags.ui import moment_text
from shizheng.web.templatetags.ui import state as state_tag

MANAGE = "notifications.manage"
TONES = {
    DeliveryState.HELD: ("calm", "clock-hour-4"),
    DeliveryState.WAITING: ("accent", "clock-hour-4"),
    DeliveryState.SENT: ("good", "circle-check"),
    DeliveryState.GATHERED: ("calm", "circle-check"),
    DeliveryState.DROPPED: ("calm", "circle-x"),
    DeliveryState.FAILED: ("bad", "circle-x"),
}


def state_of(delivery: Delivery) -> SafeString:
    """The state with its colour and sign."""
    tone, icon = TONES[DeliveryState(delivery.state)]
    return SafeString(state_tag(tone, delivery.get_state_display(), icon))


class DeliveryTable(tables.Table):
    subject = tables.Column(
        verbose_name=gettext_lazy("主旨"),
        accessor="pk",
        orderable=False,
        linkify=("notifications:delivery", {"pk": tables.A("pk")}),
    )
    user = tables.Column(
        verbose_name=gettext_lazy("收件人"), accessor="user__display_name", order_by="user__display_name"
    )
    state = tables.Column(verbose_name=gettext_lazy("狀態"))
    attempts = NumberColumn(verbose_name=gettext_lazy("嘗試次數"))
    next_at = MomentColumn(verbose_name=gettext_lazy("下次嘗試"), default="—")
    created_at = MomentColumn(verbose_name=gettext_lazy("建立時間"))
    sent_at = MomentColumn(verbose_name=gettext_lazy("寄出時間"), default="—")
    mail_id = tables.Column(verbose_name=gettext_lazy("郵件編號"))

    def render_subject(self, record: Delivery) -> str:
        return str(record)

    def value_subject(self, record: Delivery) -> str:
        return str(record)

    def render_state(self, record: Delivery) -> SafeString:
        return state_of(record)

    def value_state(self, record: Delivery) -> str:
        return str(record.get_state_display())


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), choices=DeliveryState.choices)

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()


def _again(actor: Any, rows: QuerySet[Any], request: HttpRequest) -> str:
    return _said(actions.send_again(actor, rows.values_list("pk", flat=True)))


def _said(n: int) -> str:
    return ngettext("%(n)s 封排進下一次寄送，一分鐘內會寄。", "%(n)s 封排進下一次寄送，一分鐘內會寄。", n) % {
        "n": n
    }


class DeliveryList(ListPage):
    permission = MANAGE
    title = gettext_lazy("信件寄送")
    table_class = DeliveryTable
    filterset_class = DeliveryFilter
    search_fields = ("message__subject", "user__display_name", "mail_id")
    search_hint = gettext_lazy("找主旨、收件人或郵件編號")
    default_sort = ("-created_at",)
    hidden_columns = ("created_at", "mail_id")
    export_name = "mails"
    empty_title = gettext_lazy("沒有信件")
    empty_text = gettext_lazy("有人要收信而有通知時，信件會列在這裡。")
    bulk_actions = (BulkAction("again", gettext_lazy("重新寄送"), _again, permission=MANAGE),)
    template_name = "notifications/deliveries.html"

    def get_queryset(self) -> QuerySet[Delivery]:
        return queries.deliveries(self.request.user)  # type: ignore[arg-type]

    def _outlook(self) -> queries.Outlook:
        if not hasattr(self, "_found"):
            self._found = queries.outlook(clock.now())
        return self._found

    def get_chips(self) -> list[Chip]:
        counts = self._outlook().counts
        return [
            Chip(str(state.label), {"state": state.value}, counts[state.value], TONES[state][1])
            for state in (DeliveryState.FAILED, DeliveryState.WAITING, DeliveryState.HELD)
            if counts.get(state.value)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        oldest = self._outlook().oldest_due
        late = oldest is not None and (clock.now() - oldest).total_seconds() > 600
        return super().get_context_data(
            **kwargs,
            reaches_people=way_out.reaches_people(),
            waiting_since=moment_text(oldest) if oldest is not None and late else "",
        )


@requires(MANAGE)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: what it says, where it stands, what became of each attempt."""
    return _delivery(request, pk)


def _delivery(
    request: HttpRequest, pk: int, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    found = queries.delivery(request.user, pk)  # type: ignore[arg-type]
    context = {
        "delivery": found,
        "state": state_of(found),
        "attempts": queries.attempts_of(found),
        "gathered": queries.deliveries(request.user).filter(digest=found).order_by("pk"),  # type: ignore[arg-type]
        "may_send": found.state in (DeliveryState.FAILED, DeliveryState.WAITING),
        "form": form or ReasonForm(),
    }
    return render(request, "notifications/delivery.html", context, status=status)


@requires(MANAGE)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one mail again now."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _delivery(request, pk, form, 422)
    queries.delivery(request.user, pk)  # type: ignore[arg-type]
    try:
        n = actions.send_again(request.user, [pk], reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
    except CannotDo as failure:
        show_refusal(form, failure)
        return _delivery(request, pk, form, failure.status)
    messages.success(request, _said(n))
    return HttpResponseRedirect(reverse("notifications:delivery", args=[pk]))
