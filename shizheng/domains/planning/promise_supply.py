"""Who knows already what an action plan has reached, so that its quarter is not typed again (journeys register themselves).

A supplier is `supplier(promises, period) -> {pk of the action plan: Supplied}`: percents where there is no quantity, else the quantity.
"""

from collections.abc import Callable, Mapping, Sequence

from shizheng.domains.planning.models.promises import Promise
from shizheng.kernel.filing.registry import Supplied
from shizheng.kernel.measures.rules.periods import Period

Supplier = Callable[[Sequence[Promise], Period], Mapping[int, Supplied]]
_suppliers: dict[str, Supplier] = {}


def register(code: str, supplier: Supplier) -> None:
    """Add a supplier; the same code again replaces it."""
    _suppliers[code] = supplier


def supplied(promises: Sequence[Promise], period: Period) -> dict[int, Supplied]:
    """What is supplied about these action plans at the end of a quarter; those linked to a KPI are asked for no number."""
    asked = [each for each in promises if each.measure_id is None]
    found: dict[int, Supplied] = {}
    for supplier in _suppliers.values() if asked else ():
        for pk, value in supplier(asked, period).items():
            found.setdefault(pk, value)
    return found
