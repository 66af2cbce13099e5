"""Measures in the search box of every page, and where one is chosen by typing part of its name."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse

from shizheng.common.permissions import Actor
from shizheng.common.words import called
from shizheng.kernel.measures.queries import lists
from shizheng.web.picking import Choice
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


def choices(actor: Actor, words: str, limit: int) -> Iterator[Choice]:
    """Measures by name or code, with whose they are."""
    for each in lists.searched(actor, words).select_related("owner").order_by("name", "pk")[:limit]:
        yield Choice(each.code, each.name, called(each.owner, short=True) if each.owner else "")
