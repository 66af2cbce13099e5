"""What tenders tell the KPIs and promises that they are linked to: their progress of the last locked month (B14, C02, A07)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Q
from django.urls import reverse

from shizheng.common.numbers import format_decimal
from shizheng.common.words import written
from shizheng.domains.projects.models import MonthRecord, Programme, ProgrammeProgress, Project
from shizheng.domains.projects.queries import programmes as of_programmes
from shizheng.domains.projects.queries.linked import codes_in
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.rules.life import State
from shizheng.domains.projects.rules.linking import Fed, Weight, fed, fed_by_quantity, together
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.rulebook import queries as rulebook

WEIGHT = "tender.linked_weight"
SHOWN = 3
"""Tenders named in the source of a number; of more, how many there are."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A linked tender with the newest month until then that was locked with its progress; None where there is none yet."""

    project: Project
    record: MonthRecord | None

    @property
    def month(self) -> Period | None:
        return None if self.record is None else parse_period(self.record.period)


@dataclass(frozen=True, slots=True)
class ProgrammeStanding:
    """A linked programme with what was filed about it last; None where nothing was yet."""

    programme: Programme
    progress: ProgrammeProgress | None

    @property
    def period(self) -> Period | None:
        return None if self.progress is None else parse_period(self.progress.period)


@dataclass(frozen=True, slots=True)
class Told:
    """What the tenders of one KPI say: unit and period that take it, value by input, source, agencies of the tenders."""

    measure_id: int
    unit_id: int
    period: Period
    values: dict[str, Decimal]
    text: str
    url: str
    agency_ids: frozenset[int]


def standings(projects: Sequence[Project], until: Period, as_of: AsOf | None = None) -> list[Standing]:
    """Each tender with its newest locked progress until the end of a period; one query."""
    rows = known(as_of).filter(
        project_id__in=[each.pk for each in projects],
        actual__isnull=False,
        period__lte=f"{until.last_day:%Y-%m}",
    )
    newest = {each.project_id: each for each in rows.order_by("project_id", "-period").distinct("project_id")}
    return [Standing(each, newest.get(each.pk)) for each in projects]


def with_progress(projects: Sequence[Project], until: Period) -> list[Standing]:
    """Those of which a month was locked."""
    return [each for each in standings(projects, until) if each.record is not None]


def linked_measures_of(project_ids: Collection[int]) -> set[int]:
    """The KPIs that these tenders name; one query."""
    rows = Project.objects.filter(pk__in=list(project_ids), measure__isnull=False)
    return {int(pk) for pk in rows.values_list("measure_id", flat=True) if pk is not None}


def inputs_fed(measure_id: int) -> Fed | None:
    """Which inputs of a KPI take the progress of its tenders; None where it is typed (no formula, or none of progress)."""
    found = measures.current_definition(measure_id)
    return fed(found.inputs) if found is not None and found.formula is not None else None


def told_to(measure_ids: Collection[int], month: Period) -> list[Told]:
    """What each of these KPIs takes from its tenders in its period that holds this month."""
    by_measure: dict[int, list[Project]] = defaultdict(list)
    rows = Project.objects.filter(measure_id__in=list(measure_ids)).exclude(state=State.WITHDRAWN.value)
    for each in rows.select_related("measure").order_by("number"):
        by_measure[each.measure_id or 0].append(each)
    found = []
    for measure_id, projects in by_measure.items():
        definition, inputs = measures.current_definition(measure_id), inputs_fed(measure_id)
        owner = projects[0].measure
        if definition is None or inputs is None or owner is None:
            continue
        period = month.within(PeriodKind(definition.target_period))
        parts = with_progress(projects, period)
        values = _values(parts, inputs, month)
        agencies = frozenset(each.project.agency_id for each in parts)
        if values:
            text, url = source_of(parts, month), page_of(parts, month)
            found.append(Told(measure_id, owner.owner_id, period, values, text, url, agencies))
    return found


def inputs_counted(programme: Programme) -> Fed | None:
    """Which inputs of the KPI that a programme names take its quantity; None where it is typed, as units or inputs differ."""
    found = measures.current_definition(programme.measure_id) if programme.measure_id is not None else None
    return (
        fed_by_quantity(found.inputs, programme.unit)
        if found is not None and found.formula is not None
        else None
    )


