"""What was decided of petitions in the end, for the training of routing models: text and answer, the newest first (J03)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases.registry import kind_of
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.routing.rules import Example

MOST = 200_000
"""Petitions that a model is made from: the newest ones."""
UNDECIDED = ("received", "supplement", "accepted", "declined", "transferred", "withdrawn")
"""States in which nobody has said for good whose it is."""


def text_of(title: str, words: str) -> str:
    """What a model reads of a petition: subject and words."""
    return f"{title}\n{words}".strip()


def _known() -> QuerySet[Petition]:
    """Petitions whose words are still there: neither anonymised nor within another."""
    rows = Petition.objects.filter(case__anonymised_at=None, case__merged_into=None).exclude(words="")
    return rows.order_by("-case__received_at", "-pk")


def _assigned() -> QuerySet[Petition]:
    dispatch = kind_of(KIND).dispatch_unit()
    return _known().exclude(case__state__in=UNDECIDED).exclude(case__unit=dispatch)


def _by_unit(name_of: Callable[[Any, int], str]) -> list[Example]:
    tree = organisations.tree()
    rows = _assigned().values_list("case__title", "words", "case__unit", "case__received_at")[:MOST]
    found = [
        (text_of(title, words), name_of(tree, unit), at)
        for title, words, unit, at in rows.iterator(chunk_size=5000)
    ]
    return [Example(text, label, at) for text, label, at in found if label]


def agencies() -> Sequence[Example]:
    """Text → the first-level agency that has it now, after 改分, 退分 and rulings."""
    return _by_unit(agency_name)


def units() -> Sequence[Example]:
    """Text → the very unit that has it now."""
    return _by_unit(lambda tree, unit: tree.by_id[unit].name if unit in tree.by_id else "")


def agency_name(tree: Any, unit_id: int) -> str:
    """The first-level agency of a unit by name; empty for what belongs to none."""
    chain = [unit_id, *(node.id for node in reversed(tree.ancestors(unit_id)))]
    first = {node.id: node.name for node in tree.first_level()}
    return next((first[each] for each in chain if each in first), "")


def categories() -> Sequence[Example]:
    """The citizen's words → the category as it stands after corrections."""
    rows = _known().exclude(category=None).values_list("words", "category__name", "case__received_at")[:MOST]
    return [Example(words, name, at) for words, name, at in rows.iterator(chunk_size=5000)]


def classes() -> Sequence[Example]:
    """The citizen's words → the class of the petition."""
    rows = _known().values_list("words", "petition_class", "case__received_at")[:MOST]
    return [Example(words, name, at) for words, name, at in rows.iterator(chunk_size=5000)]


def category_names() -> Sequence[str]:
    """Names of categories, which call takers write into the text: not learnt from."""
    return list(Category.objects.values_list("name", flat=True))
