"""What waits for one person: returns to fill in, to sign, corrections to decide, rounds to open, close and lock, who is late."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, done
from shizheng.kernel.filing.models import CorrectionRequest, CorrectionState, Decision, Return, Round, SignOff
from shizheng.kernel.filing.queries.returns import overdue, returns_visible_to
from shizheng.kernel.filing.queries.scope import may_file, units_above
from shizheng.kernel.filing.rules.levels import LEVELS
from shizheng.kernel.filing.rules.workflow import EDITABLE, takes_entries

MOVES = {
    "planned": ("open_round", "filing.open"),
    "open": ("close_round", "filing.open"),
    "closed": ("lock_round", "filing.lock"),
}
"""State of a round that is to be moved → the act that is due, and its permission."""
MOST = 50
"""Rows of one sort in 我的工作; the lists have all."""


@dataclass(frozen=True, slots=True)
class Late:
    """How many returns of one agency are late in one round."""

    round_id: int
    round_title: str
    unit_id: int
    unit_name: str
    due_on: date
    count: int


@dataclass(slots=True)
class Waiting:
    """What waits for somebody, by what is to be done with it."""

    to_file: list[Any] = field(default_factory=list)
    to_sign: list[Any] = field(default_factory=list)
    to_decide: list[CorrectionRequest] = field(default_factory=list)
    rounds: list[tuple[str, Round]] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)


def work_of(actor: Actor, today: date | None = None) -> Waiting:
    """Everything that waits for the actor; a query at most for each sort of work that he or she may do."""
    return done(work_steps(actor, today or clock.today()))


def work_steps(actor: Actor, today: date) -> Steps[Waiting]:
    """The same beside what waits elsewhere, in one step."""
    if not actor.may("filing.view"):
        return Waiting()
    signs = any(actor.may(level.permission) for level in LEVELS.values())
    moves = actor.may("filing.open") or actor.may("filing.lock")
    asked: dict[str, QuerySet[Any, Any]] = {
        "file": to_file(actor, today) if actor.may("filing.file") else Return.objects.none(),
        "sign": to_sign(actor) if signs else Return.objects.none(),
        "decide": to_decide(actor)[:MOST]
        if actor.may("filing.approve_correction")
        else CorrectionRequest.objects.none(),
        "move": rounds_to_move(today) if moves else Round.objects.none(),
        "late": late_in_units(actor, today),
    }
    yield list(asked.values())
    return Waiting(
        to_file=list(asked["file"]),
        to_sign=list(asked["sign"]),
        to_decide=list(asked["decide"]),
        rounds=[
            (act, each)
            for each in asked["move"]
            for act, permission in (MOVES[each.state],)
            if actor.may(permission)
        ],
        late=[Late(*each) for each in asked["late"]],
    )


def _within(rows: QuerySet[Any], units: frozenset[int] | None, path: str = "unit_id") -> QuerySet[Any]:
    return rows if units is None else rows.filter(**{f"{path}__in": units})


def to_file(actor: Actor, today: date) -> QuerySet[Any]:
    """Returns that the actor should fill in: those of the units that nobody holds, and those held by him or her.

    Who is named from a section finds the agency's return here as well.

    `sent_back`: why the last one who sent it back did so.
    """
    units = actor.units_where("filing.file")
    if units is None:
        return Return.objects.none()  # who files for the whole city is not meant by every return in it
    nobodys = Q(holder=None, unit_id__in=units)
    named = Q(holder_id=actor.pk, unit_id__in=units | units_above(actor))
    rows: QuerySet[Any] = returns_visible_to(actor).filter(
        Q(round__state="open") | Q(extended_due__gte=today),
        nobodys | named,
        state__in=sorted(EDITABLE),
    )
    why = SignOff.objects.filter(filing=OuterRef("pk"), decision=Decision.RETURNED).order_by("-id")
    rows = rows.annotate(sent_back=Subquery(why.values("reason")[:1]))
    return rows.order_by("due", "unit__order", "title")[:MOST]


def to_sign(actor: Actor) -> QuerySet[Any]:
    """Returns whose next level is the actor's, without those that he or she sent in."""
    either = Q(pk=None)
    for level in LEVELS.values():
        units = actor.units_where(level.permission)
        if units is not None and not units:
            continue
        for signed in range(len(LEVELS)):
            turn = Q(signed_levels=signed, **{f"round__levels__{signed}": level.code})
            either |= turn if units is None else turn & Q(unit_id__in=units)
    rows = returns_visible_to(actor).filter(either, state="submitted").exclude(submitted_by_id=actor.pk)
    return rows.order_by("submitted_at")[:MOST]


def to_decide(actor: Actor) -> QuerySet[CorrectionRequest]:
    """Corrections that the actor may approve, without those that he or she asked for."""
    rows = CorrectionRequest.objects.filter(state=CorrectionState.ASKED).exclude(asked_by_id=actor.pk)
    rows = _within(rows, actor.units_where("filing.approve_correction"), "filing__unit_id")
    return rows.select_related("filing__round", "filing__unit", "asked_by").order_by("id")


def rounds_to_move(today: date) -> QuerySet[Round]:
    """Rounds to open, to close and to lock."""
    due = Q(state="planned", opens_on__lte=today) | Q(state="open", closes_on__lt=today) | Q(state="closed")
    return Round.objects.filter(due).order_by("opens_on")[:MOST]


def late_in_units(actor: Actor, today: date) -> QuerySet[Any, Any]:
    """What `Late` holds: agencies of the actor that are late, counted by round (for whoever signs there for the agency, not the city)."""
    wanted: set[int] = set()
    for code in ("filing.sign_control", "filing.sign_head"):
        units = actor.units_where(code)
        wanted |= units if units is not None else set()
    rows: Any = overdue(today).filter(unit_id__in=wanted).order_by()
    return (  # type: ignore[no-any-return]
        rows.values("round_id", "round__title", "unit_id", "unit__name", due_day=F("due"))
        .annotate(count=Count("id"))
        .order_by("due_day", "round_id", "unit_id")
        .values_list("round_id", "round__title", "unit_id", "unit__name", "due_day", "count")[:MOST]
    )


def may_write(actor: Actor, filing: Return, today: date | None = None) -> bool:
    """Whether the actor may type into a return today."""
    return (
        filing.state in EDITABLE
        and takes_entries(filing.round.state, filing.extended_due, today or clock.today())
        and may_file(actor, filing)
    )
