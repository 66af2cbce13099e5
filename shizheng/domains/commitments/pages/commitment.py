"""The page of one commitment: what was decided, who owes it until when, what was told, asked and decided since."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.routes import requires, shows_today
from shizheng.domains.commitments.models import Commitment, CommitmentUnit
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.near import near_ones
from shizheng.domains.commitments.queries.reading import Reached, linked, reached
from shizheng.domains.commitments.queries.ruling import ruling
from shizheng.domains.commitments.queries.timeline import timeline
from shizheng.domains.commitments.queries.waiting import may_control, may_decide_release
from shizheng.domains.commitments.rules.days import Cycle, asked_late, update_due
from shizheng.domains.commitments.rules.fields import own_fields, shown_own
from shizheng.domains.commitments.rules.workflow import (
    DECIDE,
    EDIT,
    FILE,
    LEVEL_LABELS,
    Act,
    Releaser,
    State,
    UnitState,
    next_level,
    possible_for,
    possible_on,
)
from shizheng.kernel.history import queries as history
from shizheng.kernel.organisations import queries as organisations


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of the table: where it stands, how far it is, what it owes next, who decides, what the reader may do."""

    owed: CommitmentUnit
    reached: Reached
    update_due: date | None
    update_late: bool
    level: str
    acts: list[tuple[str, str]]


@requires("commitments.view")
@shows_today
@require_safe
def commitment(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """One commitment."""
    user: Any = request.user
    row = queries.commitment(user, commitment_id)
    today = clock.today()
    city = organisations.city().pk
    links = linked([row])
    is_open = row.state in queries.OPEN_STATES
    units = [_unit_row(user, row, each, links, city, today) for each in row.units.all()]
    extension = next(iter(queries.pending_extensions().filter(owed__commitment=row)), None)
    main = queries.main_of(row)
    return render(
        request,
        "commitments/commitment.html",
        {
            "row": row,
            "units": units,
            "main": main,
            "lines": timeline(row),
            "linked": links.get(row.pk),
            "own": [
                (each.label, shown_own(each, row.extra))
                for each in own_fields(row.list.fields)
                if each.code in row.extra
            ],
            "acts": acts(user, row, city),
            "extension": extension,
            "asked_late": extension is not None
            and asked_late(
                extension.recorded_at.astimezone(clock.TAIPEI).date(), extension.due_then, ruling().months
            ),
            "months": ruling().months,
            "may_decide_extension": extension is not None and may_control(user, DECIDE, row, city),
            "may_take_back": extension is not None and user.may(FILE, extension.owed.unit_id),
            "late": queries.is_late(row, today),
            "today": today,
            "near": near_ones(user, row.text, [main.unit_id], exclude=row.pk) if main and is_open else [],
            "entries": history.entries_of(row)[:40],
        },
    )


def _is_over(due: date | None, today: date) -> bool:
    return due is not None and due < today


def _unit_row(
    user: Any, row: Commitment, owed: CommitmentUnit, links: Any, city: int, today: date
) -> UnitRow:
    owed.commitment = row
    pending = owed.state == UnitState.PENDING.value and row.state in queries.OPEN_STATES
    due = (
        update_due(Cycle(row.list.cycle), row.agreed_on, owed.told_on, ruling(today).grace)
        if pending
        else None
    )
    level = (
        next_level(Releaser(row.list.releaser), owed.passed) if owed.state == UnitState.ASKED.value else ""
    )
    return UnitRow(
        owed,
        reached(row, owed, links),
        due,
        _is_over(due, today),
        _(LEVEL_LABELS[level]) if level else "",
        unit_acts(user, row, owed, city),
    )


def unit_acts(user: Any, row: Commitment, owed: CommitmentUnit, city: int) -> list[tuple[str, str]]:
    """Label and address of what the reader may do about one unit's part now."""
    state, on_whole = UnitState(owed.state), possible_on(State(row.state))
    can = [act for act in possible_for(state) if act in on_whole]
    if Act.REOPENED in can:
        if not may_control(user, DECIDE, row, city):
            return []
        return [(_("重新列管"), f"{reverse('commitments:reopen', args=[row.pk])}?unit={owed.pk}")]
    files = user.may(FILE, owed.unit_id)
    wanted: list[tuple[str, str]] = []
    if files and row.state in queries.OPEN_STATES and state in (UnitState.PENDING, UnitState.ASKED):
        wanted.append((_("填報辦理情形"), "tell"))
    if files and Act.ASKED in can:
        wanted.append((_("申請解列"), "ask_release"))
        if row.due_on is not None:
            wanted.append((_("申請展延"), "ask_extension"))
    if Act.RELEASED in can and may_decide_release(user, owed, city):
        wanted.append((_("決定解列"), "decide_release"))
    if files and Act.TAKEN_BACK in can:
        wanted.append((_("撤回解列申請"), "take_back_release"))
    return [(label, reverse(f"commitments:{name}", args=[owed.pk])) for label, name in wanted]


def acts(user: Any, row: Commitment, city: int) -> list[dict[str, Any]]:
    """What the reader may do with the whole now."""
    can = possible_on(State(row.state))
    out: list[dict[str, Any]] = []

    def add(name: str, label: str) -> None:
        out.append({"label": label, "url": reverse(f"commitments:{name}", args=[row.pk])})

    if row.state in queries.OPEN_STATES and may_control(user, EDIT, row, city):
        add("edit", _("修改"))
    if may_control(user, DECIDE, row, city):
        if Act.REOPENED in can and any(each.state == UnitState.RELEASED.value for each in row.units.all()):
            add("reopen", _("重新列管"))
        if Act.WITHDRAWN in can:
            add("withdraw", _("撤銷列管"))
        if Act.RESTORED in can:
            add("restore", _("恢復列管"))
    return out
