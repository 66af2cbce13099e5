"""A round of filing of the whole city: ten returns of each unit, opened, sent in at the last hour, locked and published."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.benchmarks import storm
from tests.benchmarks.city import Unit, session_of
from tests.benchmarks.database import computed, copy, settle
from tests.benchmarks.facts import RATIO
from tests.benchmarks.pages import Page, counted, measure
from tests.benchmarks.report import Report, Timing

CODE = "bench.round"
RETURNS_A_UNIT = 10
WORKERS, STORM = 8, 2000
LAST_HOUR = STORM / 600
"""Returns a second, when two thousand come in within the last ten minutes."""
ISSUED = 12
TABLE = "A round of filing"
INPUTS = {"a": "完成件數", "b": "應辦件數"}


def subject(unit_id: int, number: int) -> int:
    """The number of what a unit's return is about."""
    return unit_id * 100 + number


def register() -> None:
    """The kind of filing: one measure a return, two inputs; locking writes their facts."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.kernel.filing import registry
    from shizheng.kernel.measures import actions as measures
    from shizheng.kernel.measures.models import Measure
    from shizheng.kernel.measures.rules.periods import PeriodKind
    from shizheng.kernel.organisations.models import Unit as Row

    fields = (
        *(registry.Field(name, label, "number", unit="件") for name, label in INPUTS.items()),
        registry.Field("text", "說明", "long_text", required=False),
    )

    def subjects(_round: Any) -> Iterator[registry.Subject]:
        for unit in Row.objects.exclude(kind="city").order_by("pk"):
            for number in range(1, RETURNS_A_UNIT + 1):
                yield registry.Subject(
                    unit.pk, CODE, subject(unit.pk, number), f"{unit.short_name}第 {number} 項"
                )

    def rows(filing: Any) -> Sequence[registry.Row]:
        return (registry.Row("1", filing.title, fields),)

    def rows_of(filings: Sequence[Any]) -> Mapping[int, Sequence[registry.Row]]:
        return {each.pk: rows(each) for each in filings}

    def record(_actor: Any, locked: Sequence[tuple[Any, registry.Entries]]) -> None:
        known = measure_ids()
        facts = [
            measures.Filing(
                known[filing.subject_pk % 100], name, filing.unit_id, filing.round.period, Decimal(entries["1", name].text)
            )
            for filing, entries in locked
            for name in INPUTS
        ]  # fmt: skip
        measures.record_facts(SYSTEM, facts)

    numbers: dict[int, int] = {}

    def measure_ids() -> dict[int, int]:
        if not numbers:
            rows = Measure.objects.filter(code__startswith=f"{CODE}.").values_list("code", "pk")
            numbers.update({int(code.rsplit(".", 1)[1]): pk for code, pk in rows})
        return numbers

    def sentence(_row: registry.Row, values: Mapping[str, str]) -> str:
        share = 100 * Decimal(values["a"]) / Decimal(values["b"])
        return f"應辦 {values['b']} 件，完成 {values['a']} 件，達成率 {share.quantize(Decimal('0.01'))}%。"

    schedule = registry.Schedule("filing.year_end", PeriodKind.YEAR)
    registry.register(
        registry.FilingKind(
            CODE,
            "年度成果",
            (schedule,),
            subjects,
            rows,
            rows_of=rows_of,
            on_lock_all=record,
            narrative=sentence,
        )
    )


def write_measures(year: int) -> None:
    """The ten measures that every unit reports."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.kernel.measures import actions
    from shizheng.kernel.measures.rules.parser import parse
    from shizheng.kernel.organisations.queries import city

    content = actions.Content(
        formula=parse(RATIO.formula), inputs=RATIO.inputs, unit="%", places=2, target=Decimal(80),
        valid_from=date(year, 1, 1), aggregation_units="ratio_of_sums",
    )  # fmt: skip
    for number in range(1, RETURNS_A_UNIT + 1):
        actions.define_measure(
            SYSTEM,
            code=f"{CODE}.{number}",
            name=f"第 {number} 項業務達成率",
            owner_id=city().pk,
            content=content,
        )


