"""The analysis of a month, and the quality and quantity reports: months with editions, the words, publishing."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common.api_fields import (
    MONTH,
    NO_NUL,
    Given,
    Listed,
    Match,
    Month,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.words import N_
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.api.routing import router
from shizheng.domains.petitions.queries import analysis as analyses
from shizheng.domains.petitions.queries import reports as queries
from shizheng.kernel.measures.rules.periods import parse_period

Text = Annotated[str, Field(pattern=NO_NUL, max_length=6000)]


class PetitionReportIn(Given):
    """Words of a report. Empty findings: as drafted from the figures."""

    foreword: Text = ""
    findings: Text = ""
    advice: Text = ""


class PetitionReportPublishIn(Given):
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


class PetitionReportEditionOut(Schema):
    """An edition by the code under which it was published."""

    code: str
    edition: int
    withdrawn: bool


class PetitionReportMonthOut(Schema):
    """A month that is over; `written`: whether an officer wrote words for it."""

    period: str
    written: bool
    editions: Sequence[PetitionReportEditionOut]


class PetitionReportOut(Schema):
    """The words of a month's report. `version` goes back in If-Match."""

    period: str
    foreword: str
    findings: str
    advice: str
    version: int


class PetitionReportPublishedOut(Schema):
    code: str
    edition: int
    period: str


class PetitionChangeOut(Schema):
    """One category (its code; null: not sorted) or district (its code; "": not known). `share`: percent of all that rose."""

    key: str | None
    now: int
    before: int
    year_before: int
    share: str | None


class PetitionHotSpotOut(Schema):
    """More of a category at a place (district, or south-west corner of a cell of 0.005°) than chance gives; `p` and `q` are probabilities."""

    category: str
    place: str
    n: int
    of: int
    expected: float
    p: float
    q: float


class PetitionThemeMonthOut(Schema):
    """A theme in the month, with counts of districts."""

    theme_id: int
    name: str
    now: int
    confirmed: int
    districts: Mapping[str, int]
    months: Mapping[str, int]


class PetitionAnalysisOut(Schema):
    """A month. Hot spots have at least `least` petitions and a q of at most `most_q` percent; `placed` have a district."""

    month: str
    categories: Sequence[PetitionChangeOut]
    districts: Sequence[PetitionChangeOut]
    weekdays: Mapping[str, int]
    hours: Mapping[str, int]
    hot_districts: Sequence[PetitionHotSpotOut]
    hot_cells: Sequence[PetitionHotSpotOut]
    placed: int
    pointed: int
    least: int
    most_q: str
    themes: Sequence[PetitionThemeMonthOut]


@router.get(
    "/analysis", permission="petitions.view", response=PetitionAnalysisOut, summary=N_("一個月的陳情分析")
)
def read_analysis(
    request: HttpRequest, month: Annotated[str, Query(pattern=f"^{MONTH}$", description=N_("例如 2025-06"))]
) -> Any:
    """What rose, where and when, hot spots tested against chance, themes."""
    found = analyses.analysis(actor_of(request), parse_period(month))
    codes = {pk: each.code for pk, each in found.names.items()}
    return {
        "month": month,
        "categories": _changes(found.categories, codes.get),
        "districts": _changes(found.districts, str),
        "weekdays": {str(day): n for day, n in found.weekdays.items()},
        "hours": {str(hour): n for hour, n in found.hours.items()},
        "hot_districts": [_hot(each, codes, each.place) for each in found.hot_districts],
        "hot_cells": [_hot(each, codes, f"{each.place[0]},{each.place[1]}") for each in found.hot_cells],
        "placed": found.placed,
        "pointed": found.pointed,
        "least": found.least,
        "most_q": str(found.most_q),
        "themes": [
            {
                "theme_id": each.theme.pk,
                "name": each.theme.name,
                "now": each.now,
                "confirmed": each.confirmed,
                "districts": dict(each.districts),
                "months": {f"{day:%Y-%m}": n for day, n in each.months},
            }
            for each in found.themes
        ],
    }


@router.get(
    "/reports",
    permission="petitions.view",
    response=Listed[PetitionReportMonthOut],
    summary=N_("質量分析報告清單"),
)
def list_reports(request: HttpRequest) -> Any:
    """The months that are over, each with its editions, the newest first."""
    return {
        "items": [
            {
                "period": each.period.code,
                "written": each.written,
                "editions": [
                    {"code": one.code, "edition": one.edition, "withdrawn": one.withdrawn is not None}
                    for one in each.editions
                ],
            }
            for each in queries.months(actor_of(request))
        ]
    }


@router.get(
    "/reports/{period}",
    permission="petitions.compile",
    response=PetitionReportOut,
    summary=N_("一個月的報告文字"),
)
def read_report(request: HttpRequest, response: HttpResponse, period: Month) -> Any:
    """The words of a month's report, with their version as ETag (0 where nothing was written)."""
    found = queries.words_of(queries.ended_month(period))
    tag(response, found["version"])
    return {"period": period, **found}


@router.put(
    "/reports/{period}",
    permission="petitions.compile",
    response=PetitionReportOut,
    summary=N_("撰寫質量分析報告"),
)
def write_report(request: HttpRequest, period: Month, given: PetitionReportIn, if_match: Match = None) -> Any:
    """All words of the report; If-Match carries the version read."""
    actor = actor_of(request)
    month = queries.ended_month(period)
    version = read_version(if_match, queries.words_of(month)["version"])
    actions.write_report(actor, period, version=version, values=given.model_dump())
    return {"period": period, **queries.words_of(month)}


@router.post(
    "/reports/{period}/publish",
    permission="petitions.compile",
    response=PetitionReportPublishedOut,
    summary=N_("公布質量分析報告"),
)
def publish_report(request: HttpRequest, period: Month, given: PetitionReportPublishIn) -> Any:
    """Publish the next edition."""
    made = actions.publish_report(actor_of(request), period, reason=given.reason)
    return {"code": made.code, "edition": made.edition, "period": made.period}


def _changes(compared: analyses.Compared, name: Any) -> list[dict[str, Any]]:
    year = {each.key: each.before for each in compared.year}
    return [
        {
            "key": name(each.key),
            "now": each.now,
            "before": each.before,
            "year_before": year.get(each.key, 0),
            "share": None if each.share is None else str(round(each.share, 2)),
        }
        for each in compared.month
    ]


def _hot(each: Any, codes: Mapping[int, str], place: str) -> dict[str, Any]:
    return {
        "category": codes[each.category],
        "place": place,
        "n": each.n,
        "of": each.of,
        "expected": each.expected,
        "p": each.p,
        "q": each.q,
    }
