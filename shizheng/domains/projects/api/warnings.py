"""Early warnings: those of a month, those of one tender with their reasons, and how good past ones were (B02, X-21)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema

from shizheng.common.api_fields import DayText, Id, PageNumber, PageSize, actor_of
from shizheng.common.numbers import plain
from shizheng.common.words import N_, tell
from shizheng.domains.projects.api.answers import RuleOut
from shizheng.domains.projects.api.boards import MonthText, UnitId, asked_month, rules_out
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.models import CurveKind, EarlyWarning
from shizheng.domains.projects.queries import projects
from shizheng.domains.projects.queries import warnings as queries
from shizheng.domains.projects.queries.judging import MARGIN, TENDER, WORKS, judge
from shizheng.domains.projects.queries.months import then
from shizheng.domains.projects.rules.warning import AHEAD, LEANING, Record
from shizheng.web.frame import is_demonstration


class WarningOut(Schema):
    """A warning as it was given; `id` opens its trace. `share` from 0 to 1 (null: the past is too short); `needed`: the share of what is planned
    for the two months that has to get done; `lag` and `projected` in percentage points; `near`: 即將落後 by the rule.
    """

    id: int
    project_id: int
    number: str
    name: str
    agency_id: int
    agency: str
    period: str
    curve: CurveKind
    share: str | None
    near: bool
    lag: str
    projected: str | None
    needed: str | None
    less: int
    alike: int
    alike_in: list[str]
    why: str
    given_at: datetime


class WarningsOut(Schema):
    """The warnings of a month, with the rules of 即將落後 and 嚴重落後 on its last day."""

    period: str | None
    periods: list[str]
    months_ahead: int
    rules: list[RuleOut]
    count: int
    items: list[WarningOut]


class TenderWarningsOut(Schema):
    """All warnings of one tender, the newest first."""

    project_id: int
    number: str
    items: list[WarningOut]


class LevelOut(Schema):
    """One step of a chance: `share` is (less + leaning × the share before) ÷ (alike + leaning), the first less ÷ alike."""

    alike_in: list[str]
    less: int
    alike: int
    share: str


class ExampleOut(Schema):
    """An alike month: shares of what was planned that were done in the months after it; `little`: not enough here."""

    project_id: int
    period: str
    done: list[str | None]
    little: bool


class AheadOut(Schema):
    """A month ahead that is locked: the lag of the curve in percentage points, and whether that was severe."""

    period: str
    lag: str | None
    severe: bool


class TraceOut(Schema):
    """How a chance came about, to be worked out again by hand. `dues`: percentage points that the plan asks until the end of
    each month ahead; `needed`: the share of it that is just not enough (null: nothing done would not matter); `rules`: code →
    version. What was not kept at the time is empty. `fell` is null until the months ahead are locked.
    """

    warning: WarningOut
    near_why: str
    threshold: str | None
    margin: str | None
    pace: str | None
    latest: str | None
    dues: list[str]
    needed: list[str | None]
    leaning: int
    levels: list[LevelOut]
    examples: list[ExampleOut]
    rules: dict[str, int]
    months: list[AheadOut]
    fell: bool | None


class FoundOut(Schema):
    """Of the `given` ones, how many came true; `precision`, `recall` (of those that fell) and `base` (of all) as shares from
    0 to 1.
    """

    right: int
    given: int
    precision: str | None
    recall: str | None
    fell: int
    all: int
    base: str | None


class BandOut(Schema):
    """Warnings between two chances (shares): the mean that was said, and the share that came true."""

    low: str
    high: str
    given: int
    said: str
    came: str


class TrialOut(Schema):
    """How the method was tried before there were months to judge it by; `label` says what that is worth."""

    label: str
    text: str


class QualityOut(Schema):
    """How good past warnings were, as far as their outcome is known; the rest is null where there are none."""

    warned: int
    counted_percent: int
    by_alike_months: FoundOut | None
    by_slope_alone: FoundOut | None
    by_rule_list: FoundOut | None
    beats_slope: bool | None
    simulated: bool
    mean_distance: str | None
    bands: list[BandOut]
    trial: TrialOut


@router.get("/warnings", permission="projects.view", response=WarningsOut, summary=N_("落後預警"))
def list_warnings(
    request: HttpRequest,
    period: MonthText = "",
    as_of: DayText = "",
    agency_id: UnitId = None,
    curve: Annotated[CurveKind | None, Query()] = None,
    near: Annotated[
        bool | None, Query(description=N_("true：只列依規則「即將落後」的；false：只列其餘的"))
    ] = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """The likeliest first, of a month (the newest unless told), as given by the end of a day."""
    wanted, moment = asked_month(period, as_of)
    given = queries.visible_to(actor_of(request)).filter(then(moment))
    periods = queries.warned_periods(given)
    shown = wanted or next(iter(periods), None)
    filters = {"agency_id": "project__agency_id", "curve": "curve", "near": "near"}
    asked = {"agency_id": agency_id, "curve": curve, "near": near}
    rows = given.filter(period=shown.code if shown else "").filter(
        **{filters[name]: value for name, value in asked.items() if value is not None}
    )
    rules = judge(shown, moment).of(MARGIN, TENDER, WORKS) if shown else ()
    start = (page - 1) * page_size
    ordered = rows.order_by("-share", "lag", "pk")[start : start + page_size]
    return {
        "period": shown.code if shown else None,
        "periods": [each.code for each in periods],
        "months_ahead": AHEAD,
        "rules": rules_out(rules),
        "count": rows.count(),
        "items": [_warning(each) for each in ordered],
    }


@router.get(
    "/warnings/record", permission="projects.view", response=QualityOut, summary=N_("過去的預警準不準")
)
def read_warning_record(request: HttpRequest, until: MonthText = "") -> Any:
    """Warnings whose two months are over by `until` (the newest locked month), against the slope of late months alone."""
    wanted, _moment = asked_month(until, "", name="until")
    found = queries.quality(wanted)
    return {
        "warned": found.warned if found else 0,
        "counted_percent": queries.FIRST,
        "by_alike_months": _found(found.ours) if found else None,
        "by_slope_alone": _found(found.slope) if found else None,
        "by_rule_list": _found(found.near) if found else None,
        "beats_slope": found.beats_slope if found else None,
        "simulated": is_demonstration(),
        "mean_distance": _share(found.error) if found else None,
        "bands": [
            {
                "low": plain(each.low), "high": plain(each.high), "given": each.given,
                "said": _share(each.said), "came": _share(each.came),
            }
            for each in (found.bands if found else ())
        ],
        "trial": {"label": tell(queries.TRIAL_LABEL), "text": tell(queries.TRIAL)},
    }  # fmt: skip


@router.get(
    "/warnings/{warning_id}", permission="projects.view", response=TraceOut, summary=N_("一個預警怎麼算的")
)
def read_warning(request: HttpRequest, warning_id: Id, as_of: DayText = "") -> Any:
    """One warning with its reasons, the sums behind its chance, the latest alike months, and what came of it by then."""
    _period, moment = asked_month("", as_of)
    found = queries.warning(actor_of(request), warning_id, moment)
    trace, came = found.trace, queries.came_of(found, moment)
    fell = any(severe for _period, _lag, severe in came)
    return {
        "warning": _warning(found),
        "near_why": queries.near_sentence(found),
        **{name: trace.get(name) for name in ("threshold", "margin", "pace", "latest")},
        **{name: trace.get(name, []) for name in ("dues", "needed", "levels")},
        "leaning": LEANING,
        "examples": [
            {"project_id": each["project"], "period": each["period"], "done": each["done"], "little": each["little"]}
            for each in trace.get("examples", ())
        ],
        "rules": trace.get("rules", {}),
        "months": [
            {"period": each.code, "lag": None if gap is None else plain(gap), "severe": severe}
            for each, gap, severe in came
        ],
        "fell": fell if fell or len(came) == AHEAD else None,
    }  # fmt: skip


@router.get(
    "/register/{project_id}/warnings",
    permission="projects.view",
    response=TenderWarningsOut,
    summary=N_("一個標案的預警"),
)
def read_warnings_of(request: HttpRequest, project_id: Id, as_of: DayText = "") -> Any:
    """Every warning of one tender with its reasons, as given by the end of a day."""
    _period, moment = asked_month("", as_of)
    row = projects.project(actor_of(request), project_id)
    rows = queries.visible_to(actor_of(request)).filter(then(moment), project=row)
    return {
        "project_id": row.pk,
        "number": row.number,
        "items": [_warning(each) for each in rows.order_by("-period", "curve")],
    }


def _share(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.4f}"


def _found(each: Record) -> dict[str, Any]:
    return {
        "right": each.right, "given": each.given, "precision": _share(each.precision),
        "recall": _share(each.recall),
        "fell": each.fell, "all": each.all, "base": _share(each.base),
    }  # fmt: skip


def _warning(row: EarlyWarning) -> dict[str, Any]:
    project = row.project
    return {
        "id": row.pk, "project_id": project.pk, "number": project.number, "name": project.name,
        "agency_id": project.agency_id, "agency": project.agency.name, "period": row.period, "curve": row.curve,
        "share": _share(row.share), "near": row.near, "lag": plain(row.lag),
        "projected": None if row.projected is None else plain(row.projected),
        "needed": None if row.needed is None else plain(row.needed),
        "less": row.less, "alike": row.alike, "alike_in": row.narrow, "why": queries.sentence(row),
        "given_at": row.recorded_at,
    }  # fmt: skip