def write_posts(units: Sequence[Unit], since: date) -> None:
    """The officer of each unit, as such; a supervisor and a head of each agency."""
    from shizheng.kernel.organisations.models import Unit as Row
    from shizheng.kernel.people.factories import person
    from shizheng.kernel.people.models import Role, RoleAssignment

    officer = Role.objects.get(code="officer").pk
    copy(
        RoleAssignment,
        ("user", "role", "unit", "start_date"),
        [(each.id, officer, each.id, since) for each in units],
    )
    for agency in Row.objects.filter(pk__in=[each.id for each in units if each.is_agency]):
        for role in ("supervisor", "head"):
            person(role, agency, username=f"{role}{agency.pk}")


def write_entries(returns: Iterable[Any], at: datetime) -> None:
    """What everybody has typed so far: both numbers, two sentences."""
    from shizheng.kernel.filing.models import Entry

    texts = {"a": "167", "b": "216", "text": "依年度目標按月檢討，落後項目已提出改善措施。"}
    copy(
        Entry,
        ("filing", "row", "field", "text", "saved_by", "saved_name", "saved_at"),
        [(each.pk, "1", name, text, each.unit_id, "承辦人", at) for each in returns for name, text in texts.items()],
    )  # fmt: skip


@dataclass
class Clocked:
    """How long an act took, and how many queries it asked."""

    seconds: float
    queries: int
    cpu: float = 0.0
    """Seconds that this process computed, whatever else the machine did."""
    database_cpu: float = 0.0
    """Seconds that the database computed for it."""


def clocked(act: Callable[[], Any]) -> tuple[Any, Clocked]:
    """Do it once by the clock."""
    with counted() as count:
        began, busy, there = time.perf_counter(), time.process_time(), computed()
        made = act()
        taken, busy = time.perf_counter() - began, time.process_time() - busy
    return made, Clocked(taken, count.queries, busy, computed() - there)


def measure_all(report: Report, units: Sequence[Unit], rounds: int, say: Callable[[str], None]) -> None:
    """The whole life of the round; pages are asked for while it is open."""
    with tempfile.TemporaryDirectory(prefix="shizheng-bench-") as folder:
        _measure(report, units, rounds, say, Path(folder))


