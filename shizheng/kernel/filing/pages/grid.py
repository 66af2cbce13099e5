"""Many returns in one grid: by keyboard, pasted from a spreadsheet, or as a spreadsheet out and in again."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.routes import requires, shows_today
from shizheng.common.sheets import RowProblem
from shizheng.kernel.filing import actions, forms, queries, sheets
from shizheng.kernel.filing.actions import EntryConflict, TypedEntry
from shizheng.kernel.filing.pages.common import reader
from shizheng.kernel.filing.queries.grid import grid_of
from shizheng.kernel.filing.registry import kind_of
from shizheng.web import exports
from shizheng.web.sheets import LARGEST

MOST_CELLS = 5000
"""Cells of one paste."""
RETURNS_A_PAGE = 30


@shows_today
@requires("filing.view")
@require_safe
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """The returns of a round that the reader may see, a row for each item, by pages; all of them as XLSX, ODS, CSV."""
    user = reader(request)
    found = queries.round_of(user, pk)
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        made = grid_of(user, found, remarks=False)
        return exports.response(kind, sheets.rows_out(made), found.title, f"filing-{found.pk}")  # type: ignore[return-value]
    page = Paginator(queries.returns_of(user, pk), RETURNS_A_PAGE).get_page(request.GET.get("page"))
    shown = grid_of(user, found, page.object_list)
    context = {
        "round": found, "grid": shown, "page": page, "rate": queries.rate(found), "formats": exports.FORMATS.items(),
        "columns": [(name, label, shown.units.get(name, "")) for name, label in shown.columns],
        "many": len({line.filing.pk for line in shown.lines}) > 1,
        "span": len(shown.columns) + 1,
        "to_send": next((line.filing for line in shown.lines if line.writable), None),
        "live_ids": ",".join(dict.fromkeys(str(line.filing.pk) for line in shown.lines)),
    }  # fmt: skip
    return render(request, "filing/grid.html", context)


@requires("filing.file")
@require_POST
def save_cells(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the cells that were typed or pasted, return by return; answers for each cell what came of it."""
    user = reader(request)
    found = queries.round_of(user, pk)
    try:
        cells = json.loads(request.body)["cells"]
        by_return: dict[int, list[TypedEntry]] = {}
        if not isinstance(cells, list) or len(cells) > MOST_CELLS:
            raise ValueError
        for each in cells:
            typed = TypedEntry(str(each["row"]), str(each["field"]), str(each["text"]), int(each["version"]))
            by_return.setdefault(int(each["filing"]), []).append(typed)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": gettext("送來的內容讀不懂，沒有存。請重新整理再試。")}, status=422)
    known = {each.pk: each for each in queries.returns_of(user, found.pk).filter(pk__in=by_return)}
    answers: list[dict[str, Any]] = []
    for return_id, wanted in by_return.items():
        answers += (
            _saved(user, return_id, wanted)
            if return_id in known
            else _refused(return_id, wanted, gettext("找不到這份填報表，或您不能看。"))
        )
    touched = {pk: {each.row for each in typed} for pk, typed in by_return.items() if pk in known}
    return JsonResponse({"cells": answers, "lines": _lines(found, known, touched)})


def _lines(found: Any, known: dict[int, Any], touched: dict[int, set[str]]) -> list[dict[str, Any]]:
    """What the rows that were touched say now: the sentence with the figure, and what looks wrong in them."""
    kind, returns = kind_of(found.kind), [known[pk] for pk in touched]
    for each in returns:
        each.round = found
    rows, entries = kind.rows_of_all(returns), queries.entries_of_all(touched)
    told = []
    for pk, keys in touched.items():
        shown = queries.shown_entries(rows.get(pk, ()), entries[pk])
        for row in rows.get(pk, ()):
            if row.key in keys:
                values = queries.values_of(shown, row.key)
                told.append(
                    {
                        "filing": pk,
                        "row": row.key,
                        "narrative": kind.sentence(row, values),
                        "doubts": queries.doubts_of(kind, row, values),
                    }
                )
    return told


