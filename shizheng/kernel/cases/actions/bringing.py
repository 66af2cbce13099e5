"""Cases that another system had before: many at once, with the times that they had there; nobody is told of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from shizheng.common import clock
from shizheng.common.bulk import copy_in, new_keys
from shizheng.common.permissions import Actor, require
from shizheng.common.roc import roc_year
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import CalendarYearMissing, WorkCalendar
from shizheng.kernel.cases import keys
from shizheng.kernel.cases.actions.settling import rungs_of
from shizheng.kernel.cases.models import (
    Case,
    CaseAssignment,
    CaseClock,
    CaseKey,
    CaseRung,
    CaseStep,
    Confidentiality,
    How,
    Part,
    SealedPart,
)
from shizheng.kernel.cases.queries.handling import period_of_rule
from shizheng.kernel.cases.registry import CaseKind, kind_of
from shizheng.kernel.cases.rules import Due, Facts, Period, Revised, due
from shizheng.kernel.cases.rules.facts import IN_HOURS, day_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.rules import Deadline


@dataclass(frozen=True, slots=True)
class OldCase:
    """A case as another system had it. `closed_at` belongs to a state that ends, and to no other; `limit` as of `NewCase`.

    `fields` stand with the step of its coming here. `sealed`: name → text, kept under the case's own key.
    """

    title: str
    unit_id: int
    state: str
    limit: str
    received_at: datetime
    closed_at: datetime | None = None
    channel: str = ""
    district_code: str = ""
    place: tuple[float, float] | None = None
    sealed: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


def days_without_rules(kind: str, limits: Iterable[tuple[str, date]]) -> set[tuple[str, date]]:
    """Of limits and days of receipt, those for which no rule was in force: such cases cannot be brought in (one query at most)."""
    found = kind_of(kind)
    asked = set(limits)
    days = {day for _limit, day in asked}
    common = (found.rules.ladder, found.rules.revised)
    known = rulebook.values_on_days([*common, *sorted({limit for limit, _day in asked})], days)
    return {
        (limit, day) for limit, day in asked
        if not all((code, day) in known for code in (*common, limit))
    }  # fmt: skip


def bring_in(actor: Actor, kind: str, rows: Sequence[OldCase], *, reason: str) -> list[Case]:
    """Keep cases of another system, all or none, by COPY: numbers follow the last of their kind and year, the clock is frozen
    by the rules of the day of receipt, reminders come for what is still due. No notice is sent, no past reminder made up for.

    Gives the cases in the order of the rows. Raises NotPermitted, NoRuleInForce, ValueError (a state that is none, or a
    closing that does not fit it).
    """
    found = kind_of(kind)
    for unit_id in {row.unit_id for row in rows}:
        require(actor, found.permission("open"), unit_id)
    with recorded(by=actor, action="cases.bring_in", reason=reason):
        made = _Made(actor, found, rows, reason)
        copy_in(made.cases, keys=True)
        for others in (made.clocks, made.assignments, made.steps, made.rungs, made.keys, made.sealed):
            copy_in(others)
        return made.cases


class _Made:
    """The rows of every table, worked out before anything is written."""

    def __init__(self, actor: Actor, kind: CaseKind, rows: Sequence[OldCase], reason: str) -> None:
        self.actor, self.kind, self.reason = actor, kind, reason
        self.now, self.calendar = clock.now(), calendar.current_calendar()
        self.cases: list[Case] = []
        self.clocks: list[CaseClock] = []
        self.assignments: list[CaseAssignment] = []
        self.steps: list[CaseStep] = []
        self.rungs: list[CaseRung] = []
        self.keys: list[CaseKey] = []
        self.sealed: list[SealedPart] = []
        self._rulings: dict[tuple[str, date], tuple[dict[str, Any], Period]] = {}
        self._dues: dict[tuple[Any, ...], Due | None] = {}
        numbers = _Numbers(kind, Counter(roc_year(day_of(row.received_at)) for row in rows))
        for pk, row in zip(new_keys(Case, len(rows)), rows, strict=True):
            self._add(pk, row, numbers)

    def _add(self, pk: int, row: OldCase, numbers: "_Numbers") -> None:
        state = self.kind.workflow.by_code.get(row.state)
        if state is None or state.terminal != (row.closed_at is not None):
            raise ValueError(f"a case brought in as {row.state!r} does not fit its closing")
        rules, period = self._ruling(row)
        until = self._due(row, period)
        year = roc_year(day_of(row.received_at))
        serial = numbers.next(year)
        case = Case(
            pk=pk, kind=self.kind.code, roc_year=year, serial=serial, number=self.kind.number(year, serial), title=row.title,
            state=row.state, unit_id=row.unit_id, channel=row.channel, confidentiality=Confidentiality.ORDINARY,
            district_code=row.district_code, longitude=row.place[0] if row.place else None,
            latitude=row.place[1] if row.place else None, received_at=row.received_at, closed_at=row.closed_at,
            due_on=until.on if until else None, due_at=until.at if until else None,
        )  # fmt: skip
        kept = CaseClock(
            case_id=pk, amount=period.amount, unit=period.unit.value, roll=period.roll, district_code=row.district_code,
            rule=row.limit, announced_version=self.calendar.version, derived_version=self.calendar.version, **rules,
        )  # fmt: skip
        self.cases.append(case)
        self.clocks.append(kept)
        self.assignments.append(
            CaseAssignment(
                case_id=pk, part=Part.MAIN, unit_id=row.unit_id, since=row.received_at, how=How.OPENED, reason=self.reason,
                by_id=self.actor.pk,
            )
        )  # fmt: skip
        self.steps.append(
            CaseStep(
                case_id=pk, name="bring_in", source="", target=row.state, by_id=self.actor.pk, at=self.now, reason=self.reason,
                fields=dict(row.fields),
            )
        )  # fmt: skip
        if row.closed_at is None:
            self.rungs += [each for each in rungs_of(case, kept, self.calendar) if each.comes_at > self.now]
        if row.sealed or row.closed_at is None:
            self._seal(pk, row.sealed)

    def _seal(self, pk: int, parts: Mapping[str, str]) -> None:
        wrapped = keys.new_key(pk)
        self.keys.append(CaseKey(case_id=pk, wrapped=wrapped, made_at=self.now))
        self.sealed += [
            SealedPart(case_id=pk, name=name, ciphertext=keys.lock(wrapped, pk, name, text))
            for name, text in parts.items()
        ]

    def _ruling(self, row: OldCase) -> tuple[dict[str, Any], Period]:
        """What the rules said on the day of receipt: as for any case, asked once for all cases of the day."""
        day = day_of(row.received_at)
        if (row.limit, day) not in self._rulings:
            names = self.kind.rules
            found = rulebook.values_of([names.ladder, names.revised, row.limit], day)
            said = found[row.limit].value
            if not isinstance(said, Deadline):
                raise ValueError(f"{row.limit} is no deadline")
            frozen = {
                "ladder": list(found[names.ladder].raw),
                "revised": Revised(str(found[names.revised].value)).value,
                "rule_versions": {each.code: each.version_id for each in found.values()},
            }
            self._rulings[row.limit, day] = frozen, period_of_rule(said)
        return self._rulings[row.limit, day]

    def _due(self, row: OldCase, period: Period) -> Due | None:
        """When it was due; None where no version of the calendar knows the year. Derived once for all of a day."""
        moment = row.received_at if period.unit in IN_HOURS else day_of(row.received_at)
        key = (moment, period, row.district_code)
        if key not in self._dues:
            self._dues[key] = _due(row, period, self.calendar, self.now)
        return self._dues[key]


def _due(row: OldCase, period: Period, working: WorkCalendar, now: datetime) -> Due | None:
    facts = Facts(row.received_at, period, (), (), row.district_code or None)
    try:
        return due(facts, working, row.closed_at or now)
    except CalendarYearMissing:
        return None


class _Numbers:
    """A block of numbers of each year, taken at once; its rows stay locked until the transaction ends."""

    def __init__(self, kind: CaseKind, wanted: Mapping[int, int]) -> None:
        self._next: dict[int, int] = {}
        with connection.cursor() as cursor:
            for year, count in sorted(wanted.items()):
                cursor.execute(
                    "INSERT INTO cases_casecounter (kind, roc_year, last) VALUES (%s, %s, %s)"
                    " ON CONFLICT (kind, roc_year) DO UPDATE SET last = cases_casecounter.last + EXCLUDED.last RETURNING last",
                    [kind.code, year, count],
                )
                (last,) = cursor.fetchone()
                self._next[year] = int(last) - count

    def next(self, year: int) -> int:
        self._next[year] += 1
        return self._next[year]