def _measure(
    report: Report, units: Sequence[Unit], rounds: int, say: Callable[[str], None], folder: Path
) -> None:
    from django.conf import settings

    from shizheng.common import clock
    from shizheng.common.permissions import SYSTEM
    from shizheng.kernel.filing import actions
    from shizheng.kernel.filing.models import Return
    from shizheng.kernel.people.factories import person

    now = clock.now()
    register()
    write_measures(now.year - 1)
    write_posts(units, date(now.year - 5, 1, 1))
    rdec = person("rdec_officer", username="bench.rdec", display_name="研考承辦", second_factor=True)
    settle()
    say("opening a round")
    found, took = clocked(lambda: actions.open_round(SYSTEM, CODE, f"{now.year - 1}"))
    returns = list(Return.objects.filter(round=found).order_by("pk"))
    _add(report, f"open: {len(returns):,} returns of {len(units)} units", took, len(returns))
    write_entries(returns, now)
    say("publishing plans")
    settings.DATA_DIR = folder  # where the bytes go
    times = issue_plans()
    settle()
    for page, session in pages_of(found, rdec, units):
        say(page.name)
        _add_page(report, page, session, rounds)
    say("the storm of the last hour")
    sending = returns[:: max(1, len(returns) // STORM)][:STORM]
    sessions = {each: session_of(each) for each in sorted({each.unit_id for each in sending})}
    gone, answers = storm.run([(sessions[each.unit_id], each.pk) for each in sending], WORKERS)
    rate = len(answers) / gone
    report.add(
        TABLE, what=f"storm: {len(answers):,} returns sent in by {WORKERS} at once", seconds=gone,
        **{"a second": rate, "aim": f"≥ {LAST_HOUR:.1f} a second", "p50 ms": Timing(answers).p50, "p95 ms": Timing(answers).p95},
    )  # fmt: skip
    assert Return.objects.filter(round=found, state="submitted").count() == len(sending)
    _sign_all(found.pk)
    say("locking the round")
    _locked, took = clocked(lambda: actions.lock_round(SYSTEM, found.pk))
    _add(report, f"lock: {len(returns):,} returns, {len(returns) * len(INPUTS):,} facts", took, len(returns))
    seconds = sum(times) / len(times) / 1000
    report.add(
        TABLE, what="publish a plan with all of its files", seconds=seconds, **{
            "a second": 1 / seconds, "p50 ms": Timing(times).p50, "p95 ms": Timing(times).p95,
        },
    )  # fmt: skip


def _add(report: Report, what: str, took: Clocked, count: int) -> None:
    report.add(
        TABLE,
        what=what,
        seconds=took.seconds,
        **{"a second": count / took.seconds, "queries": took.queries},
    )


def _add_page(report: Report, page: Page, session: str, rounds: int) -> None:
    found = measure(page, session, rounds)
    report.add(
        "Pages of a round of filing", page=page.name, **{
            "p50 ms": found.timing.p50, "p95 ms": found.timing.p95, "aim": "≤ 100", "CPU ms": Timing(found.cpu_ms).p50,
            "database ms": Timing(found.database_ms).p50, "queries": found.queries, "aim ": "≤ 15", "kB": found.size / 1024,
        },
    )  # fmt: skip


def pages_of(found: Any, rdec: Any, units: Sequence[Unit]) -> list[tuple[Page, str]]:
    """Each page with the session of somebody who opens it."""
    from django.urls import NoReverseMatch, reverse

    from shizheng.kernel.filing.models import Return
    from shizheng.kernel.people.models import User
    from shizheng.kernel.publication.models import Publication
    from shizheng.kernel.rulebook.models import Rule

    agency = next(each for each in units if each.is_agency)
    officer = User.objects.get(pk=agency.id)
    head = User.objects.get(username=f"head{agency.id}")
    city, here, above = session_of(rdec.pk), session_of(officer.pk), session_of(head.pk)
    mine = [
        reverse("filing:return", args=[pk])
        for pk in Return.objects.filter(round=found, unit_id=agency.id).values_list("pk", flat=True)
    ]
    rules = [
        reverse("rulebook:rule", args=[code]) for code in Rule.objects.values_list("code", flat=True)[:12]
    ]
    issued = [
        reverse("publication:publication", args=[c]) for c in Publication.objects.values_list("code", flat=True)[:12]
    ]  # fmt: skip
    in_round = [reverse("filing:round", args=[found.pk])]
    grid = [reverse("filing:grid", args=[found.pk])]
    asked = [
        (Page("rounds", [reverse("filing:rounds")]), city),
        (Page("a round, of the city", in_round), city),
        (Page("a round, of an agency", in_round), here),
        (Page("a return", mine), here),
        (Page("grid, of an agency", grid), here),
        (Page("grid, of the city", grid), city),
        (Page("我的工作, an officer", [reverse("portal:work")]), here),
        (Page("我的工作, a head", [reverse("portal:work")]), above),
        (Page("我的工作, the commission", [reverse("portal:work")]), city),
        (Page("rulebook", [reverse("rulebook:list")]), city),
        (Page("a rule", rules), city),
        (Page("publications", [reverse("publication:list")]), city),
        (Page("a publication", issued), city),
    ]
    try:
        asked.append((Page("notices", [reverse("notifications:inbox")]), here))
    except NoReverseMatch:
        print("  notices: not installed", flush=True)
    return asked


def issue_plans() -> list[float]:
    """Issue some plans, one after another; the milliseconds of each."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.planning.models import Plan
    from shizheng.kernel.publication import actions

    times = []
    for pk in Plan.objects.order_by("-roc_year", "pk").values_list("pk", flat=True)[:ISSUED]:
        began = time.perf_counter()
        actions.issue(SYSTEM, "planning.plan", pk, by_domain=True)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _sign_all(round_id: int) -> None:
    """All returns sent in and signed, as two levels would have done in the days before."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE filing_return DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE filing_return SET state = 'signed', signed_levels = 2, signed_at = now(), "
            "submitted_by_id = coalesce(submitted_by_id, unit_id), submitted_at = coalesce(submitted_at, now()) WHERE round_id = %s",
            [round_id],
        )
        cursor.execute("ALTER TABLE filing_return ENABLE TRIGGER USER")
    settle()
