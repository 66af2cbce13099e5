"""One's own messages."""

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
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from shizheng.common.routes import SIGNED_IN, signed_in
from shizheng.kernel.notifications import actions, queries
from shizheng.kernel.notifications.models import Message
from shizheng.web.columns import MomentColumn
from shizheng.web.lists import BulkAction, Chip, ListPage
from shizheng.web.templatetags.ui import state as state_tag

MOST_COUNTED = 99


class InboxTable(tables.Table):
    subject = tables.Column(
        verbose_name=gettext_lazy("主旨"), linkify=("notifications:message", {"pk": tables.A("pk")})
    )
    state = tables.Column(verbose_name=gettext_lazy("狀態"), accessor="pk", orderable=False)
    kind = tables.Column(verbose_name=gettext_lazy("種類"), accessor="template__shown", orderable=False)
    recorded_at = MomentColumn(verbose_name=gettext_lazy("時間"))
    read_at = MomentColumn(
        verbose_name=gettext_lazy("讀的時間"), accessor="reading__recorded_at", default="—", orderable=False
    )

    def render_subject(self, record: Message) -> SafeString | str:
        return record.subject if record.is_read else format_html("<b>{}</b>", record.subject)

    def value_subject(self, record: Message) -> str:
        return record.subject

    def render_state(self, record: Message) -> SafeString:
        parts = [] if record.is_read else [state_tag("accent", _("未讀"), "mail")]
        if record.urgent:
            parts.append(state_tag("bad", _("急件"), "alert-triangle"))
        return SafeString(" ".join(parts) or _("已讀"))

    def value_state(self, record: Message) -> str:
        return _("已讀") if record.is_read else _("未讀")


def _kinds(request: HttpRequest | None) -> QuerySet[Any]:
    return queries.templates()


class InboxFilter(django_filters.FilterSet):
    template = django_filters.ModelChoiceFilter(label=gettext_lazy("種類"), queryset=_kinds)
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("狀態"),
        choices=[("unread", gettext_lazy("未讀")), ("read", gettext_lazy("已讀"))],
        method="by_state",
    )
    urgent = django_filters.ChoiceFilter(
        label=gettext_lazy("急件"), choices=[("1", gettext_lazy("只看急件"))], method="by_urgency"
    )

    class Meta:
        model = Message
        fields: tuple[str, ...] = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(reading__isnull=value == "unread")

    def by_urgency(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(urgent=True)


def _mark(actor: Any, rows: QuerySet[Any], request: HttpRequest) -> str:
    n = actions.mark_read(actor, rows.values_list("pk", flat=True))
    return ngettext("%(n)s 則標為已讀。", "%(n)s 則標為已讀。", n) % {"n": n}


class Inbox(ListPage):
    permission = SIGNED_IN
    title = gettext_lazy("通知")
    table_class = InboxTable
    filterset_class = InboxFilter
    search_fields = ("subject", "body")
    search_hint = gettext_lazy("在通知裡找")
    default_sort = ("-recorded_at",)
    hidden_columns = ("read_at",)
    export_name = "notifications"
    empty_title = gettext_lazy("沒有通知")
    empty_text = gettext_lazy("有事要您知道時會出現在這裡；要辦的事在「我的工作」。")
    bulk_actions = (BulkAction("read", gettext_lazy("標為已讀"), _mark),)

    def get_queryset(self) -> QuerySet[Message]:
        return queries.messages_of(self.request.user)  # type: ignore[arg-type]

    def get_chips(self) -> list[Chip]:
        unread = queries.unread_count(self.request.user)  # type: ignore[arg-type]
        return [Chip(_("未讀"), {"state": "unread"}, unread, "mail")]

    def get_actions(self) -> list[tuple[Any, str, str]]:
        return [(_("通知設定"), reverse("notifications:preferences"), "bell-cog")]

    template_name = "notifications/inbox.html"


@signed_in
def bell(request: HttpRequest) -> HttpResponse:
    """How many messages are unread, for the header."""
    n = queries.unread_count(request.user)  # type: ignore[arg-type]
    shown = f"{MOST_COUNTED}+" if n > MOST_COUNTED else str(n)
    return render(request, "notifications/_bell.html", {"n": n, "shown": shown})


@signed_in
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message; opening it is reading it."""
    found = queries.message(request.user, pk)  # type: ignore[arg-type]
    was_unread = not found.is_read
    if was_unread and request.method == "GET" and getattr(request, "as_of", None) is None:
        actions.mark_read(request.user, [pk])  # type: ignore[arg-type]
    return render(request, "notifications/message.html", {"message_": found, "was_unread": was_unread})


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything is read."""
    n = actions.mark_all_read(request.user)  # type: ignore[arg-type]
    messages.success(request, ngettext("%(n)s 則標為已讀。", "%(n)s 則標為已讀。", n) % {"n": n})
    return HttpResponseRedirect(reverse("notifications:inbox"))
