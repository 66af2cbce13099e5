"""Results of the survey: how many were asked, how many answered, how many of those are satisfied; by agency, each with its denominator."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from shizheng.citizens.models import Invitation
from shizheng.citizens.rules.survey import GOOD, QUESTIONS, share
from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations

VIEW = "citizens.view_survey"
FEWEST = 5
"""With fewer answers a rate says more about one person than about an agency; it is marked so."""


@dataclass(slots=True)
class Result:
    """Counts of one agency, or of all. `good`, `marked`: by question, how many marks of 4 or 5 of how many."""

    invited: int = 0
    answered: int = 0
    good: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, 0))
    marked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, 0))

    @property
    def response_rate(self) -> Decimal | None:
        """回收率: answered of invited, percent."""
        return share(self.answered, self.invited)

    @property
    def satisfaction(self) -> Decimal | None:
        """滿意率: overall 4 or 5 of those answered, percent."""
        return share(self.good["overall"], self.marked["overall"])

    @property
    def few(self) -> bool:
        """Whether there are too few answers to speak of a rate."""
        return self.answered < FEWEST

    def add(self, marks: dict[str, int] | None) -> None:
        """Count one invitation with its answer, if there is one."""
        self.invited += 1
        if marks is None:
            return
        self.answered += 1
        for name, mark in marks.items():
            if name in QUESTIONS:
                self.marked[name] += 1
                self.good[name] += mark >= GOOD


@dataclass(frozen=True, slots=True)
class Survey:
    """Results of the answers sent in a period."""

    period: Period
    agencies: tuple[tuple[Any, Result], ...]
    total: Result


def results(actor: Actor, period: Period) -> Survey:
    """Surveys of petitions answered within a period, of the units that the actor may see (two queries)."""
    since, until = (datetime.combine(day, time(), clock.TAIPEI) for day in (period.start, period.end))
    rows = Invitation.objects.filter(invited_at__gte=since, invited_at__lt=until)
    units = actor.units_where(VIEW)
    if units is not None:
        rows = rows.filter(unit__in=units)
    tree = organisations.tree()
    first = {node.id for node in tree.first_level()}
    by_agency: dict[int, Result] = defaultdict(Result)
    total = Result()
    for unit_id, marks in rows.order_by().values_list("unit_id", "answer__marks"):
        above = [node.id for node in tree.ancestors(unit_id)] if unit_id in tree.by_id else []
        agency = next((each for each in [unit_id, *reversed(above)] if each in first), unit_id)
        by_agency[agency].add(marks)
        total.add(marks)
    lines = [(tree.by_id.get(pk) or organisations.unit(pk), result) for pk, result in by_agency.items()]
    return Survey(period, tuple(sorted(lines, key=lambda line: str(line[0].name))), total)


def result_document(result: Result) -> dict[str, Any]:
    """Counts and rates as decimal texts."""

    def text(value: Decimal | None) -> str | None:
        return None if value is None else str(round(value, 2))

    return {
        "invited": result.invited,
        "answered": result.answered,
        "response_rate": text(result.response_rate),
        "satisfied": result.good["overall"],
        "satisfaction": text(result.satisfaction),
        "questions": {
            name: {"good": result.good[name], "marked": result.marked[name], "rate": text(share(result.good[name], result.marked[name]))}
            for name in QUESTIONS
        },
    }  # fmt: skip
