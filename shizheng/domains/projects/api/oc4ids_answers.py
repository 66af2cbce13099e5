"""Published tenders as OC4IDS 0.9 has them (https://standard.open-contracting.org/infrastructure/0.9/): the parts that are written.

What is not known is left out, as the standard wants it; moments are RFC 3339 with the time zone of Taipei, amounts in TWD.
"""

# ruff: noqa: N815 (names of the standard)
from typing import Any

from ninja import Schema

from shizheng.common.api_fields import MomentOut


class Oc4idsValueOut(Schema):
    """An amount in whole dollars."""

    amount: int
    currency: str


class Oc4idsBudgetOut(Schema):
    """What is set aside for a project."""

    amount: Oc4idsValueOut | None = None


class Oc4idsPeriodOut(Schema):
    """From the first moment to the last; days count both ends."""

    startDate: MomentOut | None = None
    endDate: MomentOut | None = None
    durationInDays: int | None = None


class Oc4idsOrganisationOut(Schema):
    """An agency by its code, or a supplier by its number within the project."""

    id: str
    name: str
    roles: list[str] = []


class Oc4idsUnitOut(Schema):
    """Percent, as UNCEFACT has it."""

    name: str
    scheme: str
    id: str


class Oc4idsObservationOut(Schema):
    """How far it was, or should be, at the end of a month (`id`: 2025-06), in percent."""

    id: str
    period: Oc4idsPeriodOut
    measure: str
    unit: Oc4idsUnitOut


class Oc4idsMetricOut(Schema):
    """A curve: `tenderProgress` by checkpoints, `physicalProgress` of the works."""

    id: str
    title: str
    observations: list[Oc4idsObservationOut]


class Oc4idsMilestoneOut(Schema):
    """A checkpoint: met, notMet or scheduled."""

    id: str
    title: str
    status: str
    type: str | None = None
    dueDate: MomentOut | None = None
    dateMet: MomentOut | None = None


class Oc4idsProcessOut(Schema):
    """One opening of the tender; `summary` holds tender, suppliers, contract value and period, final value, modifications."""

    id: str
    summary: dict[str, Any]


class Oc4idsProjectOut(Schema):
    """A tender; `id` is its number of control, `forecasts` what was planned, `metrics` what was reached."""

    id: str
    title: str
    status: str
    updated: MomentOut | None = None
    period: Oc4idsPeriodOut | None = None
    locations: list[dict[str, Any]] = []
    budget: Oc4idsBudgetOut | None = None
    parties: list[Oc4idsOrganisationOut]
    publicAuthority: Oc4idsOrganisationOut
    forecasts: list[Oc4idsMetricOut] = []
    metrics: list[Oc4idsMetricOut] = []
    milestones: list[Oc4idsMilestoneOut] = []
    contractingProcesses: list[Oc4idsProcessOut] = []
    completion: dict[str, Any] | None = None


class Oc4idsPublisherOut(Schema):
    """The city."""

    name: str


class Oc4idsPackageOut(Schema):
    """A project package of the edition that stands; `license` is an address."""

    uri: str
    publishedDate: MomentOut
    version: str
    publisher: Oc4idsPublisherOut
    license: str
    projects: list[Oc4idsProjectOut]
