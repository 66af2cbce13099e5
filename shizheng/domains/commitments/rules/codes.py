"""Numbers of commitments: year, list, turn (`114-TENDER-003`), given once."""

from collections.abc import Iterable


def commitment_number(roc_year: int, code: str, taken: Iterable[str]) -> str:
    """The next number of a list in a year; what was given stays given."""
    head = f"{roc_year}-{code.upper()}-"
    last = max(
        (int(each[len(head) :]) for each in taken if each.startswith(head) and each[len(head) :].isdecimal()),
        default=0,
    )
    return f"{head}{last + 1:03d}"
