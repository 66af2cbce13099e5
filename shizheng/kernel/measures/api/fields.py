"""What operations on measures take: texts and numbers that the database can hold, pages, days."""

import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Path, Schema
from pydantic import AfterValidator

from shizheng.common.words import N_, tell

BIGGEST = 2**63 - 1


def storable(text: str) -> str:
    """Text that the database can hold: no NUL, no lone surrogates."""
    if "\x00" in text:
        raise ValueError(tell("不能含有空字元（NUL）"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(tell("含有不成對的代理字元")) from error
    return text


def storable_json(value: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > 20_000:
        raise ValueError(tell("太長：最多 20,000 字"))
    if "\\u0000" in text:
        raise ValueError(tell("不能含有空字元（NUL）"))
    storable(text)
    return value


RowId = Annotated[int, Path(ge=1, le=BIGGEST)]


Id = Annotated[int, Field(ge=1, le=BIGGEST)]


Text = Annotated[str, AfterValidator(storable)]


Loose = Annotated[dict[str, Any], AfterValidator(storable_json)]


Number = Annotated[Decimal, Field(max_digits=30, decimal_places=10)]


Missing = Literal["not_filed", "to_be_confirmed", "not_yet_measurable", "not_applicable"]


class FigureQuery(Schema):
    unit: Id = Field(description=N_("單位編號"))
    period: Text = Field(max_length=20)
    as_of: Text = Field("", max_length=20, description=N_("截至這一天（民國或西元）；不填為現在"))


class AsOfQuery(Schema):
    as_of: Text = Field("", max_length=20)
    unit: Id | None = None


class PageQuery(Schema):
    q: Text = Field("", max_length=200)
    offset: int = Field(0, ge=0, le=10**7)
    limit: int = Field(100, ge=1, le=1000)
