"""Facts that the frame shows on every page and that other rings own: they plug in here."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import caches
from django.urls import NoReverseMatch
from django.utils.functional import Promise

from shizheng.web.addresses import address

REMEMBERED = 30
"""Seconds for which the answer is kept: it changes only when demonstration data are loaded or cleared."""

_is_demonstration: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A button in the header beside the user menu. `count_name` answers a fragment `<b id="count-CODE">` with a number.

    The fragment is asked for after the page is there, so a page costs no query for it.
    """

    code: str
    label: str | Promise
    icon: str
    url_name: str
    count_name: str


_tools: dict[str, Tool] = {}


def register_tool(tool: Tool) -> None:
    """Add a button to the header (call it from `AppConfig.ready`)."""
    _tools[tool.code] = tool


def tools() -> list[tuple[Tool, str, str]]:
    """The buttons of the header with the addresses of page and count; one whose app is not mounted is left out."""
    found = []
    for tool in _tools.values():
        with suppress(NoReverseMatch):
            found.append((tool, address(tool.url_name), address(tool.count_name)))
    return found


def set_demonstration_check(check: Callable[[], bool]) -> None:
    """Tell the frame how to know that this is a demonstration database (called once at start; keep it cheap)."""
    global _is_demonstration
    _is_demonstration = check


def is_demonstration() -> bool:
    """Whether the band 示範資料庫 is shown."""
    if _is_demonstration is None:
        return False
    return bool(caches["memory"].get_or_set("web.is_demonstration", _is_demonstration, REMEMBERED))
