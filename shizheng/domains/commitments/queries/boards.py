"""The board of units: how many each owes, late, soon, waiting; what it finished and how much of it in time (C08)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.permissions import Actor
from shizheng.domains.commitments.models import CommitmentUnit
from shizheng.domains.commitments.queries.commitments import OPEN_STATES
from shizheng.domains.commitments.queries.ruling import Ruling, ruling
from shizheng.domains.commitments.rules.days import Cycle, in_time, is_overdue, is_soon, update_due
from shizheng.domains.commitments.rules.workflow import UnitState
from shizheng.kernel.organisations import queries as organisations


@dataclass(slots=True)
class Tally:
    """Counts of parts of units: `open` are late, soon, waiting or none of them; `done` with a day are in time or not."""

    open: int = 0
    late: int = 0
    soon: int = 0
    waiting: int = 0
    unreported: int = 0
    released: int = 0
    dated: int = 0
    in_time: int = 0

    @property
    def all(self) -> int:
        """Everything that the unit owes or owed, without what was withdrawn or handed on: the denominator of 解列率."""
        return self.open + self.released

    @property
    def release_rate(self) -> Decimal | None:
        """解列率 in percent: released ÷ all (C08); None of nothing."""
        return Decimal(self.released) * 100 / self.all if self.all else None

    @property
    def on_time_rate(self) -> Decimal | None:
        """準時辦結率 in percent: done in time ÷ released that had a day; None of nothing."""
        return Decimal(self.in_time) * 100 / self.dated if self.dated else None


@dataclass(slots=True)
class AgencyLine:
    """One agency with what its units owe; `joint` parts count as main ones do."""

    agency: Any
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Board:
    """Agencies, those with most that is late first, and the sum of all."""

    lines: tuple[AgencyLine, ...]
    total: Tally
    rule: Ruling
    today: date


COLUMNS = (
    "unit_id", "state", "asked_on", "released_on", "told_on", "commitment__state", "commitment__due_on",
    "commitment__agreed_on", "commitment__list__cycle",
)  # fmt: skip


def board(actor: Actor, today: date, *, list_id: int | None = None, roc_year: int | None = None) -> Board:
    """How every agency stands (three queries whatever their number)."""
    rule = ruling(today)
    rows = CommitmentUnit.objects.exclude(state=UnitState.DROPPED.value).exclude(
        commitment__state="withdrawn"
    )
    if not actor.may("commitments.view"):
        rows = rows.none()
    if list_id is not None:
        rows = rows.filter(commitment__list_id=list_id)
    if roc_year is not None:
        rows = rows.filter(commitment__roc_year=roc_year)
    tree = organisations.tree()
    agencies = {node.id: node for node in tree.first_level()}
    tallies: dict[int, Tally] = defaultdict(Tally)
    total = Tally()
    for each in rows.order_by().values(*COLUMNS):
        agency = agency_of(tree, each["unit_id"], agencies)
        for tally in (tallies[agency], total):
            count(tally, each, rule, today)
    lines = [AgencyLine(tree.by_id.get(pk) or organisations.unit(pk), tally) for pk, tally in tallies.items()]
    lines.sort(key=lambda line: (-line.tally.late, -line.tally.open, line.agency.name))
    return Board(tuple(lines), total, rule, today)


def agency_of(tree: Any, unit_id: int, agencies: Any) -> int:
    """The first-level agency that a unit belongs to; itself where it belongs to none (a district, a unit that is gone)."""
    above = [node.id for node in tree.ancestors(unit_id)]
    return next((each for each in [unit_id, *reversed(above)] if each in agencies), unit_id)


def count(tally: Tally, row: dict[str, Any], rule: Ruling, today: date) -> None:
    """Put one part of a unit into a tally."""
    state, due = UnitState(row["state"]), row["commitment__due_on"]
    if state is UnitState.RELEASED:
        tally.released += 1
        done = row["asked_on"] if rule.by_request else row["released_on"]
        met = in_time(done, due)
        if met is not None:
            tally.dated += 1
            tally.in_time += met
        return
    if row["commitment__state"] not in OPEN_STATES:
        return
    tally.open += 1
    tally.waiting += state is UnitState.ASKED
    tally.late += is_overdue(state, due, today)
    tally.soon += is_soon(state, due, today, rule.soon)
    update = update_due(
        Cycle(row["commitment__list__cycle"]), row["commitment__agreed_on"], row["told_on"], rule.grace
    )
    tally.unreported += state is UnitState.PENDING and update is not None and update < today
