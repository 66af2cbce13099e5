"""Words of a theme: how they are written, and which of them stand in a text. Pure."""

from shizheng.common.text import normalise

LEAST, LONGEST, MOST = 2, 30, 60
"""A word has two to thirty characters; a theme has sixty at most."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a theme, one a line, each once, as they are compared."""
    found = {normalise(line).strip(): None for line in text.splitlines()}
    return tuple(each for each in found if each)


def unfit(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words that are too short or too long to be searched for."""
    return tuple(each for each in words if not LEAST <= len(each) <= LONGEST)


def words_in(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Which of the words stand in a text, whatever the case of letters."""
    whole = normalise(text).casefold()
    return tuple(each for each in words if each.casefold() in whole)
