"""The rows of a return of one month: every tender that owes it, what is planned for it, what was filed before (B01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shizheng.common.together import Steps, beside, done
from shizheng.domains.projects.models import MonthRecord, Project
from shizheng.domains.projects.queries import matters, months
from shizheng.domains.projects.queries.curves import Curve, by_version_steps, curves_steps
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
    """The rows of many returns: four queries, for each further month among them three more.

    Before the lock those that owe the month now; afterwards those that were locked, by the version that judged them.
    """
    return done(lines_steps(returns))


def lines_steps(returns: Sequence[Any]) -> Steps[dict[int, Sequence[MonthLine]]]:
    """The same beside what else a page reads."""
    locked, tree = yield from beside(
        [months.of_filings_steps([each.pk for each in returns]), organisations.tree_steps()]
    )
    found: dict[int, Sequence[MonthLine]] = {}
    by_period: dict[str, list[Any]] = {}
    for each in returns:
        by_period.setdefault(each.round.period, []).append(each)
    names = tuple(each.short_name or each.name for each in tree.first_level())
    for code, some in by_period.items():
        found |= yield from _of_period(parse_period(code), some, locked, names)
    return found


def _of_period(
    period: Period, returns: Sequence[Any], locked: Mapping[int, list[MonthRecord]], agencies: Sequence[str]
) -> Steps[dict[int, Sequence[MonthLine]]]:
    open_units = {each.unit_id for each in returns if not locked[each.pk]}
    records = [record for each in returns for record in locked[each.pk]]
    versions = {record.plan_id for record in records if record.plan_id is not None}
    rows = months.owing(period, open_units)
    yield rows
    ids = {each.pk for each in rows}
    states, open_matters, earlier, curves, kept = yield from beside(
        [
            months.states_steps(rows, period.last_day),
            matters.counted_open_steps(ids),
            months.before_steps(ids | {record.project_id for record in records}, period),
            curves_steps(ids, period.code, only=period.code),
            by_version_steps(versions, only=period.code),
        ]
    )
    owing = months.owed_of(rows, states)
    forms = Forms(period, open_matters, agencies)
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
