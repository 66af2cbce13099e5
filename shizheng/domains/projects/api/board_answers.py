"""What the API says of a month: boards, ranking and streaks. Percentages have two decimals, sums are NTD, both as texts."""

from ninja import Schema

from shizheng.common.api_fields import DayOut
from shizheng.domains.projects.api.answers import RuleOut


class ShareOut(Schema):
    """A rate with both of its numbers; `percent` is null where there is nothing to count."""

    part: int
    whole: int
    percent: str | None


class ExecutionOut(Schema):
    """預算執行率 with what it is made of."""

    executed: str
    allocated: str
    budget: str
    paid: str
    percent: str | None


class AgencyMonthOut(Schema):
    """One agency in a month; `reports`: whether it reports at the city meeting."""

    agency_id: int
    agency: str
    continuing: int
    ahead: int
    on_plan: int
    behind: int
    suspended: int
    severe: int
    matching: ShareOut
    filed: ShareOut
    executed: str
    allocated: str
    execution: str | None
    reports: bool


class MonthCaseOut(Schema):
    """One tender in a month; progress in percent, lags in percentage points."""

    project_id: int
    number: str
    name: str
    agency_id: int
    agency: str
    course: str
    severe: bool
    planned: str | None
    actual: str | None
    lag: str | None
    planned_works: str | None
    actual_works: str | None
    works_lag: str | None
    plan_version_id: int | None
    cause: str | None
    remedy: str | None
    catch_up_on: DayOut | None
    text: str | None
    correction_reason: str | None


class MonthBoardOut(Schema):
    """A month with the rules that judged; null and empty where nothing has been locked."""

    period: str | None
    periods: list[str]
    rules: list[RuleOut]
    matching: ShareOut | None
    filed: ShareOut
    execution: ExecutionOut
    severe: int
    agencies: list[AgencyMonthOut]
    cases: list[MonthCaseOut]


class RankedOut(Schema):
    """An agency by its place; `series`: percent for each of the months, null where nothing was to be counted."""

    place: int | None
    place_before: int | None
    agency_id: int
    agency: str
    part: str
    whole: str
    percent: str | None
    severe: int
    series: list[str | None]


class RankingOut(Schema):
    """Agencies by a rate, with the months before."""

    period: str | None
    rate: str
    months: list[str]
    rules: list[RuleOut]
    rows: list[RankedOut]


class LagOut(Schema):
    """How far a tender lagged in a month, in percentage points."""

    period: str
    lag: str | None


class ProposalOut(Schema):
    """`reward` or `penalty` for a tender, with the months that it rests on."""

    kind: str
    project_id: int
    number: str
    name: str
    agency_id: int
    agency: str
    months: list[LagOut]


class StreaksOut(Schema):
    """Proposals of a month with the rules of streaks."""

    period: str | None
    rules: list[RuleOut]
    proposals: list[ProposalOut]


class NamedTenderOut(Schema):
    """A tender by number and name, with its agency."""

    project_id: int
    number: str
    name: str
    agency_id: int


class MeetingTenderOut(NamedTenderOut):
    """A tender for the city meeting: `lasting` through `months`, or in need of others (`coordination`)."""

    lasting: bool
    months: list[LagOut]
    coordination: str
