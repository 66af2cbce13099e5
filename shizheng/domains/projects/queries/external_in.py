"""What was told against what was told before: new, changed or the same, by the hash of its content."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shizheng.common.words import N_, written
from shizheng.domains.projects.models import ExternalRecord
from shizheng.domains.projects.rules.reconciling import Source, number_key
from shizheng.kernel.intake.registry import Plan
from shizheng.kernel.intake.rules.mapping import Problem


@dataclass(frozen=True, slots=True)
class Item:
    """One tender, or one month of it, as a file tells it; `line` counts rows, or elements, from 1."""

    line: int
    key: str
    number: str
    title: str
    agency_name: str
    unit_id: int | None
    payload: Mapping[str, Any]
    period: str = ""

    @property
    def content_hash(self) -> str:
        """The same for the same content."""
        told = [self.number, self.title, self.agency_name, self.unit_id, dict(self.payload)]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def row(self, source: Source) -> ExternalRecord:
        """As it is kept."""
        return ExternalRecord(
            source=source.value,
            key=self.key[:200],
            number=self.number[:60],
            number_key=number_key(self.number),
            title=self.title[:300],
            agency_name=self.agency_name[:200],
            unit_id=self.unit_id,
            period=self.period,
            content_hash=self.content_hash,
            payload=dict(self.payload),
        )


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is to be written, and what that means row by row."""

    plan: Plan
    rows: Sequence[ExternalRecord] = field(default_factory=list)


def incoming(source: Source, items: Sequence[Item], problems: Sequence[Problem] = ()) -> Incoming:
    """Of items of one key the last counts; what says the same as before is not written again (one query)."""
    last = {(each.key[:200], each.period): each for each in items}
    notes = list(problems)
    for each in items:
        counts = last[each.key[:200], each.period]
        if counts is not each:
            text = written("與第 %(line)s 列是同一筆，採後面那一列。", line=counts.line)
            notes.append(Problem(each.line, N_("同一筆"), text, N_("同一筆重複出現"), refuses=False))
    keys = [key for key, _period in last]
    known: dict[tuple[str, str], str] = {}
    for at in range(0, len(keys), 5000):
        rows = ExternalRecord.objects.filter(source=source.value, key__in=keys[at : at + 5000])
        told = rows.order_by("key", "period", "-id").distinct("key", "period")
        known |= {
            (key, period): mark for key, period, mark in told.values_list("key", "period", "content_hash")
        }
    new, changed = set[int](), set[int]()
    to_write: list[ExternalRecord] = []
    for place, each in last.items():
        if known.get(place) == each.content_hash:
            continue
        (changed if place in known else new).add(each.line)
        to_write.append(each.row(source))
    changed -= new
    rest = {each.line for each in items} - new - changed
    return Incoming(Plan(sorted(new), sorted(changed), sorted(rest), notes), to_write)
