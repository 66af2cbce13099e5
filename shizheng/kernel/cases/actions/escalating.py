"""The system chases: each rung of a case's frozen ladder is taken once for its deadline, and told to whom it names (B17, J01)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from shizheng.common import clock
from shizheng.common.permissions import Actor, require
from shizheng.kernel.cases.actions.telling import notice
from shizheng.kernel.cases.models import Case
from shizheng.kernel.cases.registry import RECIPIENTS, CaseKind, kinds
from shizheng.kernel.filing import notices
from shizheng.kernel.filing.notices import Notice
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.holders import Finder

BATCH = 2_000
OFFICER = "officer"

# One statement a batch. A rung that came is taken away and written down as taken, unless it should have been said before the
# deadline and that is over. The case is held too, so that nobody moves its deadline meanwhile; who is just being worked on is
# left to the next run.
SWEEP = """
WITH come AS (
  SELECT r.id FROM cases_caserung r JOIN cases_case c ON c.id = r.case_id
  WHERE r.comes_at <= %(now)s AND c.kind = ANY(%(kinds)s) AND c.closed_at IS NULL AND c.merged_into_id IS NULL
    AND (c.stopped_at IS NULL OR c.due_at < c.stopped_at)
  ORDER BY r.comes_at, r.id LIMIT %(limit)s
  FOR UPDATE OF r SKIP LOCKED FOR KEY SHARE OF c SKIP LOCKED
), gone AS (
  DELETE FROM cases_caserung r USING come WHERE r.id = come.id
  RETURNING r.case_id, r.step, r."to", r.before_due, r.due_at
), taken AS (
  INSERT INTO cases_caseescalation (case_id, step, "to", due_at, taken_at)
  SELECT case_id, step, "to", due_at, %(now)s FROM gone WHERE NOT (before_due AND due_at < %(now)s)
  ORDER BY case_id, step ON CONFLICT (case_id, step, due_at) DO NOTHING
  RETURNING case_id, step, "to", due_at
)
SELECT (SELECT count(*) FROM gone), t.case_id, t.step, t."to", g.before_due, t.due_at
FROM (SELECT 1) AS one LEFT JOIN taken t ON true LEFT JOIN gone g ON g.case_id = t.case_id AND g.step = t.step
ORDER BY t.case_id, t.step
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One rung that was taken."""

    case_id: int
    step: str
    to: str
    before_due: bool
    due_at: datetime


def escalate(actor: Actor, now: datetime | None = None, *, batch: int = BATCH) -> list[Taken]:
    """Take every rung that has come of every open case, `batch` in one transaction. Returns what was taken, in order.

    May be run again, by two at once, and killed at any point: a batch is taken and told as a whole, or not at all.
    """
    known = {kind.code: kind for kind in kinds()}
    if not Case.objects.filter(kind__in=known).exists():
        return []
    city = organisations.city().pk
    for kind in known.values():
        require(actor, kind.permission("control"), city)
    moment, done, finder = now or clock.now(), list[Taken](), Finder()
    while True:
        with recorded(by=actor, action="cases.escalate"):
            count, taken = _sweep(moment, list(known), batch)
            _tell(taken, known, finder)
        done += taken
        if count < batch:
            return done


def _sweep(now: datetime, kinds_: list[str], limit: int) -> tuple[int, list[Taken]]:
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"now": now, "kinds": kinds_, "limit": limit})
        rows = cursor.fetchall()
    return rows[0][0], [Taken(*row[1:]) for row in rows if row[1] is not None]


def _tell(taken: Sequence[Taken], known: dict[str, CaseKind], finder: Finder) -> None:
    """Tell each rung to its people; those of one sort in one go."""
    rows = Case.objects.select_related("unit").in_bulk({each.case_id for each in taken})
    said: dict[str, list[Notice]] = {}
    for each in taken:
        case = rows[each.case_id]
        kind = known[case.kind]
        template = (
            "cases.reminder"
            if each.before_due
            else "cases.overdue"
            if each.to == OFFICER
            else "cases.escalated"
        )
        key = f"rung:{each.step}:{each.due_at.isoformat()}"
        said.setdefault(template, []).append(
            notice(case, kind, key, _people(finder, case, kind, each.to), urgent=not each.before_due)
        )
    for template, wanted in said.items():
        notices.send_all(template, wanted)


def _people(finder: Finder, case: Case, kind: CaseKind, to: str) -> Iterable[int]:
    if to == OFFICER and case.officer_id is not None:
        return (case.officer_id,)
    return finder.people(case.unit_id, kind.permission(RECIPIENTS[to]))
