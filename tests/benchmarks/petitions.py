"""A million petitions, 200,000 of them open: list, search, boards, one petition, my work, taking in, the sweep, the month."""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import quote

from tests.benchmarks import city, petition_city
from tests.benchmarks.filling import SEED
from tests.benchmarks.pages import ADDRESSES_A_PAGE, Page, measure
from tests.benchmarks.report import Report, Timing
from tests.benchmarks.rounds import Clocked, clocked, write_posts

PETITIONS, OPEN, UNITS = 1_000_000, 200_000, 2_000
TABLE, PAGES = "Petitions", "Pages of petitions"
TAKEN_IN = 300


def measure_all(report: Report, rounds: int, say: Callable[[str], None], scale: float = 1.0) -> None:
    """Fill an own city and measure; `scale` makes it smaller: the aim says how much slower the whole may be than a hundredth."""
    with tempfile.TemporaryDirectory(prefix="shizheng-bench-") as folder:
        _measure(report, rounds, say, scale, Path(folder))


def _measure(report: Report, rounds: int, say: Callable[[str], None], scale: float, folder: Path) -> None:
    from django.conf import settings

    from shizheng.common import clock
    from shizheng.kernel.people.factories import person
    from shizheng.kernel.people.models import User

    settings.DATA_DIR = folder
    count, open_ = int(PETITIONS * scale), int(OPEN * scale)
    now = clock.now()
    since = (now - timedelta(days=6 * 365)).date()
    units = city.units_for(UNITS)
    city.write_units(units, since)
    city.write_officers(units)
    write_posts(units, since)
    say(f"filling: {count:,} petitions, {open_:,} open")
    _made, took = clocked(lambda: petition_city.fill(units, count, open_, now))
    report.add(TABLE, what=f"fill: {count:,} petitions", seconds=took.seconds)
    rdec = person("rdec_officer", username="bench.rdec", display_name="研考承辦", second_factor=True)
    officer = User.objects.get(pk=units[-1].id)
    sessions = {"rdec": city.session_of(rdec.pk), "officer": city.session_of(officer.pk)}
    for who, page in pages_of(units, count, open_):
        found = measure(page, sessions[who], rounds)
        say(
            f"{page.name}: p50 {found.timing.p50:.0f} ms, p95 {found.timing.p95:.0f} ms, "
            f"CPU {Timing(found.cpu_ms).p50:.0f} + {Timing(found.database_cpu_ms).p50:.0f} ms, {found.queries} queries"
        )
        report.add(
            PAGES, page=page.name, **{
                "p50 ms": found.timing.p50, "p95 ms": found.timing.p95, "aim": "≤ 100", "CPU ms": Timing(found.cpu_ms).p50,
                "database CPU ms": Timing(found.database_cpu_ms).p50, "queries": found.queries, "aim ": "≤ 10", "kB": found.size / 1024,
            },
        )  # fmt: skip
    _take_in(report, say, sessions["rdec"])
    _sweep(report, say, open_)


def pages_of(units: Sequence[city.Unit], count: int, open_: int) -> list[tuple[str, Page]]:
    """Who asks for which page."""
    from django.urls import reverse

    random = Random(SEED)
    register = reverse("petitions:list")
    some = random.sample(range(count - open_ + 1, count + 1), ADDRESSES_A_PAGE)
    agencies = random.sample([each.id for each in units if each.is_agency], ADDRESSES_A_PAGE)
    two = "路燈", "坑洞", "停車", "噪音", "水溝", "河濱", "石岡", "招牌"
    numbers = [petition_city.subject(n) for n in some]
    return [
        ("rdec", Page("list", [register])),
        ("rdec", Page("list, page 200", [f"{register}?page=200"])),
        ("rdec", Page("list, open ones", [f"{register}?state=open"])),
        ("rdec", Page("list, late ones by deadline", [f"{register}?time=late&sort=due_on"])),
        ("rdec", Page("list, of an agency", [f"{register}?unit={pk}" for pk in agencies])),
        ("rdec", Page("search, two characters", [f"{register}?q={quote(each)}" for each in two])),
        (
            "rdec",
            Page("search, two words", [f"{register}?q={quote(a)}+{quote(b)}" for a, b in zip(two[:4], two[4:], strict=True)]),
        ),
        ("rdec", Page("search, a house number", [f"{register}?q={quote(each[3:])}" for each in numbers])),
        ("officer", Page("list, an officer's", [register])),
        ("officer", Page("search of an officer, two characters", [f"{register}?q={quote(each)}" for each in two])),
        ("rdec", Page("a petition", [reverse("petitions:petition", args=[pk]) for pk in some])),
        ("officer", Page("我的工作, an officer", ["/work/"])),
        ("rdec", Page("agency board", [reverse("petitions:board")])),
        ("rdec", Page("table of the month", [reverse("petitions:month")])),
    ]  # fmt: skip


def _take_in(report: Report, say: Callable[[str], None], session: str) -> None:
    """Petitions one after the other through the API, and what the product does for each afterwards."""
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    body = {
        "petition_class": "petition",
        "channel": "walk_in",
        "words": petition_city.WORDS[0],
        "place": "示範路 1 號",
    }

    def take(number: int) -> None:
        given = body | {
            "subject": petition_city.subject(number),
            "petitioner": {"name": "王示範", "phone": "0900000000"},
        }
        answer = client.post("/api/v1/petitions/", json.dumps(given), "application/json")
        assert answer.status_code == 200, answer.content[:300]

    for number in range(5):
        take(number)
    times = []

    def all_() -> None:
        for number in range(TAKEN_IN):
            began = time.perf_counter()
            take(number)
            times.append((time.perf_counter() - began) * 1000)

    _none, took = clocked(all_)
    found = Timing(times)
    add(
        report,
        say,
        f"taking in {TAKEN_IN} through the API, one process (p95 {found.p95:.0f} ms)",
        took,
        TAKEN_IN,
    )


def _sweep(report: Report, say: Callable[[str], None], open_: int) -> None:
    """The hourly chase over all that is open, with the rungs of a day; and once more, with nothing to do."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.kernel.cases import actions

    taken, took = clocked(lambda: actions.escalate(SYSTEM))
    add(report, say, f"sweep over {open_:,} open, {len(taken):,} rungs of a day", took, open_, aim=5)
    taken, took = clocked(lambda: actions.escalate(SYSTEM))
    add(report, say, f"sweep again, {len(taken):,} rungs", took, open_, aim=5)


def add(
    report: Report, say: Callable[[str], None], what: str, took: Clocked, count: int, aim: float | None = None
) -> None:
    """A line of the table."""
    say(
        f"{what}: {took.seconds:.1f} s, computing {took.cpu:.2f} s, the database {took.database_cpu:.2f} s, {took.queries} queries, {count / took.seconds:,.0f} a second"
    )
    beside = {} if aim is None else {"aim": f"≤ {aim:g} s"}
    report.add(
        TABLE, what=what, seconds=took.seconds, **{"CPU s": took.cpu, "database CPU s": took.database_cpu,
            "a second": count / took.seconds, "queries": took.queries}, **beside,
    )  # fmt: skip
