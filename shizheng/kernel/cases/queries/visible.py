"""Which cases somebody may see: those of his or her units (main or beside), and those that he or she handles."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common.conditions import Among
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.kernel.cases.models import Case, CaseAssignment, Confidentiality, Part
from shizheng.kernel.cases.registry import CaseKind, kinds

EVERY = ~Q(pk__in=())
"""Holds of every row; an empty Q would vanish beside an OR."""


def visible_to(actor: Actor, kind: str | None = None) -> QuerySet[Case]:
    """Cases that the actor may see, of one kind or of all; restricted ones only with the right to read what is sealed there."""
    return Case.objects.filter(seen(actor, kind)).select_related("unit", "officer")


def seen(actor: Actor, kind: str | None = None, case: str = "") -> Q:
    """The same as a condition on cases, or on rows beside their cases (`case`: how they get there, `"case__"`)."""
    found = Q(pk__in=())
    for each in kinds():
        if kind is None or each.code == kind:
            found |= Q(**{f"{case}kind": each.code}) & _seen(actor, each, case)
    return found


def _seen(actor: Actor, kind: CaseKind, case: str) -> Q:
    if not actor.may(kind.permission("view")):
        return Q(pk__in=())
    open_to_read = _of_units(actor.units_where(kind.permission("view")), case)
    sealed = _of_units(actor.units_where(kind.permission("read_sealed")), case)
    within = open_to_read & (Q(**{f"{case}confidentiality": Confidentiality.ORDINARY}) | sealed)
    return within if actor.pk is None else Q(**{f"{case}officer_id": actor.pk}) | within


def _of_units(units: frozenset[int] | None, case: str) -> Q:
    if units is None:
        return EVERY
    beside = CaseAssignment.objects.filter(unit_id__in=units, part=Part.CO, until=None).order_by()
    return Q(**{f"{case}unit_id__in": units}) | Q(Among(f"{case}pk", beside.values("case_id")))


def case_of(actor: Actor, case_id: int) -> Case:
    """One case with its clock. Raises NotFound."""
    found = (
        visible_to(actor).select_related("unit", "officer", "clock", "merged_into").filter(pk=case_id).first()
    )
    if found is None:
        raise NotFound(_("找不到這個案件，或您不能看。請從我的工作或案件清單進入。"))
    return found


def may_read(actor: Actor, case_id: int) -> bool:
    """Whether the actor may see a case, and with it what is attached to it."""
    return visible_to(actor).filter(pk=case_id).exists()


def where(kind: str, wanted: Q) -> QuerySet[Case]:
    """Cases of a kind of which a condition holds, as a query for others to ask within; whoever asks says who may see."""
    return Case.objects.filter(wanted, kind=kind).order_by()
