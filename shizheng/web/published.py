"""What the public home lists: apps register the kinds of things that they have published."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """One published thing: a sentence or name, its address, whose it is, a note (state), and the day of publication.

    The day is shown in the reader's calendar.
    """

    title: Text
    url: str
    owner: Text = ""
    note: Text = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of published things; ``items()`` gives only what everybody may read, newest first."""

    code: str
    label: Text
    items: Callable[[], Iterable[PublishedItem]]
    order: int = 100


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section (call it from ``AppConfig.ready``); the same ``code`` twice replaces the first."""
    _sections[section.code] = section


def sections() -> tuple[Section, ...]:
    """All sections in the order in which they are shown."""
    return tuple(sorted(_sections.values(), key=lambda s: (s.order, s.code)))
