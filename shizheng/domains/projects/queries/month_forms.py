"""The rows of a return of one month: every tender that owes it, what is planned for it, what was filed before (B01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shizheng.domains.projects.models import MonthRecord, Project
from shizheng.domains.projects.queries import matters, months
from shizheng.domains.projects.queries.curves import Curve, curves_by_version, curves_of
from shizheng.domains.projects.queries.month_fields import Forms
from shizheng.domains.projects.rules import months as rules
from shizheng.domains.projects.rules.life import State
from shizheng.kernel.filing.registry import Row
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.organisations import queries as organisations


@dataclass(frozen=True, slots=True)
class MonthLine(Row):
    """A row for one tender, with the plan version that judges the month. Progress in percent.

    Of the months of planned works `curve` has what the plan says for this month alone.
    """

    year: int = 0
    project_id: int = 0
    agency_id: int = 0
    state: State = State.PREPARING
    curve: Curve | None = None
    planned: Decimal | None = None
    planned_works: Decimal | None = None
    standing: MonthRecord | None = None
    """What was locked for it already."""
    own: frozenset[int] = frozenset()
    """Units that it cannot ask for help: those that carry it out."""
    earlier: MonthRecord | None = None
    """What was locked for it last."""


def lines_of(filing: Any) -> Sequence[MonthLine]:
    """The rows of one return."""
    return lines_of_all([filing])[filing.pk]


def lines_of_all(returns: Sequence[Any]) -> dict[int, Sequence[MonthLine]]:
    """The rows of many returns, in a fixed number of queries for each month among them.

    Before the lock those that owe the month now; afterwards those that were locked, by the version that judged them.
    """
    locked = months.of_filings([each.pk for each in returns])
    found: dict[int, Sequence[MonthLine]] = {}
    by_period: dict[str, list[Any]] = {}
    for each in returns:
        by_period.setdefault(each.round.period, []).append(each)
    for code, some in by_period.items():
        found |= _of_period(parse_period(code), some, locked)
    return found


def _of_period(
    period: Period, returns: Sequence[Any], locked: Mapping[int, list[MonthRecord]]
) -> dict[int, Sequence[MonthLine]]:
    open_units = {each.unit_id for each in returns if not locked[each.pk]}
    owing = months.owed(period, open_units) if open_units else {}
    records = [record for each in returns for record in locked[each.pk]]
    ids = {one.project.pk for found in owing.values() for one in found}
    curves = curves_of(ids, period.code, only=period.code) if ids else {}
    versions = {record.plan_id for record in records if record.plan_id is not None}
    kept = curves_by_version(versions, only=period.code) if versions else {}
    earlier = months.before(ids | {record.project_id for record in records}, period)
    forms = Forms(period, matters.counted_open(ids), _agencies() if ids or records else ())
    found: dict[int, Sequence[MonthLine]] = {}
    for each in returns:
        if locked[each.pk]:
            found[each.pk] = [
                _line(
                    forms, record.project, State(record.state), kept.get(record.plan_id or 0),
                    earlier.get(record.project_id), record,
                )
                for record in locked[each.pk]
            ]  # fmt: skip
        else:
            found[each.pk] = [
                _line(forms, one.project, one.state, curves.get(one.project.pk), earlier.get(one.project.pk))
                for one in owing.get(each.unit_id, ())
            ]  # fmt: skip
    return found


def _agencies() -> tuple[str, ...]:
    return tuple(each.short_name or each.name for each in organisations.first_level())


def _line(
    forms: Forms, project: Project, state: State, curve: Curve | None, earlier: MonthRecord | None,
    standing: MonthRecord | None = None,
) -> MonthLine:  # fmt: skip
    day = forms.period.last_day
    planned = rules.kept(curve.planned(day)) if curve else None
    works = rules.kept(curve.works(day)) if curve else None
    if standing is not None:
        planned, works = standing.planned, standing.planned_works
    return MonthLine(
        key=str(project.pk),
        title=f"{project.number} {project.name}",
        fields=forms.fields(project, curve, works, earlier),
        prefill=forms.prefill(project, curve, earlier),
        note=forms.note(state, planned, works, earlier),
        url=forms.address(project.pk),
        year=forms.period.year,
        project_id=project.pk,
        agency_id=project.agency_id,
        state=state,
        curve=curve,
        planned=planned,
        planned_works=works,
        standing=standing,
        own=frozenset({project.agency_id, project.unit_id or project.agency_id}),
        earlier=earlier,
    )
