"""The rows of a draft, from what the parser read; bulk writes inside the caller's transaction."""

from shizheng.common.words import written
from shizheng.domains.planning.models import (
    Goal,
    ImportWarning,
    Item,
    Kpi,
    Plan,
    Point,
    ResultFigure,
    ResultRow,
    WorkPlan,
)
from shizheng.domains.planning.parsing import ParsedPlan, Span
from shizheng.domains.planning.rules.matching import Named, match, period_dates


def write_content(plan: Plan, read: ParsedPlan) -> None:
    """Everything that was read, in the order in which it is printed."""
    kpis = _write_goals(plan, read)
    _write_work_plans(plan, read)
    _write_results(plan, read, kpis)
    ImportWarning.objects.bulk_create(
        ImportWarning(
            plan=plan,
            position=at,
            code=remark.code,
            message=remark.message,
            line_from=remark.line,
            line_to=remark.line,
        )
        for at, remark in enumerate(read.warnings, start=1)
    )


def _lines(span: Span) -> dict[str, int]:
    return {"line_from": span.start_line, "line_to": span.end_line}


def _write_goals(plan: Plan, read: ParsedPlan) -> list[Named]:
    goals = Goal.objects.bulk_create(
        Goal(
            plan=plan,
            position=at,
            number=goal.number,
            name=goal.name,
            name_in_part_one=goal.name_in_text or "",
            weight=goal.weight,
            description=goal.description,
            **_lines(goal.source),
        )
        for at, goal in enumerate(read.goals, start=1)
    )
    kpis = Kpi.objects.bulk_create(
        Kpi(
            goal=stored,
            position=at,
            number=kpi.number,
            name=kpi.name,
            weight=kpi.weight,
            system=kpi.system,
            method=kpi.method,
            formula_text=kpi.formula_text,
            target_text=kpi.target_text,
            target_value=kpi.target_value,
            unit=kpi.unit,
            direction=kpi.direction,
            **_lines(kpi.source),
        )
        for stored, goal in zip(goals, read.goals, strict=True)
        for at, kpi in enumerate(goal.kpis, start=1)
    )
    return [Named(kpi.pk, kpi.goal.number, kpi.number, kpi.name) for kpi in kpis]


def _write_work_plans(plan: Plan, read: ParsedPlan) -> None:
    stored = WorkPlan.objects.bulk_create(
        WorkPlan(plan=plan, position=at, number=each.number, name=each.name, **_lines(each.source))
        for at, each in enumerate(read.work_plans, start=1)
    )
    parsed = [
        (work_plan, at, item)
        for work_plan, each in zip(stored, read.work_plans, strict=True)
        for at, item in enumerate(each.items, start=1)
    ]
    items = Item.objects.bulk_create(
        Item(
            work_plan=work_plan,
            position=at,
            number=item.number or "",
            title=item.title,
            content="\n".join(item.content),
            pairing_inferred=item.pairing != "printed",
            **_lines(item.source),
        )
        for work_plan, at, item in parsed
    )
    Point.objects.bulk_create(
        Point(item=stored_item, position=at, text=text)
        for stored_item, (_work_plan, _at, item) in zip(items, parsed, strict=True)
        for at, text in enumerate(item.points, start=1)
    )


def _write_results(plan: Plan, read: ParsedPlan, kpis: list[Named]) -> None:
    rows = []
    for at, each in enumerate(read.results, start=1):
        start, end = period_dates(each.period)
        key, same = match(Named(0, each.goal_number, each.kpi_number, each.kpi), kpis)
        note = "" if same or key is None else written("名稱與本年度的指標略有不同，依編號與相近的名稱對應。")
        rows.append(
            ResultRow(
                plan=plan,
                position=at,
                roc_year=each.year,
                period_start=start,
                period_end=end,
                period_text=each.period_text or "",
                goal_name=each.goal,
                goal_weight=each.goal_weight,
                kpi_name=each.kpi,
                kpi_weight=each.kpi_weight,
                kpi_id=key,
                target_text=each.target_text,
                narrative=each.narrative,
                status_note=note,
                **_lines(each.source),
            )
        )
    stored = ResultRow.objects.bulk_create(rows)
    ResultFigure.objects.bulk_create(
        ResultFigure(
            result=row, position=at, text=figure.text[:100], value=figure.value, unit=figure.unit,
            start=figure.start, end=figure.end,
        )
        for row, each in zip(stored, read.results, strict=True)
        for at, figure in enumerate(each.figures, start=1)
    )  # fmt: skip
