"""Where the progress of a commitment may come from, so that it is not typed again: a tender, a KPI, a petition.

A domain is not known here: a journey registers a kind with how to find such a thing and how to read what it has reached.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Progress:
    """How a linked thing stands now: what it is called, its state in words, percent or quantity where it has one.

    `typed`: what somebody types to name it, which `find` finds again.
    """

    label: str
    state: str
    url: str = ""
    percent: Decimal | None = None
    quantity: Decimal | None = None
    done: bool = False
    note: str = ""
    typed: str = ""


Read = Callable[[Collection[str]], Mapping[str, Progress]]
"""`read(keys) -> key → how it stands`, all keys at once; those that are gone are left out."""
Find = Callable[[Any, str], str | None]
"""`find(actor, what was typed) -> key`; None where there is no such thing, or the actor may not see it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of thing that commitments may be linked to. `hint`: what is typed to name one."""

    kind: str
    label: Any
    read: Read
    find: Find
    hint: Any = ""


_sources: dict[str, Source] = {}


def register_progress_source(kind: str, read: Read, *, label: Any, find: Find, hint: Any = "") -> None:
    """Let commitments be linked to things of this kind (call it at start); the same kind twice replaces the first."""
    _sources[kind] = Source(kind, label, read, find, hint)


def forget(kind: str) -> None:
    """Take a kind away (for tests)."""
    _sources.pop(kind, None)


def sources() -> tuple[Source, ...]:
    """All kinds."""
    return tuple(_sources.values())


def source(kind: str) -> Source | None:
    """One kind; None where nobody registered it."""
    return _sources.get(kind)
