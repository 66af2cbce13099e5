"""One search box over everything: apps register what they can find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. ``number``: its case or plan number; ``meta``: what it is and whose."""

    title: Text
    url: str
    number: str = ""
    meta: Text = ""
    icon: str = "file-text"


@dataclass(frozen=True, slots=True)
class Provider:
    """A kind of thing to be found: ``find(actor, words, limit, as_of)`` gives what the actor may see."""

    code: str
    label: Text
    find: Callable[[Any, str, int, date | None], Iterable[Hit]]
    order: int = 100


_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Add a provider (call it from ``AppConfig.ready``); the same ``code`` twice replaces the first."""
    _providers[provider.code] = provider


def providers() -> tuple[Provider, ...]:
    """All providers, in the order in which their results are shown."""
    return tuple(sorted(_providers.values(), key=lambda p: (p.order, p.code)))


def find(
    actor: Any, words: str, limit: int = 10, as_of: date | None = None
) -> list[tuple[Provider, list[Hit], bool]]:
    """Per provider up to ``limit`` hits and whether there are more; empty words find nothing."""
    words = words.strip()
    if not words:
        return []
    results = []
    for provider in providers():
        hits = list(provider.find(actor, words, limit + 1, as_of))
        if hits:
            results.append((provider, hits[:limit], len(hits) > limit))
    return results
