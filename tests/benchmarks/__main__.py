"""`make bench`: fill a database of a big city's size, measure pages, memory and roll-ups, and print them beside the aims."""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.report import Report, Timing, machine

AIMS = {"p95 ms": "≤ 100", "queries": "≤ 15", "worker MB": "≤ 250", "ratio": "≤ 3"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options, start the database, and run what is asked for."""
    given = _options().parse_args(arguments)
    if given.quick:
        given.kpis, given.periods, given.rounds = (
            min(given.kpis, 200),
            min(given.periods, 36),
            min(given.rounds, 10),
        )
    report = Report()
    if given.routing:
        from shizheng.config.environment import environment
        from tests.benchmarks import routing

        routing.measure(
            report, environment().test_data, _say, "" if given.routing == "all" else given.routing
        )
    elif given.memory:
        from tests.benchmarks.demonstration import measure

        measure(report)
    else:
        from shizheng.config.runtime import database_in_use, start_django

        with database_in_use():
            start_django()
            _run(report, given)
    print(f"\n{report.text()}\n")
    if given.json:
        report.write(given.json)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    options.add_argument("--kpis", type=int, default=2000, help="KPIs of a year, five a unit")
    options.add_argument("--periods", type=int, default=60, help="months of facts, at least 36")
    options.add_argument("--rounds", type=int, default=40, help="times that each page is asked for")
    options.add_argument("--quick", action="store_true", help="200 KPIs, 36 months, 10 rounds")
    options.add_argument(
        "--keep", action="store_true", help="leave the database for a look; its name is printed"
    )
    options.add_argument("--round", action="store_true", help="only the round of filing, with its pages")
    options.add_argument("--tenders", action="store_true", help="only tenders: 10,000 with 36 months")
    options.add_argument("--petitions", action="store_true", help="only petitions: a million, 200,000 open")
    options.add_argument("--stopwatch", action="store_true", help="only an officer's month in the browser")
    options.add_argument(
        "--routing",
        nargs="?",
        const="all",
        metavar="SET",
        help="only routing on real texts (one set by a part of its name)",
    )
    options.add_argument("--memory", action="store_true", help="only the memory of the whole demonstration")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    return options


def _run(report: Report, given: argparse.Namespace) -> None:
    from shizheng.common import clock
    from tests.benchmarks import (
        city,
        documents,
        pages,
        petitions,
        roll_up,
        rounds,
        scores,
        stopwatch,
        tenders,
    )
    from tests.benchmarks.database import own_database
    from tests.benchmarks.filling import fill

    machine(report)
    if given.stopwatch:
        with own_database(given.keep):
            stopwatch.measure(report)
        return
    if given.tenders:
        with own_database(given.keep):
            tenders.measure_all(report, given.rounds, _say, 0.05 if given.quick else 1.0)
        return
    if given.petitions:
        with own_database(given.keep):
            petitions.measure_all(report, given.rounds, _say, 0.01 if given.quick else 1.0)
        return
    with own_database(given.keep) as name:
        _say(f"filling {name}: {given.kpis} KPIs × {given.periods} months …")
        now = clock.now()
        filled = fill(given.kpis, given.periods, now)
        for what in ("agencies", "units", "measures", "kpis", "facts", "corrections", "Plan", "Kpi"):
            label = {
                "Plan": "plans of all years",
                "Kpi": "KPI rows of all years",
                "kpis": "KPIs of a year",
            }.get(what, what)
            report.add("Data", what=label, number=filled.counts[what])
        if given.round:
            rounds.measure_all(report, filled.units, given.rounds, _say)
            return
        session = city.sign_in()
        asked = pages.pages_of(filled, now.date())
        for page in asked:
            _say(page.name)
            found = pages.measure(page, session, given.rounds)
            report.add(
                "Pages, the application in this process", page=page.name, **_times(found.timing), aim=AIMS["p95 ms"],
                **{"CPU ms": Timing(found.cpu_ms).p50,
                    "database ms": Timing(found.database_ms).p50, "queries": found.queries, "aim ": AIMS["queries"], "kB": found.size / 1024},
            )  # fmt: skip
        _say("score sheets")
        scores.measure(report, now.date())
        _say("one web worker of `shizheng up`")
        _end_to_end(report, asked, session, given.rounds)
        _say("roll-ups")
        for label, figures, ours, floor in roll_up.compare(filled, max(3, given.rounds // 4)):
            report.add(
                "Roll-up, a ratio of sums", of=label, figures=figures, **{"here ms": ours.p50, "DuckDB ms": floor.p50},
                ratio=ours.p50 / floor.p50, aim=AIMS["ratio"],
            )  # fmt: skip
        rounds.measure_all(report, filled.units, given.rounds, _say)
    _say("stopwatch")
    with own_database(given.keep):
        stopwatch.measure(report)
    _say("tenders")
    with own_database(given.keep):
        tenders.measure_all(report, given.rounds, _say, 0.05 if given.quick else 1.0)
    _say("petitions")
    with own_database(given.keep):
        petitions.measure_all(report, given.rounds, _say, 0.01 if given.quick else 1.0)
    _say("documents")
    documents.measure(report)
    report.add("Machine", fact="load after", value=str(round(os.getloadavg()[0], 1)))


def _end_to_end(report: Report, asked: list["pages.Page"], session: str, rounds: int) -> None:  # type: ignore[name-defined] # noqa: F821
    """The same pages from outside, from one web worker started as the product starts it; and what it weighs then."""
    from django.conf import settings

    from shizheng.config.environment import environment
    from tests.benchmarks.database import address as database
    from tests.benchmarks.processes import get, memory, running, web_workers

    given = environment()
    with tempfile.TemporaryDirectory(prefix="shizheng-bench-") as folder:
        surroundings = {
            "SHIZHENG_DATA_DIR": folder, "SHIZHENG_WEB_WORKERS": "1", "SHIZHENG_SECRET_KEY": given.secret_key,
            "SHIZHENG_FIELD_KEY": given.field_key, "SHIZHENG_SIGNING_KEY": given.signing_key,
            "SHIZHENG_DATABASE_URL": database("default"), "SHIZHENG_OWNER_DATABASE_URL": database("owner"),
        }  # fmt: skip
        with running(surroundings, "--no-demo") as (root, address):
            workers = web_workers(root)
            fresh, _ = memory(workers)
            for page in (page for page in asked if page.before is None):
                targets = [address + each for each in page.addresses]
                for each in targets:
                    get(each, session, settings.SESSION_COOKIE_NAME)
                times = [
                    get(targets[n % len(targets)], session, settings.SESSION_COOKIE_NAME)
                    for n in range(rounds)
                ]
                report.add(
                    "Pages, from one web worker over HTTP",
                    page=page.name,
                    **_times(Timing(times)),
                    aim=AIMS["p95 ms"],
                )
            resident, proportional = memory(workers)
            report.add(
                "Memory of a web worker", worker=f"after {rounds * len(asked)} pages", **{
                    "fresh RSS MB": fresh, "RSS MB": resident, "PSS MB": proportional, "aim": AIMS["worker MB"],
                },
            )  # fmt: skip


def _times(found: Timing) -> dict[str, float]:
    return {"p50 ms": found.p50, "p95 ms": found.p95}


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    main()
