"""Printed numbers: 一、 1、 1. (1) （一）, and lists that run on inside one paragraph."""

import re
from dataclasses import dataclass

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
CHINESE = r"[一二三四五六七八九十]{1,3}"
_MARKER = re.compile(
    r"(?:[-‧•]\s?)?(?:"
    rf"(?P<cn>{CHINESE})\s?[、.．]"
    rf"|[(（]\s?(?P<pcn>{CHINESE})\s?[)）][、.]?"
    r"|[(（]\s?(?P<pn>\d{1,3})\s?[)）][、.]?"
    r"|(?P<n>\d{1,3})\s?(?:、|[.．](?!\d{1,2}(?:[^\d年.]|$)))"
    r")\s?"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A number at the start of a text: its style ("一、", "（一）", "(1)", "1."), value and where the text starts."""

    style: str
    value: int
    end: int


def chinese_number(text: str) -> int | None:
    """一 → 1, 十二 → 12, 二十 → 20; None for anything else."""
    if not text or any(character not in _DIGITS and character != "十" for character in text):
        return None
    if "十" not in text:
        return _DIGITS[text] if len(text) == 1 else None
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def marker_at(text: str, position: int = 0) -> Marker | None:
    """The number printed at a position, if there is one."""
    found = _MARKER.match(text, position)
    if found is None:
        return None
    style = found.lastgroup or ""
    printed = found.group(style)
    value = int(printed) if printed.isdigit() else chinese_number(printed)
    return None if value is None else Marker(style, value, found.end())


def split_run(paragraph: str) -> list[str]:
    """Pieces of a list that runs on inside one paragraph: "1、甲 2、乙" → ["1、甲", "2、乙"].

    Only numbers of the first one's style that count on by one and follow a blank begin a new piece.
    """
    first = marker_at(paragraph)
    if first is None:
        return [paragraph]
    starts = [0]
    expected = first.value + 1
    for blank in re.finditer(r"\s", paragraph):
        position = blank.end()
        if position < first.end:
            continue
        marker = marker_at(paragraph, position)
        if marker is not None and marker.style == first.style and marker.value == expected:
            starts.append(position)
            expected += 1
    ends = [*starts[1:], len(paragraph)]
    return [paragraph[start:end].strip() for start, end in zip(starts, ends, strict=True)]
