"""Facts that the frame shows on every page and that other rings own: they plug in here."""

from collections.abc import Callable

from django.core.cache import caches

REMEMBERED = 30
"""Seconds for which the answer is kept: it changes only when demonstration data are loaded or cleared."""

_is_demonstration: Callable[[], bool] | None = None


def set_demonstration_check(check: Callable[[], bool]) -> None:
    """Tell the frame how to know that this is a demonstration database (called once at start; keep it cheap)."""
    global _is_demonstration
    _is_demonstration = check


def is_demonstration() -> bool:
    """Whether the band 示範資料庫 is shown."""
    if _is_demonstration is None:
        return False
    return bool(caches["memory"].get_or_set("web.is_demonstration", _is_demonstration, REMEMBERED))