def told_by_programme(programme: Programme, filed_period: Period) -> Told | None:
    """What the KPI that a programme names takes from it in its own period that holds the one filed; None for nothing.

    The newest that was filed about a time until the end of that period counts.
    """
    owner, inputs = programme.measure, inputs_counted(programme)
    definition = measures.current_definition(owner.pk) if owner is not None else None
    if owner is None or inputs is None or definition is None:
        return None
    try:
        period = filed_period.within(PeriodKind(definition.target_period))
    except ValueError:  # the KPI is judged more often than the programme files
        return None
    row = of_programmes.latest(of_programmes.progress([programme.pk]), period.last_day)
    if row is None or row.quantity is None or (inputs.planned and row.planned is None):
        return None
    values = {inputs.reached: row.quantity}
    values |= {name: row.planned for name in inputs.planned if row.planned is not None}
    told = parse_period(row.period)
    text = written("%(programme)s，%(period)s填報", programme=programme.name, period=told.label)
    url = reverse("projects:programme", args=[programme.pk]) + f"?period={told.code}"
    return Told(owner.pk, owner.owner_id, period, values, text, url, frozenset({programme.lead_id or 0}))


def _weight(period: Period) -> Weight:
    rule = rulebook.value_or_none(WEIGHT, period.last_day)
    return Weight(str(rule.value)) if rule is not None else Weight.BUDGET


def reached_of(parts: Sequence[Standing], period: Period) -> Decimal | None:
    """The progress of several tenders together, in percent, weighted by the rule."""
    numbers = [
        (each.project.budget, each.record.actual)
        for each in parts
        if each.record is not None and each.record.actual is not None
    ]
    return together(numbers, _weight(period))


def _values(parts: Sequence[Standing], inputs: Fed, month: Period) -> dict[str, Decimal]:
    reached = reached_of(parts, month)
    if reached is None:
        return {}
    found = {inputs.reached: reached}
    for name in inputs.planned:
        numbers = [
            (each.project.budget, each.record.planned)
            for each in parts
            if each.record is not None and each.record.planned is not None
        ]
        planned = together(numbers, _weight(month))
        if planned is None:
            return {}
        found[name] = planned
    return found


def source_of(parts: Sequence[Standing], period: Period) -> str:
    """`標案月進度：東嵐橋改建工程 78.20%（115年10月）`; several are weighted by the rule."""
    named = "、".join(
        f"{each.project.name} {format_decimal(each.record.actual, 2)}%（{parse_period(each.record.period).label}）"
        for each in parts[:SHOWN]
        if each.record is not None and each.record.actual is not None
    )
    if len(parts) == 1:
        return written("標案月進度：%(tenders)s", tenders=named)
    if len(parts) > SHOWN:
        named = written("%(tenders)s等 %(n)s 件", tenders=named, n=len(parts))
    if _weight(period) is Weight.BUDGET:
        return written("標案月進度，依預算加權：%(tenders)s", tenders=named)
    return written("標案月進度，各件同重：%(tenders)s", tenders=named)


def page_of(parts: Sequence[Standing], month: Period) -> str:
    """Where the number can be looked up: the tender, the board of its agency, or that of the city."""
    agencies = {each.project.agency_id for each in parts}
    if len(parts) == 1:
        return reverse("projects:project", args=[parts[0].project.pk])
    if len(agencies) == 1:
        return reverse("projects:agency_board", args=[next(iter(agencies))]) + f"?period={month.code}"
    return reverse("projects:board") + f"?period={month.code}"


def tenders_naming(codes: Iterable[str]) -> dict[str, list[Project]]:
    """Promise or action plan by code → the tenders that name it, withdrawn ones left out; one query."""
    wanted = dict.fromkeys(codes)
    rows = Project.objects.filter(_naming(wanted)).exclude(state=State.WITHDRAWN.value).order_by("number")
    found: dict[str, list[Project]] = {code: [] for code in wanted}
    for each in rows if wanted else ():
        for code in codes_in(each.promise_codes):
            if code in found:
                found[code].append(each)
    return found


def programmes_naming(codes: Iterable[str], until: date) -> dict[str, list[ProgrammeStanding]]:
    """The same of the programmes in use, with what was filed about them last until a day; two queries."""
    wanted = dict.fromkeys(codes)
    rows = list(Programme.objects.filter(_naming(wanted), in_use=True).order_by("name")) if wanted else []
    found: dict[str, list[ProgrammeStanding]] = {code: [] for code in wanted}
    told = of_programmes.progress([each.pk for each in rows]) if rows else []
    for each in rows:
        last = of_programmes.latest([row for row in told if row.programme_id == each.pk], until)
        for code in codes_in(each.promise_codes):
            if code in found:
                found[code].append(ProgrammeStanding(each, last))
    return found


def _naming(codes: Iterable[str]) -> Q:
    return reduce(or_, (Q(promise_codes__contains=code) for code in codes), Q(pk__in=()))
