"""What operations on plans take: texts that the database can hold, days, pages, versions."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpResponse
from ninja import Field, Header, Path, Query, Schema

from shizheng.common.errors import CannotDo
from shizheng.common.numbers import whole_number
from shizheng.common.words import N_, tell
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.queries import AsOf, as_of_day

LARGEST = 2**63 - 1


MAX_FILE = 5 * 1024 * 1024


# What the database cannot hold in a text.
NO_NUL = r"^[^\x00]*$"


Word = Annotated[str, Field(pattern=NO_NUL, max_length=200)]


Line = Annotated[str, Field(pattern=NO_NUL, max_length=2000)]


Long = Annotated[str, Field(pattern=NO_NUL, max_length=20_000)]


Amount = Annotated[Decimal, Field(max_digits=24, decimal_places=6, allow_inf_nan=False)]


Id = Annotated[int, Path(ge=1, le=LARGEST)]


Year = Annotated[int | None, Query(ge=1, le=300, description=N_("民國年度"))]


DayText = Annotated[
    str, Query(pattern=NO_NUL, max_length=20, description=N_("截至哪一天，例如 115-10-05；不給就是今天"))
]


PeriodText = Annotated[
    str, Query(pattern=NO_NUL, max_length=20, description="2017、2017-H1、2017-Q2、2017-06")
]


PageNumber = Annotated[int, Query(ge=1, le=100_000)]


PageSize = Annotated[int, Query(ge=1, le=500)]


Match = Annotated[str | None, Header(alias="If-Match", max_length=40, description='讀到的 ETag，例如 "3"')]


class PlanReasonIn(Schema):
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


def moment_of(text: str) -> tuple[date | None, AsOf | None]:
    day = measure_view.day_from(text)
    return day, as_of_day(day)


def read_version(given: str | None, version: int) -> int:
    """The version in If-Match; raises 412 where it is missing, or not that of the row."""
    text = (given or "").strip().removeprefix("W/").strip('"')
    if whole_number(text) != version:
        failure = CannotDo(
            tell("If-Match 沒有帶，或與現在的版次不同，沒有存。請重新讀取，帶上新的 ETag 再送。"),
            code="precondition_failed",
        )
        failure.status = 412
        raise failure
    return version


def optional_version(given: str | None, version: int) -> int | None:
    return read_version(given, version) if given else None


def tag(response: HttpResponse, version: int) -> None:
    response["ETag"] = f'"{version}"'
