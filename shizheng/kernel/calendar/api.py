"""The API of the work calendar: days, ranges, deadlines, versions; revisions and closures. Dates ROC or Gregorian."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Schema
from pydantic import AfterValidator

from shizheng.common import clock
from shizheng.common.api import Router
from shizheng.common.api_fields import Given, actor_of
from shizheng.common.errors import BadInput
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import N_, tell
from shizheng.kernel.calendar import actions, queries
from shizheng.kernel.calendar.models import CalendarVersion, Closure
from shizheng.kernel.calendar.rules import DayKind, Unit, WorkCalendar, compare, deadline, hours_deadline
from shizheng.kernel.calendar.rules.calendar import days_after
from shizheng.kernel.calendar.rules.views import deadline_json, state_json
from shizheng.kernel.calendar.shipped import district_code, district_name

router = Router()

MOST_DAYS = 3_660
BIGGEST = 2**31 - 1


def _storable(text: str) -> str:
    """Text that the database can hold: no NUL, no lone surrogates."""
    if "\x00" in text:
        raise ValueError(tell("不能含有空字元（NUL）"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(tell("含有不成對的代理字元")) from error
    return text


def _day(text: str) -> str:
    try:
        parse_date(text)
    except DateNotUnderstood as failure:
        raise ValueError(str(failure)) from failure
    return text


Day = Annotated[
    str, Field(min_length=5, max_length=40, examples=["115-10-05", "2026-10-05"]), AfterValidator(_day)
]
Long = Annotated[str, Field(max_length=300), AfterValidator(_storable)]
Short = Annotated[str, Field(max_length=100), AfterValidator(_storable)]
Number = Annotated[int, Field(ge=1, le=BIGGEST)]
RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class StateOut(Schema):
    """One day. `state`: working, make_up, partly_closed, closed, holiday, weekend."""

    date: date
    roc: str
    weekday: str
    working: bool
    reason: str
    state: str


class DayOut(StateOut):
    district: str | None
    source: str
    calendar_version: int


class RangeOut(Schema):
    calendar_version: int
    district: str | None
    working_days: int
    days: list[StateOut]


class DeadlineOut(Schema):
    """Where a period ends. `days` are the days considered, the first one excluded (行政程序法 48)."""

    due: date
    due_roc: str
    due_at: datetime | None
    start: date
    amount: int
    unit: Unit
    district: str | None
    rolled_from: date | None
    notes: list[str]
    days: list[StateOut]
    calendar_version: int


class VersionOut(Schema):
    number: int
    published_date: date | None
    note: str
    source: str
    recorded_at: datetime


class ChangeOut(Schema):
    date: date
    district: str
    moves_deadlines: bool
    before: StateOut | None
    after: StateOut | None


class ClosureOut(Schema):
    id: int
    date: date
    district_code: str
    district: str
    start: time | None
    end: time | None
    cause: str
    source: str
    version: int
    since_calendar_version: int


class ReviseIn(Given):
    kind: DayKind
    name: Short = ""
    reason: Long
    source: Long
    version: Number = Field(description=N_("您看到的行事曆是第幾版；之後有人改過這一天就回 409。"))


class ClosureIn(Given):
    day: Day
    districts: list[Short] = Field(default=[], max_length=60, description=N_("區名或八碼代碼；空的是全市。"))
    start: time | None = None
    end: time | None = None
    cause: Short
    reason: Long = ""
    source: Long


class ClosureWithdrawIn(Given):
    reason: Long
    version: Number = Field(description=N_("這筆停班的版次。"))


class YearDayIn(Given):
    day: Day
    kind: DayKind
    name: Short


class YearIn(Given):
    year: int = Field(ge=1912, le=2910, description=N_("西元年。"))
    days: list[YearDayIn] = Field(max_length=366)
    reason: Long
    source: Long


class SessionIO(Given):
    start: time
    end: time


class HoursOut(Schema):
    since_date: date
    sessions: list[SessionIO]
    partly_closed_counts: bool
    source: str


class HoursIn(Given):
    since: Day
    sessions: list[SessionIO] = Field(min_length=1, max_length=8)
    partly_closed_counts: bool = Field(description=N_("部分時段停班的日子仍算一個上班日。"))
    reason: Long
    source: Long


class Asked(Schema):
    """What every reading takes."""

    district: Short = Field("", description=N_("區名或八碼代碼；計入該區的停班。"))
    version: int | None = Field(None, ge=1, le=BIGGEST, description=N_("行事曆的第幾版；不給就是最新的。"))


class AskedRange(Asked):
    first: Day
    last: Day


class AskedDeadline(Asked):
    start: Day
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = Field(
        None, description=N_("以小時計時的起算時刻。")
    )
    amount: int = Field(ge=0, le=100_000)
    unit: Unit = Unit.WORKING_DAYS
    roll: bool = Field(True, description=N_("末日為休息日時順延。"))


def _calendar(asked: Asked) -> WorkCalendar:
    return queries.current_calendar() if asked.version is None else queries.calendar_as_of(asked.version)


def _version(version: CalendarVersion) -> dict[str, Any]:
    version.refresh_from_db()
    return {
        name: getattr(version, name) for name in ("number", "published_date", "note", "source", "recorded_at")
    }


def _closure(row: Closure) -> dict[str, Any]:
    return {
        "id": row.pk, "date": row.date, "district_code": row.district_code, "district": district_name(row.district_code),
        "start": row.start_time, "end": row.end_time, "cause": row.cause, "source": row.source,
        "version": row.version, "since_calendar_version": row.since,
    }  # fmt: skip


@router.get("/days", permission="calendar.view", response=RangeOut, summary=N_("一段期間的每一天"))
def days(request: HttpRequest, asked: Query[AskedRange]) -> Any:
    """Each day from `first` to `last`, both included; at most ten years."""
    first, last = parse_date(asked.first), parse_date(asked.last)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise BadInput(
            tell("結束日要在開始日之後，最多 %(most_days)s 天，所以沒有列出。", most_days=MOST_DAYS),
            fields={"last": [tell("期間不對")]},
        )
    calendar, district = _calendar(asked), district_code(asked.district)
    states = [calendar.state(day, district) for day in days_after(first - timedelta(days=1), last)]
    return {
        "calendar_version": calendar.version,
        "district": district,
        "working_days": sum(state.working for state in states),
        "days": [state_json(state) for state in states],
    }


@router.get("/days/{day}", permission="calendar.view", response=DayOut, summary=N_("某一天上不上班，為什麼"))
def one_day(request: HttpRequest, day: Annotated[Day, Path()], asked: Query[Asked]) -> Any:
    calendar, district = _calendar(asked), district_code(asked.district)
    state = calendar.state(parse_date(day), district)
    more = {"district": district, "source": state.source, "calendar_version": calendar.version}
    return {**state_json(state), **more}


@router.get("/deadline", permission="calendar.view", response=DeadlineOut, summary=N_("期限是哪一天"))
def due(request: HttpRequest, asked: Query[AskedDeadline]) -> Any:
    """The end of a period, with every day on the way and why it counts or not."""
    calendar, district, start = _calendar(asked), district_code(asked.district), parse_date(asked.start)
    if asked.unit in (Unit.HOURS, Unit.OFFICE_HOURS):
        at = datetime.combine(start, time.fromisoformat(asked.time or "00:00"), clock.TAIPEI)
        return deadline_json(hours_deadline(calendar, at, asked.amount, asked.unit, district))
    return deadline_json(deadline(calendar, start, asked.amount, asked.unit, district, roll=asked.roll))


@router.get("/versions", permission="calendar.view", response=list[VersionOut], summary=N_("各版本"))
def versions(request: HttpRequest) -> Any:
    return list(queries.versions().values("number", "published_date", "note", "source", "recorded_at"))


@router.get(
    "/versions/{number}/changes",
    permission="calendar.view",
    response=list[ChangeOut],
    summary=N_("與另一版的差異"),
)
def changes(
    request: HttpRequest,
    number: Annotated[int, Path(ge=1, le=BIGGEST)],
    since: Annotated[
        int | None, Query(ge=1, le=BIGGEST, description=N_("與哪一版比；不給就是前一版。"))
    ] = None,
) -> Any:
    """Days that version `number` sees otherwise than version `since`, in years that both know."""
    after = queries.calendar_as_of(number)
    before = queries.calendar_as_of(since if since is not None else max(number - 1, 1))
    return [
        {
            "date": one.day,
            "district": one.district,
            "moves_deadlines": one.moves_deadlines,
            "before": state_json(one.before) if one.before else None,
            "after": state_json(one.after) if one.after else None,
        }
        for one in compare(before, after)
    ]


@router.post("/days/{day}/revise", permission="calendar.revise", response=VersionOut, summary=N_("修訂一天"))
def revise(request: HttpRequest, day: Annotated[Day, Path()], body: ReviseIn) -> Any:
    """Say what a day is from now on; 409 when somebody revised it since the version that you saw."""
    return _version(
        actions.revise_day(
            actor_of(request), day=parse_date(day), kind=body.kind.value, name=body.name, reason=body.reason,
            source=body.source, version=body.version,
        )
    )  # fmt: skip


@router.post("/years", permission="calendar.revise", response=VersionOut, summary=N_("新增一年"))
def add_year(request: HttpRequest, body: YearIn) -> Any:
    """Add a year with the named days of its official table."""
    table = [(parse_date(one.day), one.kind.value, one.name) for one in body.days]
    return _version(
        actions.add_year(
            actor_of(request), year=body.year, days=table, reason=body.reason, source=body.source
        )
    )


@router.get("/closures", permission="calendar.view", response=list[ClosureOut], summary=N_("停班"))
def closures(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Closures in force (at a version), of one district and the whole city when a district is given; newest first."""
    rows = queries.closures(asked.version)
    district = district_code(asked.district)
    if district:
        rows = rows.filter(district_code__in=["", district])
    return [_closure(row) for row in rows]


