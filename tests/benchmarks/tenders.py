"""Ten thousand tenders with thirty-six months each, three thousand of them open: pages, month close, import, pack."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from tests.benchmarks import city
from tests.benchmarks.database import copy, settle
from tests.benchmarks.facts import REASON
from tests.benchmarks.filling import SEED
from tests.benchmarks.pages import ADDRESSES_A_PAGE, Page, measure
from tests.benchmarks.report import Report, Timing
from tests.benchmarks.rounds import Clocked, clocked, write_posts

TENDERS, MONTHS, OPEN = 10_000, 36, 3_000
UNITS = 2_000
"""As many KPIs as make 400 units in 30 agencies (`city.units_for`)."""
TABLE, PAGES = "Tenders", "Pages of tenders"
POINTS = (
    ("documents", "招標文件", "tender", 10), ("awarded", "決標", "award", 10), ("works", "施工", "works", 60),
    ("accepted", "驗收", "acceptance", 15), ("closed", "結案", "closing", 5),
)  # fmt: skip
"""Code, name, stage, weight of the checkpoints of every plan."""


def months_until(today: date, count: int) -> list[Any]:
    """The last `count` months before the one that is filed now, and that one: it is over and open."""
    from shizheng.kernel.measures.rules.periods import Period, PeriodKind

    return Period(PeriodKind.MONTH, today.year, today.month).moved(-1).last(count + 1)


def fill(units: Sequence[city.Unit], tenders: int, open_: int, months: Sequence[Any]) -> None:
    """Tenders with plans, happenings and locked months, by COPY; the last of `months` is not locked."""
    from shizheng.domains.projects.models import (
        Happening,
        MonthRecord,
        PlannedCheckpoint,
        PlannedWorks,
        PlanVersion,
        Project,
        ProjectType,
    )

    random = Random(SEED)
    works = ProjectType.objects.get(code="works").pk
    agencies = [each.id for each in units if each.is_agency]
    first, locked = months[0], months[:-1]
    start, end = first.start - timedelta(days=60), months[-1].last_day + timedelta(days=365)
    whole = (end - start).days
    state = ["performing"] * open_ + ["closed"] * (tenders - open_)
    random.shuffle(state)
    of = [agencies[n % len(agencies)] for n in range(tenders)]
    names = (
        "id",
        "number",
        "name",
        "type",
        "agency",
        "level",
        "roc_year",
        "budget",
        "state",
        "contractor",
        "award_amount",
    )
    copy(
        Project,
        names,
        (
            (n + 1, f"{start.year - 1911}-B{n + 1:05d}", f"示範標案第{n + 1:05d}號工程", works, of[n], "city",
             start.year - 1911, Decimal(60_000_000 + n), state[n], "示範營造", Decimal(50_000_000))
            for n in range(tenders)
        ),
    )  # fmt: skip
    at = locked[-1].end
    told = (("announced", -50), ("awarded", -20), ("started", -10))
    rows = [(n, kind, start + timedelta(days=60 + day)) for n in range(tenders) for kind, day in told]
    rows += [(n, "completed", at) for n in range(tenders) if state[n] == "closed"]
    rows += [(n, "accepted", at) for n in range(tenders) if state[n] == "closed"]
    rows += [(n, "closed", at) for n in range(tenders) if state[n] == "closed"]
    stamped = ("recorded_at", "recorded_by", "recorded_action", "transaction_id")
    by = _moment(at), "示範", "benchmark", 1
    copy(
        Happening,
        ("id", "project", "kind", "on", "contractor", *stamped),
        ((k, n + 1, kind, day, "示範營造", *by) for k, (n, kind, day) in enumerate(rows, 1)),
    )
    copy(
        PlanVersion,
        ("id", "project", "number", "from_period", "works_from", "works_to", *stamped),
        ((n + 1, n + 1, 1, first.code, start + timedelta(days=50), end, *by) for n in range(tenders)),
    )
    days = [start + timedelta(days=whole * n // len(POINTS)) for n in range(1, len(POINTS) + 1)]
    copy(
        PlannedCheckpoint,
        ("plan", "position", "code", "name", "stage", "weight", "planned_on", *stamped),
        (
            (n + 1, place, code, name, stage, Decimal(weight), days[place - 1], *by)
            for n in range(tenders)
            for place, (code, name, stage, weight) in enumerate(POINTS, 1)
        ),
    )
    curve = [round(Decimal(100) * (k + 1) / (len(months) + 12), 2) for k in range(len(months))]
    copy(
        PlannedWorks,
        ("plan", "period", "percent", *stamped),
        ((n + 1, each.code, curve[k], *by) for n in range(tenders) for k, each in enumerate(months)),
    )
    copy(
        MonthRecord,
        ("project", "period", "plan", "filed", "state", "planned", "actual", "planned_works", "actual_works", "reached",
         "year_budget", "allocated", "paid", "payable", "surplus", *stamped),
        _records(tenders, locked, curve, random),
    )  # fmt: skip
    settle()


def _records(
    tenders: int, locked: Sequence[Any], curve: Sequence[Decimal], random: Random
) -> Iterator[tuple[Any, ...]]:
    """Each tender keeps near its plan, a few fall far behind; one month in fifty is not filed."""
    money = Decimal(12_000_000)
    for n in range(tenders):
        usual = random.gauss(-0.5, 1.5)  # how far from its plan a tender usually is; one in thirty gets stuck
        usual = usual - 12 if random.random() < 0.03 else usual
        lag = Decimal(0)
        for k, month in enumerate(locked):
            now = float(lag) * 0.7 + usual * 0.3 + random.gauss(0, 1)
            lag = Decimal(str(round(min(max(now, -30), 10), 2)))
            filed = random.random() > 0.02
            planned, works = 20 + curve[k] * 60 / 100, curve[k]
            actual = max(planned + lag, Decimal(0)) if filed else None
            paid = money * (k % 12 + 1) * random.randint(80, 100) // 1200
            values = (
                (money, money * (k % 12 + 1) // 12, paid, Decimal(0), Decimal(0)) if filed else (None,) * 5
            )
            yield (
                n + 1, month.code, n + 1, filed, "performing", round(planned, 4), actual and round(actual, 4), works,
                max(works + lag, Decimal(0)) if filed else None, "awarded" if filed else "", *values,
                _moment(month.end + timedelta(days=10)), "示範", "benchmark", 1,
            )  # fmt: skip


def _moment(day: date) -> Any:
    from datetime import datetime, time

    from shizheng.common.clock import TAIPEI

    return datetime.combine(day, time(9), TAIPEI)


def measure_all(report: Report, rounds: int, say: Callable[[str], None], scale: float = 1.0) -> None:
    """Fill an own city and measure; `scale` makes it smaller for a try."""
    with tempfile.TemporaryDirectory(prefix="shizheng-bench-") as folder:
        _measure(report, rounds, say, scale, Path(folder))


def _measure(report: Report, rounds: int, say: Callable[[str], None], scale: float, folder: Path) -> None:
    from django.conf import settings

    from shizheng.common import clock
    from shizheng.kernel.people.factories import person

    settings.DATA_DIR = folder
    tenders, open_ = int(TENDERS * scale), int(OPEN * scale)
    months = months_until(clock.today(), MONTHS)
    since = months[0].start - timedelta(days=365)
    units = city.units_for(UNITS)
    city.write_units(units, since)
    city.write_officers(units)
    write_posts(units, since)
    city.write_moments(since, clock.now())
    say(f"filling: {tenders:,} tenders × {MONTHS} months, {open_:,} open")
    _made, took = clocked(lambda: fill(units, tenders, open_, months))
    report.add(
        TABLE, what=f"fill: {tenders:,} tenders, {tenders * MONTHS:,} locked months", seconds=took.seconds
    )
    rdec = person("rdec_officer", username="bench.rdec", display_name="研考承辦", second_factor=True)
    settle()
    session = city.session_of(rdec.pk)
    for page in pages_of(units, months, tenders):
        found = measure(page, session, rounds)
        say(
            f"{page.name}: p50 {found.timing.p50:.0f} ms, p95 {found.timing.p95:.0f} ms, {found.queries} queries"
        )
        report.add(
            PAGES, page=page.name, **{
                "p50 ms": found.timing.p50, "p95 ms": found.timing.p95, "aim": "≤ 100", "CPU ms": Timing(found.cpu_ms).p50,
                "database ms": Timing(found.database_ms).p50, "queries": found.queries, "aim ": "≤ 15", "kB": found.size / 1024,
            },
        )  # fmt: skip
    round_ = _import(report, say, months[-1], open_)
    _close(report, say, round_, open_)
    _pack(report, say, rdec, months[-1])


def pages_of(units: Sequence[city.Unit], months: Sequence[Any], tenders: int) -> list[Page]:
    """The register, boards, ranking, streaks, tenders; from memory, after a change, in a new process, a year back."""
    from django.urls import reverse

    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.projects.models import Project
    from shizheng.kernel.history.actions import recorded
    from shizheng.kernel.measures.queries.remembering import forget

    random = Random(SEED)
    back = months[-2].moved(-12)
    then = f"as_of={back.end.year - 1911}-{back.end.month:02d}-28"
    agencies = random.sample([each.id for each in units if each.is_agency], ADDRESSES_A_PAGE)
    some = random.sample(range(1, tenders + 1), ADDRESSES_A_PAGE)
    register, board, ranking, streaks = (
        [reverse(f"projects:{name}")] for name in ("list", "board", "ranking", "streaks")
    )
    long = [f"{ranking[0]}?months=36"]
    mine = [reverse("projects:agency_board", args=[pk]) for pk in agencies]
    one = [reverse("projects:project", args=[pk]) for pk in some]

    def past(addresses: list[str]) -> list[str]:
        return [f"{each}{'&' if '?' in each else '?'}{then}" for each in addresses]

    def change() -> None:
        """A tender is described anew."""
        with recorded(by=SYSTEM, action="projects.edit_project", reason=REASON):
            row = Project.objects.get(pk=random.randint(1, tenders))
            row.note = f"{random.random()}"
            row.save()

    return [
        Page("register", register),
        Page("register, searched", [f"{register[0]}?q={quote(f'0{n}號')}" for n in range(1, 9)]),
        Page(
            "register, of one agency by budget",
            [f"{register[0]}?agency={pk}&sort=-budget" for pk in agencies],
        ),
        Page("city board", board),
        Page("city board, first in a process", board, forget),
        Page("city board, first after a change of a tender", board, change),
        Page("city board, a year back", past(board)),
        Page("city board, a year back, first in a process", past(board), forget),
        Page("agency board", mine),
        Page("agency board, first in a process", mine, forget),
        Page("ranking of 36 months", long),
        Page("ranking of 36 months, first in a process", long, forget),
        Page("ranking of 36 months, a year back, first in a process", past(long), forget),
        Page("streaks", streaks),
        Page("streaks, first in a process", streaks, forget),
        Page("a tender", one),
        Page("a tender, a year back", past(one)),
    ]


def _import(report: Report, say: Callable[[str], None], month: Any, open_: int) -> Any:
    """The open month: opened, each agency's spreadsheet out, filled in and read in again."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.projects.filing import months as month_filing
    from shizheng.kernel.filing import actions, sheets
    from shizheng.kernel.filing.models import Return
    from shizheng.kernel.filing.queries.grid import grid_of
    from shizheng.kernel.people.models import User
    from shizheng.web import exports
    from shizheng.web.sheets import read_sheet

    say("opening the month")
    round_, took = clocked(lambda: actions.open_round(SYSTEM, month_filing.CODE, month.code))
    _add(report, f"open the month: {open_:,} tenders", took, open_)
    returns = list(Return.objects.filter(round=round_).order_by("pk"))
    say("importing the month")
    asked, seconds, cells = 0, 0.0, 0
    for each in returns:
        officer = User.objects.get(pk=each.unit_id)
        rows = [list(row) for row in sheets.rows_out(grid_of(officer, round_))]
        data = exports.xlsx_bytes(_filled(rows, month), "月進度")

        def read_in(officer: Any = officer, data: bytes = data) -> int:
            wanted, problems = sheets.rows_in(grid_of(officer, round_), read_sheet(data))
            assert not problems, problems[:3]
            return actions.save_sheet(officer, wanted)

        count, took = clocked(read_in)
        cells, seconds, asked = cells + count, seconds + took.seconds, max(asked, took.queries)
    _add(
        report,
        f"import the month: {len(returns)} spreadsheets, {cells:,} cells, aim ≤ 5 s",
        Clocked(seconds, asked),
        open_,
    )
    return round_


