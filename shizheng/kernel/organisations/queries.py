"""Reading the dated tree: as it was on a day, by name, and through mergers and splits."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, done
from shizheng.kernel.history.queries import entries_of_all
from shizheng.kernel.organisations.models import (
    Installation,
    Succession,
    Unit,
    UnitAlias,
    UnitKind,
    UnitPeriod,
)
from shizheng.kernel.organisations.rules import Node, Tree, keys_without_city, name_key


def visible_to(actor: Actor) -> QuerySet[Unit]:
    """Units that the actor may see: the whole directory with `organisations.view`, in whatever unit it is held."""
    return Unit.objects.all() if actor.may("organisations.view") else Unit.objects.none()


def periods_on(on: date | None = None) -> QuerySet[UnitPeriod]:
    """The period of every unit that exists on that day (today when None)."""
    day = on or clock.today()
    return UnitPeriod.objects.filter(Q(end_date=None) | Q(end_date__gt=day), start_date__lte=day)


_NODE = (
    "unit_id", "unit__code", "unit__kind", "name", "short_name", "name_en", "parent_id", "control_level",
    "unit__order", "start_date", "end_date",
)  # fmt: skip


def tree(on: date | None = None) -> Tree:
    """The whole tree as it stands on that day (one query)."""
    return done(tree_steps(on))


def nodes(unit_ids: Collection[int], on: date | None = None) -> dict[int, Node]:
    """Some units as they stand on that day, by their numbers; absent those that do not (one query, none for none)."""
    if not unit_ids:
        return {}
    rows = periods_on(on).filter(unit_id__in=unit_ids).values_list(*_NODE)
    return {node.id: node for node in (Node(*row) for row in rows)}


def tree_steps(on: date | None = None) -> Steps[Tree]:
    """The same beside what else is read."""
    rows = periods_on(on).values_list(*_NODE)
    yield rows
    return Tree(Node(*row) for row in rows)


def english_names() -> Iterator[tuple[str, str]]:
    """Names and short names that units ever had, each with the English one."""
    rows = UnitPeriod.objects.exclude(name_en="").values_list("name", "short_name", "name_en").distinct()
    for name, short, english in rows:
        yield name, english
        yield short, english
    made = installation()
    if made is not None and made.city_name_en:
        yield made.city_name, made.city_name_en
        root = Unit.objects.filter(code="city", name_en="").values_list("name", flat=True).first()
        yield root or "", f"{made.city_name_en} Government"


def subtree_ids(unit_id: int, on: date | None = None) -> frozenset[int]:
    """The unit and all below it on that day; empty where it does not exist then."""
    return tree(on).subtree_ids(unit_id)


def ancestors(unit_id: int, on: date | None = None) -> list[Node]:
    """Units above, from the top down."""
    return tree(on).ancestors(unit_id)


def first_level(on: date | None = None) -> list[Node]:
    """First-level agencies of that day; their count is the denominator of rates over agencies (A10, X-02)."""
    return tree(on).first_level()


def districts(on: date | None = None) -> list[Node]:
    """District offices of that day."""
    return tree(on).districts()


def city() -> Unit:
    """The city government itself. Raises Unit.DoesNotExist before an installation is set up."""
    return done(city_steps())


def city_steps() -> Steps[Unit]:
    """The same beside what else is read."""
    rows = Unit.objects.filter(kind=UnitKind.CITY)[:1]
    yield rows
    if not rows:
        raise Unit.DoesNotExist
    return rows[0]


def unit(unit_id: int) -> Unit | None:
    """A unit by its number, whenever it lived."""
    return Unit.objects.filter(pk=unit_id).first()


def units(unit_ids: Iterable[int]) -> dict[int, Unit]:
    """Units by their numbers, whenever they lived (one query)."""
    return Unit.objects.in_bulk(list(unit_ids))


def unit_by_code(code: str) -> Unit | None:
    """A unit by its code."""
    return Unit.objects.filter(code=code).first()


def unit_by_name(name: str, on: date | None = None) -> Unit | None:
    """The unit that bore this name on that day: full name, name without the city, short name, then aliases.

    None where nobody or more than one did; 台 and 臺 count as one (X-26).
    """
    wanted = name_key(name)
    if not wanted:
        return None
    nodes = list(tree(on))
    government = next((node.name for node in nodes if node.kind == UnitKind.CITY), "")
    full = {node.id for node in nodes if name_key(node.name) == wanted}
    wanted_keys = keys_without_city(name, government)
    bare = {node.id for node in nodes if keys_without_city(node.name, government) & wanted_keys}
    short = {node.id for node in nodes if node.short_name and name_key(node.short_name) in wanted_keys}
    for found in (full, bare, short):
        if found:
            return unit(found.pop()) if len(found) == 1 else None
    living = {node.id for node in nodes}
    aliases = {
        a.unit_id for a in UnitAlias.objects.all() if name_key(a.name) in wanted_keys and a.unit_id in living
    }
    return unit(aliases.pop()) if len(aliases) == 1 else None


class _Named(defaultdict[str, set[int]]):
    """Units by a name."""

    def __init__(self) -> None:
        super().__init__(set)


class UnitNames:
    """Units of today by every name and code, read once for a whole file (two queries, however many names)."""

    def __init__(self) -> None:
        nodes = list(tree())
        self._government = next((node.name for node in nodes if node.kind == UnitKind.CITY), "")
        exact, full, bare, short, aliases = (_Named() for _each in range(5))
        living = {node.id for node in nodes}
        for node in nodes:
            for name in {node.name, node.short_name, node.code} - {""}:
                exact[name].add(node.id)
            full[name_key(node.name)].add(node.id)
            for key in keys_without_city(node.name, self._government):
                bare[key].add(node.id)
            if node.short_name:
                short[name_key(node.short_name)].add(node.id)
        for alias in UnitAlias.objects.all():
            if alias.unit_id in living:
                aliases[name_key(alias.name)].add(alias.unit_id)
        self._exact, self._full, self._others = exact, full, (bare, short, aliases)

    def find(self, name: str) -> int | None:
        """The one unit of this name, as `unit_by_name` and `unit_by_code` find it; None for nobody or more than one."""
        if len(self._exact.get(name, ())) == 1:
            return next(iter(self._exact[name]))
        if not name_key(name):
            return None
        keys = keys_without_city(name, self._government)
        steps = [self._full.get(name_key(name), set())]
        steps += [set[int]().union(*(known.get(key, ()) for key in keys)) for known in self._others]
        found = next((each for each in steps if each), set())
        return next(iter(found)) if len(found) == 1 else None

    def id_of(self, name: str) -> int:
        """The one unit of this name. Raises NotFound for a name that nobody bears, or more than one."""
        found = self.find(name)
        if found is None:
            raise NotFound(_("沒有「%(name)s」這個機關，或不只一個。請寫全名。") % {"name": name[:60]})
        return found


Holders = Callable[[Actor, int, date | None], Iterable[Any]]
_holders: Holders | None = None


def set_holders(holders: Holders) -> None:
    """Tell who knows which people hold which role in a unit: they live in a higher ring (called once at start)."""
    global _holders
    _holders = holders


def holders(actor: Actor, unit_id: int, on: date | None = None) -> list[Any]:
    """Who holds which role in a unit on that day (`.user`, `.role`), as far as the actor may see (A10)."""
    return list(_holders(actor, unit_id, on)) if _holders else []


def period_entries(unit_id: int) -> QuerySet[Any]:
    """History entries of the unit's periods, newest first."""
    return entries_of_all(
        "organisations.unitperiod", UnitPeriod.objects.filter(unit_id=unit_id).values_list("pk", flat=True)
    )


