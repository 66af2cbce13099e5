"""Keeping what was read until anything is written: one small query says whether it still stands.

What a change cannot have touched is kept beyond it: rows of plans and units beyond facts, figures beyond facts of others.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from shizheng.common import clock
from shizheng.kernel.measures.queries.knowledge import rows
from shizheng.kernel.rulebook.queries.memory import NEWEST, Newest, asked_once

Value = TypeVar("Value")
CAPACITY = 12_000  # by the sizes that callers give, in KPIs: some 40 MB
FIGURES = 8_000  # figures in stock beyond those of boards that are kept: some 20 MB
PATIENCE = 10.0  # seconds to wait for what another thread is making
FOLLOWED = 5_000  # a stock follows so many changes; after more it is made anew

# Every change of ours leaves a row in one of these, with a higher number than all that were there when its transaction
# began to write (`recorded` takes the transaction's number before any row's). While one is writing, rows with lower
# numbers may still come, and nothing is kept.
_TABLES = ("measures_fact", "measures_definitionversion", "rulebook_ruledecision", "history_entry")
_MARK = (
    "SELECT "  # noqa: S608 - put together from constants
    + ", ".join(map(NEWEST.format, _TABLES))
    + """, NOT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                   WHERE l.locktype = 'transactionid' AND a.datname = current_database())"""
)
# From the newest row of then: it has to be there still, or all that was kept is of another database's past.
_ENTRIES_SINCE = "SELECT id, transaction_id, model FROM history_entry WHERE id >= %s ORDER BY id LIMIT %s"
_FIGURES_SINCE = """
(SELECT 0, id, transaction_id, measure_id, unit_id FROM measures_fact WHERE id >= %s ORDER BY id LIMIT %s)
UNION ALL
(SELECT 1, id, transaction_id, measure_id, NULL FROM measures_definitionversion WHERE id >= %s ORDER BY id LIMIT %s)
"""
Place = tuple[int, int, str]  # of a figure: measure, unit, code of the period


class Mark(NamedTuple):
    """How far the four tables had come, and whether rows with lower numbers can no longer come."""

    fact: Newest
    definition: Newest
    decision: Newest
    entry: Newest
    nobody_writes: bool


@dataclass(frozen=True, slots=True)
class _Stock:
    """Figures, or what was made of them, as they stood when facts, definitions and rules had come so far."""

    marks: tuple[Newest, Newest, Newest]
    values: Mapping[Place, Any]
    size: float


_being_made: dict[Hashable, Event] = {}
_kept: OrderedDict[Hashable, tuple[Mark, int, Any]] = OrderedDict()
_stocks: OrderedDict[Hashable, _Stock] = OrderedDict()
_lock = Lock()


def mark() -> Mark:
    """How far everything has come (one query)."""
    *newest, nobody_writes = rows(_MARK, [])[0]
    fact, definition, decision, entry = (tuple(each or ()) for each in newest)
    return Mark(fact, definition, decision, entry, nobody_writes)


def remembered(key: Hashable, make: Callable[[], Value], size: Callable[[Value], int]) -> Value:
    """What `make` gives, from memory as long as nothing has been written since and the day is the same (one query).

    `key` has to hold all that the value depends on but the data and the day; the value must never be changed.
    """
    return remembered_since(key, lambda now: make(), size)


def remembered_since(key: Hashable, make: Callable[[Mark], Value], size: Callable[[Value], int]) -> Value:
    """The same; `make` is told the mark, for what it keeps by `rows_kept` and `figures_kept`."""
    now, key = mark(), _here(key)
    what = (key, now[:-1])
    with _lock:
        other = None if _stands(key, now) else _being_made.get(what)
    if other is not None:
        other.wait(PATIENCE)  # the same, by another thread: two at once would take twice as long for both
    with _lock:
        if _stands(key, now):
            _kept.move_to_end(key)
            found: Value = _kept[key][2]
            return found
        ready = Event()
        mine = _being_made.setdefault(what, ready) is ready
    try:
        with asked_once(now.decision):  # the rules that judge are those of the mark, or read after it
            made = make(now)
        _keep(key, now, made, size)
    finally:
        if mine:
            with _lock:
                del _being_made[what]
            ready.set()
    return made


def _stands(key: Hashable, now: Mark) -> bool:
    held = _kept.get(key)
    return held is not None and held[0][:-1] == now[:-1]


def rows_kept(
    now: Mark, key: Hashable, apps: Collection[str], make: Callable[[], Value], size: Callable[[Value], int]
) -> Value:
    """What `make` gives, from memory until history has an entry about a model of one of these apps.

    No query as long as history is as it was at the mark, else one. The value must depend on no fact, definition or rule.
    """
    key = _here(key)
    with _lock:
        held = _kept.get(key)
    if held is not None and (held[0].entry == now.entry or not _changed(held[0].entry, apps)):
        found: Value = held[2]
        _keep(key, now, found, size)
        return found
    made = make()
    _keep(key, now, made, size)
    return made


def _keep(key: Hashable, now: Mark, made: Value, size: Callable[[Value], int]) -> None:
    if not now.nobody_writes:
        return
    with _lock:
        _kept[key] = (now, size(made), made)
        _kept.move_to_end(key)
        while sum(each[1] for each in _kept.values()) > CAPACITY and len(_kept) > 1:
            _kept.popitem(last=False)


def _here(key: Hashable) -> Hashable:
    return (connection.settings_dict["NAME"], clock.today(), key)


def _changed(since: Newest, apps: Collection[str]) -> bool:
    """Whether history has an entry about these apps since then, or cannot tell."""
    found = rows(_ENTRIES_SINCE, [since[0] if since else 0, FOLLOWED])
    return not _follows(since, found) or any(model.partition(".")[0] in apps for *_, model in found)


def _follows(since: Newest, found: list[tuple[Any, ...]]) -> bool:
    """Whether the rows since then begin with the newest of then, and are all there are."""
    return len(found) < FOLLOWED and (not since or (bool(found) and tuple(found[0][:2]) == since[:2]))


def figures_kept(
    now: Mark,
    key: Hashable,
    wanted: Collection[Place],
    make: Callable[[list[Place]], Mapping[Place, Value]],
    above: Callable[[int], Iterable[int]],
    size: float = 1,
) -> dict[Place, Value]:
    """What `make` gives for each place, from memory where no fact or definition since can have touched it.

    A fact touches its measure in its unit and in all units `above` it; a definition touches its measure everywhere, a
    decision about the rulebook everything.
    `key` has to hold all else that the values depend on; `size` is that of one value, in figures. One query where
    something was filed or defined since, and those of `make` where something is not there.
    """
    key, marks = _here(key), (now.fact, now.definition, now.decision)
    with _lock:
        stock = _stocks.get(key)
    known: Mapping[Place, Any] = stock.values if stock else {}
    if stock is not None and stock.marks != marks:
        known = _untouched(stock, above) if stock.marks[2] == now.decision else {}
    missing = [place for place in wanted if place not in known]
    made = make(missing) if missing else {}
    if now.nobody_writes:
        values = {**known, **made} if made else known
        with _lock:
            if _stocks.get(key) is stock:  # else somebody else was quicker
                _stocks[key] = _Stock(marks, values, size * len(values))
                _stocks.move_to_end(key)
                while sum(each.size for each in _stocks.values()) > FIGURES and len(_stocks) > 1:
                    _stocks.popitem(last=False)
    return {place: known[place] if place in known else made[place] for place in wanted}


def _untouched(stock: _Stock, above: Callable[[int], Iterable[int]]) -> Mapping[Place, Any]:
    """What is as it was; nothing where too much has happened to follow it.

    Asked after the mark was taken: what had been written by then is seen here, even where its numbers are not in order.
    """
    starts = [value for each in stock.marks[:2] for value in (each[0] if each else 0, FOLLOWED)]
    found = rows(_FIGURES_SINCE, starts)
    facts, definitions = ([row[1:] for row in found if row[0] == kind] for kind in (0, 1))
    if not _follows(stock.marks[0], facts) or not _follows(stock.marks[1], definitions):
        return {}
    new_facts, new_definitions = (
        each[1:] if since else each for each, since in zip((facts, definitions), stock.marks[:2], strict=True)
    )
    defined = {measure_id for _, _, measure_id, _ in new_definitions}
    filed = {(measure_id, unit_id) for _, _, measure_id, unit_id in new_facts}
    touched = {(measure_id, unit) for measure_id, at in filed for unit in (at, *above(at))}
    return {
        place: value
        for place, value in stock.values.items()
        if place[0] not in defined and (place[0], place[1]) not in touched
    }


def forget() -> None:
    """Keep nothing of what was read so far."""
    with _lock:
        _kept.clear()
        _stocks.clear()
