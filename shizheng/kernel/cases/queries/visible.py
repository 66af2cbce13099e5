"""Which cases somebody may see: those of his or her units (main or beside), and those that he or she handles."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.kernel.cases.models import Case, CaseAssignment, Confidentiality
from shizheng.kernel.cases.registry import CaseKind, kinds


def visible_to(actor: Actor, kind: str | None = None) -> QuerySet[Case]:
    """Cases that the actor may see, of one kind or of all; restricted ones only with the right to read what is sealed there."""
    wanted = [each for each in kinds() if kind is None or each.code == kind]
    seen = Q(pk=None)
    for each in wanted:
        seen |= Q(kind=each.code) & _seen(actor, each)
    return Case.objects.filter(seen).select_related("unit", "officer")


def _seen(actor: Actor, kind: CaseKind) -> Q:
    if not actor.may(kind.permission("view")):
        return Q(pk=None)
    mine = Q(officer_id=actor.pk) if actor.pk is not None else Q(pk=None)
    open_to_read = _of_units(actor.units_where(kind.permission("view")))
    sealed = _of_units(actor.units_where(kind.permission("read_sealed")))
    return mine | open_to_read & (Q(confidentiality=Confidentiality.ORDINARY) | sealed)


def _of_units(units: frozenset[int] | None) -> Q:
    if units is None:
        return Q(pk__isnull=False)  # an empty Q would vanish beside an OR
    beside = CaseAssignment.objects.filter(case=OuterRef("pk"), unit_id__in=units, until=None)
    return Q(unit_id__in=units) | Q(Exists(beside))


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
