"""Ten thousand tenders with thirty-six months each, three thousand of them open: pages, month close, import, pack."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from tests.benchmarks import city, tender_city, tender_pack
from tests.benchmarks.database import settle
from tests.benchmarks.facts import REASON
from tests.benchmarks.filling import SEED
from tests.benchmarks.pages import ADDRESSES_A_PAGE, Page, measure
from tests.benchmarks.report import Report, Timing
from tests.benchmarks.rounds import Clocked, clocked, write_posts

TENDERS, MONTHS, OPEN = 10_000, 36, 3_000
UNITS = 2_000
"""As many KPIs as make 400 units in 30 agencies (`city.units_for`)."""
TABLE, PAGES = "Tenders", "Pages of tenders"


def months_until(today: date, count: int) -> list[Any]:
    """The last `count` months before the one that is filed now, and that one: it is over and open."""
    from shizheng.kernel.measures.rules.periods import Period, PeriodKind

    return Period(PeriodKind.MONTH, today.year, today.month).moved(-1).last(count + 1)


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
    _made, took = clocked(lambda: tender_city.fill(units, tenders, open_, months))
    report.add(
        TABLE, what=f"fill: {tenders:,} tenders, {tenders * MONTHS:,} locked months", seconds=took.seconds
    )
    rdec = person("rdec_officer", username="bench.rdec", display_name="研考承辦", second_factor=True)
    settle()
    session = city.session_of(rdec.pk)
    for page in pages_of(units, months, tenders):
        found = measure(page, session, rounds)
        say(
            f"{page.name}: p50 {found.timing.p50:.0f} ms, p95 {found.timing.p95:.0f} ms, "
            f"CPU {Timing(found.cpu_ms).p50:.0f} + {Timing(found.database_cpu_ms).p50:.0f} ms, {found.queries} queries"
        )
        report.add(
            PAGES, page=page.name, **{
                "p50 ms": found.timing.p50, "p95 ms": found.timing.p95, "aim": "≤ 100", "CPU ms": Timing(found.cpu_ms).p50,
                "database CPU ms": Timing(found.database_cpu_ms).p50, "queries": found.queries, "aim ": "≤ 15", "kB": found.size / 1024,
            },
        )  # fmt: skip
    round_ = _import(report, say, months, open_)
    _close(report, say, round_, open_)
    _spread(report, months)
    tender_pack.measure_all(report, say, rdec, months[-1], open_)


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


def _import(report: Report, say: Callable[[str], None], months: Sequence[Any], open_: int) -> Any:
    """The open month: opened, each agency's spreadsheet out, filled in and read in again."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.projects.filing import months as month_filing
    from shizheng.kernel.filing import actions, sheets
    from shizheng.kernel.filing.models import Return
    from shizheng.kernel.filing.queries.grid import grid_of
    from shizheng.kernel.people.models import User
    from shizheng.web import exports

    say("opening the month")
    round_, took = clocked(lambda: actions.open_round(SYSTEM, month_filing.CODE, months[-1].code))
    add(report, f"open the month: {open_:,} tenders", took, open_)
    returns = list(Return.objects.filter(round=round_).order_by("pk"))
    say("importing the month")
    whole, cells = Clocked(0.0, 0), 0
    for each in returns:
        officer = User.objects.get(pk=each.unit_id)
        rows = [list(row) for row in sheets.rows_out(grid_of(officer, round_, remarks=False))]
        data = exports.xlsx_bytes(tender_city.typed(rows, months), "月進度")

        def read_in(officer: Any = officer, data: bytes = data) -> int:
            taken = sheets.take_in(officer, round_, data)
            assert not taken.problems, taken.problems[:3]
            return taken.changed

        count, took = clocked(read_in)
        cells += count
        whole = Clocked(
            whole.seconds + took.seconds,
            max(whole.queries, took.queries),
            whole.cpu + took.cpu,
            whole.database_cpu + took.database_cpu,
        )
    add(
        report,
        f"import the month: {len(returns)} spreadsheets, {cells:,} cells",
        whole,
        open_,
        aim=5,
    )
    return round_


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
    add(report, f"close the month: {open_:,} tenders", took, open_, aim=5)
    assert MonthRecord.objects.filter(period=round_.period, filed=True).count() == open_


def _spread(report: Report, months: Sequence[Any]) -> None:
    """How the tenders of the open month stand: what the pack is made of."""
    from shizheng.domains.projects.queries.judging import judge
    from shizheng.domains.projects.queries.tallying import judged

    rule = judge(months[-1])
    rows = list(judged({months[-1].code: rule}).values_list("is_severe", "lag"))
    severe = sum(each for each, _lag in rows)
    behind = sum(each or (lag is not None and lag < -rule.thresholds.tolerance) for each, lag in rows)
    report.add(TABLE, what=f"of {len(rows):,} tenders behind {behind:,}, of these severely {severe:,}")


def add(report: Report, what: str, took: Clocked, count: int, aim: float | None = None) -> None:
    """A line of the table: seconds beside their aim, and how many times the aim they are."""
    print(
        f"  {what}: {took.seconds:.1f} s, computing {took.cpu:.2f} s, the database {took.database_cpu:.2f} s, "
        f"{took.queries} queries",
        flush=True,
    )
    beside = {} if aim is None else {"aim": f"≤ {aim:g} s", "of the aim": round(took.seconds / aim, 2)}
    report.add(
        TABLE,
        what=what,
        seconds=took.seconds,
        **{
            "CPU s": took.cpu,
            "database CPU s": took.database_cpu,
            "a second": count / took.seconds,
            "queries": took.queries,
        },
        **beside,
    )
