"""What each agency answers for in a quarter (J07): in time or not, what it hears most of, what rose most."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from shizheng.common.permissions import SYSTEM
from shizheng.domains.petitions.models import Category
from shizheng.domains.petitions.queries import boards
from shizheng.domains.petitions.queries.petitions import moments_of, visible_to
from shizheng.domains.petitions.rules.analysis import Change, changes
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations

MOST_NAMED = 3
UNSORTED = "沒有分類"


@dataclass(frozen=True, slots=True)
class WeakPoints:
    """One agency in a period. `risen`: categories by how much they rose against the period before; `most`: by how many there are."""

    tally: boards.Tally
    target: Decimal | None
    risen: Sequence[Change[str]]
    most: Sequence[Change[str]]

    @property
    def late(self) -> bool:
        """Whether the on-time rate is below the target (below 100% where no rule names one)."""
        rate = self.tally.on_time_rate
        return rate is not None and rate < (Decimal(100) if self.target is None else self.target)


def weak_points(period: Period) -> dict[int, WeakPoints]:
    """First-level agency → what it answers for, of all to whom petitions came in the period or of whom some ended (nine queries)."""
    table = boards.month(SYSTEM, period)
    now, before = _by_category(period), _by_category(period.previous())
    found = {}
    for unit, tally in table.agencies:
        if not (tally.received or tally.all_ended):
            continue
        all_of_it = changes(now[unit.id], before[unit.id])
        risen = [each for each in all_of_it if each.share is not None]
        most = sorted((each for each in all_of_it if each.now), key=lambda each: (-each.now, each.key))
        found[unit.id] = WeakPoints(tally, table.target, risen[:MOST_NAMED], most[:MOST_NAMED])
    return found


def _by_category(period: Period) -> Mapping[int, Counter[str]]:
    """First-level agency → category → how many came in."""
    since, until = moments_of(period.start, period.end)
    rows = visible_to(SYSTEM).filter(case__received_at__gte=since, case__received_at__lt=until).order_by()
    names = dict(Category.objects.values_list("pk", "name"))
    tree = organisations.tree()
    agencies = {node.id for node in tree.first_level()}
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for unit_id, category, n in rows.values_list("case__unit_id", "category_id").annotate(count=Count("pk")):
        name = UNSORTED if category is None else names[category]
        found[boards.agency_of(tree, unit_id, agencies)][name] += n
    return found
