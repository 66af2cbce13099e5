"""What operations on plans take beside the fields of every operation: years, periods, reasons."""

from datetime import date
from typing import Annotated

from ninja import Field, Query

from shizheng.common.api_fields import NO_NUL, Given, read_version
from shizheng.common.words import N_
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.queries import AsOf, as_of_day

MAX_FILE = 5 * 1024 * 1024
Word = Annotated[str, Field(pattern=NO_NUL, max_length=200)]
Year = Annotated[int | None, Query(ge=1, le=300, description=N_("民國年度"))]
PeriodText = Annotated[
    str, Query(pattern=NO_NUL, max_length=20, description="2017、2017-H1、2017-Q2、2017-06")
]


class PlanReasonIn(Given):
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


def moment_of(text: str) -> tuple[date | None, AsOf | None]:
    day = measure_view.day_from(text)
    return day, as_of_day(day)


def optional_version(given: str | None, version: int) -> int | None:
    return read_version(given, version) if given else None