def ids_by_alias(key: str) -> frozenset[int]:
    """Units with an alias that contains this name key."""
    return frozenset(alias.unit_id for alias in UnitAlias.objects.all() if key in name_key(alias.name))


def successors_of(unit_id: int) -> QuerySet[Succession]:
    """Who took over from the unit, with the day and the basis."""
    return Succession.objects.filter(predecessor_id=unit_id).select_related("successor")


def predecessors_of(unit_id: int) -> QuerySet[Succession]:
    """Whom the unit took over from."""
    return Succession.objects.filter(successor_id=unit_id).select_related("predecessor")


def periods_of(unit_id: int) -> QuerySet[UnitPeriod]:
    """All periods of a unit, oldest first."""
    return UnitPeriod.objects.filter(unit_id=unit_id).select_related("parent").order_by("start_date")


@dataclass(frozen=True, slots=True)
class Difference:
    """What one unit was on one day and on another; None where it did not exist."""

    before: Node | None
    after: Node | None

    @property
    def node(self) -> Node:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def kinds(self) -> tuple[str, ...]:
        """`opened`, `closed`, or which of name, parent_id, control_level changed."""
        if self.before is None:
            return ("opened",)
        if self.after is None:
            return ("closed",)
        fields = ("name", "short_name", "name_en", "parent_id", "control_level")
        return tuple(f for f in fields if getattr(self.before, f) != getattr(self.after, f))


def differences(first: date, second: date) -> tuple[list[Difference], Tree, Tree]:
    """Units that differ between two days, with both trees."""
    before, after = tree(first), tree(second)
    ids = [node.id for node in after] + [node.id for node in before if node.id not in after]
    pairs = [Difference(before.by_id.get(i), after.by_id.get(i)) for i in ids]
    return [pair for pair in pairs if pair.kinds], before, after


def installation() -> Installation | None:
    """Whose installation this is; None before it is set up."""
    return Installation.objects.filter(pk=1).first()


def is_demonstration() -> bool:
    """Whether everything here is fictitious."""
    return Installation.objects.filter(pk=1, is_demonstration=True).exists()
