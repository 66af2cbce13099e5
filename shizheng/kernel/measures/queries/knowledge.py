"""What was known at a moment: which definitions and which facts, by commit and not by a row's clock."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection

from shizheng.common.clock import TAIPEI
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.reading import DEFINITION_COLUMNS, FACT_COLUMNS, AsOf, HeldFact, definition_of
from shizheng.kernel.measures.rules.figures import Definition
from shizheng.kernel.measures.rules.periods import Period

# Statements are put together from constants only; every value goes in as a parameter.
_DEFINITIONS = (
    "SELECT " + DEFINITION_COLUMNS + " FROM measures_definitionversion d "  # noqa: S608
    "WHERE d.measure_id = ANY(%s){known}{valid} ORDER BY d.measure_id, d.number DESC"
)
# Also measures without any definition that was known then.
_NAMED_DEFINITIONS = (
    "SELECT m.id, m.code, m.name, d.* FROM measures_measure m LEFT JOIN (SELECT "  # noqa: S608
    + DEFINITION_COLUMNS
    + " FROM measures_definitionversion d WHERE d.measure_id = ANY(%s){known}{valid}) d ON d.measure_id = m.id "
    "WHERE m.id = ANY(%s) ORDER BY m.id, d.number DESC"
)
_FACTS_OF_PERIODS = (
    "SELECT " + FACT_COLUMNS + " FROM measures_fact f "  # noqa: S608
    "WHERE f.period = ANY(%s) AND f.measure_id = ANY(%s) AND f.unit_id = ANY(%s){held}"
)
_AND_WITHIN = (
    " UNION ALL SELECT "  # noqa: S608
    + FACT_COLUMNS
    + " FROM measures_fact f WHERE f.measure_id = ANY(%s) AND f.unit_id = ANY(%s) "
    "AND f.period_start >= %s AND f.period_end <= %s AND f.period <> ALL(%s){held}"
)
_FACTS_WITHIN = (
    "SELECT " + FACT_COLUMNS + " FROM measures_fact f WHERE f.measure_id = ANY(%s) AND f.unit_id = ANY(%s) "  # noqa: S608
    "AND f.period_start >= %s AND f.period_end <= %s{held}"
)
# A superseded fact counts again as of a moment at which its correction was not known. Few facts are corrections: said in
# so many words, PostgreSQL reads these few from their index, and not one after the other for every fact.
_HELD = """
  AND NOT EXISTS (SELECT 1 FROM measures_fact s WHERE s.supersedes_id = f.id AND s.supersedes_id IS NOT NULL{known})
"""


def as_of_day(day: date | None) -> AsOf | None:
    """The end of `day` in Taipei as a moment to look from; None for today, which needs no moment."""
    if day is None:
        return None
    moment = datetime.combine(day + timedelta(days=1), time(), TAIPEI) - timedelta(microseconds=1)
    return at(moment)


def at(moment: datetime) -> AsOf:
    """What was known at `moment` (aware)."""
    return AsOf(moment, history.horizon(moment))


def known(alias: str, as_of: AsOf | None) -> tuple[str, list[Any]]:
    """The condition that a row of `alias` was known as of then, with its parameters."""
    if as_of is None:
        return "", []
    condition, parameters = f" AND {alias}.recorded_at <= %s", [as_of.moment]
    if as_of.horizon is not None:
        return f"{condition} AND {alias}.transaction_id < %s", [*parameters, as_of.horizon]
    return condition, parameters


def held_condition(as_of: AsOf | None) -> tuple[str, list[Any]]:
    """The condition that fact `f` was known and not superseded as of then."""
    own, first = known("f", as_of)
    later, second = known("s", as_of)
    return own + _HELD.format(known=later), [*first, *second]


def rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """Run one statement and fetch everything."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def definitions(
    measure_ids: Iterable[int], as_of: AsOf | None = None, days: Collection[date] = ()
) -> dict[int, list[Definition]]:
    """The versions of each measure known as of then, the highest number first (one query).

    With `days` only those that may be valid on one of them: a measure gets a version a year, for ever.
    """
    condition, valid, parameters = _known_and_valid(as_of, days)
    found: dict[int, list[Definition]] = {}
    for row in rows(_DEFINITIONS.format(known=condition, valid=valid), [list(measure_ids), *parameters]):
        found.setdefault(row[1], []).append(definition_of(row))
    return found


def named_definitions(
    measure_ids: Iterable[int], as_of: AsOf | None = None, days: Collection[date] = ()
) -> tuple[dict[int, tuple[str, str]], dict[int, list[Definition]]]:
    """Code and name of each measure, and its versions as `definitions` gives them (one query)."""
    condition, valid, parameters = _known_and_valid(as_of, days)
    ids = list(measure_ids)
    names: dict[int, tuple[str, str]] = {}
    found: dict[int, list[Definition]] = {}
    for pk, code, name, *row in rows(
        _NAMED_DEFINITIONS.format(known=condition, valid=valid), [ids, *parameters, ids]
    ):
        names[pk] = code, name
        if row[0] is not None:
            found.setdefault(pk, []).append(definition_of(row))
    return names, found


def _known_and_valid(as_of: AsOf | None, days: Collection[date]) -> tuple[str, str, list[Any]]:
    condition, parameters = known("d", as_of)
    if not days:
        return condition, "", parameters
    valid = " AND d.valid_from <= %s AND (d.valid_to IS NULL OR d.valid_to > %s)"
    return condition, valid, [*parameters, max(days), min(days)]


def definition_for(versions: Iterable[Definition], period: Period) -> Definition | None:
    """The version that counts for a period: the newest of those valid on its last day."""
    day = period.last_day
    return next((version for version in versions if version.valid_on(day)), None)


def definitions_in_force(
    measure_ids: Iterable[int], period: Period, as_of: AsOf | None = None
) -> dict[int, Definition]:
    """The version of each measure that counts for a period (one query); measures without one are absent."""
    found = {
        key: definition_for(versions, period)
        for key, versions in definitions(measure_ids, as_of, (period.last_day,)).items()
    }
    return {key: version for key, version in found.items() if version is not None}


class Within(NamedTuple):
    """Facts of any period inside the half-open dates."""

    measure_ids: Collection[int]
    unit_ids: Collection[int]
    start: date
    end: date


def facts_of_periods(
    measure_ids: Iterable[int],
    unit_ids: Iterable[int],
    periods: Iterable[str],
    as_of: AsOf | None = None,
    within: Within | None = None,
) -> list[HeldFact]:
    """The facts that held as of then, of exactly these periods, and those `within` besides (one query)."""
    condition, parameters = held_condition(as_of)
    codes = list(periods)
    statement, given = _FACTS_OF_PERIODS, [codes, list(measure_ids), list(unit_ids), *parameters]
    if within is not None:
        statement += _AND_WITHIN
        given += [
            list(within.measure_ids), list(within.unit_ids), within.start, within.end, codes, *parameters
        ]  # fmt: skip
    return [HeldFact(*row) for row in rows(statement.format(held=condition), given)]


def facts_within(
    measure_ids: Iterable[int], unit_ids: Iterable[int], start: date, end: date, as_of: AsOf | None = None
) -> list[HeldFact]:
    """The facts that held as of then, of any period inside the half-open dates (one query)."""
    condition, parameters = held_condition(as_of)
    return [
        HeldFact(*row)
        for row in rows(
            _FACTS_WITHIN.format(held=condition),
            [list(measure_ids), list(unit_ids), start, end, *parameters],
        )
    ]
