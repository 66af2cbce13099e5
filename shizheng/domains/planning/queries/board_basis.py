"""What boards rest on whatever the figures are: units, plans in force, and the years that these tell about."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.domains.planning.models import Plan, ResultRow
from shizheng.domains.planning.queries.board_rows import PlanRow, plans_in_force
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.remembering import Mark, rows_kept
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.rules import Tree

# the apps whose rows boards rest on, besides facts and definitions
READ = ("planning", "measures", "organisations")


class Basis(NamedTuple):
    """Of one board; `former` names agencies that are no longer in the tree."""

    day: date
    tree: Tree
    plans: Sequence[PlanRow]
    years: Sequence[int]
    former: dict[int, str]


def basis(now: Mark, actor: Actor, as_of: AsOf | None, agency_id: int | None) -> Basis:
    """Kept until something is written about units or plans (at most seven queries)."""
    day = as_of.moment.astimezone(clock.TAIPEI).date() if as_of else clock.today()

    def make() -> Basis:
        tree = organisations.tree(day)
        plans = plans_in_force(actor, as_of)
        if agency_id is not None:
            below = tree.subtree_ids(agency_id) | {agency_id}
            plans = [plan for plan in plans if plan.agency_id in below]
        former = _names_of({plan.agency_id for plan in plans} - tree.by_id.keys())
        return Basis(day, tree, plans, _years_of(plans), former)

    key = ("planning.basis", actor.may("planning.view"), as_of, agency_id)
    return rows_kept(now, key, READ, make, lambda made: 50 + (len(made.tree) + len(made.plans)) // 10)


def _names_of(agencies: Collection[int]) -> dict[int, str]:
    """Names of agencies that are no longer in the tree."""
    if not agencies:
        return {}
    rows = Plan.objects.filter(agency_id__in=agencies)
    found = rows.values_list("agency_id", "agency__short_name", "agency__name").distinct()
    return {pk: short or name for pk, short, name in found}


def _years_of(plans: Sequence[PlanRow]) -> list[int]:
    found = {plan.roc_year for plan in plans}
    rows = ResultRow.objects.exclude(roc_year__in=found).filter(
        plan_id__in=[plan.pk for plan in plans], kpi__measure__isnull=False
    )
    found |= {year for year in rows.order_by().values_list("roc_year", flat=True).distinct() if year}
    return sorted(found, reverse=True)
