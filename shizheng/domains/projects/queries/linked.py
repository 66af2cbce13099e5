"""What a tender or a programme is linked to elsewhere, by code: found through the one search, so that no other domain is known here."""

import re
from typing import Any

from shizheng.common.permissions import Actor
from shizheng.web import search

SOURCE = "promises"
MOST = 20
BETWEEN = re.compile(r"[、,，;；\s]+")


def codes_in(text: str) -> list[str]:
    """The codes of promises and action plans that were typed, in their order."""
    return list(dict.fromkeys(each for each in BETWEEN.split(text) if each))[:MOST]


def promises_linked(actor: Actor, text: str) -> list[tuple[str, Any]]:
    """Each code with what the reader may see of it; None where nothing of that code is found."""
    codes = codes_in(text)
    provider = next((each for each in search.providers() if each.code == SOURCE), None)
    found = []
    for code in codes:
        hits = provider.find(actor, code, MOST, None) if provider is not None else ()
        found.append((code, next((each for each in hits if each.number == code), None)))
    return found
