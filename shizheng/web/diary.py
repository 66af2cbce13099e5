"""行事曆訂閱: days and hours that concern one person, collected from the apps that know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """One deadline or meeting. `key` stays the same for the same thing, also when its day is moved.

    `at` is a day, or an aware moment for what has an hour (then `minutes` says how long). `url` is a path of ours.
    """

    key: str
    at: date | datetime
    title: str
    note: str = ""
    url: str = ""
    place: str = ""
    minutes: int = 60


Provider = Callable[[Any, date, date], Iterable[DiaryEntry]]


@dataclass(frozen=True, slots=True)
class Source:
    """What can be subscribed to: entries of `provider(actor, first, last)` for who holds `permission`."""

    code: str
    label: Text
    permission: str
    provider: Provider


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source (call it from ``AppConfig.ready``); the same code twice replaces the first."""
    _sources[source.code] = source


def sources_for(actor: Any) -> list[Source]:
    """The sources that the actor may subscribe to, by code."""
    return [_sources[code] for code in sorted(_sources) if actor.may(_sources[code].permission)]


def entries(actor: Any, first: date, last: date) -> list[tuple[str, DiaryEntry]]:
    """Source and entry of everything that concerns the actor from `first` to `last`, in order of time."""
    found = [
        (source.code, each) for source in sources_for(actor) for each in source.provider(actor, first, last)
    ]
    return sorted(found, key=lambda one: (day_of(one[1]), one[0], one[1].key))


def day_of(entry: DiaryEntry) -> date:
    """The day of an entry."""
    return entry.at.date() if isinstance(entry.at, datetime) else entry.at
