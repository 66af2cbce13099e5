"""Keeping what was read until anything is written: one small query says whether it still stands."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from django.db import connection

from shizheng.common import clock
from shizheng.kernel.measures.queries.knowledge import rows

Value = TypeVar("Value")
CAPACITY = 12_000  # by the sizes that callers give, in KPIs: some 40 MB

# Every change of ours leaves a row in one of these, with a higher number than all that were there when its transaction
# began to write (`recorded` takes the transaction's number before any row's). While one is writing, rows with lower
# numbers may still come, and nothing is kept.
_MARK = """
SELECT (SELECT (id, transaction_id, recorded_at)::text FROM measures_fact ORDER BY id DESC LIMIT 1),
       (SELECT (id, transaction_id, recorded_at)::text FROM measures_definitionversion ORDER BY id DESC LIMIT 1),
       (SELECT (id, transaction_id, recorded_at)::text FROM history_entry ORDER BY id DESC LIMIT 1),
       NOT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                   WHERE l.locktype = 'transactionid' AND a.datname = current_database())
"""
_kept: OrderedDict[Hashable, tuple[Any, int, Any]] = OrderedDict()
_lock = Lock()


def remembered(key: Hashable, make: Callable[[], Value], size: Callable[[Value], int]) -> Value:
    """What `make` gives, from memory as long as nothing has been written since and the day is the same.

    `key` has to hold all that the value depends on but the data and the day; the value must never be changed.
    """
    *mark, nobody_writes = rows(_MARK, [])[0]
    key = (connection.settings_dict["NAME"], clock.today(), key)
    with _lock:
        held = _kept.get(key)
        if held is not None and held[0] == mark:
            _kept.move_to_end(key)
            found: Value = held[2]
            return found
    made = make()
    if not nobody_writes:
        return made
    with _lock:
        _kept[key] = (mark, size(made), made)
        _kept.move_to_end(key)
        while sum(each[1] for each in _kept.values()) > CAPACITY and len(_kept) > 1:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Keep nothing of what was read so far."""
    with _lock:
        _kept.clear()
