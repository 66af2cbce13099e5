"""Who holds a permission where: for whom something waits, and who is to be told. Those who stand in for them count too."""

from collections.abc import Iterable
from datetime import date

from shizheng.common import clock
from shizheng.common.permissions import of_the_whole_city
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.rules import Tree
from shizheng.kernel.people.authority import NEVER_DELEGATED
from shizheng.kernel.people.models import Delegation, RoleAssignment, User
from shizheng.kernel.people.queries import in_force

Holders = dict[int, frozenset[int]]
"""Unit → people."""


def stand_ins(on: date | None = None) -> dict[int, set[int]]:
    """Person → who stands in for him or her on that day."""
    day = on or clock.today()
    found: dict[int, set[int]] = {}
    rows = Delegation.objects.filter(start_date__lte=day, end_date__gt=day, to_user__is_active=True)
    for absent, acting in rows.values_list("from_user_id", "to_user_id"):
        found.setdefault(absent, set()).add(acting)
    return found


def holders_by_unit(code: str, on: date | None = None) -> Holders:
    """Unit → people who hold a permission by an assignment in that very unit, and who stand in for them (two queries)."""
    rows = RoleAssignment.objects.filter(
        in_force(on), user__is_active=True, role__is_active=True, role__permissions__contains=[code]
    )
    if code in of_the_whole_city():
        rows = rows.filter(unit__kind="city")
    acting = {} if code in NEVER_DELEGATED else stand_ins(on)
    found: dict[int, set[int]] = {}
    for unit_id, user_id in rows.values_list("unit_id", "user_id"):
        found.setdefault(unit_id, set()).update({user_id}, acting.get(user_id, ()))
    return {unit_id: frozenset(people) for unit_id, people in found.items()}


def user_ids_within(code: str, unit_id: int, on: date | None = None) -> frozenset[int]:
    """Everybody who holds a permission for a unit, and who holds it in a unit below that belongs to the same agency."""
    by_unit, tree = holders_by_unit(code, on), organisations.tree(on)
    units = {unit_id, *(node.id for node in tree.ancestors(unit_id))} | tree.within_agency(unit_id)
    return frozenset().union(*(by_unit.get(each, frozenset()) for each in units))


def names_of(user_ids: Iterable[int]) -> list[tuple[str, str]]:
    """People as choices of a form: number and name, by name."""
    rows = User.objects.filter(pk__in=list(user_ids), is_active=True).order_by("display_name")
    return [(str(each.pk), each.display_name) for each in rows]


def nearest(tree: Tree, by_unit: Holders, unit_id: int, whole_city: bool) -> frozenset[int]:
    """Who holds a permission nearest to a unit: there, else in the unit above, up to its agency.

    Who holds it in the city government is meant only where the permission belongs to the whole city.
    """
    chain = [unit_id, *(node.id for node in reversed(tree.ancestors(unit_id)))]
    for each in chain:
        node = tree.by_id.get(each)
        if node is not None and node.kind == "city" and not whole_city and each != unit_id:
            continue
        found = by_unit.get(each)
        if found:
            return found
    return frozenset()


class Finder:
    """Who holds which permission nearest to which unit, read once for a whole run."""

    def __init__(self) -> None:
        self.tree = organisations.tree()
        self._by_code: dict[str, Holders] = {}

    def people(self, unit_id: int, code: str) -> frozenset[int]:
        """The people for one unit (two queries for the first unit of each permission)."""
        if code not in self._by_code:
            self._by_code[code] = holders_by_unit(code)
        return nearest(self.tree, self._by_code[code], unit_id, code in of_the_whole_city())
