"""What waits for one person: updates and days that are owed, requests sent back, requests to decide."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from shizheng.common.permissions import Actor
from shizheng.common.together import Steps
from shizheng.domains.commitments.models import CommitmentUnit, Extension
from shizheng.domains.commitments.queries.commitments import (
    main_of,
    owed_by,
    pending_extensions,
    requests_for_release,
)
from shizheng.domains.commitments.queries.ruling import ruling
from shizheng.domains.commitments.rules.days import Cycle, is_overdue, is_soon, update_due
from shizheng.domains.commitments.rules.workflow import DECIDE, FILE, Releaser, UnitState, next_level
from shizheng.kernel.organisations import queries as organisations

AHEAD = timedelta(days=7)
"""From so many days before it is owed, an update stands among the work."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that a unit owes: `why` is back, late, soon, update or update_late."""

    owed: CommitmentUnit
    why: str
    due: date | None


def owed_rows(actor: Actor) -> QuerySet[CommitmentUnit]:
    """What the reader's units may owe now."""
    units = actor.units_where(FILE)
    rows = owed_by(units)
    return rows.none() if units is not None and not units else rows


def owed_work(rows: Collection[CommitmentUnit], today: date) -> Iterator[Owed]:
    """What of these rows is owed now: the day first, else the next update (the rules are asked for)."""
    if not rows:
        return
    rule = ruling(today)
    for each in rows:
        row, state = each.commitment, UnitState(each.state)
        update = update_due(Cycle(row.list.cycle), row.agreed_on, each.told_on, rule.grace)
        if each.sent_back:
            yield Owed(each, "back", row.due_on)
        elif is_overdue(state, row.due_on, today):
            yield Owed(each, "late", row.due_on)
        elif update is not None and update - AHEAD <= today:
            yield Owed(each, "update_late" if update < today else "update", update)
        elif is_soon(state, row.due_on, today, rule.soon):
            yield Owed(each, "soon", row.due_on)


def may_decide_release(actor: Actor, owed: CommitmentUnit, city_id: int) -> bool:
    """Whether the reader decides next on this unit's request, as far as permissions go."""
    level = next_level(Releaser(owed.commitment.list.releaser), owed.passed) or "rdec"
    return actor.may(DECIDE, owed.unit_id if level == "agency" else city_id)


def may_control(actor: Actor, code: str, row: Any, city_id: int) -> bool:
    """Whether the reader may do this to the whole: for the main unit where its agency releases, else for the city."""
    main = main_of(row)
    at = main.unit_id if row.list.releaser == Releaser.AGENCY and main is not None else city_id
    return actor.may(code, at)


def to_decide_steps(actor: Actor) -> Steps[tuple[list[CommitmentUnit], list[Extension]]]:
    """Requests for release and for more time on which the reader decides next, beside what waits elsewhere.

    What an agency decides is no work of the commission's (C07).
    """
    if not actor.may(DECIDE):
        return [], []
    releases = requests_for_release()
    extensions = pending_extensions().prefetch_related("owed__commitment__units")
    yield releases, extensions
    if not releases and not extensions:
        return [], []
    city, of_city = organisations.city().pk, actor.units_where(DECIDE) is None
    return [
        each
        for each in releases
        if may_decide_release(actor, each, city)
        and not (of_city and next_level(Releaser(each.commitment.list.releaser), each.passed) == "agency")
    ], [
        each
        for each in extensions
        if may_control(actor, DECIDE, each.owed.commitment, city)
        and not (of_city and each.owed.commitment.list.releaser == Releaser.AGENCY)
    ]
