"""How alike two texts are (C05: 原則不重複列管; near petitions): pairs of neighbouring characters that they share."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from shizheng.common.text import normalise

Key = TypeVar("Key")


def bigrams(text: str) -> Counter[str]:
    """Neighbouring letters and digits of a text, each pair as often as it stands there."""
    letters = "".join(each for each in normalise(text).casefold() if each.isalnum())
    if len(letters) == 1:
        return Counter([letters])
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def likeness(one: Counter[str], other: Counter[str]) -> Decimal:
    """Twice the pairs in common over all pairs of both (Dice): 0 for nothing in common, 1 for the same."""
    whole = sum(one.values()) + sum(other.values())
    if not whole:
        return Decimal(0)
    return Decimal(2 * sum((one & other).values())) / whole


def near(text: str, others: Iterable[tuple[Key, str]], least: Decimal) -> list[tuple[Key, Decimal]]:
    """Keys of the texts that are at least so much alike, the likest first."""
    own = bigrams(text)
    found = [(key, likeness(own, bigrams(other))) for key, other in others]
    return sorted((each for each in found if each[1] >= least), key=lambda each: -each[1])
