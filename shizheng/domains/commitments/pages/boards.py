"""機關看板: what every agency owes, what is late, how much it finished in time, every rate with its denominator (C08)."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.numbers import round_half_up, whole_number
from shizheng.common.routes import requires, shows_today
from shizheng.common.words import called
from shizheng.domains.commitments.queries import boards as queries
from shizheng.domains.commitments.queries.boards import Board, Tally
from shizheng.domains.commitments.queries.commitments import lists
from shizheng.kernel.rulebook.words import words_of
from shizheng.web import exports


@requires("commitments.view")
@shows_today
@require_safe
def board(request: HttpRequest) -> HttpResponseBase:
    """Every agency of the city, those with most that is late first; for one list where it is named."""
    user: Any = request.user
    all_lists = list(lists())
    wanted = whole_number(request.GET.get("list", ""))
    chosen = next((each for each in all_lists if each.pk == wanted), None)
    found = queries.board(user, clock.today(), list_id=chosen.pk if chosen else None)
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        return exports.response(
            kind, lines(found), _("列管事項機關看板"), f"commitment-agencies-{found.today.isoformat()}"
        )
    chips = [{"label": _("全部清單"), "url": "?", "active": chosen is None}]
    chips += [
        {"label": called(each), "url": f"?{urlencode({'list': each.pk})}", "active": each == chosen}
        for each in all_lists
        if each.in_use or each == chosen
    ]
    return render(
        request,
        "commitments/board.html",
        {
            "board": found,
            "chips": chips,
            "cells": cells(found.total),
            "rules": [(each, words_of(each)) for each in found.rule.rules],
            "chosen": chosen,
            "export": f"?{urlencode({'list': chosen.pk} if chosen else {})}&export=".replace("?&", "?"),
        },
    )


def cells(tally: Tally) -> list[dict[str, Any]]:
    """The numbers above the table, each rate with what it is made of."""
    return [
        {
            "label": _("列管中"),
            "text": f"{tally.open:,}",
            "note": _("含等候審查 %(n)s") % {"n": f"{tally.waiting:,}"},
        },
        {
            "label": _("逾期"),
            "text": f"{tally.late:,}",
            "tone": "bad" if tally.late else "good",
            "note": _("期限已過，尚未申請解列"),
        },
        {
            "label": _("準時辦結率"),
            "value": tally.on_time_rate,
            "unit": "%",
            "places": 2,
            "missing": "" if tally.on_time_rate is not None else "not_applicable",
            "note": _("%(part)s ÷ %(whole)s（有期限且已解列）")
            % {"part": tally.in_time, "whole": tally.dated},
        },
        {
            "label": _("解列率"),
            "value": tally.release_rate,
            "unit": "%",
            "places": 2,
            "missing": "" if tally.release_rate is not None else "not_applicable",
            "note": f"{tally.released} ÷ {tally.all}",
        },
    ]


def lines(found: Board) -> Iterator[Sequence[Any]]:
    """Heading and rows of the export, every numerator and denominator."""
    yield [
        _("機關"), _("列管中"), _("逾期"), _("即將到期"), _("辦理情形逾期未更新"), _("待解列"), _("已解列"), _("全部"),
        _("解列率（%）"), _("準時"), _("有期限且已解列"), _("準時辦結率（%）"),
    ]  # fmt: skip
    for line in found.lines:
        each = line.tally
        yield [
            called(line.agency), each.open, each.late, each.soon, each.unreported, each.waiting, each.released, each.all,
            _rounded(each.release_rate), each.in_time, each.dated, _rounded(each.on_time_rate),
        ]  # fmt: skip


def _rounded(value: Any) -> Any:
    return None if value is None else round_half_up(value, 2)
