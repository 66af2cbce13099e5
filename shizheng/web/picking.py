"""Choosing one thing among very many by typing part of its name: sources that apps register, and the box that asks them.

Without script the box takes the code as it is typed; with it, what fits is offered below, by keyboard or pointer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.words import tell

MOST = 12
"""Choices offered at once."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: what goes into the box, what it is called, and what tells it from others of that name."""

    value: str
    label: str | Promise
    meta: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What can be chosen from: `find(actor, words, limit)` gives what the actor may see; `permission` opens it."""

    code: str
    permission: str
    find: Callable[[Any, str, int], Iterable[Choice]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source (call it from `AppConfig.ready`); the same code again replaces it."""
    _sources[source.code] = source


def found(actor: Actor, code: str, words: str) -> list[Choice]:
    """What fits these words; nothing for none. Raises NotFound for an unknown source, NotPermitted."""
    if code not in _sources:
        raise NotFound(tell("沒有這份清單。"))
    source = _sources[code]
    require(actor, source.permission)
    wanted = words.replace("\x00", "").strip()[:100]
    return list(source.find(actor, wanted, MOST))[:MOST] if wanted else []


class Picker(forms.TextInput):
    """The box of a source. `many`: several values, set apart by 、; only the one being typed is asked for."""

    def __init__(self, source: str, *, many: bool = False) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.source, self.many = source, many

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The address is made when the box is shown, for widgets are made before addresses are known."""
        more = {
            "data-pick": reverse("portal:pick", args=[self.source]),
            **({"data-pick-many": ""} if self.many else {}),
        }
        return {**super().build_attrs(base_attrs, extra_attrs), **more}
