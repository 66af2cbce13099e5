"""How petitions are given away: 人工分案比例 and 改分率 of a month, each with its denominator; what could be assigned by itself (J03)."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count

from shizheng.common.permissions import Actor
from shizheng.domains.petitions.queries.boards import agency_of, unit_of
from shizheng.domains.petitions.queries.petitions import moments_of
from shizheng.domains.petitions.queries.proposals import AGENCY, models
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations


@dataclass(slots=True)
class Given:
    """Petitions first given away in a month: how (`by`), and of how many it was changed since (`moved`, by how it was)."""

    by: dict[str, int] = field(default_factory=lambda: dict.fromkeys(cases.GIVEN, 0))
    moved: dict[str, int] = field(default_factory=lambda: dict.fromkeys(cases.GIVEN, 0))

    @property
    def all(self) -> int:
        """The denominator of both rates."""
        return sum(self.by.values())

    @property
    def by_hand(self) -> int:
        """Decided by a person without the model, rulings among them."""
        return self.by["manual"] + self.by["ruled"]

    @property
    def all_moved(self) -> int:
        return sum(self.moved.values())

    @property
    def hand_rate(self) -> Decimal | None:
        """人工分案比例 in percent; None where nothing was given away."""
        return Decimal(self.by_hand) * 100 / self.all if self.all else None

    @property
    def moved_rate(self) -> Decimal | None:
        """改分率 in percent: changed to another unit, or handed back, after it was first given away."""
        return Decimal(self.all_moved) * 100 / self.all if self.all else None

    def rate_of(self, how: str) -> Decimal | None:
        """改分率 in percent of those given away in one way."""
        return Decimal(self.moved[how]) * 100 / self.by[how] if self.by[how] else None


@dataclass(frozen=True, slots=True)
class Assigning:
    """A month of giving away: the sum, agencies by name; and of the model in use: version, threshold, what it measured.

    `coverage_95`: share (0 to 1) of petitions that could be assigned by itself with 95 in 100 right, on those it had not seen.
    """

    period: Period
    total: Given
    agencies: tuple[tuple[Any, Given], ...]
    model: Any | None
    coverage_95: float | None


def assigning(actor: Actor, period: Period) -> Assigning:
    """What was first given away in a month, as far as the actor may see it, and what was changed since (three queries)."""
    since, until = moments_of(period.start, period.end)
    seen = cases.seen(actor, KIND, "case__")
    rows: Any = cases.first_given(KIND).filter(seen, since__gte=since, since__lt=until)
    tree = organisations.tree()
    first = {node.id for node in tree.first_level()}
    total, by_agency = Given(), defaultdict[int, Given](Given)
    for how, unit_id, moved, count in rows.values_list("how", "unit_id", "moved").annotate(count=Count("pk")):
        for given in (total, by_agency[agency_of(tree, unit_id, first)]):
            given.by[how] += count
            given.moved[how] += count if moved else 0
    lines = sorted(
        ((unit_of(tree, pk), given) for pk, given in by_agency.items()), key=lambda line: str(line[0].name)
    )
    model = models().get(AGENCY)
    coverage = (
        model.active.card["measured"]["coverage_at_precision"]["0.95"] if model and model.active else None
    )
    return Assigning(period, total, tuple(lines), model, coverage)
