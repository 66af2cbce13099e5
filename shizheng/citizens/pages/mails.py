"""陳情來信: what came in by mail and where it stands; opened with a record, taken in by hand, put aside."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.citizens import actions
from shizheng.citizens.forms_mail import PurposeForm, SpamForm, TakeMailForm
from shizheng.citizens.models import IncomingMail
from shizheng.citizens.models.mails import MailState, MailWhy
from shizheng.citizens.queries import mails as queries
from shizheng.common.routes import requires
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.kernel.files.rules import size_text
from shizheng.web.changing import FORMS, asked, form_page, posted, tried
from shizheng.web.columns import MomentColumn, NumberColumn, StateColumn
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui

HANDLE = "citizens.handle_mail"
TONES = {
    MailState.NEW: ("calm", "clock-hour-4"),
    MailState.WAITING: ("accent", "clock-hour-4"),
    MailState.TAKEN: ("good", "circle-check"),
    MailState.JOINED: ("good", "link"),
    MailState.IGNORED: ("calm", "circle-x"),
    MailState.REFUSED: ("warn", "alert-triangle"),
    MailState.EXPIRED: ("calm", "clock-exclamation"),
    MailState.SPAM: ("calm", "circle-x"),
}
CODES = {
    "too_many": gettext_lazy("太多個"),
    "too_large": gettext_lazy("太大"),
    "bomb": gettext_lazy("解開後太大"),
    "archive": gettext_lazy("壓縮檔"),
    "executable": gettext_lazy("程式"),
    "macros": gettext_lazy("有巨集"),
    "damaged": gettext_lazy("損壞"),
}


def state_of(row: IncomingMail) -> Any:
    """The state with its colour and sign."""
    tone, icon = TONES[MailState(row.state)]
    return ui.state(tone, row.get_state_display(), icon)


class MailFilter(django_filters.FilterSet):
    """By state and why."""

    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), choices=MailState.choices)
    why = django_filters.ChoiceFilter(label=gettext_lazy("原因"), choices=MailWhy.choices)

    class Meta:
        model = IncomingMail
        fields: ClassVar[Sequence[str]] = []


class MailTable(tables.Table):
    """One row a mail."""

    number = tables.Column(verbose_name=gettext_lazy("來信"), accessor="pk", order_by=("pk",))
    arrived_at = MomentColumn(verbose_name=gettext_lazy("收到的時間"))
    state = StateColumn(verbose_name=gettext_lazy("狀態"), draw=state_of)
    why = tables.Column(verbose_name=gettext_lazy("原因"), default="—")
    case = tables.Column(verbose_name=gettext_lazy("案號"), accessor="case__number", default="—")
    attachments = NumberColumn(verbose_name=gettext_lazy("附件"))
    size = tables.Column(verbose_name=gettext_lazy("大小"))
    settled_at = MomentColumn(verbose_name=gettext_lazy("處理的時間"), default="—")

    def render_number(self, value: int) -> Any:
        return format_html('<a href="{}">{}</a>', reverse("citizens:mail", args=[value]), f"#{value}")

    def value_number(self, value: int) -> int:
        return value

    def render_size(self, value: int) -> str:
        return size_text(value)

    def value_size(self, value: int) -> int:
        return value


class MailList(ListPage):
    """陳情來信清單."""

    permission = HANDLE
    title = gettext_lazy("陳情來信")
    table_class = MailTable
    filterset_class = MailFilter
    search_fields: ClassVar[Sequence[str]] = ("case__number",)
    search_hint = gettext_lazy("找案號")
    default_sort = ("-arrived_at",)
    hidden_columns = ("settled_at",)
    export_name = "petition-mails"
    template_name = "citizens/mails.html"
    empty_title = gettext_lazy("沒有來信")
    empty_text = gettext_lazy("寄到陳情信箱的信，一分鐘內會列在這裡。")

    def get_queryset(self) -> Any:
        return queries.mails(self.request.user)  # type: ignore[arg-type]

    def get_chips(self) -> Iterable[Chip]:
        counts = queries.counts()
        yield Chip(_("全部"), {}, sum(counts.values()))
        for state in (MailState.REFUSED, MailState.WAITING, MailState.EXPIRED, MailState.IGNORED):
            yield Chip(str(state.label), {"state": state.value}, counts[state.value], TONES[state][1])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, reads=actions.reads_mails(), mailboxes=queries.mailboxes())


def _crumbs(pk: int | None = None) -> list[tuple[Any, str]]:
    found = [(_("陳情來信"), reverse("citizens:mails"))]
    return found if pk is None else [*found, (f"#{pk}", _page(pk))]


def _page(pk: int) -> str:
    return reverse("citizens:mail", args=[pk])


@requires(HANDLE)
@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: where it stands and why, what was written to its sender, who opened it."""
    return _mail(request, pk, PurposeForm())


