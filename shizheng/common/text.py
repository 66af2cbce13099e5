"""Text as the product stores and compares it. Pure: no Django, linear time.

Documents from PDF converters carry compatibility ideographs (U+F9xx, X-30) and Kangxi radicals that look like
the ordinary characters but never compare equal to them, and spaces that a narrow table cell put between
characters. Wording is never mended here: a source's own errors stay as printed (X-29).
"""

import itertools
import re
import unicodedata

from shizheng.common.words import N_ as N_

_RADICALS = re.compile(r"[\u2f00-\u2fdf]")
_LINE_ENDS = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[\v\x1c-\x1f\u0085\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")


def normalise(text: str) -> str:
    """NFC with Kangxi radicals unified, line ends as LF, every kind of blank as one kind, nothing invisible.

    NFC itself replaces CJK compatibility ideographs (X-30). Full-width digits and signs stay as printed.
    The number of lines does not change, so that line numbers point into the source.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = unicodedata.normalize("NFC", text)
    text = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return _INVISIBLE.sub("", _BLANKS.sub(" ", text))


def is_cjk(character: str) -> bool:
    """Whether a character is an ideograph, bopomofo, or punctuation set at full width."""
    code = ord(character)
    return (
        0x2E80 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x3FFFF
        or character in "“”‘’…—·"
    )


def squash(text: str) -> str:
    """The space-less form: blanks and line breaks go wherever a CJK character stands on either side.

    Between two characters that are not CJK one space stays: "提 昇" → "提昇", "1999 話務" → "1999話務",
    "Location Based Service" is unchanged.
    """
    words = text.split()
    if not words:
        return ""
    parts = [words[0]]
    for before, word in itertools.pairwise(words):
        if not (is_cjk(before[-1]) or is_cjk(word[0])):
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def width(text: str) -> int:
    """Columns that the text takes in a fixed-width face: two for each CJK character, one for any other."""
    return sum(2 if is_cjk(character) else 1 for character in text)
