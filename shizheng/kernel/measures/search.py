"""Measures in the search box of every page."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from shizheng.common.permissions import Actor
from shizheng.kernel.measures.queries import lists
from shizheng.web.search import Hit


def find(actor: Actor, words: str, limit: int, as_of: date | None) -> Iterable[Hit]:
    """Measures whose name or code holds the words."""
    if not actor.may("measures.view"):
        return []
    return [
        Hit(title=each.name, url=reverse("measures:detail", args=[each.pk]), number=each.code, meta=each.owner.name,
            icon="math-function")
        for each in lists.searched(actor, words)[:limit]
    ]  # fmt: skip