def _mail(request: HttpRequest, pk: int, form: PurposeForm, status: int = 200) -> HttpResponse:
    row = queries.mail(request.user, pk)  # type: ignore[arg-type]
    left_out = [str(CODES.get(each, _("種類不收，或檢查不通過"))) for each in row.left_out]
    context = {
        "row": row, "state": state_of(row), "size": size_text(row.size), "left_out": left_out,
        "letters": queries.letters_to(row), "readings": queries.readings_of(row), "form": form,
        "can_open": queries.has_content(row), "can_decide": row.case_id is None,
    }  # fmt: skip
    return render(request, "citizens/mail.html", context, status=status)


@requires(HANDLE)
@require_POST
def open_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it says, or the file as it came; who opened it and why is kept first."""
    form = PurposeForm(request.POST)
    user: Any = request.user
    opened = (
        tried(form, lambda: actions.open_mail(user, pk, purpose=form.cleaned_data["purpose"]))
        if form.is_valid()
        else None
    )
    if opened is None:
        return _mail(request, pk, form, 422)
    if "file" in request.POST:
        answer = HttpResponse(opened.raw, content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="mail-{pk}.eml"'
        answer["X-Content-Type-Options"] = "nosniff"
    else:
        names = [(name, size_text(size)) for name, size in opened.read.names]
        context = {
            "row": opened.row,
            "read": opened.read,
            "names": names,
            "why": dict(MailWhy.choices).get(opened.read.refused),
        }
        answer = render(request, "citizens/mail_opened.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@requires(HANDLE)
@require_http_methods(FORMS)
def take_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """收案 without waiting for the sender; number and code are shown once."""
    user: Any = request.user
    row = queries.mail(user, pk)
    form = TakeMailForm(posted(request), initial={"version": row.version})
    if posted(request) is not None and form.is_valid():
        given = dict(form.cleaned_data)
        given["petition_class"] = PetitionClass(given["petition_class"])
        received = tried(form, lambda: actions.take_mail(user, pk, **given))
        if received is not None:
            answer = render(
                request,
                "petitions/received.html",
                {"row": received.petition, "case": received.petition.case, "code": received.code},
            )
            answer["Cache-Control"] = "private, no-store"
            return answer
    return form_page(request, form, _("來信收案"), _("收案"), _page(pk), crumbs=_crumbs(pk))


@requires(HANDLE)
@require_http_methods(FORMS)
def spam(request: HttpRequest, pk: int) -> HttpResponse:
    """列為垃圾信."""
    user: Any = request.user
    row = queries.mail(user, pk)
    form = SpamForm(posted(request), initial={"version": row.version})
    return asked(
        request, form, lambda: actions.mark_spam(user, pk, **form.cleaned_data), _("列為垃圾信"), _("列為垃圾信"), _page(pk),
        said=_("已列為垃圾信；內容期滿清除，之前仍可收案。"), crumbs=_crumbs(pk),
    )  # fmt: skip
