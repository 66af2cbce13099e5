"""What operations of the API take: keys, texts that the database can hold, days, pages; versions as ETag and If-Match."""

from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Path, Query, Schema
from pydantic import ConfigDict

from shizheng.common.errors import CannotDo
from shizheng.common.numbers import LARGEST_KEY, whole_number
from shizheng.common.words import N_, tell

NO_NUL = r"^[^\x00]*$"
"""What the database cannot hold in a text is refused."""
Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Id = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
Line = Annotated[str, Field(pattern=NO_NUL, max_length=2000)]
Long = Annotated[str, Field(pattern=NO_NUL, max_length=20_000)]
Money = Annotated[Decimal, Field(max_digits=16, decimal_places=0, ge=0, allow_inf_nan=False)]
Amount = Annotated[Decimal, Field(max_digits=24, decimal_places=6, allow_inf_nan=False)]
Words = Annotated[str, Query(pattern=NO_NUL, max_length=200)]
DayText = Annotated[
    str, Query(pattern=NO_NUL, max_length=20, description=N_("截至哪一天，例如 115-10-05；不給就是今天"))
]
MONTH = r"(19(1[2-9]|[2-9][0-9])|2[01][0-9]{2}|2200)-(0[1-9]|1[0-2])"
"""A month of a year that periods know (1912 to 2200), in digits of ASCII: `2025-06`."""
Month = Annotated[str, Field(pattern=f"^{MONTH}$")]
DayOut = Annotated[str, Field(json_schema_extra={"format": "date"})]
"""A day that is answered as text, `2025-06-30`."""
MomentOut = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""A moment that is answered as text, with its offset."""
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(ge=1, le=500)]
Match = Annotated[str | None, Header(alias="If-Match", max_length=40, description='讀到的 ETag，例如 "3"')]


Item = TypeVar("Item")


class Listed(Schema, Generic[Item]):
    """All there are."""

    items: list[Item]


class Paged(Listed[Item], Generic[Item]):
    """A page of them; `count`: how many there are on all pages."""

    count: int


class Given(Schema):
    """The body of a call: a field that it does not know is refused, for a misspelt name would be dropped in silence."""

    model_config = ConfigDict(extra="forbid")


def actor_of(request: HttpRequest) -> Any:
    """Who calls: a user of the session, or an API token's user limited to its scopes."""
    return request.auth  # type: ignore[attr-defined]


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


def tag(response: HttpResponse, version: int) -> None:
    """The version as ETag."""
    response["ETag"] = f'"{version}"'
