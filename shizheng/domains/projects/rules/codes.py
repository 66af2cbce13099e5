"""Codes of types, checkpoints and programmes, and the numbers of tenders."""

import re
from collections.abc import Collection

CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
LONGEST = 40


def is_code(text: str) -> bool:
    """Lower-case letters, digits, hyphens and underscores between them; at most 40 characters."""
    return len(text) <= LONGEST and bool(CODE.fullmatch(text))


def free_code(stem: str, taken: Collection[str]) -> str:
    """`stem-1`, or the first number after it that is free."""
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def number_stem(roc_year: int, agency_code: str) -> str:
    """What the numbers of one agency in one year begin with: `114-PWB-`."""
    return f"{roc_year}-{agency_code[: 20 - len(str(roc_year)) - 6]}-"


def project_number(roc_year: int, agency_code: str, taken: Collection[str]) -> str:
    """管考編號 `114-PWB-003`: year, agency, and the number after the highest that was ever given.

    The agency's code is cut so that the whole has at most 20 characters.
    """
    stem = number_stem(roc_year, agency_code)
    given = [int(rest) for each in taken if each.startswith(stem) and (rest := each[len(stem) :]).isdigit()]
    return f"{stem}{max(given, default=0) + 1:03d}"
