"""Rolling up every fact by agency and month: the product's queries beside bare DuckDB over the same facts."""

import tempfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb

from tests.benchmarks.filling import Filled
from tests.benchmarks.plans import CITY_MEASURE
from tests.benchmarks.report import Timing, timing

# The same roll-up in DuckDB: what was superseded is out, a unit without all inputs is out, sums divided by sums.
DUCKDB = """
WITH held AS (
  SELECT f.* FROM fact f WHERE f.measure_id BETWEEN ? AND ? AND f.period BETWEEN ? AND ?
  AND NOT EXISTS (SELECT 1 FROM fact s WHERE s.supersedes_id = f.id)
),
filed AS (
  SELECT measure_id, unit_id, period, min(inputs) AS inputs, count(value) AS given, min(rank) AS worst,
         max(value) FILTER (WHERE input = 'a') AS a, max(value) FILTER (WHERE input = 'b') AS b
  FROM held JOIN measure USING (measure_id) GROUP BY ALL
)
SELECT measure_id, agency_id, period, count(*) FILTER (WHERE given = inputs),
       count(*) FILTER (WHERE given < inputs AND coalesce(worst, 1) <= 2),
       100 * sum(a) FILTER (WHERE given = inputs) / nullif(sum(b) FILTER (WHERE given = inputs), 0)
FROM filed JOIN unit USING (unit_id) GROUP BY ALL
"""


def compare(filled: Filled, rounds: int) -> list[tuple[str, int, Timing, Timing]]:
    """Name, number of figures, our time and DuckDB's, for one measure and for all; checks that both say the same."""
    from shizheng.kernel.measures import queries
    from shizheng.kernel.measures.rules.periods import parse_period

    groups: dict[int, list[int]] = {}
    for unit in filled.units:
        groups.setdefault(unit.agency_id, []).append(unit.id)
    periods = [parse_period(code) for code in filled.periods]
    ratios = [pk for pk, kind in filled.known.kinds.items() if kind.over_units == "ratio_of_sums"]
    with duckdb.connect() as floor:
        _export(floor, filled, ratios)
        out = []
        for name, ids, months in (
            ("one measure of all units, by agency and month", [CITY_MEASURE], periods),
            ("every ratio, by agency, one month", ratios, periods[-2:-1]),
            ("every ratio, by agency and month", ratios, periods),
        ):
            bounds = [min(ids), max(ids), months[0].code, months[-1].code]
            ours = Kept(lambda: queries.rolled_up_by_group(ids, groups, months))  # noqa: B023 (called at once)
            theirs = Kept(lambda: floor.execute(DUCKDB, bounds).fetchall())  # noqa: B023
            times = timing(ours, rounds), timing(theirs, rounds)
            _same(ours.last, theirs.last)
            out.append((name, len(ours.last), *times))
    return out


class Kept:
    """Calls something and keeps what it last gave."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.call = call

    def __call__(self) -> None:
        self.last = self.call()


def _same(ours: dict[Any, Any], theirs: list[tuple[Any, ...]]) -> None:
    """Both must have said the same before their times are compared."""
    if len(ours) != len(theirs):
        raise SystemExit(f"the roll-ups differ: {len(ours)} figures here, {len(theirs)} in DuckDB")
    expected = {(measure, agency, period): rest for measure, agency, period, *rest in theirs}
    for key, found in ours.items():
        taken, gaps, value = expected[key.measure_id, key.group_id, key.period.code]
        near = value is None or abs(Decimal(value) - Decimal(found.result)) < Decimal("0.000001")
        if (found.taken, found.gaps) != (taken, gaps) or not near or (value is None) == (found.taken > 0):
            raise SystemExit(f"the roll-ups differ at {key}: {found} here, {(taken, gaps, value)} in DuckDB")


def _export(floor: duckdb.DuckDBPyConnection, filled: Filled, ratios: list[int]) -> None:
    """The facts of all ratios as DuckDB's own tables, by way of a file."""
    from django.db import connection

    floor.execute(
        "CREATE TABLE fact (id BIGINT, measure_id BIGINT, unit_id BIGINT, input VARCHAR, period VARCHAR,"
        " value DECIMAL(30, 10), rank INTEGER, supersedes_id BIGINT)"
    )
    floor.execute("CREATE TABLE unit (unit_id BIGINT, agency_id BIGINT)")
    floor.execute("CREATE TABLE measure (measure_id BIGINT, inputs INTEGER)")
    wanted = (
        "COPY (SELECT id, measure_id, unit_id, input, period, value, array_position(ARRAY['not_filed',"
        "'to_be_confirmed','not_yet_measurable','not_applicable'], missing::text), supersedes_id FROM measures_fact"
        " WHERE measure_id = ANY(%s)) TO STDOUT (FORMAT csv)"
    )
    connection.ensure_connection()
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        with connection.connection.cursor() as cursor, cursor.copy(wanted, [ratios]) as rows:
            for block in rows:
                file.write(block)
        file.flush()
        floor.execute(f"COPY fact FROM '{file.name}' (FORMAT csv)")
    floor.executemany("INSERT INTO unit VALUES (?, ?)", [[u.id, u.agency_id] for u in filled.units])
    inputs = [[pk, len(filled.known.kinds[pk].inputs)] for pk in ratios]
    floor.executemany("INSERT INTO measure VALUES (?, ?)", inputs)
