"""Addresses of routes that a page shows many of: a row's, an entry's of the navigation.

Django looks a route up anew for every row. How an address reads is a matter of the route alone, so that is asked for once
and only the numbers are put in.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

_FIRST = 1_000_000_007
"""Numbers from here on stand for the real ones where a route is asked how it reads."""


def address(name: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> str:
    """What `reverse` gives (or `NoReverseMatch`); quick where there is nothing to put in but whole numbers."""
    values = (*args, *kwargs.values()) if kwargs else tuple(args)
    if all(type(value) is int and value >= 0 for value in values):
        place = get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF
        pieces = _pieces(name, len(args), tuple(kwargs or ()), *place)
        if pieces is not None:
            first, *rest = pieces
            return first + "".join([f"{values[which]}{after}" for which, after in rest])
    return reverse(name, args=args, kwargs=dict(kwargs or {}))


@lru_cache(maxsize=4096)
def _pieces(
    name: str, numbers: int, names: tuple[str, ...], prefix: str, routes: str
) -> tuple[Any, ...] | None:
    """The address up to the first number, then which number follows with the text behind it; None where that cannot be told.

    `prefix` and `routes` are in use; they are part of what is remembered.
    """
    signs = [str(_FIRST + which) for which in range(numbers + len(names))]
    args = [int(sign) for sign in signs[:numbers]]
    kwargs = dict(zip(names, map(int, signs[numbers:]), strict=True))
    try:
        text = reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:  # as it may be for the real ones, or a number has to look otherwise
        return None
    if any(text.count(sign) != 1 for sign in signs):
        return None
    first, *rest = re.split(f"({'|'.join(signs)})", text) if signs else [text]
    return first, *((signs.index(sign), after) for sign, after in zip(rest[::2], rest[1::2], strict=True))
