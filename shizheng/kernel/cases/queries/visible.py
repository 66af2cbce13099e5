"""Which cases somebody may see: those of his or her units (main or beside), and those that he or she handles."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common.conditions import Among
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.kernel.cases.models import Case, CaseAssignment, Confidentiality, Part
from shizheng.kernel.cases.registry import CaseKind, kind_of, kinds

EVERY, NONE = ~Q(pk__in=()), Q(pk__in=())
"""Hold of every row, and of none; an empty Q would vanish beside an OR."""


def visible_to(actor: Actor, kind: str | None = None) -> QuerySet[Case]:
    """Cases that the actor may see, of one kind or of all; restricted ones only with the right to read what is sealed there."""
    found = NONE
    for each in kinds():
        if kind is None or each.code == kind:
            found |= Q(kind=each.code) & _seen(actor, each)
    return Case.objects.filter(found).select_related("unit", "officer")


def seen(actor: Actor, kind: str, case: str) -> Q:
    """The same as a condition on rows beside cases of one kind (`case`: how they get there, `"case__"`).

    Whoever sees the whole city is told by the row's own case; of anybody else the cases are found first, by their indexes.
    """
    of_kind, found = Q(**{f"{case}kind": kind}), kind_of(kind)
    view, sealed = (actor.units_where(found.permission(verb)) for verb in ("view", "read_sealed"))
    if view is None and not sealed:
        return of_kind & _seen(actor, found, case)
    mine = Case.objects.filter(_seen(actor, found), kind=kind).order_by()
    return of_kind & Q(**{f"{case}in": mine.values("pk")})


def _seen(actor: Actor, kind: CaseKind, case: str = "") -> Q:
    if not actor.may(kind.permission("view")):
        return NONE
    open_to_read = _of_units(actor.units_where(kind.permission("view")))
    sealed = _of_units(actor.units_where(kind.permission("read_sealed")))
    within = open_to_read & (Q(**{f"{case}confidentiality": Confidentiality.ORDINARY}) | sealed)
    return within if actor.pk is None else Q(**{f"{case}officer_id": actor.pk}) | within


def _of_units(units: frozenset[int] | None) -> Q:
    if units is None:
        return EVERY
    if not units:
        return NONE
    beside = CaseAssignment.objects.filter(unit_id__in=units, part=Part.CO, until=None).order_by()
    return Q(unit_id__in=units) | Q(Among("pk", beside.values("case_id")))


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
