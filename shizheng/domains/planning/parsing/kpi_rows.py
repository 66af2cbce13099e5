"""Rows of the KPI table become goals with KPIs (A03), the same for every layout."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shizheng.common.text import squash
from shizheng.common.words import written

from .goals_text import TextGoal
from .model import Goal, Kpi, Remarks, Span
from .numbering import marker_at
from .targets import read_target, split_weight


@dataclass(frozen=True, slots=True)
class KpiRow:
    """A row as printed. `goal` is None where the row goes on under the goal above it."""

    goal_number: int | None
    goal: str | None
    kpi_number: int | None
    kpi: str
    system: str | None
    method: str | None
    formula: str | None
    target: str | None
    source: Span


def goals_from_rows(rows: Sequence[KpiRow], remarks: Remarks) -> list[Goal]:
    """Goals with their KPIs. Numbers that are not printed are positions."""
    drafts: list[tuple[Goal, list[Kpi]]] = []
    for row in rows:
        if row.goal is not None or not drafts:
            drafts.append((_goal(row, len(drafts) + 1, remarks), []))
        goal, kpis = drafts[-1]
        kpis.append(_kpi(row, goal, len(kpis) + 1, remarks))
    return [
        replace(goal, kpis=tuple(kpis), source=Span(goal.source.start_line, kpis[-1].source.end_line))
        for goal, kpis in drafts
    ]


def _goal(row: KpiRow, position: int, remarks: Remarks) -> Goal:
    printed = squash(row.goal or "")
    marker = marker_at(printed)
    number = row.goal_number
    if marker is not None and marker.style == "cn":
        number, printed = number or marker.value, printed[marker.end :]
    name, weight = split_weight(printed)
    if weight is None:
        message = written(
            "第 %(start_line)s 行的策略績效目標「%(name)s」沒有印出權重。",
            start_line=row.source.start_line,
            name=name or written("（未具名）"),
        )
        remarks.add("goal_without_weight", message, row.source.start_line)
    return Goal(number or position, name, weight, (), row.source)


def _kpi(row: KpiRow, goal: Goal, position: int, remarks: Remarks) -> Kpi:
    printed = squash(row.kpi)
    marker = marker_at(printed)
    number = row.kpi_number
    if marker is not None and marker.style in ("cn", "n"):
        number, printed = number or marker.value, printed[marker.end :]
    name, weight = split_weight(_bare_weight_apart(row.kpi, printed))
    name = squash(name)
    formula = squash(row.formula or "") or None
    target_text = _as_printed(row.target)
    target = read_target(target_text, formula, name)
    kpi = Kpi(
        number or position,
        name,
        weight,
        row.system,
        row.method,
        formula,
        target_text,
        target.value,
        target.unit,
        target.direction,
        row.source,
    )
    line = row.source.start_line
    where = written(
        "衡量指標 %(number)s-%(number2)s「%(name)s」", number=goal.number, number2=kpi.number, name=name
    )
    if weight is None:
        remarks.add("kpi_without_weight", written("%(where)s沒有印出權重。", where=where), line)
    if target_text is None:
        remarks.add("target_missing", written("%(where)s沒有讀到年度目標值，請補登。", where=where), line)
    elif not target.understood:
        message = written(
            "%(where)s的目標值「%(target_text)s」不是單一數值，已照原文保留，數值留空，請人工確認。",
            where=where,
            target_text=target_text,
        )
        remarks.add("target_not_understood", message, line)
    if target.unit_from_formula:
        message = written(
            "%(where)s的目標值「%(target_text)s」沒有印出單位，"
            "單位「%(unit)s」是從衡量標準「%(formula)s」讀出，請確認。",
            where=where,
            target_text=target_text,
            unit=target.unit,
            formula=formula,
        )
        remarks.add("unit_from_formula", message, line)
    elif target.understood and target.unit is None:
        remarks.add(
            "unit_missing",
            written(
                "%(where)s的目標值「%(target_text)s」沒有印出單位，單位留空，請確認。",
                where=where,
                target_text=target_text,
            ),
            line,
        )
    if target.direction_doubtful:
        message = written(
            "%(where)s的名稱像是越低越好，但目標值「%(target_text)s」沒有寫明方向，暫以 >= 讀入，請確認。",
            where=where,
            target_text=target_text,
        )
        remarks.add("direction_to_confirm", message, line)
    if formula is None:
        remarks.add("formula_missing", written("%(where)s沒有讀到衡量標準。", where=where), line)
    return kpi


def _bare_weight_apart(raw: str, printed: str) -> str:
    """A weight without parentheses ("名稱 5%") needs the blank before it that the space-less form drops."""
    name, weight = split_weight(" ".join(raw.split()))
    if weight is None or split_weight(printed)[1] is not None:
        return printed
    tail = squash(name)
    return f"{tail}({weight}%)" if printed.startswith(tail[:4]) or tail.endswith(printed[:4]) else printed


def _as_printed(target: str | None) -> str | None:
    return " ".join((target or "").split()) or None


def merge_text_goals(goals: list[Goal], texts: list[TextGoal], remarks: Remarks) -> list[Goal]:
    """Bring the goals of part one and of the KPI table together; differing names are said (X-27)."""
    if not goals:
        return [
            Goal(text.number, text.name, None, (), text.source, description=text.description)
            for text in texts
        ]
    by_number = {text.number: text for text in texts}
    merged = []
    for goal in goals:
        text = by_number.pop(goal.number, None)
        if text is not None:
            differs = _plain(text.name) != _plain(goal.name)
            if differs:
                message = written(
                    "策略績效目標 %(number)s 的名稱前後不一：第一部分為「%(name)s」，衡量指標表為「%(name2)s」；"
                    "以衡量指標表為準。",
                    number=goal.number,
                    name=text.name,
                    name2=goal.name,
                )
                remarks.add("goal_name_differs", message, goal.source.start_line)
            goal = replace(goal, name_in_text=text.name if differs else None, description=text.description)
        merged.append(goal)
    for text in by_number.values():
        message = written(
            "第一部分的策略績效目標 %(number)s「%(name)s」在衡量指標表裡沒有對應的列。",
            number=text.number,
            name=text.name,
        )
        remarks.add("goal_without_kpi", message, text.source.start_line)
        merged.append(Goal(text.number, text.name, None, (), text.source, description=text.description))
    return sorted(merged, key=lambda goal: goal.number)


def _plain(name: str) -> str:
    return name.rstrip("。；;：:，,")


def check_weights(goals: Sequence[Goal], remarks: Remarks) -> None:
    """Weights of KPIs against their goal's, and the sum of the goals' (X-10: nobody promises 100)."""
    for goal in goals:
        weights = [kpi.weight for kpi in goal.kpis]
        known = [weight for weight in weights if weight is not None]
        if goal.weight is not None and known and len(known) == len(weights) and sum(known) != goal.weight:
            message = written(
                "策略績效目標 %(number)s「%(name)s」的權重是 %(weight)s%%，"
                "但其衡量指標權重合計 %(sum)s%%，請核對。",
                number=goal.number,
                name=goal.name,
                weight=goal.weight,
                sum=sum(known),
            )
            remarks.add("weights_differ", message, goal.source.start_line)
    given = [goal.weight for goal in goals if goal.weight is not None]
    if given:
        total = sum(given, Decimal(0))
        remarks.add(
            "weights_sum",
            written("策略績效目標權重合計 %(total)s%%（僅供參考；其餘項目不在本文件內）。", total=total),
        )
