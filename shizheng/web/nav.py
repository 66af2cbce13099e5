"""The staff frame's navigation: apps register their entries, readers see those they may open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import NoReverseMatch
from django.utils.functional import Promise

from shizheng.web.addresses import address

Area = Literal["top", "domain", "system", "account", "public"]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One line of the navigation.

    ``permission``: code that the reader must hold in some unit; ``None`` for everyone who is signed in.
    ``order``: small first (10, 20, …). ``area``: ``top`` (above the line, and in the phone's tab bar),
    ``domain`` (領域), ``system`` (設定與管理), ``account`` (the user menu), ``public`` (the citizens' site).
    ``prefix``: path prefix under which the entry counts as current; by default its own address.
    """

    label: str | Promise
    url_name: str
    icon: str
    permission: str | None = None
    order: int = 100
    area: Area = "domain"
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one reader sees it on one page."""

    label: str | Promise
    url: str
    icon: str
    current: bool
    area: Area


_entries: dict[str, NavEntry] = {}


def register(entry: NavEntry) -> None:
    """Add an entry (call it from ``AppConfig.ready``); the same ``url_name`` twice replaces the first."""
    _entries[f"{entry.area}:{entry.url_name}"] = entry


def entries() -> tuple[NavEntry, ...]:
    """All entries in the order in which they are shown."""
    return tuple(sorted(_entries.values(), key=lambda e: (e.order, e.url_name)))


def may_open(user: Any, entry: NavEntry) -> bool:
    """Whether this reader is shown this entry. Public entries are for everyone."""
    if entry.area == "public":
        return True
    if not getattr(user, "is_authenticated", False):
        return False
    return entry.permission is None or bool(user.may(entry.permission))


def links_for(user: Any, path: str = "", areas: Iterable[str] | None = None) -> list[Link]:
    """Entries that this reader may open, with addresses; those without a route are left out.

    Current is the entry with the longest prefix of ``path``.
    """
    wanted = set(areas) if areas is not None else None
    found: list[tuple[NavEntry, str, str]] = []
    for entry in entries():
        if (wanted is not None and entry.area not in wanted) or not may_open(user, entry):
            continue
        try:
            url = address(entry.url_name)
        except NoReverseMatch:
            continue
        found.append((entry, url, entry.prefix or url))
    matching = [
        prefix for _, url, prefix in found if path == url or (prefix != "/" and path.startswith(prefix))
    ]
    best = max(matching, key=len, default=None)
    return [Link(e.label, url, e.icon, prefix == best, e.area) for e, url, prefix in found]
