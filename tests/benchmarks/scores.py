"""Score sheets of all units of a year (A05): first in a process, first after a filing, and again."""

import time
from collections.abc import Callable
from datetime import date

from tests.benchmarks.pages import counted
from tests.benchmarks.report import Report, Timing

AIM = "< 2000"


def measure(report: Report, today: date, rounds: int = 10) -> None:
    """The ranking of the running year: every KPI of every unit scored, weighed and summed, units in their order."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.planning.queries import scores
    from shizheng.kernel.measures.queries.remembering import forget
    from shizheng.kernel.rulebook import actions as rulebook

    rulebook.load_shipped_rules()
    year = today.year - 1911

    def timed(what: str, before: Callable[[], None]) -> None:
        found, queries = [], 0
        sheets = scores.ranking(SYSTEM, year).sheets
        for _ in range(rounds):
            before()
            with counted() as count:
                started = time.perf_counter()
                sheets = scores.ranking(SYSTEM, year).sheets
                found.append((time.perf_counter() - started) * 1000)
            queries = max(queries, count.queries)
        report.add(
            "Score sheets of a year", of=what, units=len(sheets), KPIs=sum(len(each.rows) for each in sheets),
            **{"p50 ms": Timing(found).p50, "p95 ms": Timing(found).p95, "aim": AIM, "queries": queries},
        )  # fmt: skip

    timed("first in a process", forget)
    timed("again", lambda: None)
