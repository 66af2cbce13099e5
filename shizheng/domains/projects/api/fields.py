"""What operations on tenders take beside the fields of every operation: money, places, shares, months."""

from decimal import Decimal
from typing import Annotated

from ninja import Field, Query

from shizheng.common.api_fields import NO_NUL

Money = Annotated[Decimal, Field(max_digits=16, decimal_places=0, ge=0, allow_inf_nan=False)]
Degree = Annotated[Decimal, Field(max_digits=9, decimal_places=6, allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(max_digits=5, decimal_places=2, ge=0, le=100, allow_inf_nan=False)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Words = Annotated[str, Query(pattern=NO_NUL, max_length=200)]
