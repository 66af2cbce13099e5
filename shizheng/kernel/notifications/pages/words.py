"""The words of templates: seen, tried on the example and on a person, changed with a reason."""

from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.notifications import actions, queries, trying
from shizheng.kernel.notifications.forms import RestoreForm, WordsForm
from shizheng.kernel.notifications.models import Template
from shizheng.web.columns import NumberColumn
from shizheng.web.lists import ListPage
from shizheng.web.refusals import show_refusal

EDIT = "notifications.edit_templates"


class TemplateTable(tables.Table):
    shown = tables.Column(
        verbose_name=gettext_lazy("名稱"),
        order_by="name",
        linkify=("notifications:template", {"code": tables.A("code")}),
    )
    code = tables.Column(verbose_name=gettext_lazy("代碼"))
    urgent = tables.BooleanColumn(verbose_name=gettext_lazy("急件"))
    version = NumberColumn(verbose_name=gettext_lazy("第幾版"))

    def render_urgent(self, value: bool) -> str:
        return _("是") if value else "—"

    def value_urgent(self, value: bool) -> str:
        return _("是") if value else ""


class TemplateList(ListPage):
    permission = EDIT
    title = gettext_lazy("通知範本")
    subtitle = gettext_lazy("系統通知人的文字。改了以後的通知用新的文字，已經送出的不變。")
    table_class = TemplateTable
    search_fields = ("code", "name")
    search_hint = gettext_lazy("找範本的名稱或代碼")
    export_name = "notification-templates"

    def get_queryset(self) -> QuerySet[Template]:
        assert self.request.user.may(EDIT)  # type: ignore[union-attr]
        return queries.templates()


@requires(EDIT)
def template(request: HttpRequest, code: str) -> HttpResponse:
    """One template: its words now, how they look, and the versions before."""
    return _template(request, code)


def _template(
    request: HttpRequest, code: str, form: RestoreForm | None = None, status: int = 200
) -> HttpResponse:
    found = queries.template(code)
    now = queries.current_version(found)
    context = {
        "template": found,
        "now": now,
        "shown": trying.shown(found, trying.words_in(now), request.user, None),
        "versions": queries.versions_of(found),
        "restore": form or (None if now.shipped else RestoreForm(initial={"version": found.version})),
    }
    return render(request, "notifications/template.html", context, status=status)


@requires(EDIT)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change the words; the preview follows what is typed."""
    found = queries.template(code)
    start: dict[str, Any] = {"version": found.version, **trying.words_in(queries.current_version(found))}
    form = WordsForm(request.POST or None, initial=start, actor=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and "try" not in request.POST:
            given = {name: form.cleaned_data[name] for name in (*form.words(), "version", "reason")}
            try:
                made = actions.edit_template(request.user, code, **given)  # type: ignore[arg-type]
            except CannotDo as failure:
                show_refusal(form, failure)
                status = failure.status
            else:
                messages.success(request, _("已存成第 %(n)s 版，之後的通知用新的文字。") % {"n": made.number})
                return HttpResponseRedirect(reverse("notifications:template", args=[code]))
    words = form.words() if form.is_bound else trying.words_in(queries.current_version(found))
    context = {"template": found, "form": form, **_tried(request, found, words)}
    return render(request, "notifications/edit.html", context, status=status)


@requires(EDIT)
@require_POST
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """How the words being typed would look, or what is wrong with them; nothing is kept."""
    found = queries.template(code)
    form = WordsForm(request.POST, actor=request.user)
    return render(request, "notifications/_preview.html", _tried(request, found, form.words()))


def _tried(request: HttpRequest, found: Template, words: dict[str, str]) -> dict[str, Any]:
    try:
        checked = actions.checked_words(found, **words)
    except BadInput as failure:
        return {"wrong": [text for texts in failure.fields.values() for text in texts], "shown": None}
    person = request.POST.get("person", "")
    return {"shown": trying.shown(found, checked, request.user, int(person) if person.isdecimal() else None)}


@requires(EDIT)
@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Go back to the words that ship."""
    form = RestoreForm(request.POST)
    if not form.is_valid():
        return _template(request, code, form, 422)
    try:
        actions.restore_template(request.user, code, **form.cleaned_data)  # type: ignore[arg-type]
    except CannotDo as failure:
        show_refusal(form, failure)
        return _template(request, code, form, failure.status)
    messages.success(request, _("已恢復隨附的文字。"))
    return HttpResponseRedirect(reverse("notifications:template", args=[code]))
