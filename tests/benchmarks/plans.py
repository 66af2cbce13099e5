"""Measures with a definition version a year, and each unit's published plan of each year that rests on them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any

from django.db import connections

from shizheng.common.clock import TAIPEI
from tests.benchmarks.city import CITY, KPIS_A_UNIT, Unit, transaction_of
from tests.benchmarks.database import copy
from tests.benchmarks.facts import KINDS, RATIO, Kind, kinds

GOALS = ((1, Decimal(60), 3), (2, Decimal(40), 2))  # number, weight, KPIs
SENTENCE = "依年度目標按月檢討辦理情形，落後項目提出改善措施，並於次月追蹤。"


@dataclass
class Catalogue:
    """Which measures there are, and which of them each unit reports: one of the city, one of its agency, three own."""

    kinds: dict[int, Kind] = field(default_factory=dict)
    owners: dict[int, int] = field(default_factory=dict)
    of_unit: dict[int, list[int]] = field(default_factory=dict)
    targets: dict[int, Decimal] = field(default_factory=dict)

    @property
    def series(self) -> list[tuple[int, int, Kind]]:
        return [(m, unit, self.kinds[m]) for unit, mine in self.of_unit.items() for m in mine]

    def add(self, kind: Kind, owner: int, random: Random) -> int:
        number = len(self.kinds) + 1
        self.kinds[number], self.owners[number] = kind, owner
        low, high = {"%": (60, 95), "件": (500, 5000), "分": (70, 90)}[kind.unit]
        self.targets[number] = Decimal(random.randint(low, high))
        return number


CITY_MEASURE = 1


def catalogue(units: list[Unit], random: Random) -> Catalogue:
    """The measures of all units; the first is the one that every unit reports."""
    found = Catalogue()
    found.add(RATIO, CITY, random)
    shared = {unit.id: found.add(RATIO, unit.id, random) for unit in units if unit.is_agency}
    for unit in units:
        own = [found.add(kind, unit.id, random) for kind in kinds(KPIS_A_UNIT - 2, random)]
        found.of_unit[unit.id] = [CITY_MEASURE, shared[unit.agency_id], *own]
    return found


def write_measures(known: Catalogue, years: list[int], since: date) -> None:
    """Measures, and for each a definition version of every year, recorded when the year's plans were accepted."""
    from shizheng.kernel.measures.models import DefinitionVersion, Measure

    copy(
        Measure, ("id", "code", "name", "owner", "version"),
        [(m, f"bench.{m}", _name(m, kind), known.owners[m], len(years)) for m, kind in known.kinds.items()],
    )  # fmt: skip
    trees, inputs = {k.name: k.tree for k in KINDS}, {k.name: k.inputs for k in KINDS}
    names = (
        "measure", "number", "valid_from", "valid_to", "unit", "target", "places", "formula", "formula_text", "inputs",
        "aggregation_time", "aggregation_units", "source", "recorded_at", "recorded_by", "recorded_action", "transaction_id",
    )  # fmt: skip
    copy(
        DefinitionVersion, names,
        [
            (
                m, number, date(year, 1, 1), date(year + 1, 1, 1), kind.unit, known.targets[m] + number, kind.places,
                trees[kind.name], kind.formula, inputs[kind.name], kind.over_time, kind.over_units, f"{year - 1911} 年度施政計畫",
                accepted(year), "匯入", "planning.accept_plan", transaction_of(accepted(year), since),
            )
            for number, year in enumerate(years, 1)
            for m, kind in known.kinds.items()
        ],
    )  # fmt: skip


def imported(year: int) -> datetime:
    return datetime(year - 1, 11, 10, 9, tzinfo=TAIPEI)


def accepted(year: int) -> datetime:
    return datetime(year - 1, 11, 20, 9, tzinfo=TAIPEI)


def published(year: int) -> datetime:
    return datetime(year - 1, 12, 20, 9, tzinfo=TAIPEI)


@dataclass
class _Rows:
    """Rows by kind, numbered as they come."""

    of: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, kind: str, *values: Any) -> int:
        rows = self.of.setdefault(kind, [])
        rows.append((len(rows) + 1, *values))
        return len(rows)


def write_plans(units: list[Unit], known: Catalogue, years: list[int], since: date) -> dict[str, int]:
    """Every unit's plan of every year with goals, KPIs, work plans and results; gives the number of rows by kind."""
    from shizheng.domains.planning import models

    rows = _Rows()
    for number, year in enumerate(years, 1):
        for unit in units:
            _plan(rows, unit, known, year, number)
    fields: dict[str, tuple[str, ...]] = {
        "SourceDocument": (
            "id", "file_name", "sha256", "size", "encoding", "text", "recorded_at", "transaction_id",
        ),
        "Plan": (
            "id", "agency", "roc_year", "title", "state", "source", "imported_at", "imported_by", "accepted_at",
            "accepted_by", "published_at", "version",
        ),
        "Goal": ("id", "plan", "position", "number", "name", "weight", "description"),
        "Kpi": (
            "id", "goal", "position", "number", "name", "weight", "system", "method", "formula_text", "target_text",
            "target_value", "unit", "direction", "measure", "definition_version", "version",
        ),
        "WorkPlan": ("id", "plan", "position", "number", "name"),
        "Item": ("id", "work_plan", "position", "number", "title", "content"),
        "Point": ("id", "item", "position", "text"),
        "ResultRow": (
            "id", "plan", "position", "roc_year", "period_start", "period_end", "period_text", "goal_name", "kpi_name",
            "kpi_weight", "kpi", "target_text", "narrative", "status",
        ),
        "ResultFigure": ("id", "result", "position", "text", "value", "start", "end"),
    }  # fmt: skip
    rows.of["SourceDocument"] = [(*row, transaction_of(row[-1], since)) for row in rows.of["SourceDocument"]]
    for kind, names in fields.items():
        copy(getattr(models, kind), names, rows.of[kind])
    _write_history(since)
    return {kind: len(found) for kind, found in rows.of.items()}


