"""The shapes of what the API of publications answers."""

from typing import Any

from ninja import Schema

from shizheng.common.api_fields import MomentOut, Paged


class WithdrawnOut(Schema):
    """When a publication was taken back, and why."""

    at: str
    reason: str


class PublicationOut(Schema):
    """An edition of something published; `period` and `reason` are null where there are none."""

    code: str
    kind: str
    title: str
    unit: str
    unit_id: int
    period: str | None
    edition: int
    state: str
    issued_at: str
    reason: str | None
    withdrawn: WithdrawnOut | None


class PublicationsOut(Paged[PublicationOut]):
    """A page of 50 publications."""

    page: int


class FigureTodayOut(Schema):
    """What a figure is today where that differs: since when and why; `of_verdict`: only its judgement differs."""

    text: str
    since: str | None
    reason: str | None
    of_verdict: bool


class IssuedFigureDataOut(Schema):
    """A figure as it was issued: its value with the places shown, exactly, and everything that it rests on."""

    id: str
    ref: str
    name: str
    measure_id: int
    unit_id: int
    period: str
    value: str | None
    exact: str | None
    missing: str | None
    text: str
    verdict: str
    definition_version_id: int
    rule: str
    rule_version_id: int | None
    at_risk_version_id: int | None
    fact_ids: list[int]
    trace: dict[str, Any]


class FigureOfOut(Schema):
    """The edition that a figure is of."""

    code: str
    title: str
    edition: int
    state: str


class PublishedFigureOut(Schema):
    """A figure as it was issued; `recomputed`: whether it evaluates to the same again, `today` where it differs now."""

    publication: FigureOfOut
    issued_at: MomentOut
    figure: IssuedFigureDataOut
    recomputed: bool
    today: FigureTodayOut | None


class IssuedFigureOut(IssuedFigureDataOut):
    """The same, with what it is today where that differs."""

    today: FigureTodayOut | None


class ArtefactOut(Schema):
    """A file as it went out: its size in bytes, its hash, what made it, where it is."""

    name: str
    format: str
    media_type: str
    size: int
    sha256: str
    made_with: str
    url: str


class PublicationWithFiguresOut(PublicationOut):
    """A publication with its figures, and its files unless it was withdrawn."""

    figures: list[IssuedFigureOut]
    files: list[ArtefactOut]


class PublicationInFullOut(PublicationWithFiguresOut):
    """The same with what it says as data, the hash of that, and the versions that it was made from."""

    versions: dict[str, Any]
    facts: Any
    facts_sha256: str


class CheckOut(Schema):
    """One thing that was checked."""

    code: str
    good: bool
    text: str


class ChecksOut(Schema):
    """`good` is true where every check holds."""

    good: bool
    checks: list[CheckOut]
