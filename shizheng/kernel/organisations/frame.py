"""Where the tree plugs into the frame: navigation, search, the demonstration band."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from shizheng.kernel.calendar.rules import District
from shizheng.kernel.calendar.shipped import set_installed_districts
from shizheng.kernel.organisations import queries
from shizheng.kernel.organisations.models import UnitKind
from shizheng.kernel.organisations.rules import name_key
from shizheng.web import frame, nav, search, speech

KINDS = dict(UnitKind.choices)


def find_units(actor: Any, words: str, limit: int, as_of: date | None) -> Iterator[search.Hit]:
    """Units by any of their names of the day, by code or by alias; 台 and 臺 alike (X-26)."""
    if not actor.may("organisations.view"):
        return
    key, found = name_key(words), 0
    aliased = queries.ids_by_alias(key) if key else frozenset()
    for node in queries.tree(as_of):
        texts = (node.name, node.short_name, node.name_en, node.code)
        if key and (node.id in aliased or any(key in name_key(text) for text in texts)):
            yield search.Hit(
                node.name,
                reverse("organisations:unit", args=[node.id]),
                node.code,
                KINDS[node.kind],
                "building",
            )
            found += 1
            if found == limit:
                return


def city_districts() -> Iterator[District]:
    """The districts of the tree as of today, for the calendar; none where the database cannot be asked."""
    try:
        nodes = queries.districts()
    except DatabaseError:
        return
    for node in nodes:
        name = node.short_name or node.name.removesuffix("公所")
        yield District(node.code, name, node.name_en.removesuffix(" Office"))


def plug_in() -> None:
    """Called once when the app is ready."""
    set_installed_districts(city_districts)
    speech.register_names(queries.english_names)
    frame.set_demonstration_check(queries.is_demonstration)
    nav.register(
        nav.NavEntry(
            pgettext_lazy("nav", "機關"),
            "organisations:tree",
            "building-community",
            "organisations.view",
            10,
            area="system",
        )
    )
    search.register(search.Provider("units", pgettext_lazy("nav", "機關"), find_units, 40))
