"""Putting figures together over time and over units.

A ratio is rolled up as the ratio of the sums of its inputs, never as a mean or a sum of percentages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from shizheng.common.words import N_
from shizheng.kernel.measures.rules.evaluate import CONTEXT, ZERO, Env, Result, Row, Value, compiled
from shizheng.kernel.measures.rules.missing import GAP_IN_ROLL_UP, Missing, MissingKind, most_pressing
from shizheng.kernel.measures.rules.tree import Input, Node


class OverTime(StrEnum):
    """How the parts of a longer period make up its figure."""

    LATEST = "latest"
    SUM = "sum"
    MEAN = "mean"
    RATIO_OF_SUMS = "ratio_of_sums"

    @property
    def label(self) -> str:
        return TIME_LABELS[self]


class OverUnits(StrEnum):
    """How the units below make up a figure."""

    RATIO_OF_SUMS = "ratio_of_sums"
    SUM = "sum"
    MEAN = "mean"
    NONE = "none"

    @property
    def label(self) -> str:
        return UNIT_LABELS[self]


TIME_LABELS = {
    OverTime.LATEST: N_("取最近一期"),
    OverTime.SUM: N_("各期相加"),
    OverTime.MEAN: N_("各期平均"),
    OverTime.RATIO_OF_SUMS: N_("合計相除，不平均"),
}
UNIT_LABELS = {
    OverUnits.RATIO_OF_SUMS: N_("合計相除，不平均"),
    OverUnits.SUM: N_("各單位相加"),
    OverUnits.MEAN: N_("各單位平均"),
    OverUnits.NONE: N_("不彙總"),
}


@dataclass(frozen=True, slots=True)
class Combined:
    """A figure out of several: the exact result, the inputs it was computed from, and how many took part.

    `gaps` counts members that should have a value and have none (未填報, 待確認): the value then covers only
    `taken` of `taken + gaps`. Members that are 不適用 or 尚未可衡量 are in neither number.
    """

    result: Result
    inputs: Mapping[str, Value]
    taken: int
    gaps: int


def combine_units(method: OverUnits, tree: Node, members: Sequence[Env]) -> Combined:
    """The figure of several units, each given by its inputs."""
    run = compiled(tree).run
    return _over_units(method, tree, members, [run(member) for member in members])


def combine_unit_figures(
    method: OverUnits, over_time: OverTime, tree: Node, members: Sequence[tuple[Env, Result, bool]]
) -> Combined:
    """The figure of several units, each given by inputs, result, and whether it is put together from shorter periods.

    A ratio of sums needs inputs that give each unit's result. A mean over periods has none, nor has a sum over periods
    of anything but a bare input: the figure is then 待確認, because somebody has to choose methods that go together.
    """
    inputs, results = [member[0] for member in members], [member[1] for member in members]
    lost = over_time is OverTime.MEAN or (over_time is OverTime.SUM and not isinstance(tree, Input))
    if (
        len(members) > 1
        and method is OverUnits.RATIO_OF_SUMS
        and lost
        and any(member[2] for member in members)
    ):
        reason = N_(
            "各單位按較短的期間填報，而各期相加或平均之後，不能再以合計相除彙總各單位；請修訂定義的彙總方式"
        )
        return Combined(Missing(MissingKind.TO_BE_CONFIRMED, reason), {}, 0, len(members))
    return _over_units(method, tree, inputs, results)


def _over_units(method: OverUnits, tree: Node, members: Sequence[Env], results: Sequence[Result]) -> Combined:
    if len(members) == 1:
        return Combined(results[0], members[0], *_count(results))
    if method is OverUnits.NONE:
        reason = N_("此指標不彙總：各單位的數不能相加或平均")
        return Combined(Missing(MissingKind.NOT_APPLICABLE, reason), {}, 0, 0)
    return _combine(method.value, tree, members, results)


def combine_time(method: OverTime, tree: Node, members: Sequence[Env]) -> Combined:
    """The figure of a longer period from its parts, oldest first."""
    run = compiled(tree).run
    if method is not OverTime.LATEST:
        return _combine(method.value, tree, members, [run(member) for member in members])
    found: list[Missing] = []
    for member in reversed(members):
        result = run(member)
        if not isinstance(result, Missing):
            return Combined(result, member, 1, 0)
        found.append(result)
    worst = most_pressing(reversed(found))
    last = members[-1] if members else {}
    return Combined(worst or Missing(MissingKind.NOT_FILED), last, *_count(found))


def _combine(method: str, tree: Node, members: Sequence[Env], results: Sequence[Result]) -> Combined:
    taken, gaps = _count(results)
    complete = [m for m, r in zip(members, results, strict=True) if takes_part(m, r, method)]
    if not complete:
        worst = most_pressing(result for result in results if isinstance(result, Missing))
        return Combined(worst or Missing(MissingKind.NOT_FILED), {}, taken, gaps)
    inputs = summed(complete)
    if method == "ratio_of_sums":
        return Combined(compiled(tree).run(inputs), inputs, len(complete), gaps)
    values = [result for result in results if isinstance(result, Decimal)]
    with localcontext(CONTEXT):
        total = sum(values, ZERO)
        return Combined(total if method == "sum" else total / len(values), inputs, taken, gaps)


def takes_part(member: Env, result: Result, method: str) -> bool:
    """A member with all its inputs takes part in a ratio of sums even where its own denominator is 0."""
    if not isinstance(result, Missing):
        return True
    return (
        method == "ratio_of_sums"
        and bool(member)
        and result.kind is MissingKind.NOT_APPLICABLE
        and not any(isinstance(value, Missing) or value is None for value in member.values())
    )


def _count(results: Iterable[Result]) -> tuple[int, int]:
    taken = gaps = 0
    for result in results:
        if not isinstance(result, Missing):
            taken += 1
        elif result.kind in GAP_IN_ROLL_UP:
            gaps += 1
    return taken, gaps


def summed(members: Sequence[Env]) -> dict[str, Value]:
    """The inputs of several members added up, name by name; rows of lists are put one after the other."""
    totals: dict[str, Value] = {}
    with localcontext(CONTEXT):
        for index, member in enumerate(members):
            for name, value in member.items():
                if isinstance(value, Missing):
                    continue
                if isinstance(value, tuple):
                    rows = tuple(Row(f"{index}:{r.key}", r.value, r.name or r.key, r.done_on) for r in value)
                    before = totals.get(name, ())
                    totals[name] = (before if isinstance(before, tuple) else ()) + rows
                else:
                    so_far = totals.get(name, ZERO)
                    totals[name] = (so_far if isinstance(so_far, Decimal) else ZERO) + value
    return totals


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weighted composition: Σ weight × value ÷ Σ weight of those that have a value."""

    result: Result
    weight_counted: Decimal
    weight_all: Decimal


def weighted(parts: Sequence[tuple[Result, Decimal]]) -> Weighted:
    """Compose results by weight (A05). 不適用 and 尚未可衡量 leave the sum with their weight; 未填報 and 待確認 spread."""
    if any(weight < 0 for _, weight in parts):
        raise ValueError("weights must be 0 or more")
    with localcontext(CONTEXT):
        whole = sum((weight for _, weight in parts), ZERO)
        kept = [(value, weight) for value, weight in parts if not isinstance(value, Missing)]
        counted = sum((weight for _, weight in kept), ZERO)
        found = [value for value, _ in parts if isinstance(value, Missing)]
        worst = most_pressing(found)
        if worst is not None and (worst.kind in GAP_IN_ROLL_UP or not kept):
            return Weighted(worst, counted, whole)
        if not counted:
            return Weighted(Missing(MissingKind.NOT_APPLICABLE, N_("權重合計為 0")), counted, whole)
        return Weighted(sum((v * w for v, w in kept), ZERO) / counted, counted, whole)
