"""The pages that are measured: which addresses each one is asked for, and asking them of the WSGI application."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tests.benchmarks.database import computed
from tests.benchmarks.facts import REASON
from tests.benchmarks.filling import SEED, Filled
from tests.benchmarks.report import Timing

ADDRESSES_A_PAGE = 12


@dataclass(frozen=True)
class Page:
    """One kind of page under several addresses; `before` is done, not timed, before each."""

    name: str
    addresses: list[str]
    before: Callable[[], None] | None = None


@dataclass
class Measured:
    """What asking for a page showed."""

    ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    database_cpu_ms: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    @property
    def timing(self) -> Timing:
        return Timing(self.ms)


def pages_of(filled: Filled, today: date) -> list[Page]:
    """Boards, a KPI and its trace, and the same as of two years back."""
    from django.urls import reverse

    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.planning.models import Kpi
    from shizheng.kernel.history.actions import recorded
    from shizheng.kernel.measures import actions
    from shizheng.kernel.measures.models import Fact
    from shizheng.kernel.measures.queries.remembering import forget

    random = Random(SEED)
    back = today.replace(year=today.year - 2, day=min(today.day, 28))
    as_of = f"as_of={back.year - 1911}-{back.month:02d}-{back.day:02d}"
    agencies = [unit.id for unit in filled.units if unit.is_agency]
    boards = [
        reverse("planning:agency", args=[pk])
        for pk in random.sample(agencies, min(len(agencies), ADDRESSES_A_PAGE))
    ]

    def some_kpis(year: int) -> list[str]:
        ids = list(Kpi.objects.filter(goal__plan__roc_year=year).order_by("pk").values_list("pk", flat=True))
        return [
            reverse("planning:kpi", args=[pk]) for pk in random.sample(ids, min(len(ids), ADDRESSES_A_PAGE))
        ]

    def traces(name: str, period: str) -> list[str]:
        keys = [(m, u) for m, u, _kind in filled.known.series]
        chosen = random.sample(keys, min(len(keys), ADDRESSES_A_PAGE))
        return [f"{reverse(name, args=[m])}?unit={u}&period={period}" for m, u in chosen]

    def then(addresses: list[str]) -> list[str]:
        return [f"{each}{'&' if '?' in each else '?'}{as_of}" for each in addresses]

    changes = Random(SEED)
    facts = list(
        Fact.objects.filter(
            superseded_by=None, value__isnull=False, period_start__year__gte=today.year - 2
        ).values_list("pk", flat=True)
    )
    changes.shuffle(facts)
    kpis = list(Kpi.objects.values_list("pk", flat=True))

    def file() -> None:
        """A number is corrected, as an officer would: the newest one of its key."""
        fact = Fact.objects.get(pk=facts.pop())
        assert fact.value is not None
        actions.correct_fact(SYSTEM, fact.pk, value=fact.value + 1, reason=REASON)

    def change_plan() -> None:
        """A target is worded anew, with its entry in history."""
        with recorded(by=SYSTEM, action="planning.edit"):
            kpi = Kpi.objects.get(pk=changes.choice(kpis))
            kpi.target_text = f"{kpi.target_text}（{changes.random()}）"
            kpi.save()

    city, year, before = [reverse("planning:board")], str(today.year), str(back.year)
    trend = [f"{reverse('planning:trend')}?until={today.year - 1911}"]
    return [
        Page("city board", city),
        Page("city board, two years back", then(city)),
        Page("city board, first after a filing", city, file),
        Page("city board, two years back, first after a filing", then(city), file),
        Page("city board, first after a change of a plan", city, change_plan),
        Page("city board, two years back, first after a change of a plan", then(city), change_plan),
        Page("city board, first in a process", city, forget),
        Page("city board, two years back, first in a process", then(city), forget),
        Page("agency board", boards),
        Page("agency board, two years back", then(boards)),
        Page("agency board, first after a filing", boards, file),
        Page("agency board, two years back, first after a filing", then(boards), file),
        Page("agency board, first after a change of a plan", boards, change_plan),
        Page("agency board, two years back, first after a change of a plan", then(boards), change_plan),
        Page("agency board, first in a process", boards, forget),
        Page("agency board, two years back, first in a process", then(boards), forget),
        Page("trend of the city (fetched after the board)", trend),
        Page("trend of the city, first after a filing", trend, file),
        Page("trend of the city, first after a change of a plan", trend, change_plan),
        Page("trend of the city, first in a process", trend, forget),
        Page("KPI", some_kpis(today.year - 1911)),
        Page("KPI, two years back", then(some_kpis(back.year - 1911))),
        Page("trace of a year", traces("measures:trace", year)),
        Page("trace of a month", traces("measures:trace", filled.periods[-2])),
        Page("trace of a month, two years back", then(traces("measures:trace", f"{before}-06"))),
        Page("trace as JSON", traces("measures:trace_json", year)),
    ]


def measure(page: Page, session: str, rounds: int) -> Measured:
    """Ask for the page's addresses in turn: once each to warm, then `rounds` times by the clock (at most 10 changes)."""
    from shizheng.config.warming import keep_what_lives

    found = Measured()
    for address in page.addresses:
        _ask(address, session)
    keep_what_lives()  # as a web process does after its start
    for number in range(min(rounds, 10) if page.before else rounds):
        address = page.addresses[number % len(page.addresses)]
        if page.before:
            page.before()
        with counted() as count:
            started, busy, there = time.perf_counter(), time.process_time(), computed()
            body = _ask(address, session)
            found.cpu_ms.append((time.process_time() - busy) * 1000)
            found.ms.append((time.perf_counter() - started) * 1000)
            found.database_cpu_ms.append((computed() - there) * 1000)
        found.database_ms.append(count.ms)
        found.queries, found.size = max(found.queries, count.queries), max(found.size, len(body))
    return found


@dataclass
class _Count:
    queries: int = 0
    ms: float = 0.0

    def __call__(self, execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(statement, parameters, many, context)
        finally:
            self.queries += 1
            self.ms += (time.perf_counter() - started) * 1000


@contextmanager
def counted() -> Iterator[_Count]:
    """Count the queries inside and the time until each gave its first rows."""
    from django.db import connection

    count = _Count()
    with connection.execute_wrapper(count):
        yield count


def _ask(address: str, session: str) -> bytes:
    """One GET of the whole application, as a server hands it in; anything but 200 ends the benchmark."""
    from django.conf import settings

    from shizheng.config.wsgi import application

    path, _, query = address.partition("?")
    status: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session}", "HTTP_ACCEPT_LANGUAGE": "zh-TW", "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    response = application(environ, lambda line, headers, *rest: status.append(line))
    try:
        body = b"".join(response)
    finally:
        response.close()
    if not status[0].startswith("200"):
        raise SystemExit(f"{address}: {status[0]}\n{body[:2000].decode(errors='replace')}")
    return body
