"""Search by pairs of neighbouring characters: what an index of an array answers for words of two characters too."""

import re

from shizheng.common.text import normalise

MOST = 60
"""Pairs of a search that are looked for."""
_PERSONAL = re.compile(r"[0-9０-９@＠]|https?:", re.I)
LONGEST_GAP = 20


def letters(text: str) -> str:
    """Letters and digits alone, as they are compared."""
    return "".join(each for each in normalise(text).casefold() if each.isalnum())


def grams(text: str) -> list[str]:
    """Every character and every pair of neighbouring ones, each once, sorted."""
    found: set[str] = set()
    for part in text.split():
        plain = letters(part)
        found.update(plain)
        found.update(plain[at : at + 2] for at in range(len(plain) - 1))
    return sorted(found)


def wanted(words: str) -> list[str]:
    """What a text must have to be found by these words: the pairs of each word, or its single character."""
    found: dict[str, None] = {}
    for part in words.split():
        plain = letters(part)
        pairs = [plain[at : at + 2] for at in range(len(plain) - 1)] or [each for each in plain]
        found.update(dict.fromkeys(pairs))
    return list(found)[:MOST]


def keepable(words: str) -> str:
    """A search without an answer as it may be kept, or an empty text: short, without digits, addresses or anything like a number."""
    text = " ".join(normalise(words).split()).casefold()
    if not 2 <= len(letters(text)) <= LONGEST_GAP or _PERSONAL.search(text):
        return ""
    return text
