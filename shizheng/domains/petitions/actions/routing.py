"""Petitions given away as a model says: by one press of an officer, or by itself above the threshold that an officer set (J03)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.words import for_the_record, tell
from shizheng.domains.petitions.actions.handling import act, dispatch
from shizheng.domains.petitions.actions.shared import seen
from shizheng.domains.petitions.models import Petition, RoutingAnswer
from shizheng.domains.petitions.queries.proposals import AGENCY, Said, models, proposals, proposed_unit
from shizheng.domains.petitions.queries.workload import whose_turn
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases.actions import How
from shizheng.kernel.cases.registry import kind_of
from shizheng.kernel.history.actions import recorded

BATCH = 500


def accept_proposal(actor: Actor, case_id: int, *, version: int | None) -> Any:
    """Give a petition to the agency that the model names, and there to whose turn it is; accepts it first where nobody has.

    Raises NotFound, NotPermitted, Conflict, CannotDo (nothing is proposed).
    """
    row = seen(actor, case_id)
    known = models()
    said = proposed_unit(proposals(row, known)) if row.case.state in ("received", "accepted") else None
    if said is None or said.unit_id is None:
        raise CannotDo(_("現在沒有分案建議，沒有執行。請自己選主辦機關。"), code="nothing_proposed")
    with for_the_record():
        reason = _reason(said)
    with recorded(by=actor, action="petitions.accept_proposal", reason=reason):
        if row.case.state == "received":
            act(actor, case_id, "accept", version=version)
            version = None
        _answered(row, said, known[said.model], by_itself=False)
        turn = whose_turn(said.unit_id)
        return dispatch(
            actor, case_id, version=version, unit_id=said.unit_id, officer_id=turn.user_id if turn else None,
            how=How.PROPOSED, reason=reason,
        )  # fmt: skip


def route_waiting(actor: Actor, limit: int = BATCH) -> int:
    """Give away what was accepted, was never handed back, and of which the model is sure enough; how many. Run by a job.

    What it is not sure of is looked at once a version and left to people. May be killed and run again: a petition each.
    """
    require(actor, "petitions.assign")
    known = {name: each for name, each in models().items() if name == AGENCY}
    model = known.get(AGENCY)
    if model is None or model.active is None or model.threshold is None:
        return 0
    waiting = (
        Petition.objects.select_related("case")
        .filter(
            case__kind=KIND, case__state="accepted", case__closed_at=None, case__merged_into=None, case__returned=0,
            case__unit=kind_of(KIND).dispatch_unit(), case__officer=None,
        )
        .exclude(answers__model=AGENCY, answers__number=model.active.number)
        .order_by("case__received_at", "pk")[:limit]
    )  # fmt: skip
    return sum(_routed(actor, row, known) for row in waiting)


def _routed(actor: Actor, row: Petition, known: Mapping[str, Any]) -> bool:
    said = next(iter(proposals(row, known)), None)
    with for_the_record():
        reason = _reason(said) if said else ""
    try:
        with recorded(by=actor, action="petitions.route", reason=reason):
            sure = said is not None and said.by_itself and said.unit_id is not None
            _answered(row, said, known[AGENCY], by_itself=sure)
            if said is None or said.unit_id is None or not sure:
                return False
            turn = whose_turn(said.unit_id)
            dispatch(
                actor, row.case_id, version=row.case.version, unit_id=said.unit_id,
                officer_id=turn.user_id if turn else None, how=How.AUTOMATIC, reason=reason,
            )  # fmt: skip
    except CannotDo:
        return (
            False  # somebody was faster, or the case is no longer what it was: it is looked at the next time
        )
    return True


def _reason(said: Said) -> str:
    sure = tell(
        "分案模型 %(model)s 第 %(n)s 版：%(unit)s，信心 %(percent)s",
        model=said.model, n=said.version, unit=said.label, percent=said.percent,
    )  # fmt: skip
    if said.threshold is None:
        return sure
    return tell("%(said)s（門檻 %(threshold)s）", said=sure, threshold=f"{said.threshold * 100:.0f}%")


def _answered(row: Petition, said: Said | None, model: Any, *, by_itself: bool) -> None:
    """Keep what was answered, once a version; that nothing was, too."""
    assert model.active is not None
    RoutingAnswer.objects.get_or_create(
        petition=row,
        model=model.name,
        number=model.active.number,
        defaults={
            "unit_id": said.unit_id if said else None, "confidence": said.confidence if said else 0.0,
            "threshold": None if model.threshold is None else float(model.threshold), "by_itself": by_itself,
        },
    )  # fmt: skip
