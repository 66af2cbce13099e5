"""Every route names its permission. `config.middleware` refuses a view that names none."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
"""Anybody, signed in or not."""
SIGNED_IN = "signed_in"
"""Anybody who has signed in: pages about oneself."""


def requires(code: str) -> Callable[[View], View]:
    """Mark a view: only an actor who holds permission `code` somewhere may open it."""

    def mark(view: View) -> View:
        view.permission = code  # type: ignore[attr-defined]
        return view

    return mark


def looks_ahead(view: View) -> View:
    """Mark a view that also shows a day to come: the day asked for is then `request.ahead`, else None."""
    view.looks_ahead = True  # type: ignore[attr-defined]
    return view


def shows_today(view: View) -> View:
    """Mark a view that knows no day but today: where another was asked for, the page says so (`request.only_today`)."""
    view.shows_today = True  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    return requires(PUBLIC)(view)


def signed_in(view: View) -> View:
    """Mark a view as open to everybody who has signed in."""
    return requires(SIGNED_IN)(view)
