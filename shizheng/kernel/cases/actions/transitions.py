"""The only way in which the state of a case changes (ADR 0022)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import for_the_record
from shizheng.common.words import listed as in_a_row
from shizheng.common.workflow import Transition
from shizheng.kernel.cases.actions.settling import KEPT, settle
from shizheng.kernel.cases.actions.shared import locked_case, touch, write_step
from shizheng.kernel.cases.models import Case, CasePause, Ground
from shizheng.kernel.cases.registry import CaseKind, kind_of, state_label
from shizheng.kernel.cases.rules import State
from shizheng.kernel.history.actions import recorded


def apply_transition(
    actor: Actor,
    case_id: int,
    name: str,
    *,
    version: int | None,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
) -> Case:
    """Let one act of the kind's workflow happen to a case: state, clock, step, and what the kind lets follow, or nothing at all.

    `fields`: what the act requires to be told, and more; nothing personal, for the step is never erased.
    Raises NotFound, NotPermitted, Conflict (changed since, or the state does not allow it), BadInput (reason, fields).
    """
    with recorded(by=actor, action="cases.apply_transition", reason=reason.strip()):
        case = locked_case(case_id, version)
        kind = kind_of(case.kind)
        act = kind.workflow.by_name.get(name)
        if act is None:
            raise BadInput(
                _("「%(kind)s」沒有這個動作，沒有執行。") % {"kind": kind.name}, code="no_such_act"
            )
        require(actor, act.permission, case.unit_id)
        _allowed(case, kind, act)
        text = need_reason(reason) if act.needs_reason else reason.strip()
        given = dict(fields or {})
        _told(kind, act, given)
        step = _move(actor, case, kind, act, text, given)
        kind.on_transition(actor, case, act, step)
    return case


def _allowed(case: Case, kind: CaseKind, act: Transition) -> None:
    if case.merged_into_id is not None:
        raise CannotDo(
            _("「%(case)s」已經併入另一案，沒有執行。請在併入的案件辦理，或先解除併案。")
            % {"case": case.number},
            code="merged",
        )
    if case.state not in act.sources:
        allowed = in_a_row(state_label(kind.code, source) for source in act.sources)
        raise Conflict(
            _(
                "「%(case)s」現在是「%(state)s」，不能%(act)s（要是%(allowed)s才行），沒有執行。請重新整理，看過再決定。"
            )
            % {
                "case": case.number,
                "state": state_label(kind.code, case.state),
                "act": _(act.label),
                "allowed": allowed,
            },
            code="wrong_state",
        )


def _told(kind: CaseKind, act: Transition, given: Mapping[str, Any]) -> None:
    missing = [name for name in act.fields if given.get(name) in (None, "", [], {})]
    if missing:
        names = in_a_row(kind.field_names.get(name, name) for name in missing)
        raise BadInput(
            _("「%(act)s」還缺：%(names)s。沒有執行。") % {"act": _(act.label), "names": names},
            fields={name: [_("要填")] for name in missing},
        )


def _move(
    actor: Actor, case: Case, kind: CaseKind, act: Transition, reason: str, given: Mapping[str, Any]
) -> Any:
    now = clock.now()
    before, after = kind.workflow.by_code[case.state], kind.workflow.by_code[act.target]
    reopened = before.terminal and not after.terminal
    if reopened and case.closed_at is not None:
        with for_the_record():
            why = _("結案至重啟")
        CasePause.objects.create(
            case=case, ground=Ground.CLOSED, since=case.closed_at, until=now, reason=reason or why
        )
        case.closed_at = None
    elif after.terminal and not before.terminal:
        case.closed_at = now
    case.state = after.code
    _clock_follows(case, after, now)
    step = write_step(actor, case, act.name, source=before.code, reason=reason, fields=given, at=now)
    settle(case, now)
    touch(case, "state", "closed_at", *KEPT)
    return step


def _clock_follows(case: Case, after: State, now: datetime) -> None:
    """The clock stands still in a state in which it does not run; what is over needs no pause."""
    held = CasePause.objects.filter(case=case, until=None)
    if after.terminal:
        held.update(until=now)
        case.stopped_at = None
    elif after.clock_runs:
        held.filter(ground=Ground.STATE).update(until=now)
        case.stopped_at = held.exclude(ground=Ground.STATE).values_list("since", flat=True).first()
    else:
        stop_for_state(case, after, now)


def stop_for_state(case: Case, state: State, since: datetime) -> None:
    """Let the clock stand still because of the state (helper); where it does already, it goes on doing so."""
    CasePause.objects.get_or_create(
        case=case, ground=Ground.STATE, until=None, defaults={"since": since, "reason": state.label}
    )
    case.stopped_at = case.stopped_at or since
