"""Figures of the month that other desks hold, for the chapters of the bulletin (B08): by what their measures are called."""

from collections.abc import Sequence

from shizheng.common.permissions import SYSTEM
from shizheng.common.together import together
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries.lists import searched
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period

CHAPTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "documents": ("公文處理績效", ("公文",)),
    "service": ("服務中心績效", ("服務中心", "1999", "話務")),
}
"""Code of a chapter → its title, and the words by which its measures are known."""
MOST = 20


def monthly_figures(words: Sequence[str], city_id: int, period: Period) -> list[tuple[str, Figure]]:
    """Name and figure of the city's measures whose name holds one of the words and that have a value in the month."""
    hits = [searched(SYSTEM, word)[:MOST] for word in words]
    together(*hits)
    found = {each.pk: each.name for rows in hits for each in rows}
    named = {pk: name for pk, name in found.items() if any(word in name for word in words)}
    if not named:
        return []
    figures = measures.figures_of_unit(list(named), city_id, period)
    return [(named[pk], each) for pk, each in sorted(figures.items()) if each.value is not None]
