"""What one person may do today: the permissions of the roles, the units they reach, and nothing else."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shizheng.common import clock
from shizheng.common.permissions import of_the_whole_city

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


@dataclass(slots=True)
class Authority:
    """Answers permission questions from at most two queries: the assignments, and the tree when a unit matters."""

    holdings: tuple[Holding, ...]
    _reach: dict[str, frozenset[int] | None] = field(default_factory=dict)
    _tree: Any = None

    @classmethod
    def of_user(cls, user: "User") -> "Authority":
        """The authority of a person today (one query)."""
        from django.db.models import Q

        today = clock.today()
        rows = (
            user.assignments.filter(Q(end_date=None) | Q(end_date__gt=today), start_date__lte=today)
            .filter(role__is_active=True)
            .select_related("role", "unit")
            .order_by("role__order", "unit__order", "id")
        )
        return cls(
            tuple(
                Holding(
                    unit_id=row.unit_id,
                    unit_name=row.unit.short_name or row.unit.name,
                    whole_city=row.unit.kind == "city",
                    role_id=row.role_id,
                    role_name=row.role.name,
                    permissions=frozenset(row.role.permissions)
                    - (frozenset() if row.unit.kind == "city" else of_the_whole_city()),
                    requires_second_factor=row.role.requires_second_factor,
                )
                for row in rows
            )
        )

    @property
    def permissions(self) -> frozenset[str]:
        """Every code held somewhere."""
        return frozenset().union(*(holding.permissions for holding in self.holdings))

    @property
    def requires_second_factor(self) -> bool:
        return any(holding.requires_second_factor for holding in self.holdings)

    @property
    def line(self) -> str:
        """`機關 角色` of the first assignment, and how many more there are."""
        if not self.holdings:
            return ""
        first, more = self.holdings[0], len(self.holdings) - 1
        return f"{first.unit_name} {first.role_name}" + (f" +{more}" if more else "")

    def may(self, code: str, unit_id: int | None = None) -> bool:
        """Whether `code` is held: for that unit, or anywhere when no unit is given."""
        if unit_id is None:
            return any(code in holding.permissions for holding in self.holdings)
        reach = self.units_where(code)
        return reach is None or unit_id in reach

    def units_where(self, code: str) -> frozenset[int] | None:
        """The units where `code` is held, with all below them today; None means the whole city."""
        if code not in self._reach:
            self._reach[code] = self._find(code)
        return self._reach[code]

    def _find(self, code: str) -> frozenset[int] | None:
        held = [holding for holding in self.holdings if code in holding.permissions]
        if any(holding.whole_city for holding in held):
            return None
        if not held:
            return frozenset()
        if self._tree is None:
            from shizheng.kernel.organisations import queries

            self._tree = queries.tree(clock.today())
        return frozenset().union(*(self._tree.subtree_ids(h.unit_id) | {h.unit_id} for h in held))


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
        """Whether the scopes hold `code` and the owner still does."""
        return code in self.scopes and self.user.may(code, unit_id)

    def units_where(self, code: str) -> frozenset[int] | None:
        """As the owner's, nowhere outside the scopes."""
        return self.user.units_where(code) if code in self.scopes else frozenset()
