"""What the pack of a meeting says as data: the shape of `queries.record.facts_of`."""

from typing import Any

from ninja import Schema

from shizheng.common.api_fields import DayOut, MomentOut


class PackSeatOut(Schema):
    """Who is invited or came; `deputy`: who came instead."""

    unit: str
    name: str
    post: str
    role: str
    presence: str
    deputy: str


class PackResolutionOut(Schema):
    """What was resolved, by whom it is done and by when."""

    number: int
    kind: str
    text: str
    main_unit: str
    joint_units: list[str]
    due_on: DayOut | None


class PackItemOut(Schema):
    """An item of the agenda; `subject`: kind and number, `facts`: what the rule that put it there counted."""

    number: int
    title: str
    reason: str
    units: list[str]
    subject: list[str] | None
    rule_version_ids: list[int]
    facts: dict[str, Any]
    discussion: str
    resolutions: list[PackResolutionOut]


class PackDroppedOut(Schema):
    """An item that was taken off the agenda, and why."""

    title: str
    reason: str


class PackSectionOut(Schema):
    """A section of the agenda in its order."""

    code: str
    title: str
    items: list[PackItemOut]
    dropped: list[PackDroppedOut]


class PackOut(Schema):
    """The pack of a meeting: agenda, attendance, and resolutions of no single item."""

    title: str
    series: str
    series_name: str
    unit: str
    period: str
    number: int
    at: MomentOut | None
    place: str
    chair: str
    recorder: str
    attendance: list[PackSeatOut]
    sections: list[PackSectionOut]
    resolutions: list[PackResolutionOut]
