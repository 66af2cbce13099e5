"""What operations on tenders take beside the fields of every operation: money, places, shares, months."""

from decimal import Decimal
from typing import Annotated

from ninja import Field

from shizheng.common.api_fields import Money, Words

__all__ = ["Degree", "Money", "Month", "Percent", "Words"]
Degree = Annotated[Decimal, Field(max_digits=9, decimal_places=6, allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(max_digits=5, decimal_places=2, ge=0, le=100, allow_inf_nan=False)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