def _plan(rows: _Rows, unit: Unit, known: Catalogue, year: int, version: int) -> None:
    roc = year - 1911
    text = f"{unit.name}{roc}年度施政計畫\n" + SENTENCE * 40
    digest = sha256(text.encode()).hexdigest()
    source = rows.add(
        "SourceDocument", f"{roc}-{unit.id}.txt", digest, len(text.encode()), "utf-8", text, imported(year)
    )
    plan = rows.add(
        "Plan", unit.id, roc, f"{unit.name}{roc}年度施政計畫", "published", source, imported(year), "研考人員",
        accepted(year), "研考會承辦", published(year), 3,
    )  # fmt: skip
    mine = iter(known.of_unit[unit.id])
    position = 0
    for number, weight, count in GOALS:
        goal = rows.add("Goal", plan, number, number, f"提升第{number}類服務品質", weight, SENTENCE)
        for each in range(1, count + 1):
            position += 1
            _kpi(rows, unit, known, next(mine), (plan, goal, each, weight / count), (year, version), position)
    work_plan = rows.add("WorkPlan", plan, 1, 1, "一般業務")
    for number in range(1, 4):
        item = rows.add("Item", work_plan, number, str(number), f"第{number}項重要工作", SENTENCE * 3)
        for point in range(1, 3):
            rows.add("Point", item, point, SENTENCE)


def _kpi(
    rows: _Rows, unit: Unit, known: Catalogue, measure: int, place: tuple[int, int, int, Decimal],
    version: tuple[int, int], position: int,
) -> None:  # fmt: skip
    plan, goal, number, weight = place
    year, definition = version
    kind, target = known.kinds[measure], known.targets[measure] + definition
    name, shown = _name(measure, kind), f"{target}{kind.unit}"
    kpi = rows.add(
        "Kpi", goal, number, number, name, round(weight, 4), "1", "1", kind.formula, shown, target, kind.unit, ">=",
        measure, definition, 2,
    )  # fmt: skip
    result = rows.add(
        "ResultRow", plan, position, year - 1912, date(year - 1, 1, 1), date(year, 1, 1), f"{year - 1912} 年度",
        f"提升第{goal}類服務品質", name, round(weight, 4), kpi, shown, SENTENCE + f"本年度為 {target}{kind.unit}。", "met",
    )  # fmt: skip
    rows.add(
        "ResultFigure",
        result,
        1,
        str(target),
        target,
        len(SENTENCE) + 5,
        len(SENTENCE) + 5 + len(str(target)),
    )


def _name(measure: int, kind: Kind) -> str:
    return f"第{measure:04d}項業務{kind.name}"


def _write_history(since: date) -> None:
    """What the triggers would have written: rows made at the import, changed at acceptance and publication."""
    made = """
      INSERT INTO history_entry (model, object_id, operation, before, after, actor_name, action, reason, origin,
                                 recorded_at, transaction_id)
      SELECT '{model}', r.id::text, '{operation}', {before}, {after}, '研考人員', '{action}', '', '{{}}', p.{at},
             greatest(1, (p.{at} AT TIME ZONE 'Asia/Taipei')::date - %s::date)
      FROM planning_plan p {join} ORDER BY p.{at}, r.id
    """
    draft = """to_jsonb(r) || '{"state": "draft", "accepted_at": null, "accepted_by": "", "published_at": null}'"""
    then = """to_jsonb(r) || '{"state": "accepted", "published_at": null}'"""
    bare = """to_jsonb(r) || '{"measure_id": null, "definition_version": null}'"""
    of_plan, of_goal = "JOIN planning_plan r ON r.id = p.id", "JOIN planning_goal r ON r.plan_id = p.id"
    of_kpi = "JOIN planning_goal g ON g.plan_id = p.id JOIN planning_kpi r ON r.goal_id = g.id"
    steps = (
        ("planning.plan", "I", "NULL", draft, "planning.import_plan", "imported_at", of_plan),
        ("planning.goal", "I", "NULL", "to_jsonb(r)", "planning.import_plan", "imported_at", of_goal),
        ("planning.kpi", "I", "NULL", bare, "planning.import_plan", "imported_at", of_kpi),
        ("planning.plan", "U", draft, then, "planning.accept_plan", "accepted_at", of_plan),
        ("planning.kpi", "U", bare, "to_jsonb(r)", "planning.accept_plan", "accepted_at", of_kpi),
        ("planning.plan", "U", then, "to_jsonb(r)", "planning.publish_plan", "published_at", of_plan),
    )
    names = ("model", "operation", "before", "after", "action", "at", "join")
    with connections["owner"].cursor() as cursor:
        for step in steps:
            cursor.execute(made.format(**dict(zip(names, step, strict=True))), [since])
