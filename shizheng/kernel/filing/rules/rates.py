"""Filing rates, with the denominator always printed."""

from decimal import Decimal
from typing import NamedTuple

from shizheng.common.numbers import round_half_up
from shizheng.common.words import tell


class Rate(NamedTuple):
    """How many of how many; `text` is for people: `27 ÷ 30（90.00%）`."""

    filed: int
    expected: int
    text: str

    @property
    def percent(self) -> Decimal | None:
        """Two decimals, half up; None where nothing is expected."""
        return percent(self.filed, self.expected)


def percent(filed: int, expected: int) -> Decimal | None:
    """`100 × filed ÷ expected`, two decimals half up; None where nothing is expected."""
    return round_half_up(Decimal(100 * filed) / expected, 2) if expected else None


def rate(filed: int, expected: int) -> Rate:
    """A rate with its words; where nothing is expected there is no percentage, and no zero either."""
    share = percent(filed, expected)
    if share is None:
        return Rate(filed, expected, tell("沒有應填報的"))
    text = tell(
        "%(filed)s ÷ %(expected)s（%(share)s%%）", filed=f"{filed:,}", expected=f"{expected:,}", share=share
    )
    return Rate(filed, expected, text)
