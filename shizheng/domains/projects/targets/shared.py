"""What targets share: words that say that there is nothing yet, and rows as payloads."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from shizheng.common.numbers import plain
from shizheng.kernel.intake.rules.mapping import Row

NOT_YET = ("未公告", "尚未決標", "未決標", "無", "-", "－", "—", "N/A", "尚未辦理")


def payload_of(row: Row, codes: Sequence[str]) -> dict[str, str]:
    """Only what is there, as plain texts."""
    out = {}
    for code in codes:
        value = row.values.get(code)
        if value is None or value == "":
            continue
        out[code] = (
            plain(value)
            if isinstance(value, Decimal)
            else value.isoformat()
            if isinstance(value, date)
            else str(value)
        )
    return out
