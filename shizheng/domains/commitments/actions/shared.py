"""What all actions on commitments need: the row locked, its version, who decides about it, one number after another."""

from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.domains.commitments.models import (
    Commitment,
    CommitmentList,
    CommitmentUnit,
    Outcome,
    Part,
    Step,
)
from shizheng.domains.commitments.queries.commitments import GONE, OPEN_STATES
from shizheng.domains.commitments.rules import days, workflow
from shizheng.domains.commitments.rules.workflow import (
    ACTS,
    DECIDE,
    FILE,
    STATE_LABELS,
    UNIT_LABELS,
    Act,
    CannotGo,
    Releaser,
    State,
    UnitState,
)
from shizheng.kernel.organisations import queries as organisations

LOCK = 0x5A_43_4F_4D
MOST_QUANTITY = Decimal(10) ** 18


def one_at_a_time() -> None:
    """Wait until nobody else gives out numbers or changes lists; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def locked_commitment(commitment_id: int, version: int | None = None) -> Commitment:
    """The commitment, locked until the transaction ends. Raises NotFound, or Conflict where it was changed since."""
    found = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("list")
        .filter(pk=commitment_id)
        .first()
    )
    if found is None:
        raise NotFound(_(GONE))
    compare(found.version, version)
    return found


def locked_owed(owed_id: int, version: int | None = None) -> tuple[Commitment, CommitmentUnit]:
    """A unit's part with its commitment, both locked (the commitment first). `version` is the commitment's."""
    known = CommitmentUnit.objects.filter(pk=owed_id).values_list("commitment_id", flat=True).first()
    if known is None:
        raise NotFound(_(GONE))
    row = locked_commitment(known, version)
    return row, CommitmentUnit.objects.select_for_update(of=("self",)).select_related("unit").get(pk=owed_id)


def compare(there: int, read: int | None) -> None:
    """Raises Conflict where the version that was read is no longer that of the row."""
    if read is not None and read != there:
        raise Conflict(
            _(
                "您打開之後，這一筆又存過一次（可能是別人，也可能是您自己在另一個分頁），您改的沒有存。請看過現在的內容，再決定要不要存您的。"
            )
        )


def controlling_unit(releaser: str, main_unit_id: int) -> int:
    """For which unit somebody must hold a permission to act on the whole: the main unit where its agency releases, else the city."""
    return main_unit_id if releaser == Releaser.AGENCY else organisations.city().pk


def require_control(actor: Actor, code: str, row: Commitment) -> None:
    """Raise NotPermitted unless the actor may act on the whole commitment."""
    main = CommitmentUnit.objects.filter(commitment=row, part=Part.MAIN).exclude(
        state=UnitState.DROPPED.value
    ).values_list("unit_id", flat=True).first()  # fmt: skip
    require(actor, code, controlling_unit(row.list.releaser, main or organisations.city().pk))


def require_act(actor: Actor, act: Act, row: Commitment, owed: CommitmentUnit | None = None) -> None:
    """Raise NotPermitted unless the actor may do this: what a unit files counts in the unit, the rest for the whole."""
    code = ACTS[act].permission
    if owed is not None and code == FILE:
        require(actor, code, owed.unit_id)
    else:
        require_control(actor, code, row)


def require_level(actor: Actor, level: str, unit_id: int) -> None:
    """Raise NotPermitted unless the actor decides at this level about a unit's request."""
    require(actor, DECIDE, unit_id if level == "agency" else organisations.city().pk)


def not_own(asked_by: int | None, actor: Actor) -> None:
    """Nobody decides on his or her own request."""
    if actor.pk is not None and asked_by == actor.pk:
        raise CannotDo(_("這是您自己提出的申請，不能由您決定，沒有執行。請由別人決定。"), code="own_request")


def cannot(failure: CannotGo) -> CannotDo:
    """What an act and a state that do not go together mean for people."""
    label = (
        UNIT_LABELS[failure.state] if isinstance(failure.state, UnitState) else STATE_LABELS[failure.state]
    )
    return CannotDo(
        _("現在是「%(state)s」，不能%(act)s，沒有執行。請重新整理，看過再決定。")
        % {"state": _(label), "act": _(ACTS[failure.act].label)},
        code="wrong_state",
    )


def step(
    actor: Actor,
    row: Commitment,
    owed: CommitmentUnit | None,
    act: Act,
    reason: str,
    **more: Any,
) -> Step:
    """Let something happen to a unit or to the whole, and write it down (helper: the caller records, locks and settles).

    Raises CannotDo where the state does not allow it.
    """
    try:
        workflow.check_whole(State(row.state), act)
        if owed is not None:
            owed.state = workflow.after(UnitState(owed.state), act).value
    except CannotGo as failure:
        raise cannot(failure) from failure
    return Step.objects.create(
        commitment=row, owed=owed, act=act.value, reason=reason, on=clock.today(), by_id=actor.pk, **more
    )


def settle(row: Commitment, *, withdrawn: bool | None = None) -> None:
    """State and day of the whole as they follow from units and extensions; saved as the next version (helper)."""
    units = list(CommitmentUnit.objects.filter(commitment=row))
    gone = row.state == State.WITHDRAWN if withdrawn is None else withdrawn
    row.state = workflow.state_of((UnitState(each.state) for each in units), gone).value
    approved = [
        each.until
        for owed in CommitmentUnit.objects.filter(commitment=row).prefetch_related("extensions__decision")
        for each in owed.extensions.all()
        if getattr(each, "decision", None) is not None and each.decision.outcome == Outcome.APPROVED
    ]
    row.due_on = days.due_on(row.agreed_due, approved)
    if row.state in OPEN_STATES:
        row.closed_on = None
    elif row.closed_on is None:
        row.closed_on = clock.today()
    row.version += 1
    row.save()
    vars(row).pop("_prefetched_objects_cache", None)


def check_quantity(value: Decimal | None, name: str, wrong: dict[str, list[str]], *, above: bool) -> None:
    """A finite number that fits; above 0, or at least 0."""
    if value is None:
        return
    if not value.is_finite() or abs(value) >= MOST_QUANTITY or (value <= 0 if above else value < 0):
        text = _("數量要大於 0。") if above else _("數量要是 0 以上的數。")
        wrong.setdefault(name, []).append(text)


def known_list(list_id: int | None) -> CommitmentList | None:
    """A list by its number."""
    return CommitmentList.objects.filter(pk=list_id or 0).first()
