"""By which words a petition is found: one way for the one that comes in, the thousands of an import, and the search itself."""

from collections.abc import Sequence

from shizheng.common import grams


def vector(texts: Sequence[str], category_id: int | None) -> str:
    """The tsvector of a petition: numbers, subject, place, letter; and its category by key, for its name may change."""
    return grams.vector(texts, () if category_id is None else (category_mark(category_id),))


def category_mark(category_id: int) -> str:
    """How the index of words knows a category."""
    return f"category:{category_id}"
