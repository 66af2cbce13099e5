"""Finding text by any part of a word, of Chinese too: pairs of neighbouring characters with their places, for PostgreSQL's own index.

A row keeps `vector(...)` in a tsvector with a GIN index; `asked(words)` is the tsquery that finds what an ILIKE for each word
would find, however long the table is. What stands in different parts, or on two sides of a space, never matches as one word.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from shizheng.common.text import normalise

MOST_WORDS = 10


def folded(text: str) -> str:
    """A text as it is compared: full and half width, upper and lower case alike."""
    return unicodedata.normalize("NFKC", normalise(text)).casefold().replace("\0", "")


def vector(parts: Iterable[str], marks: Iterable[str] = ()) -> str:
    """The tsvector of texts, as PostgreSQL reads it. `marks`: names by which the row is found besides; no word that is typed is one."""
    places: dict[str, list[int]] = {}
    at = 1
    for part in parts:
        for word in folded(part).split():
            for start in range(len(word)):
                places.setdefault(word[start : start + 2], []).append(at)
                at += 1
            at += 1
    told = [f"{_quoted(gram)}:{','.join(map(str, where))}" for gram, where in places.items()]
    return " ".join([*told, *map(_marked, marks)])


def asked(words: Sequence[str], marks: Sequence[Iterable[str]] = ()) -> str:
    """The tsquery of rows in which every word occurs (the first MOST_WORDS), or one of the marks given with it; empty: of no word."""
    found = []
    for number, word in enumerate(words[:MOST_WORDS]):
        pieces = folded(word).split()
        beside = marks[number] if number < len(marks) else ()
        if pieces:
            found.append(f"({' | '.join([' & '.join(map(_phrase, pieces)), *map(_marked, beside)])})")
    return " & ".join(found)


def _phrase(word: str) -> str:
    if len(word) == 1:
        return f"{_quoted(word)}:*"
    return " <-> ".join(_quoted(word[at : at + 2]) for at in range(len(word) - 1))


def _marked(mark: str) -> str:
    return _quoted(f" {mark}")


def _quoted(gram: str) -> str:
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"
