"""Pages for officers: the list, a publication with its files, figures and checks, issuing and withdrawing."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.kernel.history.queries import horizon
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.publication import actions, queries, registry
from shizheng.kernel.publication.forms import IssueForm, WithdrawForm
from shizheng.kernel.publication.models import Artefact, Publication
from shizheng.kernel.publication.pages.serving import served
from shizheng.kernel.publication.pages.showing import documents_of, in_words, shown_document
from shizheng.web.columns import MomentColumn
from shizheng.web.lists import ListPage
from shizheng.web.templatetags.ui import state as state_tag


def state_of(row: Any) -> tuple[str, str]:
    """Tone and word for how a publication stands."""
    if row.withdrawn:
        return "bad", _("已撤回")
    return ("calm", _("已有新版")) if row.superseded else ("good", _("現行"))


def kind_choices() -> list[tuple[str, str]]:
    """Every kind, for the filter."""
    return [(each.code, str(each.name)) for each in registry.kinds()]


class PublicationTable(tables.Table):
    title = tables.Column(
        verbose_name=gettext_lazy("名稱"), linkify=("publication:publication", {"code": tables.A("code")})
    )
    kind = tables.Column(verbose_name=gettext_lazy("種類"))
    unit = tables.Column(verbose_name=gettext_lazy("機關"), accessor="unit__name")
    edition = tables.Column(verbose_name=gettext_lazy("版次"))
    state = tables.Column(verbose_name=gettext_lazy("狀態"), empty_values=(), orderable=False)
    issued_at = MomentColumn(verbose_name=gettext_lazy("發布"))
    code = tables.Column(verbose_name=gettext_lazy("編號"))

    def render_kind(self, record: Publication) -> str:
        return str(registry.kind(record.kind).name)

    def value_kind(self, record: Publication) -> str:
        return self.render_kind(record)

    def render_edition(self, record: Publication) -> str:
        return _("第 %(n)s 版") % {"n": record.edition}

    def render_state(self, record: Publication) -> SafeString:
        return SafeString(state_tag(*state_of(record)))

    def value_state(self, record: Publication) -> str:
        return state_of(record)[1]


class PublicationFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=gettext_lazy("種類"), choices=kind_choices)
    withdrawn = django_filters.BooleanFilter(
        label=gettext_lazy("已撤回"), field_name="withdrawal", lookup_expr="isnull", exclude=True
    )
    since = django_filters.DateFilter(
        label=gettext_lazy("起日"), field_name="issued_at", lookup_expr="date__gte"
    )
    until = django_filters.DateFilter(
        label=gettext_lazy("迄日"), field_name="issued_at", lookup_expr="date__lte"
    )

    class Meta:
        model = Publication
        fields: tuple[str, ...] = ()


class PublicationList(ListPage):
    permission = "publication.view"
    title = gettext_lazy("公布紀錄")
    subtitle = gettext_lazy("每一次公布的內容、檔案與數字都照當時保存，隨時可以重算核對。")
    table_class = PublicationTable
    filterset_class = PublicationFilter
    search_fields = ("title", "code", "unit__name")
    default_sort = ("-issued_at",)
    hidden_columns = ("code",)
    export_name = "publications"
    empty_title = gettext_lazy("還沒有公布任何文件")
    empty_text = gettext_lazy("計畫公布、成果公布後會出現在這裡。")

    def get_queryset(self) -> QuerySet[Publication]:
        rows = queries.visible_to(self.request.user)  # type: ignore[arg-type]
        as_of = as_of_day(getattr(self.request, "as_of", None))
        if as_of is None:
            return rows
        known = rows.filter(recorded_at__lte=as_of.moment)
        limit = horizon(as_of.moment)
        return known if limit is None else known.filter(transaction_id__lt=limit)


@requires("publication.view")
@require_safe
def publication(request: HttpRequest, code: str) -> HttpResponse:
    """One publication: files with hashes, figures as issued and today, checks, what differs."""
    return _publication(request, code, None)


@requires("publication.view")
@require_safe
def today(request: HttpRequest, code: str) -> HttpResponse:
    """The part of that page that says what else would be different today: its subject is read anew for it."""
    found = queries.publication(request.user, code)  # type: ignore[arg-type]
    changed = [
        {
            "change": each.change,
            "before": in_words(each.change, "before"),
            "after": in_words(each.change, "after"),
        }
        for each in queries.document_differences(found)
    ]
    return render(request, "publication/_today.html", {"changed": changed})


@requires("publication.issue")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take a publication back, with a reason."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("publication:publication", args=[code]))
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _publication(request, code, form, 422)
    try:
        actions.withdraw(request.user, code, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
    except (BadInput, CannotDo) as failure:
        form.add_error(None, failure.message)
        return _publication(request, code, form, failure.status)
    messages.success(request, _("已撤回。檔案不再對外提供，紀錄留著。"))
    return HttpResponseRedirect(reverse("publication:publication", args=[code]))


@requires("publication.issue")
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, kind: str, subject: int) -> HttpResponse:
    """Look at what would be issued, then issue it."""
    made = registry.kind(kind)
    period = (request.POST if request.method == "POST" else request.GET).get("period", "")[:20]
    gathered = made.gathered(subject, period)
    require(request.user, made.permission, gathered.unit_id)  # type: ignore[arg-type]
    if made.managed_by:
        raise CannotDo(str(made.managed_by))
    form, status = IssueForm(initial={"period": period}), 200
    if request.method == "POST":
        form, status = IssueForm(request.POST), 422
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                new = actions.issue(request.user, kind, subject, period=period, reason=reason)  # type: ignore[arg-type]
            except CannotDo as failure:
                form.add_error(None, failure.message)
                status = failure.status
            else:
                messages.success(request, _("已公布第 %(n)s 版。") % {"n": new.edition})
                return HttpResponseRedirect(reverse("publication:publication", args=[new.code]))
    earlier = queries.of_subject(made.subject_label, subject, kind).filter(period=period)
    context = {
        "kind": made, "gathered": gathered, "form": form, "earlier": list(earlier),
        "shown": shown_document(queries.draft(made, gathered)),
        "back": made.subject_url(subject) if made.subject_url else reverse("publication:list"),
    }  # fmt: skip
    return render(request, "publication/issue.html", context, status=status)


@requires("publication.view")
@require_safe
def download(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A file as issued, also of a withdrawn publication."""
    found = queries.publication(request.user, code)  # type: ignore[arg-type]
    return served(request, queries.artefact(found.pk, name), shared=False)


def _publication(
    request: HttpRequest, code: str, form: WithdrawForm | None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    found = queries.publication(user, code)
    made = registry.kind(found.kind)
    figures = queries.issued_figures_of(found.pk)
    artefacts = list(Artefact.objects.filter(publication=found))
    different = {each.figure.pk: each for each in queries.differences(found, figures)}
    may = user.may(made.permission, found.unit_id) and user.may("publication.issue", found.unit_id)
    context = {
        "publication": found, "kind": made, "state": state_of(found), "artefacts": artefacts,
        "figures": [(each, different.get(each.pk)) for each in figures],
        "checks": queries.checks(found, figures, artefacts), "documents": documents_of(found, figures), "editions": list(queries.rows().filter(series=found.series).order_by("-edition")),
        "form": form or WithdrawForm() if may and not found.withdrawn and not made.managed_by else None,
        "again": may and not made.managed_by, "managed_by": made.managed_by if may else "",
        "subject_url": made.subject_url(found.subject_pk) if made.subject_url else "",
    }  # fmt: skip
    return render(request, "publication/publication.html", context, status=status)
