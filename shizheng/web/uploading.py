"""The page on which a spreadsheet is read in: all of it or nothing, what is wrong with each row, the reason kept."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.errors import CannotDo
from shizheng.web.forms import SheetForm
from shizheng.web.refusals import show_refusal
from shizheng.web.sheets import ImportReport, RowsRefused

SAID = gettext_lazy("讀入完成：新增 %(new)s 件，修改 %(changed)s 件，相同 %(same)s 件。")


def sheet_page(
    request: HttpRequest, act: Callable[[bytes, str, str], ImportReport], template: str, done: str,
    said: Any = SAID, **context: Any,
) -> HttpResponse:  # fmt: skip
    """Read a sheet in by `act(data, filename, reason)` and go on to the address `done`; `said` takes the report's counts.

    Refused rows stand in the template as `problems`: line, column and text of each.
    """
    sent = request.method == "POST"
    form = SheetForm(request.POST if sent else None, request.FILES if sent else None)
    problems: list[Any] = []
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = act(file.read(), file.name, form.cleaned_data["reason"])
        except RowsRefused as failure:
            problems = [(each.line, _(each.column), each.text) for each in failure.problems]
            form.add_error(None, failure.message)
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            messages.success(request, said % report.counts)
            return redirect(done)
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, "problems": problems, **context}, status=status)
