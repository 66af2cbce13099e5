"""Addresses that keep the day looked at."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest


def with_as_of(request: HttpRequest, query: Mapping[str, Any]) -> str:
    """`?…` with these parameters, and with `as_of` while the reader looks at another day."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    if getattr(request, "as_of", None):
        kept["as_of"] = request.GET["as_of"]
    return f"?{urlencode(kept)}" if kept else ""
