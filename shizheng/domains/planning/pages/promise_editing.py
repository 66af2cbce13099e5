"""Programmes and promises made, changed, moved, read in, no longer followed, published."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.domains.planning.actions import promise_sheets
from shizheng.domains.planning.actions import promises as actions
from shizheng.domains.planning.forms import ActForm, ReasonForm
from shizheng.domains.planning.promise_forms import (
    MoveForm,
    ProgrammeForm,
    PromiseForm,
    shown_values,
)
from shizheng.domains.planning.queries import promises as queries
from shizheng.web import changing
from shizheng.web.changing import FORMS, changed, posted, revision, tried
from shizheng.web.uploading import sheet_page

OF_PROGRAMME = ("version", "title", "term_from", "term_to", "note")


_page = partial(changing.form_page, template="planning/promise_form.html")


@requires("planning.manage_promises")
@require_http_methods(FORMS)
def new_programme(request: HttpRequest) -> HttpResponse:
    """新增政見方案."""
    user: Any = request.user
    form = ProgrammeForm(posted(request), new=True)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: actions.create_programme(user, **form.values()))
        if made is not None:
            messages.success(request, _("已新增。接著逐項新增，或用試算表一次匯入。"))
            return redirect("planning:programme", made.pk)
    return _page(request, form, _("新增政見方案"), _("新增"), reverse("planning:promises"))


@requires("planning.manage_promises")
@require_http_methods(FORMS)
def edit_programme(request: HttpRequest, programme_id: int) -> HttpResponse:
    """Change title, term and note."""
    user: Any = request.user
    found = queries.programme(user, programme_id)
    form, done, other = changed(
        request,
        ProgrammeForm,
        lambda: {name: getattr(queries.programme(user, found.pk), name) for name in OF_PROGRAMME},
        lambda form: actions.edit_programme(user, found.pk, **revision(form)),
    )
    if done is not None:
        messages.success(request, _("已存。"))
        return redirect("planning:programme", found.pk)
    back = reverse("planning:programme", args=[found.pk])
    return _page(request, form, _("修改政見方案"), _("儲存"), back, other=other)


@requires("planning.manage_promises")
@require_http_methods(FORMS)
def add(request: HttpRequest, programme_id: int) -> HttpResponse:
    """新增政見、子項或行動計畫."""
    user: Any = request.user
    found = queries.programme(user, programme_id)
    form = PromiseForm(posted(request), initial={"code": request.GET.get("code", "")[:11]})
    if request.method == "POST" and form.is_valid():
        made = tried(
            form, lambda: actions.create_promise(user, found.pk, form.cleaned_data["code"], form.values())
        )
        if made is not None:
            messages.success(request, _("已新增 %(promise)s。") % {"promise": made})
            return redirect("planning:promise", made.pk)
    back = reverse("planning:programme", args=[found.pk])
    return _page(request, form, _("新增政見項目"), _("新增"), back, subtitle=found.title)


@requires("planning.manage_promises")
@require_http_methods(FORMS)
def edit(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Change one promise, with a reason."""
    user: Any = request.user
    found = queries.promise(user, promise_id)
    form, done, other = changed(
        request,
        partial(PromiseForm, row=found),
        lambda: shown_values(queries.promise(user, found.pk)),
        lambda form: actions.edit_promise(user, found.pk, **revision(form)),
    )
    if done is not None:
        messages.success(request, _("已存，理由記在經過裡。"))
        return redirect("planning:promise", found.pk)
    title = _("修改 %(promise)s") % {"promise": found}
    return _page(request, form, title, _("儲存"), _back(found.pk), other=other)


@requires("planning.manage_promises")
@require_http_methods(FORMS)
def move(request: HttpRequest, promise_id: int) -> HttpResponse:
    """改編號或移動: what is below goes along."""
    user: Any = request.user
    found = queries.promise(user, promise_id)
    form, done, other = changed(
        request,
        MoveForm,
        lambda: {name: getattr(queries.promise(user, found.pk), name) for name in ("version", "code")},
        lambda form: actions.move_promise(
            user,
            found.pk,
            version=form.cleaned_data["version"],
            code=form.cleaned_data["code"],
            reason=form.cleaned_data["reason"],
        ),
    )
    if done is not None:
        messages.success(request, _("已移到 %(code)s。") % {"code": done.code})
        return redirect("planning:promise", found.pk)
    title = _("改編號或移動 %(promise)s") % {"promise": found}
    return _page(request, form, title, _("移動"), _back(found.pk), other=other)


@requires("planning.manage_promises")
@require_http_methods(FORMS)
def retire(request: HttpRequest, promise_id: int) -> HttpResponse:
    """停止列管."""
    words = _("停止列管 %(promise)s"), _("停止列管"), _("已停止列管；填過的都留著。")
    return _with_reason(request, promise_id, actions.retire_promise, *words)


@requires("planning.manage_promises")
@require_http_methods(FORMS)
def resume(request: HttpRequest, promise_id: int) -> HttpResponse:
    """恢復列管."""
    words = _("恢復列管 %(promise)s"), _("恢復列管"), _("已恢復列管。")
    return _with_reason(request, promise_id, actions.resume_promise, *words)


def _with_reason(
    request: HttpRequest, promise_id: int, act: Any, title: str, submit: str, done: str
) -> HttpResponse:
    user: Any = request.user
    found = queries.promise(user, promise_id)
    form = ReasonForm(posted(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = tried(form, lambda: act(user, found.pk, version=given["version"], reason=given["reason"]))
        if made is not None:
            messages.success(request, done)
            return redirect("planning:promise", found.pk)
    return _page(request, form, title % {"promise": found}, submit, _back(found.pk))


def _back(promise_id: int) -> str:
    return reverse("planning:promise", args=[promise_id])


@requires("planning.manage_promises")
@require_http_methods(FORMS)
def upload(request: HttpRequest, programme_id: int) -> HttpResponse:
    """匯入: all of it or nothing, with a report for each row."""
    user: Any = request.user
    found = queries.programme(user, programme_id)
    return sheet_page(
        request,
        lambda data, name, reason: promise_sheets.import_promises(user, found.pk, data, name, reason=reason),
        "planning/promise_import.html",
        reverse("planning:programme", args=[found.pk]),
        said=_("讀入完成：新增 %(new)s 項，修改 %(changed)s 項，相同 %(same)s 項。"),
        programme=found,
    )


@requires("planning.publish_promises")
@require_POST
def publish(request: HttpRequest, programme_id: int) -> HttpResponse:
    """公布."""
    user: Any = request.user
    form = ActForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    try:
        actions.publish_programme(user, programme_id, version=version)
    except CannotDo as failure:
        messages.error(request, failure.message)
    else:
        messages.success(request, _("已公布，任何人都看得到。"))
    return redirect("planning:programme", programme_id)


@requires("planning.publish_promises")
@require_http_methods(FORMS)
def withdraw(request: HttpRequest, programme_id: int) -> HttpResponse:
    """撤回公布: asks for the reason."""
    user: Any = request.user
    found = queries.programme(user, programme_id)
    form = ReasonForm(posted(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = tried(
            form,
            lambda: actions.withdraw_programme(
                user, found.pk, version=given["version"], reason=given["reason"]
            ),
        )
        if done is not None:
            messages.success(request, _("已撤回，市民看不到了；內部照常列管。"))
            return redirect("planning:programme", found.pk)
    back = reverse("planning:programme", args=[found.pk])
    return _page(request, form, _("撤回公布"), _("撤回"), back, subtitle=found.title)
