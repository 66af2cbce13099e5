"""Commitments: who may see which, one of them with all that was told, those owed by units, what was searched for."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import N_, tell
from shizheng.domains.commitments.models import (
    Commitment,
    CommitmentList,
    CommitmentUnit,
    Extension,
)
from shizheng.domains.commitments.rules.workflow import OPEN, State, UnitState

GONE = N_("找不到這件列管事項，或您不能看。請從列管事項清單進入。")
SEARCHED = ("number", "text", "source_label", "note", "units__unit__name", "units__unit__short_name")
MOST_WORDS = 10
OPEN_STATES = tuple(each.value for each in OPEN)


def visible_to(actor: Actor) -> QuerySet[Commitment]:
    """All commitments for who holds `commitments.view`, in whatever unit: units answer for them together; else none."""
    return Commitment.objects.all() if actor.may("commitments.view") else Commitment.objects.none()


def with_units(rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """With list and units, main first (one more query)."""
    units = CommitmentUnit.objects.select_related("unit").order_by("-part", "id")
    return rows.select_related("list").prefetch_related(Prefetch("units", queryset=units))


def commitment(actor: Actor, commitment_id: int) -> Commitment:
    """One commitment with its list and units. Raises NotFound, also where the actor may not see it."""
    found_one = with_units(visible_to(actor)).filter(pk=commitment_id).first()
    if found_one is None:
        raise NotFound(tell(GONE))
    return found_one


def found(actor: Actor, words: str) -> QuerySet[Commitment]:
    """Commitments in which every word occurs somewhere: number, text, source, note, a unit's name."""
    rows = visible_to(actor)
    for word in words.split()[:MOST_WORDS]:
        either = reduce(or_, (Q(**{f"{name}__icontains": word}) for name in SEARCHED))
        rows = rows.filter(pk__in=Commitment.objects.filter(either).values("pk"))
    return rows


def owing(units: Collection[int]) -> Q:
    """Commitments that one of these units owes, whichever part it has; who handed it on owes nothing."""
    there = CommitmentUnit.objects.filter(commitment_id=OuterRef("pk"), unit_id__in=list(units))
    return Q(Exists(there.exclude(state=UnitState.DROPPED.value)))


def overdue(today: date) -> Q:
    """Open ones of which a unit has neither done its part nor asked for release though the day is over."""
    late = CommitmentUnit.objects.filter(commitment_id=OuterRef("pk"), state=UnitState.PENDING.value)
    return Q(Exists(late), state__in=OPEN_STATES, due_on__lt=today)


def is_late(row: Commitment, today: date) -> bool:
    """The same of one row, out of the units read with it."""
    return (
        row.state in OPEN_STATES
        and row.due_on is not None
        and row.due_on < today
        and any(each.state == UnitState.PENDING.value for each in row.units.all())
    )


def soon(today: date, days: int) -> Q:
    """Open ones of which a unit still owes its part, due within so many days, today included."""
    owing_one = CommitmentUnit.objects.filter(commitment_id=OuterRef("pk"), state=UnitState.PENDING.value)
    return Q(
        Exists(owing_one), state__in=OPEN_STATES, due_on__gte=today, due_on__lte=today + timedelta(days=days)
    )


def extended() -> Q:
    """Those whose day is no longer the first one."""
    return Q(due_on__gt=F("agreed_due"))


def counts(actor: Actor, today: date, days: int) -> dict[str, int]:
    """How many there are, by state, late and soon (one query)."""
    asked: dict[str, Any] = {"all": Count("pk")}
    asked |= {each.value: Count("pk", filter=Q(state=each.value)) for each in State}
    asked |= {"late": Count("pk", filter=overdue(today)), "soon": Count("pk", filter=soon(today, days))}
    return visible_to(actor).aggregate(**asked)


def main_of(row: Commitment) -> CommitmentUnit | None:
    """The main unit, out of the units read with the row."""
    standing = [each for each in row.units.all() if each.state != UnitState.DROPPED.value]
    return next((each for each in standing if each.part == "main"), None)


def lists() -> QuerySet[CommitmentList]:
    """All lists in their order."""
    return CommitmentList.objects.all()


def commitment_list(list_id: int) -> CommitmentList:
    """One list. Raises NotFound."""
    row = CommitmentList.objects.filter(pk=list_id).first()
    if row is None:
        raise NotFound(tell("找不到這份列管清單。請從列管清單管理進入。"))
    return row


def list_by_code(code: str) -> CommitmentList | None:
    """A list by its code."""
    return CommitmentList.objects.filter(code=code).first()


def of_sources(kind: str, keys: Iterable[str]) -> dict[str, Commitment]:
    """What became of things elsewhere: source key → commitment with its units (two queries)."""
    rows = with_units(Commitment.objects.filter(source_kind=kind, source_key__in=list(keys)))
    return {each.source_key: each for each in rows}


def linked_to(kind: str, key: str) -> QuerySet[Commitment]:
    """Commitments whose progress comes from a thing elsewhere."""
    return with_units(Commitment.objects.filter(link_kind=kind, link_key=key))


def pending_extensions() -> QuerySet[Extension]:
    """Requests for more time on which nobody has decided yet."""
    return (
        Extension.objects.filter(decision=None, owed__commitment__state__in=OPEN_STATES)
        .select_related("owed__unit", "owed__commitment__list")
        .order_by("id")
    )


def requests_for_release() -> QuerySet[CommitmentUnit]:
    """Units that have asked for release and wait, the earliest first."""
    return (
        CommitmentUnit.objects.filter(state=UnitState.ASKED.value, commitment__state__in=OPEN_STATES)
        .select_related("unit", "commitment__list")
        .order_by("asked_on", "id")
    )


def owed_by(units: Collection[int] | None) -> QuerySet[CommitmentUnit]:
    """What units still owe (None: all units), the earliest due first."""
    rows = CommitmentUnit.objects.filter(
        state=UnitState.PENDING.value, commitment__state__in=OPEN_STATES
    ).select_related("unit", "commitment__list")
    if units is not None:
        rows = rows.filter(unit_id__in=list(units))
    return rows.order_by(F("commitment__due_on").asc(nulls_last=True), "id")


def may_view(actor: Actor, commitment_id: int) -> bool:
    """Whether the actor may see a commitment: so also its evidence."""
    return visible_to(actor).filter(pk=commitment_id).exists()


def numbers_taken(roc_year: int, code: str) -> list[str]:
    """Numbers given on a list in a year."""
    head = f"{roc_year}-{code.upper()}-"
    return list(Commitment.objects.filter(number__startswith=head).values_list("number", flat=True))
