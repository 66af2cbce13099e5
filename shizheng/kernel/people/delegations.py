"""Reading who stands in for whom (代理)."""

from django.db.models import Q, QuerySet

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.models import Delegation, RoleAssignment, User
from shizheng.kernel.people.queries import in_force, units_now_or_later


def delegations_visible_to(actor: Actor) -> QuerySet[Delegation]:
    """Delegations that the actor gives or holds, and those of people whose roles he or she assigns."""
    rows = Delegation.objects.select_related("from_user", "to_user")
    units = actor.units_where("people.assign_roles")
    if units is None:
        return rows
    theirs = RoleAssignment.objects.filter(unit_id__in=units).values("user_id")
    return rows.filter(Q(from_user_id=actor.pk) | Q(to_user_id=actor.pk) | Q(from_user_id__in=theirs))


def running(rows: QuerySet[Delegation]) -> QuerySet[Delegation]:
    """Of these, the ones that are not over."""
    return rows.filter(end_date__gt=clock.today())


def colleagues(actor: Actor) -> QuerySet[User]:
    """Whom the actor may choose as persons of a delegation: active people who hold a role today in the same agency.

    Who assigns roles for the whole city may choose everybody.
    """
    people = User.objects.filter(is_active=True).order_by("display_name")
    if actor.units_where("people.assign_roles") is None:
        return people
    tree = organisations.tree()
    units: set[int] = set(actor.units_where("people.assign_roles") or ())
    for unit_id in units_now_or_later(actor.pk or 0):
        chain = [node.id for node in tree.ancestors(unit_id) if node.kind != "city"]
        top = chain[0] if chain else unit_id
        node = tree.by_id.get(top)
        units |= {top} if node is None or node.kind == "city" else tree.subtree_ids(top) | {top}
    return people.filter(
        pk__in=RoleAssignment.objects.filter(in_force(), unit_id__in=units).values("user_id")
    )
