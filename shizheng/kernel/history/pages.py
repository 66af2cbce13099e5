"""Pages of the auditor: every change, one change, and a row as it stood at a moment."""

from datetime import datetime, time, timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from shizheng.common import clock
from shizheng.common.routes import requires
from shizheng.kernel.history import queries, words
from shizheng.kernel.history.models import Entry, Operation
from shizheng.web.columns import MomentColumn
from shizheng.web.dates import RocDateFilter
from shizheng.web.lists import MOST_WORDS, ListPage


class EntryTable(tables.Table):
    recorded_at = MomentColumn(verbose_name=_("時間"), linkify=("history:entry", {"pk": tables.A("pk")}))
    operation = tables.Column(verbose_name=_("異動"))
    model = tables.Column(verbose_name=_("資料"), order_by=("model", "object_id"))
    actor_name = tables.Column(verbose_name=_("人員"))
    action = tables.Column(verbose_name=_("動作"))
    reason = tables.Column(verbose_name=_("理由"), default="")

    class Meta:
        orderable = True

    def render_model(self, record: Any) -> SafeString:
        name = record.row_name or _("編號 %(n)s") % {"n": record.object_id}
        return format_html('<span class="meta">{}</span> {}', queries.name_of_model(record.model), name)

    def value_model(self, record: Any) -> str:
        name = record.row_name or _("編號 %(n)s") % {"n": record.object_id}
        return f"{queries.name_of_model(record.model)} {name}"

    def render_action(self, value: str) -> str:
        return words.action(value)


class EntryFilter(django_filters.FilterSet):
    operation = django_filters.ChoiceFilter(label=_("異動"), choices=Operation.choices)
    model = django_filters.ChoiceFilter(label=_("資料種類"), choices=queries.model_choices)
    action = django_filters.ChoiceFilter(
        label=_("動作"), choices=lambda: sorted(words.actions().items(), key=lambda each: str(each[1]))
    )
    since = RocDateFilter(label=_("起日"), field_name="recorded_at", lookup_expr="date__gte")
    until = RocDateFilter(label=_("迄日"), field_name="recorded_at", lookup_expr="date__lte")

    class Meta:
        model = Entry
        fields: tuple[str, ...] = ()


class EntryList(ListPage):
    permission = "history.view"
    title = _("歷程")
    subtitle = _("每一筆資料的每一次異動：誰、何時、為什麼、從哪裡。只能新增，沒有人能改。")
    table_class = EntryTable
    filterset_class = EntryFilter
    search_fields = ("actor_name", "reason", "object_id", "row_name")
    default_sort = ("-recorded_at",)
    export_name = "history"
    empty_title = _("這段時間沒有異動")

    def get_queryset(self) -> QuerySet[Entry]:
        entries = queries.with_row_names(queries.visible_to(self.request.user))  # type: ignore[arg-type]
        day = getattr(self.request, "as_of", None)
        if day is not None:
            entries = entries.filter(
                recorded_at__lt=datetime.combine(day + timedelta(days=1), time(), clock.TAIPEI)
            )
        return entries

    def search(self, rows: QuerySet[Entry], words_typed: str) -> QuerySet[Entry]:
        """Every word occurs in a person's name, the reason, the row's name or number, or the action's name."""
        for word in words_typed.split()[:MOST_WORDS]:
            either = Q(action__in=words.actions_called(word))
            for field in self.search_fields:
                either |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(either)
        return rows


@requires("history.view")
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: all columns before and after, and the other changes of the same row."""
    found = queries.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404
    context: dict[str, Any] = {
        "entry": found,
        "changes": queries.changes_of(found),
        "others": queries.entries_of(found.model, found.object_id)[:50],
        "model_name": queries.name_of_model(found.model),
        "subject": words.row_name(found.after or found.before or {}),
    }
    return render(request, "history/entry.html", context)
