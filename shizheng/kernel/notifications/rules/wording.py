"""Placeholders in the words of a template: `{name}` and nothing else, put in once and never read again."""

import re
from collections.abc import Iterable, Mapping

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
STOPS = "。."
ALWAYS = ("recipient_name", "unit_name")
"""What every template may use: who is told, and the unit where he or she holds the first role."""


def wrong_places(text: str, variables: Iterable[str]) -> list[str]:
    """What stands in braces without being a variable, as it is written; also a brace without its partner."""
    known = {*variables, *ALWAYS}
    wrong = [match[0] for match in PLACE.finditer(text) if match[1] not in known]
    rest = PLACE.sub("\x00", text)
    wrong += [found[0] for found in re.finditer(r"\{[^{}\x00]*\}|[{}]", rest)]
    return list(dict.fromkeys(wrong))


def fill(text: str, values: Mapping[str, str | int]) -> str:
    """The text with the values in their places. A value that looks like a placeholder stays as it is.

    A value that ends with a full stop leaves it to the text where the text has one there: never two in a row. Raises
    KeyError (the variable's name) where a value is missing.
    """

    def put(match: re.Match[str]) -> str:
        value = str(values[match[1]])
        stopped = text[match.end() : match.end() + 1] in tuple(STOPS)
        return value.rstrip().rstrip(STOPS) if stopped else value

    return PLACE.sub(put, text)


def one_line(text: str) -> str:
    """A subject: no line breaks or other control characters, which a mail's header must not hold."""
    return " ".join(
        "".join(" " if ord(letter) < 32 or ord(letter) == 127 else letter for letter in text).split()
    )
