"""Every approved version in the memory of the process, read again once a decision has been added.

Decisions are made one at a time under a lock, so the last one says whether what is held still stands. That is asked
once a request, or once inside `asked_once`; elsewhere each time.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from asgiref.local import Local
from django.db import connection

from shizheng.kernel.rulebook.models import Outcome, RuleDecision
from shizheng.kernel.rulebook.rules import Kind, Value, VersionFact, read_value

# What tells the newest row of a table that is only added to: number, transaction, moment in microseconds.
NEWEST = """(SELECT ARRAY[id, transaction_id, (extract(epoch FROM recorded_at) * 1000000)::bigint]
              FROM {} ORDER BY id DESC LIMIT 1)"""
Newest = tuple[int, ...]  # empty where the table has no row
_MARK = "SELECT " + NEWEST.format("rulebook_ruledecision")


@dataclass(frozen=True, slots=True)
class Held:
    """One approved version with all that is told of it."""

    fact: VersionFact
    value: Value
    raw: Any
    source: str
    reading: str
    unconfirmed: bool


@dataclass(frozen=True, slots=True)
class HeldRule:
    """A rule with its approved versions, oldest number first."""

    id: int
    code: str
    name: str
    name_en: str
    topic: str
    kind: Kind
    unit: str
    meaning: str
    shape: Mapping[str, Any]
    versions: Mapping[int, Held]
    facts: tuple[VersionFact, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All rules that have an approved version: by code (and by row of the plans), and by version."""

    rules: Mapping[str, HeldRule]
    names: Mapping[str, HeldRule]
    of_version: Mapping[int, HeldRule]


_kept: dict[str, tuple[Newest, Book]] = {}
_lock = Lock()
_request = Local()


def begin_request(**_given: Any) -> None:
    """From now on, what stands is asked once."""
    _request.book = None
    _request.inside = True


def end_request(**_given: Any) -> None:
    _request.book = None
    _request.inside = False


def forget_check() -> None:
    """Something has been decided here: ask again."""
    _request.book = None


@contextmanager
def asked_once(newest: Newest | None = None) -> Iterator[None]:
    """Inside, what stands is asked once at most; not at all where the caller has just read that `newest` is the newest
    decision, and what is held is as of that one.
    """
    inside = getattr(_request, "inside", False)
    if newest is not None:
        kept = _held_here()
        _request.book = kept[1] if kept is not None and kept[0] == newest else None
    _request.inside = True
    try:
        yield
    finally:
        _request.inside = inside
        if not inside:
            _request.book = None


def _held_here() -> tuple[Newest, Book] | None:
    with _lock:
        return _kept.get(str(connection.settings_dict["NAME"]))


def book() -> Book:
    """Every approved version: no query when this request has asked, one when nothing is new, two otherwise."""
    held = getattr(_request, "book", None)
    if held is not None:
        found: Book = held
        return found
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        mark = tuple(cursor.fetchone()[0] or ())
    kept = _held_here()
    if kept is None or kept[0] != mark:
        kept = (mark, _load())
        with _lock:
            _kept.clear()
            _kept[str(connection.settings_dict["NAME"])] = kept
    if getattr(_request, "inside", False):
        _request.book = kept[1]
    return kept[1]


def _load() -> Book:
    rules: dict[str, HeldRule] = {}
    names: dict[str, HeldRule] = {}
    of_version: dict[int, HeldRule] = {}
    rows: dict[int, list[RuleDecision]] = {}
    approved = RuleDecision.objects.filter(outcome=Outcome.IN_FORCE).select_related("version", "rule")
    for row in approved.order_by("rule_id", "number"):
        rows.setdefault(row.rule_id, []).append(row)
    for decisions in rows.values():
        rule = decisions[0].rule
        held = {row.version_id: _held(row, rule.kind, rule.shape) for row in decisions}
        made = HeldRule(
            rule.pk, rule.code, rule.name, rule.name_en, rule.topic, Kind(rule.kind), rule.unit, rule.meaning, rule.shape,
            held, tuple(each.fact for each in held.values()),
        )  # fmt: skip
        rules[rule.code] = made
        names.update(dict.fromkeys([*rule.rows, rule.code], made))
        of_version.update(dict.fromkeys(held, made))
    return Book(rules, names, of_version)


def _held(row: RuleDecision, kind: str, shape: Mapping[str, Any]) -> Held:
    version = row.version
    fact = VersionFact(
        id=version.pk,
        number=row.number or 0,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        known_at=None if row.from_start else row.recorded_at,
        transaction_id=row.transaction_id,
    )
    return Held(
        fact, read_value(kind, version.value, shape), version.value, version.source, version.reading,
        version.unconfirmed,
    )  # fmt: skip