@requires("filing.view")
@require_POST
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Say at which cell of the grid one is; answers who else types in its returns and where, and what they saved."""
    user = reader(request)
    found = queries.round_of(user, pk)
    try:
        given = json.loads(request.body)
        wanted = {int(each) for each in given["returns"]}
        at, field = int(given.get("filing") or 0), str(given.get("field") or "")
        if len(wanted) > RETURNS_A_PAGE:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"message": gettext("送來的內容讀不懂。請重新整理再試。")}, status=422)
    returns = list(queries.returns_of(user, found.pk).filter(pk__in=wanted))
    for each in returns:
        each.round = found
    others = actions.note_presence_in(user, returns, at=at, field=field)
    fresh = queries.fresh_entries_of_all([each.pk for each in returns], user.pk)
    return JsonResponse(
        {
            "others": [{"name": each.name, "filing": each.filing_id, "field": each.field} for each in others],
            "fresh": [
                {
                    "filing": pk,
                    "row": e.row,
                    "field": e.field,
                    "text": e.text,
                    "version": e.version,
                    "by": e.by,
                }
                for pk, entries in fresh.items()
                for e in entries
            ],
            "states": {str(each.pk): each.state for each in returns},
        }
    )


def _saved(user: Any, return_id: int, wanted: list[TypedEntry]) -> list[dict[str, Any]]:
    """Save the cells of one return: those that clash are told, and the others saved without them."""
    try:
        saved = actions.save_entries(user, return_id, wanted)
    except EntryConflict as failure:
        clashing = {(each.now.row, each.now.field): each for each in failure.clashes}
        rest = [each for each in wanted if (each.row, each.field) not in clashing]
        told = [
            {"filing": return_id, "row": each.now.row, "field": each.now.field, "problem": gettext("%(who)s 剛改成「%(text)s」") % {"who": each.now.by, "text": each.shown[:60]}, "now": each.now.text, "clash": each.now.version}
            for each in clashing.values()
        ]  # fmt: skip
        return told + (_saved(user, return_id, rest) if rest else [])
    except BadInput as failure:
        wrong = failure.fields
        rest = [each for each in wanted if f"{each.row}.{each.field}" not in wrong]
        told = [
            {
                "filing": return_id,
                "row": each.row,
                "field": each.field,
                "problem": " ".join(wrong[f"{each.row}.{each.field}"]),
            }
            for each in wanted
            if f"{each.row}.{each.field}" in wrong
        ]
        return told + (_saved(user, return_id, rest) if rest and told else [])
    except CannotDo as failure:
        return _refused(return_id, wanted, failure.message)
    return [
        {"filing": return_id, "row": each.row, "field": each.field, "version": each.version} for each in saved
    ]


def _refused(return_id: int, wanted: list[TypedEntry], message: str) -> list[dict[str, Any]]:
    return [
        {"filing": return_id, "row": each.row, "field": each.field, "problem": message} for each in wanted
    ]


def _say_taken(request: HttpRequest, taken: sheets.Taken) -> None:
    """How many cells a file changed, and how many of its rows' cells look wrong (another unit, a total that shrank)."""
    if not taken.changed:
        messages.success(request, gettext("檔案和現在的內容相同，沒有要存的。"))
        return
    messages.success(request, gettext("已存 %(n)s 格。") % {"n": taken.changed})
    if taken.doubts:
        messages.warning(request, gettext("有 %(n)s 格請再看一次，原因在格子下面。") % {"n": taken.doubts})


@requires("filing.file")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a spreadsheet back in: everything or nothing, with a report for each row that is wrong."""
    user = reader(request)
    found = queries.round_of(user, pk)
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    problems: Sequence[RowProblem] = ()
    back = reverse("filing:grid", args=[pk])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            taken = sheets.take_in(user, found, given.read(LARGEST + 1))
            problems = taken.problems
            if not problems:
                _say_taken(request, taken)
                return HttpResponseRedirect(back)
            form.add_error(
                None, gettext("檔案裡有 %(n)s 處不對，什麼都沒有存。改好再送一次。") % {"n": len(problems)}
            )
        except CannotDo as failure:
            form.refuse(failure)
    context = {
        "form": form,
        "round": found,
        "back": back,
        "problems": problems[:200],
        "title": _("從試算表匯入"),
    }
    return render(request, "filing/upload.html", context, status=422 if request.method == "POST" else 200)
