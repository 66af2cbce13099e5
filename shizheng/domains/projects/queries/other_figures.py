"""Figures of the month that other desks hold, for the chapters of the bulletin (B08): by what their measures are called."""

from collections.abc import Mapping

from shizheng.common.permissions import SYSTEM
from shizheng.common.together import Steps
from shizheng.kernel.measures.queries.lists import searched
from shizheng.kernel.measures.rules.figures import Figure

CHAPTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "documents": ("公文處理績效", ("公文",)),
    "service": ("服務中心績效", ("服務中心", "1999", "話務")),
}
"""Code of a chapter → its title, and the words by which its measures are known."""
MOST = 20
Found = dict[str, dict[int, str]]
"""Code of a chapter → its measures, by number, with their names."""


def measures_steps() -> Steps[Found]:
    """The measures whose name holds one of a chapter's words, beside what else is read."""
    hits = {
        code: [searched(SYSTEM, word)[:MOST] for word in words] for code, (_title, words) in CHAPTERS.items()
    }
    yield [rows for some in hits.values() for rows in some]
    return {
        code: {
            each.pk: each.name
            for rows in some
            for each in rows
            if any(word in each.name for word in CHAPTERS[code][1])
        }
        for code, some in hits.items()
    }


def with_value(named: Mapping[int, str], figures: Mapping[int, Figure]) -> list[tuple[str, Figure]]:
    """Name and figure of those that have a value in the month."""
    return [
        (named[pk], each) for pk, each in sorted(figures.items()) if pk in named and each.value is not None
    ]
