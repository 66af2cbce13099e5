"""The one door to writing: who, why and from where, set for the triggers of the running transaction."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from django.db import connection, connections, transaction

from shizheng.common import clock
from shizheng.common.permissions import Actor

_SYSTEM: Mapping[str, Any] = MappingProxyType({"channel": "system"})
_origin: ContextVar[Mapping[str, Any]] = ContextVar("history_origin", default=_SYSTEM)
_context: ContextVar[str] = ContextVar("history_context", default="")


@contextmanager
def coming_from(channel: str, **where: Any) -> Iterator[None]:
    """Say where the changes inside come from: `web`, `api`, `cli`, `job`, with path or name."""
    token = _origin.set({"channel": channel, **where})
    try:
        yield
    finally:
        _origin.reset(token)


def resumed_at(path: str) -> None:
    """The request's act belongs to `path`: it was held there until the person had confirmed who they are elsewhere.

    Holds to the end of the `coming_from` around it; nothing happens outside of one that has a path.
    """
    origin = _origin.get()
    if "path" in origin and origin["path"] != path:
        _origin.set({**origin, "path": path})


@contextmanager
def recorded(*, by: Actor, action: str, reason: str = "") -> Iterator[None]:
    """Write inside one transaction; every row changed in it carries `by`, `action`, `reason` and the origin.

    `action` is `<app>.<verb>`. Nested calls take the inner context, and give the outer one back.
    """
    outer = json.loads(_context.get() or "{}")
    name = getattr(by, "acting_name", by.display_name)
    if by.pk is not None and outer.get("actor_id") == by.pk and name == by.display_name:
        name = outer["actor_name"]  # the same person goes on: for whom he or she stands in stays said
    context: dict[str, Any] = {
        "actor_id": by.pk,
        "actor_name": name,
        "action": action,
        "reason": reason,
        "origin": dict(_origin.get()),
    }
    if clock.is_set():
        context["now"] = clock.now().isoformat()
    text = json.dumps(context, ensure_ascii=False)
    within = connection.in_atomic_block
    with transaction.atomic():
        token = _context.set(text)
        _tell(text)
        try:
            yield
        finally:
            _context.reset(token)
            if within and not connection.needs_rollback:  # else what was told ends with the transaction
                _tell(_context.get())
            end_of_act = getattr(by, "end_of_act", None)
            if end_of_act is not None and not outer:
                end_of_act()


def say_again(actor_id: int | None, name: str) -> None:
    """The actor of what is being recorded goes by this name from here on: he or she stands in for somebody (代理)."""
    context = json.loads(_context.get() or "{}")
    if actor_id is not None and context.get("actor_id") == actor_id and context["actor_name"] != name:
        text = json.dumps({**context, "actor_name": name}, ensure_ascii=False)
        _context.set(text)
        _tell(text)


def _tell(context: str) -> None:
    with connection.cursor() as cursor:
        # the transaction takes its number here, before any of its rows does: whoever keeps what was read can then
        # tell that somebody is writing
        cursor.execute("SELECT set_config('shizheng.context', %s, true), pg_current_xact_id()", [context])


def record_moment() -> None:
    """Write down which transactions have ended by now (each minute by a job; see `queries.horizon`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT history_record_moment()")


def allow_setting_the_clock() -> None:
    """Let `common.clock` decide what history calls now: for demonstration and test databases, by the owner alone."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO history_policy (id, settable_clock) VALUES (1, true) ON CONFLICT DO NOTHING"
        )
