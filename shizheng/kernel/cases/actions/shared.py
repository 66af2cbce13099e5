"""What every action on cases needs: the row locked, its version compared, its clock settled, its steps written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.kernel.cases.models import Case, CaseStep
from shizheng.kernel.cases.registry import CaseKind, heard, kind_of, state_label


def locked_case(case_id: int, version: int | None = None) -> Case:
    """The case, locked until the transaction ends. Raises NotFound, or Conflict where it was changed since it was read."""
    found = (
        Case.objects.select_for_update(of=("self",))
        .select_related("clock", "unit")
        .filter(pk=case_id)
        .first()
    )
    if found is None:
        raise NotFound(_("找不到這個案件，或您不能看，沒有執行。請從我的工作或案件清單進入。"))
    if version is not None and found.version != version:
        raise Conflict(
            _(
                "「%(case)s」剛才已由別人處理（現在是「%(state)s」），您的動作沒有執行。請重新整理，看過再決定。"
            )
            % {"case": found.number, "state": state_label(found.kind, found.state)}
        )
    return found


def both_locked(first: int, second: int) -> tuple[Case, Case]:
    """Two cases, locked in one order whoever asks, so that nobody waits for each other."""
    rows = {pk: locked_case(pk) for pk in sorted({first, second})}
    return rows[first], rows[second]


def need(actor: Actor, case: Case, verb: str, unit_id: int | None = None) -> CaseKind:
    """Raise NotPermitted unless the actor holds a verb of the kind for the case's unit (or another); gives the kind."""
    kind = kind_of(case.kind)
    require(actor, kind.permission(verb), case.unit_id if unit_id is None else unit_id)
    return kind


def need_open(case: Case) -> None:
    """Refuse on a case that is over, or went into another."""
    if case.closed_at is not None:
        raise CannotDo(
            _("「%(case)s」已經結案（%(state)s），沒有執行。要再辦理，請先重啟。")
            % {"case": case.number, "state": state_label(case.kind, case.state)},
            code="closed",
        )
    if case.merged_into_id is not None:
        raise CannotDo(
            _("「%(case)s」已經併入另一案，沒有執行。請在併入的案件辦理，或先解除併案。")
            % {"case": case.number},
            code="merged",
        )


def touch(case: Case, *fields: str) -> None:
    """Save changed fields of a case as its next version."""
    case.version += 1
    case.save(update_fields=[*dict.fromkeys(fields), "version"])


def write_step(
    actor: Actor,
    case: Case,
    name: str,
    *,
    source: str | None = None,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> CaseStep:
    """Write down what happened (helper: the caller records and locks), and tell who listens. Without `source` the state stays."""
    step = CaseStep.objects.create(
        case=case,
        name=name,
        source=case.state if source is None else source,
        target=case.state,
        by_id=actor.pk,
        at=at or clock.now(),
        reason=reason,
        fields=dict(fields or {}),
    )
    heard(actor, case, step)
    return step
