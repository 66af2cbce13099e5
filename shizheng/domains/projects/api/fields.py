"""What operations on tenders take beside the fields of every operation: money, places, shares, months."""

from decimal import Decimal
from typing import Annotated

from ninja import Field, Query

from shizheng.common.api_fields import NO_NUL, Money, Month, Words
from shizheng.common.words import N_

__all__ = ["Degree", "Money", "Month", "Percent", "PeriodText", "Words"]
Degree = Annotated[Decimal, Field(max_digits=9, decimal_places=6, allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(max_digits=5, decimal_places=2, ge=0, le=100, allow_inf_nan=False)]
PeriodText = Annotated[
    str,
    Query(
        pattern=NO_NUL, max_length=20, description=N_("期間，例如 2025-06 或 2025-Q2；不給就是最近鎖定的一期")
    ),
]
