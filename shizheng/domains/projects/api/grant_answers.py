"""What the API says of grant years, their items and reports. Sums are NTD, percentages have two decimals, both as texts."""

from ninja import Schema

from shizheng.common.api_fields import DayOut


class GrantYearOut(Schema):
    """One grant year. `version` goes back in If-Match."""

    id: int
    programme: str
    roc_year: int
    central_agency: str
    selected_on: DayOut | None
    selection_note: str
    version: int


class GrantItemOut(Schema):
    """One tender of a grant year."""

    id: int
    grant_year_id: int
    project_id: int
    number: str
    name: str
    agency_id: int
    grant_amount: str
    own_share: str
    note: str
    dropped_on: DayOut | None
    version: int


class GrantPeriodOut(Schema):
    """A period of an item as locked; null where it was not filed."""

    period: str
    filed: bool
    annual: str
    awarded: bool
    completed: bool
    allocated: str | None
    paid: str | None
    payable: str | None
    surplus: str | None
    correction_reason: str | None


class GrantItemInFullOut(GrantItemOut):
    """One item with every period that was locked; `allocation`: twelve months."""

    allocation: list[str] | None
    periods: list[GrantPeriodOut]


class GrantDeadlineOut(Schema):
    """What is due in a grant year by a rule, and how it stands."""

    rule: str
    title: str
    due: DayOut
    done_on: DayOut | None
    standing: str


class GrantReportOut(Schema):
    """The words of a report; version 0 where nobody has written any."""

    grant_year_id: int
    achievements: str
    problems: str
    improvements: str
    version: int


class RatioOut(Schema):
    """A rate with both of its numbers; `percent` is null where there is nothing to count."""

    part: str
    whole: str
    percent: str | None


class GrantSumsOut(Schema):
    """Items and rates of some agencies together."""

    items: int
    filed: int
    award: RatioOut | None
    completion: RatioOut | None
    allocation: RatioOut | None
    achievement: RatioOut | None
    execution: RatioOut | None
    realisation: RatioOut | None


class GrantAgencyOut(GrantSumsOut):
    """One agency in a period."""

    agency_id: int
    agency: str


class GrantStageOut(Schema):
    """A stage target of a rate in percent, with what was reached by its day."""

    rate: str
    on: DayOut
    target: str
    standing: str
    reached: RatioOut | None
    rule: str
    rule_version_id: int


class GrantBoardItemOut(GrantItemOut):
    """An item in a period; null where nothing was locked."""

    set_up: bool
    filed: bool | None
    awarded: bool | None
    completed: bool | None


class GrantBoardOut(GrantYearOut):
    """A grant year in a period."""

    period: str | None
    periods: list[str]
    total: GrantSumsOut
    agencies: list[GrantAgencyOut]
    stages: list[GrantStageOut]
    items: list[GrantBoardItemOut]
