"""The table of the month (CP-07): received, ended and in time by agency and class, each rate with its denominator (CP-11)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from shizheng.common.permissions import Actor
from shizheng.domains.petitions.models import Outcome, Petition
from shizheng.domains.petitions.queries.petitions import is_open, late, moments_of, seen, visible_to
from shizheng.domains.petitions.rules.classes import COUNTED, Ended, PetitionClass
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook import queries as rulebook

TARGET = "CP-11"


@dataclass(slots=True)
class Tally:
    """Counts of one month. `ended` is by result; `counted` are those of which the on-time rate is made, `in_time` of them."""

    received: int = 0
    ended: dict[Ended, int] = field(default_factory=lambda: dict.fromkeys(Ended, 0))
    in_time: int = 0
    open_after: int = 0

    @property
    def counted(self) -> int:
        """The denominator of 依限辦結率: answered, declined or transferred in the month."""
        return sum(self.ended[each] for each in COUNTED)

    @property
    def on_time_rate(self) -> Decimal | None:
        """依限辦結率 in percent (CP-11); None where nothing ended."""
        return Decimal(self.in_time) * 100 / self.counted if self.counted else None

    @property
    def all_ended(self) -> int:
        """Everything that ended in the month, withdrawn ones too."""
        return sum(self.ended.values())


@dataclass(frozen=True, slots=True)
class Month:
    """The table of a month: agencies by name, classes, sources, and the sum. `target`: of the rulebook, percent, or None."""

    period: Period
    agencies: tuple[tuple[Any, Tally], ...]
    classes: tuple[tuple[PetitionClass, Tally], ...]
    total: Tally
    target: Decimal | None


def month(actor: Actor, period: Period) -> Month:
    """What came in and ended in a month, as far as the actor may see it; outcomes are counted as they were then (five queries)."""
    since, until = moments_of(period.start, period.end)
    rows = visible_to(actor)
    tree = organisations.tree()
    agencies = {node.id for node in tree.first_level()}
    by_agency: dict[int, Tally] = defaultdict(Tally)
    by_class: dict[PetitionClass, Tally] = {each: Tally() for each in PetitionClass}
    total = Tally()

    def tallies(unit_id: int, name: str) -> tuple[Tally, Tally, Tally]:
        return by_agency[agency_of(tree, unit_id, agencies)], by_class[PetitionClass(name)], total

    for unit_id, name, count in _by(rows.filter(case__received_at__gte=since, case__received_at__lt=until)):
        for tally in tallies(unit_id, name):
            tally.received += count
    still = Q(case__closed_at=None) | Q(case__closed_at__gte=until)
    for unit_id, name, count in _by(rows.filter(still, case__received_at__lt=until)):
        for tally in tallies(unit_id, name):
            tally.open_after += count
    ended = Outcome.objects.filter(seen(actor, "petition__"), at__gte=since, at__lt=until).order_by()
    for unit_id, name, how, in_time, count in ended.values_list(
        "unit_id", "petition__petition_class", "ended", "in_time"
    ).annotate(count=Count("pk")):
        for tally in tallies(unit_id, name):
            tally.ended[Ended(how)] += count
            tally.in_time += count if in_time and Ended(how) in COUNTED else 0
    lines = sorted(
        ((unit_of(tree, pk), tally) for pk, tally in by_agency.items()), key=lambda line: str(line[0].name)
    )
    return Month(period, tuple(lines), tuple(by_class.items()), total, target(period.start))


def target(on: date) -> Decimal | None:
    """The on-time rate that the plan of the day asks for (CP-11), in percent; None where no rule says so."""
    try:
        value = rulebook.value_of(TARGET, on).value
    except rulebook.NoRuleInForce:
        return None
    return Decimal(str(value))


def _by(rows: QuerySet[Petition]) -> Any:
    return rows.order_by().values_list("case__unit_id", "petition_class").annotate(count=Count("pk"))


def unit_of(tree: Any, unit_id: int) -> Any:
    """A unit of today, or one that is gone."""
    return tree.by_id.get(unit_id) or organisations.unit(unit_id)


def agency_of(tree: Any, unit_id: int, agencies: set[int]) -> int:
    """The first-level agency of a unit; itself where it belongs to none."""
    above = [node.id for node in tree.ancestors(unit_id)]
    return next((each for each in [unit_id, *reversed(above)] if each in agencies), unit_id)


def by_class(actor: Actor) -> list[tuple[PetitionClass, int, int]]:
    """Class, open, late: what the agencies have now (one query)."""
    rows = (
        visible_to(actor)
        .filter(is_open())
        .order_by()
        .values_list("petition_class")
        .annotate(open=Count("pk"), late=Count("pk", filter=late()))
    )
    found = {name: (open_, late_) for name, open_, late_ in rows}
    return [(each, *found.get(each.value, (0, 0))) for each in PetitionClass]
