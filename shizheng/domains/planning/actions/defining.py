"""From a KPI as printed to a measure with a definition version for its year (A03, X-06)."""

from datetime import date

from shizheng.common.permissions import Actor, Carrying
from shizheng.common.words import written
from shizheng.domains.planning.models import Kpi, Plan, ResultRow
from shizheng.domains.planning.parsing.targets import read_target
from shizheng.domains.planning.rules.definitions import roll_of, year_of
from shizheng.domains.planning.rules.matching import name_key
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.kernel.measures.rules.standards import formula_from_standard

CARRIED = frozenset({"measures.define"})


def define_plan(actor: Actor, plan: Plan) -> None:
    """Give every KPI of the plan its measure and the definition version of its year; the caller holds the lock."""
    carrier = Carrying(actor, CARRIED, frozenset({plan.agency_id}))
    known = _known_measures(plan)
    rows = {row.kpi_id: row for row in plan.results.filter(kpi__isnull=False).order_by("-position")}
    for kpi in (
        Kpi.objects.filter(goal__plan=plan).select_related("goal").order_by("goal__position", "position")
    ):
        _define(carrier, plan, kpi, rows.get(kpi.pk), known)


def redefine(actor: Actor, plan: Plan, kpi: Kpi, reason: str) -> None:
    """A new definition version after a KPI of a plan in force was edited."""
    if kpi.measure_id is None:
        return
    kpi.definition_version = _revise(
        Carrying(actor, CARRIED, frozenset({plan.agency_id})),
        kpi.measure_id,
        _content(plan, kpi),
        reason,
        kpi.name,
    )


def _known_measures(plan: Plan) -> dict[str, int]:
    """Measures of the agency's earlier plans by name: the same KPI goes on under the same measure."""
    earlier = (
        Kpi.objects.filter(goal__plan__agency_id=plan.agency_id, measure__isnull=False)
        .order_by("goal__plan__roc_year", "goal__plan__edition")
        .values_list("name", "measure_id")
    )
    return {name_key(name): int(measure_id) for name, measure_id in earlier if measure_id}


def _define(actor: Carrying, plan: Plan, kpi: Kpi, row: ResultRow | None, known: dict[str, int]) -> None:
    contents = [_content(plan, kpi)]
    reason = written(
        "採認 %(year)s 年度施政計畫（第 %(edition)s 版）", year=plan.roc_year, edition=plan.edition
    )
    measure_id = known.get(name_key(kpi.name))
    before = _content_of_results(plan, kpi, row, measure_id)
    if before is not None:
        contents.insert(0, before)
    if measure_id is None:
        made = measures.define_measure(
            actor,
            code=_free_code(plan, kpi),
            name=kpi.name[:300],
            owner_id=plan.agency_id,
            content=contents.pop(0),
            reason=reason,
        )
        measure_id, number = made.pk, 1
        known[name_key(kpi.name)] = measure_id
    for content in contents:
        number = _revise(actor, measure_id, content, reason)
    kpi.measure_id, kpi.definition_version = measure_id, number
    kpi.version += 1
    kpi.save(update_fields=["measure", "definition_version", "version"])


def _revise(
    actor: Carrying, measure_id: int, content: measures.Content, reason: str, name: str | None = None
) -> int:
    measure = measure_queries.measure(measure_id)
    made = measures.revise_definition(
        actor,
        measure_id,
        version=measure.version,
        content=content,
        reason=reason,
        name=None if name is None else name[:300],
    )
    return made.number


def _content(plan: Plan, kpi: Kpi) -> measures.Content:
    start, end = year_of(plan.roc_year)
    source = written(
        "%(plan)s 第 %(edition)s 版，衡量指標 %(label)s",
        plan=plan.title,
        edition=plan.edition,
        label=label_of(kpi),
    )
    return _built(kpi, start, end, kpi.target_value, kpi.unit, kpi.direction, source, ())


def _content_of_results(
    plan: Plan, kpi: Kpi, row: ResultRow | None, measure_id: int | None
) -> measures.Content | None:
    """A version for the year that the results report on, where no plan of that year has given one."""
    if row is None or row.roc_year is None or row.roc_year == plan.roc_year:
        return None
    start, end = year_of(row.roc_year)
    if measure_id is not None:
        versions = measure_queries.definitions([measure_id]).get(measure_id, [])
        if any(version.valid_from <= start and version.valid_on(start) for version in versions):
            return None
    target = read_target(row.target_text, kpi.formula_text, kpi.name)
    note = written(
        "%(year)s 年度的計畫還沒有匯入：算式沿用 %(plan_year)s 年度，目標取自成果概述所印的原訂目標值。",
        year=row.roc_year,
        plan_year=plan.roc_year,
    )
    source = written(
        "%(plan)s 第 %(edition)s 版，上年度實施狀況及成果概述", plan=plan.title, edition=plan.edition
    )
    unit = target.unit or kpi.unit
    return _built(kpi, start, end, target.value, unit, kpi.direction or target.direction, source, (note,))


def _built(
    kpi: Kpi,
    start: date,
    end: date,
    target: object,
    unit: str | None,
    direction: str | None,
    source: str,
    notes: tuple[str, ...],
) -> measures.Content:
    proposal = formula_from_standard(kpi.formula_text or "", unit, name=kpi.name)
    roll = roll_of(proposal.tree, unit)
    content = measures.content_from(
        proposal,
        valid_from=start,
        valid_to=end,
        unit=unit or "",
        direction=direction or ">=",
        target=target,
        places=roll.places,
        formula_text=kpi.formula_text or "",
        aggregation_time=roll.over_time.value,
        aggregation_units=roll.over_units.value,
        source=source,
    )
    return measures.Content(**{**content.__dict__, "notes": [*content.notes, *notes]}) if notes else content


def label_of(kpi: Kpi) -> str:
    """`3-1`: goal and KPI by their printed numbers, else by position."""
    return f"{kpi.goal.number or kpi.goal.position}-{kpi.number or kpi.position}"


def _free_code(plan: Plan, kpi: Kpi) -> str:
    code = f"{plan.agency.code}.{plan.roc_year}.{label_of(kpi)}"
    wanted, number = code, 2
    while measure_queries.measure_by_code(wanted) is not None:
        wanted, number = f"{code}.{number}", number + 1
    return wanted