@router.post("/closures", permission="calendar.revise", response=VersionOut, summary=N_("登錄停班"))
def record_closure(request: HttpRequest, body: ClosureIn) -> Any:
    codes = [code for code in (district_code(text) for text in body.districts) if code]
    return _version(
        actions.record_closure(
            actor_of(request), day=parse_date(body.day), district_codes=codes, start=_naive(body.start),
            end=_naive(body.end), cause=body.cause, reason=body.reason, source=body.source,
        )
    )  # fmt: skip


def _naive(moment: time | None) -> time | None:
    """Office hours are Taipei's; a zone sent with them is refused rather than guessed at."""
    if moment is not None and moment.tzinfo is not None:
        raise BadInput(tell("時刻是臺北時間，請不要帶時區。"), fields={"start": [tell("不帶時區")]})
    return moment


@router.post(
    "/closures/{pk}/withdraw", permission="calendar.revise", response=VersionOut, summary=N_("撤回停班")
)
def withdraw(request: HttpRequest, pk: RowId, body: ClosureWithdrawIn) -> Any:
    """Take a closure back; deadlines under older versions keep it."""
    return _version(actions.withdraw_closure(actor_of(request), pk, reason=body.reason, version=body.version))


@router.get("/hours", permission="calendar.view", response=list[HoursOut], summary=N_("辦公時間與計算約定"))
def hours(request: HttpRequest) -> Any:
    """Office hours in force, oldest first, and how a day closed for some hours counts."""
    return [
        {
            "since_date": one.since,
            "sessions": [{"start": session.start, "end": session.end} for session in one.sessions],
            "partly_closed_counts": one.partly_closed_counts,
            "source": one.source,
        }
        for one in queries.current_calendar().hours
    ]


@router.post(
    "/hours", permission="calendar.revise", response=VersionOut, summary=N_("訂定辦公時間與計算約定")
)
def set_hours(request: HttpRequest, body: HoursIn) -> Any:
    """Say the office hours from a day on; deadlines under older versions keep the older ones."""
    sessions = [(_naive(one.start) or one.start, _naive(one.end) or one.end) for one in body.sessions]
    return _version(
        actions.set_office_hours(
            actor_of(request), since_date=parse_date(body.since), sessions=sessions,
            partly_closed_counts=body.partly_closed_counts, reason=body.reason, source=body.source,
        )
    )  # fmt: skip
