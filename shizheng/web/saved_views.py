"""Saved views of list pages: a name for a state that the URL already holds. Where they are kept plugs in."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view: ``query`` is the query string without ``page`` and ``as_of``."""

    id: str
    name: str
    query: str


MOST = 50
"""Views that one person may keep, over all pages."""


class SavedViews(Protocol):
    """A keeper of saved views; ``page`` is the route's name (``planning:kpis``)."""

    def list(self, actor: Any, page: str) -> list[SavedView]:
        """The reader's own views of one page, by name."""
        ...

    def save(self, actor: Any, page: str, name: str, query: str) -> SavedView:
        """Keep a view; the same name on the same page replaces the older one. Raises CannotDo beyond `MOST`."""
        ...

    def delete(self, actor: Any, page: str, view_id: str) -> None:
        """Forget a view of one's own; silently nothing when it is gone already."""
        ...


_keeper: SavedViews | None = None


def keep_with(keeper: SavedViews | None) -> None:
    """Set where saved views are kept (called once at start)."""
    global _keeper
    _keeper = keeper


def keeper() -> SavedViews | None:
    """Where saved views are kept; without one, list pages do not offer them (the URL still holds the state)."""
    return _keeper
