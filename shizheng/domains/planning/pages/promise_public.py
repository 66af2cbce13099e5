"""What everybody may read of promises: published programmes with what is filed and locked, and the data."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.routes import public
from shizheng.domains.planning.pages.promises import quarter_in
from shizheng.domains.planning.queries import promises as queries
from shizheng.domains.planning.queries.promise_documents import programme_document
from shizheng.domains.planning.queries.promises import Board
from shizheng.domains.planning.templatetags.promises import state_word
from shizheng.web import exports

QUARTERS = 8


def _board(request: HttpRequest, programme_id: int) -> Board:
    return queries.board(queries.published_programme(programme_id), quarter_in(request))


@public
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Published programmes, the newest term first."""
    return render(
        request, "planning/public_promises.html", {"programmes": list(queries.published_programmes())}
    )


@public
@require_safe
def programme(request: HttpRequest, programme_id: int) -> HttpResponse:
    """One published programme in plain words, at the end of a quarter."""
    board = _board(request, programme_id)
    chips = [
        {"label": each.label, "url": f"?quarter={each.code}", "active": each == board.period}
        for each in queries.quarters(board.programme)[:QUARTERS]
    ]
    return render(request, "planning/public_programme.html", {"board": board, "chips": chips})


@public
@require_safe
def as_json(request: HttpRequest, programme_id: int) -> HttpResponse:
    """The programme as JSON."""
    board = _board(request, programme_id)
    body = json.dumps(programme_document(board), ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    name = f"promises-{board.programme.pk}-{board.period.code}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@public
@require_safe
def as_csv(request: HttpRequest, programme_id: int) -> HttpResponseBase:
    """The programme as CSV, one row an item."""
    board = _board(request, programme_id)
    name = f"promises-{board.programme.pk}-{board.period.code}"
    return exports.response("csv", _lines(board), board.programme.title, name)


def _lines(board: Board) -> Iterable[Sequence[Any]]:
    yield [
        _("季別"), _("編號"), _("類別"), _("名稱"), _("幸福實踐方案"), _("主辦機關"), _("協辦機關"), _("開始日"), _("結束日"),
        _("目標數量"), _("單位"), _("累計數量"), _("累計進度"), _("狀態"), _("辦理情形"),
    ]  # fmt: skip
    for each in board.items:
        row = each.promise
        yield [
            board.period.code, row.code, row.get_kind_display(), row.title, _("是") if row.happiness else "",
            row.main_agency.name if row.main_agency else "", "、".join(unit.name for unit in each.joint),
            row.starts_on, row.ends_on, row.target_quantity, row.unit,
            each.filed.quantity if each.filed else None, None if each.progress is None else round(each.progress, 2),
            state_word(each.state) if each.state else "", each.filed.text if each.filed else "",
        ]  # fmt: skip
