"""Text as the classifier reads it, and the words of the labels themselves taken out of it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from shizheng.common.text import normalise

LONGEST = 4_000
"""Characters of a text that are read; what comes after them hardly changes an answer and costs time."""

_BLANKS = re.compile(r"\s+")
_DIGITS = re.compile(r"[0-9]")
_PARTS = re.compile(r"[、/()（）．.,，；;:：\s與及]+")


def prepared(text: str) -> str:
    """One writing for what means the same: full width as half width, small letters, one blank, every digit as 0.

    A house number or a telephone number then says that it is one, not which: models keep no numbers of people.
    """
    plain = unicodedata.normalize("NFKC", normalise(text)).lower()
    return _DIGITS.sub("0", _BLANKS.sub(" ", plain)).strip()[:LONGEST]


def label_words(names: Iterable[str]) -> tuple[str, ...]:
    """The names and their parts of two characters or more, longest first: 「路燈、號誌」 gives itself, 路燈 and 號誌."""
    whole = {each for name in names if len(each := prepared(name)) > 1}
    parts = {part for name in whole for part in _PARTS.split(name) if len(part) > 1}
    return tuple(sorted(whole | parts, key=lambda word: (-len(word), word)))


class Stripper:
    """Takes words out of prepared texts; a blank stands where they stood, so that nothing new comes together."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        ordered = sorted(self.words, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(re.escape(word) for word in ordered)) if ordered else None

    def __call__(self, text: str) -> str:
        """`text` without the words."""
        if self._pattern is None:
            return text
        return _BLANKS.sub(" ", self._pattern.sub(" ", text)).strip()

    def kept(self, text: str) -> list[bool]:
        """Of each character of a prepared text, whether it stays."""
        stays = [True] * len(text)
        for found in self._pattern.finditer(text) if self._pattern else ():
            stays[found.start() : found.end()] = [False] * (found.end() - found.start())
        return stays


def as_written(text: str, strip: Stripper) -> str:
    """What the classifier reads of `text`, character for character as it was written: the same length as
    `strip(prepared(text))`, with digits and capitals. Where that cannot be told, the text as the classifier reads it."""
    read, written = "", ""
    for character in normalise(text):
        for one in _DIGITS.sub("0", unicodedata.normalize("NFKC", character).lower()):
            if not one.isspace():
                read, written = read + one, written + character
            elif read and read[-1] != " ":
                read, written = read + " ", written + " "
    plain = strip(prepared(text))
    stays = strip.kept(read[:LONGEST])
    out, held = "", ""
    for one, shown, stay in zip(read, written, stays, strict=False):
        if not stay or one == " ":
            if out and out[-1] != " ":
                out, held = out + " ", held + " "
        else:
            out, held = out + one, held + shown
    return held[: len(plain)] if out.rstrip() == plain else plain
