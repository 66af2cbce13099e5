"""Upload, mapping, preview, taking in; and the first page of intake."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.common.words import read
from shizheng.kernel.intake import actions, queries
from shizheng.kernel.intake.forms import ApplyForm, MappingForm, UploadForm, heading_label
from shizheng.kernel.intake.registry import target_of, targets_of
from shizheng.web import exports
from shizheng.web.changing import FORMS, tried
from shizheng.web.refusals import show_refusal

SHOWN = 200
"""Problems on the page; all of them are in the file."""
FIRST_ROWS = 5


@requires("intake.view")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """資料匯入: what can be taken in, and what waits."""
    user: Any = request.user
    return render(
        request,
        "intake/home.html",
        {
            "targets": targets_of(user),
            "uploads": [(each, target_of(each.target)) for each in queries.uploads_of(user)],
            "reports": list(queries.reports_visible_to(user).select_related("by")[:5]),
        },
    )


@requires("intake.use")
@require_http_methods(FORMS)
def new(request: HttpRequest, target: str) -> HttpResponse:
    """上傳."""
    user: Any = request.user
    found = target_of(target)
    require(user, found.permission)
    sent = request.method == "POST"
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        made = tried(form, lambda: actions.receive(user, target, file.read(), file.name))
        if made is not None:
            return redirect("intake:upload", made.pk)
    context = {"form": form, "target": found}
    return render(request, "intake/new.html", context, status=422 if form.errors else 200)


@requires("intake.use")
@require_http_methods(FORMS)
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """對應欄位、預覽、匯入: one page; the mapping is changed and looked at again until it is right."""
    user: Any = request.user
    row = queries.upload(user, upload_id)
    target = target_of(row.target)
    sheet = queries.sheet_of(row)
    looked = queries.preview(user, target, queries.given_of(row), sheet)
    make = {
        "target": target, "headings": row.headings, "given": looked.given, "samples": queries.samples(sheet),
        "why": row.proposed, "unknown": looked.unknown,
    }  # fmt: skip
    form = MappingForm(
        request.POST if "map" in request.POST else None, initial={"version": row.version}, **make
    )
    taking = ApplyForm(
        request.POST if "apply" in request.POST else None,
        initial={"version": row.version},
        refused=len(looked.refused),
    )
    if "map" in request.POST and form.is_valid():
        version = form.cleaned_data["version"]
        done = tried(
            form, lambda: actions.set_mapping(user, upload_id, version=version, mapping=form.mapping())
        )
        if done is not None:
            messages.success(request, _("已照新的對應重新預覽。"))
            return redirect("intake:upload", upload_id)
    if "apply" in request.POST and taking.is_valid():
        given = taking.cleaned_data
        try:
            report = actions.apply(
                user, upload_id, version=given["version"], reason=given["reason"],
                leave_out=given.get("leave_out", False),
            )  # fmt: skip
        except CannotDo as failure:
            if not getattr(failure, "problems", None):
                show_refusal(taking, failure)
            else:
                taking.add_error(None, failure.message)
        else:
            messages.success(request, _("匯入完成，報告在這一頁。"))
            return redirect("intake:report", report.pk)
    broken = bool(form.errors or taking.errors)
    return render(request, "intake/upload.html", _shown(row, target, looked, form, taking, sheet), status=422 if broken else 200)  # fmt: skip


def _shown(
    row: Any, target: Any, looked: queries.Preview, form: Any, taking: Any, sheet: Any
) -> dict[str, Any]:
    plan = looked.plan
    named = [
        (each.line, queries.title_of(target, each.field), each.text, each.refuses) for each in looked.problems
    ]
    return {
        "row": row,
        "notes": [read(each) for each in row.notes],
        "target": target,
        "form": form,
        "taking": taking,
        "lacking": looked.lacking,
        "strip": [
            {"label": _("列"), "text": f"{row.rows:,}"},
            {"label": _("新增"), "text": f"{len(plan.new):,}"},
            {"label": _("修改"), "text": f"{len(plan.changed):,}"},
            {"label": _("相同"), "text": f"{len(plan.same):,}"},
            {
                "label": _("不能讀入"),
                "text": f"{len(looked.refused):,}",
                "tone": "bad" if looked.refused else "",
            },
        ],
        "problems": named[:SHOWN],
        "more": max(0, len(named) - SHOWN),
        "summary": queries.summary(target, looked.problems),
        "headings": [heading_label(row.headings, n) for n in range(len(row.headings))],
        "first": [cells for _line, cells in sheet.rows[:FIRST_ROWS]],
        "nothing": not looked.lacking and not looked.taken,
    }


@requires("intake.use")
@require_safe
def problems(request: HttpRequest, upload_id: int) -> HttpResponseBase:
    """What is wrong with which row of an upload, as CSV."""
    user: Any = request.user
    row = queries.upload(user, upload_id)
    target = target_of(row.target)
    looked = queries.preview(user, target, queries.given_of(row), queries.sheet_of(row))
    lines = [
        [
            each.line,
            queries.title_of(target, each.field),
            each.text,
            _("沒有讀入") if each.refuses else _("附註"),
        ]
        for each in looked.problems
    ]
    head = [_("列"), _("欄位"), _("怎麼了"), _("結果")]
    return exports.response("csv", [head, *lines], _("匯入的問題"), f"import-problems-{row.pk}")


@requires("intake.use")
@require_POST
def drop(request: HttpRequest, upload_id: int) -> HttpResponse:
    """放棄."""
    user: Any = request.user
    try:
        actions.drop(user, upload_id)
        messages.success(request, _("已放棄，檔案清掉了，什麼都沒有存。"))
    except NotFound as failure:
        messages.info(request, failure.message)
    return redirect(reverse("intake:home"))