def _filled(rows: list[list[Any]], month: Any) -> list[list[Any]]:
    """What an officer types into the sheet, with cause and remedy for those that are behind."""
    head = [str(cell) for cell in rows[0]]
    day = f"{month.year - 1911}-{month.number:02d}-01"
    typed = {
        "已達檢核點": "2. 決標", "達成日": day, "施工進度": 80, "年度預算": 12_000_000, "累計分配數": 1_000_000,
        "累計實付數": 900_000, "應付數": 0, "節餘數": 0, "辦理情形": "依進度施作", "落後因素": "天候災害", "改善對策": "增加機具", "預定趕上日": f"{month.year - 1910}-12-31",
    }  # fmt: skip
    for row in rows[1:]:
        for place, label in enumerate(head):
            value = next((value for name, value in typed.items() if label.startswith(name)), None)
            if value is not None:
                row[place] = value
    return rows


def _close(report: Report, say: Callable[[str], None], round_: Any, open_: int) -> None:
    """The lock: a record for every tender, the numbers of every agency."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.projects.models import MonthRecord
    from shizheng.kernel.filing import actions
    from shizheng.kernel.filing.models import Return
    from shizheng.kernel.people.models import User

    say("every agency sends in and signs")
    for each in Return.objects.filter(round=round_).order_by("pk"):
        actions.submit_return(User.objects.get(pk=each.unit_id), each.pk, version=None)
        actions.sign_return(User.objects.get(username=f"supervisor{each.unit_id}"), each.pk, version=None)
    settle()
    say("closing the month")
    _locked, took = clocked(lambda: actions.lock_round(SYSTEM, round_.pk))
    _add(report, f"close the month: {open_:,} tenders, aim ≤ 5 s", took, open_)
    assert MonthRecord.objects.filter(period=round_.period, filed=True).count() == open_


def _pack(report: Report, say: Callable[[str], None], rdec: Any, month: Any) -> None:
    """The pack of the city's tender meeting on the month, on screen and as PDF."""
    from shizheng.kernel.meetings import actions
    from shizheng.kernel.meetings.documents.pack import pack_of
    from shizheng.kernel.publication.documents import pdf

    say("the pack of the whole city")
    found = [
        each for each in actions.open_meetings(rdec, month.next().code) if each.series.level == "city" and each.series.agenda
    ]  # fmt: skip
    for meeting in found[:1]:
        document, took = clocked(lambda meeting=meeting: pack_of(meeting))
        _add(report, f"pack of {meeting.title}: {len(document.blocks):,} blocks, aim ≤ 15 s", took, 1)
        try:
            data, took = clocked(lambda document=document: pdf.to_pdf(document, Path(tempfile.gettempdir())))
        except pdf.BrokeOff as failure:
            report.add(TABLE, what=f"the same as PDF: broke off, {str(failure)[:60]}")
        else:
            _add(report, f"the same as PDF, {len(data) // 1024:,} kB", took, 1)


def _add(report: Report, what: str, took: Clocked, count: int) -> None:
    print(f"  {what}: {took.seconds:.1f} s, {took.queries} queries", flush=True)
    report.add(
        TABLE, what=what, seconds=took.seconds, **{"a second": count / took.seconds, "queries": took.queries}
    )
