"""`shizheng workday`: is a day a working day, and where does a period end. Answers without a database too."""

import json
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.roc import DateNotUnderstood, format_roc, parse_date
from shizheng.kernel.calendar.rules import Deadline, Unit, WorkCalendar, deadline, hours_deadline
from shizheng.kernel.calendar.rules.views import deadline_json, state_json
from shizheng.kernel.calendar.shipped import district_code, shipped_calendar, shipped_versions

PROJECT = Path(__file__).resolve().parents[3]


@click.group()
def workday() -> None:
    """工作日曆：某日上不上班、期限是哪一天。日期用民國或西元都可以。"""


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What both commands take."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出。"),
        click.option("--shipped", is_flag=True, help="只用隨附的資料，不看資料庫。"),
        click.option("--version", type=int, help="用行事曆的哪一版；不給就是最新的。"),
        click.option("--district", default="", help="行政區的名稱或八碼代碼，會計入該區的停班。"),
    ):
        command = option(command)
    return command


def _answers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a failure into a clear message and exit code 1."""

    @wraps(command)
    def run(*, as_json: bool, **given: Any) -> None:
        try:
            command(as_json=as_json, **given)
        except CannotDo as failure:
            _refuse(failure.message, as_json, failure.code)
        except DateNotUnderstood as failure:
            _refuse(str(failure), as_json, "date_not_understood")

    return run


def _refuse(message: str, as_json: bool, code: str) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False, indent=2))
    else:
        click.echo(message, err=True)
    sys.exit(1)


@workday.command("add")
@click.argument("day")
@click.argument("amount", type=int)
@click.option(
    "--calendar-days", "unit", flag_value=Unit.CALENDAR_DAYS.value, help="以日曆天計，末日遇休息日順延。"
)
@click.option("--months", "unit", flag_value=Unit.MONTHS.value, help="以月計，末日遇休息日順延。")
@click.option(
    "--hours",
    "unit",
    flag_value=Unit.HOURS.value,
    help="以小時計，全天候；日期後可加時刻，例如 115-10-05T14:30。",
)
@click.option("--office-hours", "unit", flag_value=Unit.OFFICE_HOURS.value, help="以上班時間的小時計。")
@click.option("--no-roll", is_flag=True, help="末日遇休息日不順延（指定日期、含例假日）。")
@_options
@_answers
def add(
    *,
    day: str,
    amount: int,
    unit: str | None,
    no_roll: bool,
    district: str,
    version: int | None,
    shipped: bool,
    as_json: bool,
) -> None:
    """從 DAY 起 AMOUNT 個工作天的末日。首日不計（行政程序法第48條）。"""
    chosen = Unit(unit or Unit.WORKING_DAYS.value)
    start = _moment(day)
    code = district_code(district)
    calendar, source, why = calendar_to_use(version, shipped)
    if chosen in (Unit.HOURS, Unit.OFFICE_HOURS):
        found = hours_deadline(calendar, start, amount, chosen, code)
    else:
        found = deadline(calendar, start.date(), amount, chosen, code, roll=not no_roll)
    if as_json:
        _print({**deadline_json(found), "source": source, "source_note": why})
        return
    _tell(found, source, why)


def _moment(text: str) -> datetime:
    """A day, or a day with a time after a T or a blank, as a moment in Taipei."""
    head, _, tail = text.strip().replace(" ", "T", 1).partition("T")
    day = parse_date(head)
    try:
        at = datetime.strptime(tail, "%H:%M").time() if tail else datetime.min.time()
    except ValueError:
        raise DateNotUnderstood(f"看不懂時刻「{tail[:10]}」，請寫成 14:30。") from None
    return datetime.combine(day, at, clock.TAIPEI)


def _print(answer: dict[str, Any]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _tell(found: Deadline, source: str, why: str) -> None:
    due = f"{found.due_at:%H:%M}" if found.due_at else ""
    click.echo(f"期限：{_both(found.due)} {due}".rstrip())
    count = 0
    for state in found.days:
        count += state.working
        mark = f"{count:>4}" if state.working else "   —"
        click.echo(f"{mark}  {_both(state.day)}  {state.reason}")
    for note in found.notes:
        click.echo(note)
    click.echo(_where(found.version, source, why))


def _both(day: date) -> str:
    return f"{format_roc(day, 'short')}（{day.isoformat()}，週{'一二三四五六日'[day.weekday()]}）"


def _where(version: int, source: str, why: str) -> str:
    words = "資料庫" if source == "database" else f"隨附資料（{why}）"
    return f"依據工作日曆第 {version} 版，來自{words}。"


@workday.command("is")
@click.argument("day")
@_options
@_answers
def is_working(*, day: str, district: str, version: int | None, shipped: bool, as_json: bool) -> None:
    """DAY 上不上班，為什麼。"""
    asked = parse_date(day)
    code = district_code(district)
    calendar, source, why = calendar_to_use(version, shipped)
    state = calendar.state(asked, code)
    if as_json:
        _print(
            {
                **state_json(state),
                "district": code,
                "calendar_version": calendar.version,
                "day_source": state.source,
                "source": source,
                "source_note": why,
            }
        )
        return
    click.echo(f"{_both(asked)}：{'上班' if state.working else '不上班'}，{state.reason}")
    click.echo(f"依據：{state.source}")
    click.echo(_where(calendar.version, source, why))


def calendar_to_use(version: int | None, shipped: bool) -> tuple[WorkCalendar, str, str]:
    """The calendar, where it came from (`database` or `shipped`), and why not from the database."""
    if shipped:
        return _shipped(version), "shipped", "依要求不看資料庫"
    if not database_may_run():
        return _shipped(version), "shipped", "資料庫沒有在執行"
    found, why = _from_database(version)
    return (found, "database", "") if found else (_shipped(version), "shipped", why)


def _shipped(version: int | None) -> WorkCalendar:
    try:
        return shipped_calendar(version)
    except KeyError:
        last = shipped_versions()[-1].number
        raise NotFound(f"隨附的工作日曆沒有第 {version} 版；最新的是第 {last} 版。") from None


def database_may_run() -> bool:
    """A quick look, so that a machine without a database answers at once: one is configured, or the embedded one runs."""
    from django.conf import settings

    if settings.configured or os.environ.get("SHIZHENG_DATABASE_URL"):
        return True
    folder = Path(os.environ.get("SHIZHENG_DATA_DIR") or PROJECT / "var").expanduser()
    return (folder / "database" / "cluster" / "postmaster.pid").exists()


def _from_database(version: int | None) -> tuple[WorkCalendar | None, str]:
    """The calendar of the database, or None and why it could not be read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.config.settings")
    import django
    from django.db import Error

    django.setup()
    from shizheng.kernel.calendar import queries

    try:
        calendar = queries.current_calendar() if version is None else queries.calendar_as_of(version)
    except Error:
        return None, "資料庫連不上，或還沒有建立資料表"
    if calendar.version == 0:
        return None, "資料庫還沒有載入行事曆"
    return calendar, ""
