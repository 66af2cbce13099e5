"""政見 (A07): the dashboard with its exceptions first, the tree of a programme, one promise with all that was filed."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.errors import NotFound
from shizheng.common.numbers import whole_number
from shizheng.common.routes import requires
from shizheng.common.words import called
from shizheng.domains.planning.models.promises import Programme, Promise, PromiseKind
from shizheng.domains.planning.pages.addresses import with_as_of
from shizheng.domains.planning.queries import promises as queries
from shizheng.domains.planning.queries.promise_sheets import sheet_rows
from shizheng.domains.planning.queries.promises import Board
from shizheng.domains.planning.rules.promises import State, expected
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.web import exports

QUARTERS = 8


def as_of_in(request: HttpRequest) -> AsOf | None:
    """The moment looked at; None for today."""
    return as_of_day(getattr(request, "as_of", None))


def quarter_in(request: HttpRequest) -> Period | None:
    """The quarter that the address asks for; what cannot be understood is as if not asked for."""
    try:
        found = parse_period(request.GET.get("quarter", "").strip())
    except PeriodNotUnderstood:
        return None
    return found if found.kind is PeriodKind.QUARTER else None


def board_in(request: HttpRequest, programme_id: int | None = None) -> Board:
    """The programme and the quarter that the address asks for. Raises NotFound where there is none."""
    user: Any = request.user
    asked = programme_id or whole_number(request.GET.get("programme"))
    made = queries.programme(user, asked)
    return queries.board(made, quarter_in(request), as_of_in(request))


def quarter_chips(request: HttpRequest, board: Board) -> list[dict[str, Any]]:
    """The last quarters of the term, the one looked at marked."""
    found = queries.quarters(board.programme)[:QUARTERS]
    if board.period not in found:
        found.append(board.period)
    return [
        {
            "label": each.label,
            "url": with_as_of(request, {"programme": board.programme.pk, "quarter": each.code}),
            "active": each == board.period,
        }
        for each in found
    ]


def address(request: HttpRequest, name: str, board: Board, more: Mapping[str, Any] | None = None) -> str:
    """An address that keeps programme, quarter and day."""
    kept = {"programme": board.programme.pk, "quarter": board.period.code, **(more or {})}
    return reverse(f"planning:{name}") + with_as_of(request, kept)


@requires("planning.view")
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What is behind and what was not filed first; then how many stand how, by agency and by promise."""
    user: Any = request.user
    if not queries.programmes(user).exists():
        return render(
            request, "planning/promises_none.html", {"may_manage": user.may("planning.manage_promises")}
        )
    board = board_in(request)
    found = filing.rounds_visible_to(user).filter(kind="planning.promise", period=board.period.code).first()
    return render(
        request,
        "planning/promises.html",
        {
            "board": board,
            "chips": quarter_chips(request, board),
            "programmes": [
                {
                    "label": each.title,
                    "url": with_as_of(request, {"programme": each.pk}),
                    "active": each.pk == board.programme.pk,
                }
                for each in queries.programmes(user)[:6]
            ],
            "counts": [
                (
                    state,
                    board.tally.of(state),
                    address(request, "promise_list", board, {"kind": "action", "state": state.value}),
                )
                for state in State
                if board.tally.of(state)
            ],
            "list_url": address(request, "promise_list", board),
            "round": found,
            "rate": filing.rate(found) if found else None,
            "may_manage": user.may("planning.manage_promises"),
        },
    )


@requires("planning.view")
@require_safe
def tree(request: HttpRequest, programme_id: int) -> HttpResponse:
    """The whole programme: promises, parts, action plans with their state."""
    user: Any = request.user
    board = board_in(request, programme_id)
    return render(
        request,
        "planning/programme.html",
        {
            "board": board,
            "chips": quarter_chips(request, board),
            "acts": programme_acts(user, board.programme) if as_of_in(request) is None else [],
            "formats": exports.FORMATS.items(),
        },
    )


def programme_acts(user: Any, made: Programme) -> list[dict[str, Any]]:
    """What the reader may do with a programme now, and what not with the reason."""
    found: list[dict[str, Any]] = []

    def add(name: str, label: str, code: str, why: str, post: bool = False, main: bool = False) -> None:
        if user.may(code):
            url = reverse(f"planning:{name}", args=[made.pk])
            found.append({"label": label, "url": url, "post": post, "main": main})
        else:
            found.append({"label": label, "refused": why})

    if user.may("planning.manage_promises"):
        add("add_promise", _("新增項目"), "planning.manage_promises", "", main=made.published_at is not None)
        add("import_promises", _("匯入"), "planning.manage_promises", "")
        add("edit_programme", _("修改名稱與任期"), "planning.manage_promises", "")
    if made.published_at is None:
        add(
            "publish_programme",
            _("公布"),
            "planning.publish_promises",
            _("由研考會主委公布"),
            post=True,
            main=True,
        )
    else:
        add("withdraw_programme", _("撤回公布"), "planning.publish_promises", _("由研考會主委撤回"))
    return found


@requires("planning.view")
@require_safe
def sheet(request: HttpRequest, programme_id: int, format: str) -> HttpResponseBase:
    """The programme as CSV, XLSX or ODS, to be changed and read in again."""
    user: Any = request.user
    made = queries.programme(user, programme_id)

    def rows() -> exports.Rows:
        return sheet_rows(queries.promises_then(queries.promises_of(made.pk), as_of_in(request)))

    return exports.sheet(format, rows, made.title, f"promises-{made.pk}")


@requires("planning.view")
@require_safe
def promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """One promise: where it stands, what was filed quarter by quarter, who changed what and why."""
    user: Any = request.user
    as_of = as_of_in(request)
    found = queries.promise(user, promise_id)
    board = queries.board(found.programme, quarter_in(request), as_of)
    item = next((each for each in board.items if each.promise.pk == promise_id), None)
    shown = item.promise if item else _then(found, as_of)
    entries = history.entries_of(found)
    if as_of is not None:
        entries = entries.filter(recorded_at__lte=as_of.moment)
    return render(
        request,
        "planning/promise.html",
        {
            "promise": shown,
            "item": item,
            "board": board,
            "chips": quarter_chips(request, board),
            "above": _above(board, shown),
            "quarters": queries.filed_quarters(found, as_of),
            "expected": expected(shown.starts_on, shown.ends_on, board.period.last_day)
            if shown.starts_on and shown.ends_on
            else None,
            "entries": entries[:100],
            "acts": _acts(user, shown) if as_of is None else [],
            "is_action": shown.kind == PromiseKind.ACTION,
            "agency": called(shown.main_agency) if shown.main_agency else "",
        },
    )


def _then(found: Promise, as_of: AsOf | None) -> Promise:
    then = queries.promises_then([found], as_of)
    if not then:
        raise NotFound(_("那一天還沒有這個政見項目。請換一天，或從政見清單進入。"))
    return then[0]


def _above(board: Board, row: Promise) -> list[Promise]:
    """What is above it, from the top."""
    return [each.promise for each in board.items if row.code.startswith(f"{each.promise.code}-")]


def _acts(user: Any, row: Promise) -> list[dict[str, Any]]:
    if not user.may("planning.manage_promises"):
        return []
    if row.retired_on is not None:
        wanted = [("resume_promise", _("恢復列管"))]
    else:
        wanted = [
            ("edit_promise", _("修改")),
            ("move_promise", _("改編號或移動")),
            ("retire_promise", _("停止列管")),
        ]
    return [
        {"label": label, "url": reverse(f"planning:{name}", args=[row.pk]), "main": name == "edit_promise"}
        for name, label in wanted
    ]
