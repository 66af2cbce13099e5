"""What waits for one person: cases to handle, to give to somebody, to rule upon, and extensions to decide."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from shizheng.common.permissions import Actor
from shizheng.common.together import Steps
from shizheng.kernel.cases.models import Case, CaseExtension, Decided
from shizheng.kernel.cases.queries.boards import open_cases
from shizheng.kernel.cases.queries.handling import hand_back_times
from shizheng.kernel.cases.registry import CaseKind, kinds

MOST = 50
"""Rows of one sort in 我的工作; the lists have all."""


@dataclass(slots=True)
class Waiting:
    """What waits for somebody, by what is to be done with it."""

    to_handle: list[Case] = field(default_factory=list)
    to_assign: list[Case] = field(default_factory=list)
    to_rule: list[Case] = field(default_factory=list)
    to_decide: list[CaseExtension] = field(default_factory=list)


def work_steps(actor: Actor) -> Steps[Waiting]:
    """Everything that waits for the actor, beside what waits elsewhere, in one step."""
    mine = [each for each in kinds() if actor.may(each.permission("view"))]
    if not mine:
        return Waiting()
    handled = open_cases(actor).filter(officer_id=actor.pk).order_by("due_at", "id")[:MOST]
    nobodys = (
        open_cases(actor).filter(officer=None).filter(_to_assign(actor, mine)).order_by("due_at", "id")[:MOST]
    )
    asked = extensions_asked(actor)[:MOST]
    yield [handled, nobodys, asked]
    given: dict[str, list[Case]] = {"assign": [], "rule": []}
    for case in nobodys:
        given[_what(case, mine)].append(case)
    return Waiting(list(handled), given["assign"], given["rule"], list(asked))


def _to_assign(actor: Actor, mine: list[CaseKind]) -> Q:
    """Cases of units where the actor assigns; who assigns in the whole city is meant by what lies at the dispatching unit."""
    found = Q(pk=None)
    for kind in mine:
        units = actor.units_where(kind.permission("assign"))
        if units is None:
            found |= Q(kind=kind.code) & kind.at_dispatch()
        elif units:
            found |= Q(kind=kind.code, unit_id__in=units)
    return found


def _to_decide(actor: Actor, mine: list[CaseKind]) -> Q:
    found = Q(pk=None)
    for kind in mine:
        units = actor.units_where(kind.permission("decide"))
        if units is None:
            found |= Q(case__kind=kind.code) & kind.at_dispatch("case__unit")
        elif units:
            found |= Q(case__kind=kind.code, case__unit_id__in=units)
    return found


def _what(case: Case, mine: list[CaseKind]) -> str:
    kind = next(each for each in mine if each.code == case.kind)
    over = case.returned > 0 and case.ruled_at is None and case.returned >= hand_back_times(kind, case)
    return "rule" if over else "assign"


def extensions_asked(actor: Actor) -> QuerySet[CaseExtension]:
    """Extensions that wait for the actor's decision, those of the nearest deadline first."""
    mine = [each for each in kinds() if actor.may(each.permission("decide"))]
    rows = CaseExtension.objects.filter(_to_decide(actor, mine), state=Decided.ASKED)
    return (
        rows.exclude(asked_by_id=actor.pk)
        .select_related("case__unit", "asked_by")
        .order_by("case__due_at", "id")
    )
