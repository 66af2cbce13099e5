"""What one person may do today: the permissions of the roles, the units they reach, and nothing else."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shizheng.common import clock
from shizheng.common.permissions import of_the_whole_city
from shizheng.common.words import read, tell

if TYPE_CHECKING:
    from shizheng.kernel.people.models import User


@dataclass(frozen=True, slots=True)
class Holding:
    """One assignment in force: where, as what, and what it allows."""

    unit_id: int
    unit_name: str
    whole_city: bool
    role_id: int
    role_name: str
    permissions: frozenset[str]
    requires_second_factor: bool
    owner: str = ""
    """Whose it is, where it is not one's own: the person for whom one stands in (代理)."""


NEVER_DELEGATED = frozenset({"people.manage", "people.assign_roles"})
"""The power over accounts stays with the person to whom it was given."""


@dataclass(slots=True)
class Authority:
    """Answers permission questions from at most two queries: the assignments, and the tree when a unit matters."""

    holdings: tuple[Holding, ...]
    _reach: dict[tuple[str, bool], frozenset[int] | None] = field(default_factory=dict)
    _tree: Any = None

    @classmethod
    def of_user(cls, user: "User") -> "Authority":
        """The authority of a person today, with that of those for whom he or she stands in (one query)."""
        from django.db.models import Q

        today = clock.today()
        away = (
            user.delegations_held.filter(start_date__lte=today, end_date__gt=today, from_user__is_active=True)
            .order_by()
            .values("from_user_id")
        )
        rows = (
            user.assignments.model._default_manager.filter(
                Q(end_date=None) | Q(end_date__gt=today),
                Q(user=user) | Q(user__in=away),
                start_date__lte=today,
            )
            .filter(role__is_active=True)
            .select_related("role", "unit", "user")
            .order_by("role__order", "unit__order", "id")
        )
        found = [cls._holding(row, user) for row in rows]
        return cls(tuple(sorted(found, key=lambda holding: bool(holding.owner))))

    @staticmethod
    def _holding(row: Any, user: "User") -> Holding:
        whole_city, own = row.unit.kind == "city", row.user_id == user.pk
        allowed = frozenset(row.role.permissions)
        if not whole_city:
            allowed -= of_the_whole_city()
        return Holding(
            unit_id=row.unit_id,
            unit_name=row.unit.short_name or row.unit.name,
            whole_city=whole_city,
            role_id=row.role_id,
            role_name=row.role.name,
            permissions=allowed if own else allowed - NEVER_DELEGATED,
            requires_second_factor=row.role.requires_second_factor,
            owner="" if own else row.user.display_name,
        )

    @property
    def permissions(self) -> frozenset[str]:
        """Every code held somewhere by oneself."""
        return frozenset().union(*(holding.permissions for holding in self.own))

    @property
    def own(self) -> tuple[Holding, ...]:
        """What one holds oneself, without what one holds for others."""
        return tuple(holding for holding in self.holdings if not holding.owner)

    @property
    def requires_second_factor(self) -> bool:
        return any(holding.requires_second_factor for holding in self.holdings)

    @property
    def line(self) -> str:
        """`機關 角色` of the first assignment, and how many more there are."""
        if not self.holdings:
            return ""
        first, more = self.holdings[0], len(self.holdings) - 1
        name = f"{read(first.unit_name)} {read(first.role_name)}"
        if first.owner:
            name = tell("%(name)s（代理 %(owner)s）", name=name, owner=first.owner)
        return name + (f" +{more}" if more else "")

    def may(self, code: str, unit_id: int | None = None, *, own: bool = False) -> bool:
        """Whether `code` is held: for that unit, or anywhere when no unit is given; `own`: by oneself alone."""
        if unit_id is None:
            return any(code in holding.permissions for holding in (self.own if own else self.holdings))
        reach = self.units_where(code, own=own)
        return reach is None or unit_id in reach

    def units_where(self, code: str, *, own: bool = False) -> frozenset[int] | None:
        """The units where `code` is held, with all below them today; None means the whole city."""
        if (code, own) not in self._reach:
            self._reach[code, own] = self._find(code, self.own if own else self.holdings)
        return self._reach[code, own]

    def units_above(self, code: str, *, own: bool = False) -> frozenset[int]:
        """The units above those where an assignment brings `code`, up to their agency: there it is not held."""
        held = [holding for holding in (self.own if own else self.holdings) if code in holding.permissions]
        if not held:
            return frozenset()
        tree = self._known_tree()
        return frozenset(node.id for holding in held for node in tree.up_to_agency(holding.unit_id))

    def owners(self, code: str, unit_id: int | None = None) -> tuple[str, ...]:
        """For whom one stands in when using `code`; nobody where one holds it oneself."""
        others = [holding for holding in self.holdings if holding.owner and code in holding.permissions]
        if not others or self.may(code, unit_id, own=True):
            return ()
        found = []
        for holding in others:
            reach = self._find(code, (holding,))
            if unit_id is None or reach is None or unit_id in reach:
                found.append(holding.owner)
        return tuple(dict.fromkeys(found))

    def _find(self, code: str, holdings: tuple[Holding, ...]) -> frozenset[int] | None:
        held = [holding for holding in holdings if code in holding.permissions]
        if any(holding.whole_city for holding in held):
            return None
        if not held:
            return frozenset()
        tree = self._known_tree()
        return frozenset().union(*(tree.subtree_ids(h.unit_id) | {h.unit_id} for h in held))

    def _known_tree(self) -> Any:
        """The tree of today, read once."""
        if self._tree is None:
            from shizheng.kernel.organisations import queries

            self._tree = queries.tree(clock.today())
        return self._tree


@dataclass(frozen=True, slots=True)
class TokenActor:
    """The owner of an API token, limited to its scopes."""

    user: "User"
    scopes: frozenset[str]
    token_id: int
    token_name: str

    @property
    def pk(self) -> int | None:
        return self.user.pk

    @property
    def display_name(self) -> str:
        return f"{self.user.display_name}（權杖：{self.token_name}）"

    def may(self, code: str, unit_id: int | None = None) -> bool:
        """Whether the scopes hold `code` and the owner still does, himself or herself: tokens stand in for nobody."""
        return (
            code in self.scopes and self.user.is_active and self.user.authority.may(code, unit_id, own=True)
        )

    def units_where(self, code: str) -> frozenset[int] | None:
        """As the owner's, nowhere outside the scopes."""
        if code not in self.scopes or not self.user.is_active:
            return frozenset()
        return self.user.authority.units_where(code, own=True)

    def units_above(self, code: str) -> frozenset[int]:
        """As the owner's, nowhere outside the scopes."""
        if code not in self.scopes or not self.user.is_active:
            return frozenset()
        return self.user.authority.units_above(code, own=True)
