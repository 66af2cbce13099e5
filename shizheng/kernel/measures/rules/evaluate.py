"""Formulas compiled to closures: decimal arithmetic with 50 digits, rounded only at the very end.

A tree is compiled once and cached; evaluating one KPI then costs a few microseconds. Missing inputs follow
the table in `missing.py`; a denominator of 0 gives 不適用 with its reason, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import lru_cache

from shizheng.common.numbers import round_half_up
from shizheng.common.words import written
from shizheng.kernel.measures.rules.missing import (
    LEFT_OUT_OF_MEAN,
    LEFT_OUT_OF_SUM,
    Missing,
    MissingKind,
    most_pressing,
)
from shizheng.kernel.measures.rules.render import to_text
from shizheng.kernel.measures.rules.tree import (
    Binary,
    Composite,
    Each,
    Input,
    InputUse,
    Item,
    Milestone,
    Neg,
    Node,
    Num,
    inputs_of,
    walk,
)

CONTEXT = Context(prec=50, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
HUNDRED = Decimal(100)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list input: a case, an agency, a step.

    `key` is unique in its list and matches rows across lists; `name` is what `count_distinct` counts (the key
    where empty); `done_on` is the day a milestone step was finished, `value` then its percent when unfinished.
    """

    key: str
    value: Decimal | Missing | None = None
    name: str = ""
    done_on: date | None = None


Value = Decimal | Missing | tuple[Row, ...]
Env = Mapping[str, Value]
Result = Decimal | Missing
_Eval = Callable[[Env], Decimal]


class _Stop(Exception):
    def __init__(self, missing: Missing) -> None:
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Compiled:
    """A formula ready to run. `run_whole` is `run` for numbers that are all there, inside `localcontext(CONTEXT)`."""

    inputs: tuple[InputUse, ...]
    run: Callable[[Env], Result]
    run_whole: Callable[[Env], Result]


def evaluate(tree: Node, values: Env) -> Result:
    """The exact (unrounded) result of `tree` over `values`, or what is missing and why.

    An input that is absent from `values` counts as 未填報. Never raises for any values.
    """
    return compiled(tree).run(values)


def rounded(result: Result, places: int) -> Result:
    """The result as shown: rounded half up to `places`; what is missing stays missing."""
    return result if isinstance(result, Missing) else round_half_up(result, places)


@lru_cache(maxsize=8192)
def compiled(tree: Node) -> Compiled:
    """Compile `tree` to closures (cached by the tree itself)."""
    needed = inputs_of(tree)
    scalars = tuple(use.name for use in needed if not use.is_list)
    names = tuple(use.name for use in needed)
    body = _compile(tree)

    def run(values: Env) -> Result:
        found = [value for value in map(values.get, names) if isinstance(value, Missing) or value is None]
        if found:
            absent = [Missing(MissingKind.NOT_FILED, source=n) for n in names if values.get(n) is None]
            worst = most_pressing([*absent, *(value for value in found if value is not None)])
            assert worst is not None
            return worst
        for name in names:
            if isinstance(values[name], tuple) == (name in scalars):
                return Missing(
                    MissingKind.TO_BE_CONFIRMED, written("填報的形式與公式不符（單一數字或清單）"), name
                )
        with localcontext(CONTEXT):
            return run_whole(values)

    def run_whole(values: Env) -> Result:
        try:
            return body(values)
        except _Stop as stop:
            return stop.missing
        except (InvalidOperation, Overflow):
            return Missing(MissingKind.TO_BE_CONFIRMED, written("數字過大，超出可計算的範圍"))

    return Compiled(needed, run, run_whole)


def _compile(node: Node) -> _Eval:
    match node:
        case Num(value):
            return lambda values: value
        case Input(name) | Item(name):
            return lambda values: values[name]  # type: ignore[return-value]
        case Neg(body):
            inner = _compile(body)
            return lambda values: -inner(values)
        case Binary(op, left, right):
            return _binary(op, _compile(left), _compile(right), right)
        case Each(op, body):
            return _each(op, body)
        case Milestone():
            return _milestone(node)
        case Composite():
            return _composite(node)


def _binary(op: str, left: _Eval, right: _Eval, divisor: Node) -> _Eval:
    if op == "add":
        return lambda values: left(values) + right(values)
    if op == "sub":
        return lambda values: left(values) - right(values)
    if op == "mul":
        return lambda values: left(values) * right(values)

    def divide(values: Env) -> Decimal:
        above, below = left(values), right(values)
        if not below:
            raise _Stop(
                Missing(
                    MissingKind.NOT_APPLICABLE,
                    written("分母（%(divisor)s）為 0", divisor=to_text(divisor)),
                    to_text(divisor),
                )
            )
        return above / below

    return divide


def _each(op: str, body: Node) -> _Eval:
    names = tuple(dict.fromkeys(inner.name for inner in walk(body) if isinstance(inner, Item)))
    inner = _compile(body)
    left_out = LEFT_OUT_OF_SUM if op == "sum" else LEFT_OUT_OF_MEAN
    counting = op in ("count", "count_distinct")

    def run(values: Env) -> Decimal:
        kept: list[Decimal] = []
        seen: set[str] = set()
        skipped: list[Missing] = []
        for rows in _aligned(values, names):
            gap = most_pressing(_gaps(rows, names, counting))
            if gap is not None:
                if gap.kind not in left_out:
                    raise _Stop(gap)
                skipped.append(gap)
            elif counting:
                seen.add(
                    rows[names[0]].name or rows[names[0]].key if op == "count_distinct" else str(len(seen))
                )
            else:
                kept.append(inner({**values, **{name: rows[name].value for name in names}}))  # type: ignore[misc]
        if counting:
            return Decimal(len(seen))
        if kept:
            return _EACH[op](kept)
        worst = most_pressing(skipped)
        if worst is not None:
            raise _Stop(worst)
        if op == "sum":
            return ZERO
        raise _Stop(Missing(MissingKind.NOT_APPLICABLE, written("清單裡沒有任何一列"), names[0]))

    return run


_EACH: dict[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": lambda kept: sum(kept, ZERO),
    "mean": lambda kept: sum(kept, ZERO) / len(kept),
    "min": min,
    "max": max,
}


def _aligned(values: Env, names: tuple[str, ...]) -> list[dict[str, Row]]:
    """The rows of one or several lists, matched by key, in the order of the first list."""
    lists = {name: values[name] for name in names}
    if len(names) == 1:
        return [{names[0]: row} for row in lists[names[0]]]  # type: ignore[union-attr]
    by_key = {name: {row.key: row for row in rows} for name, rows in lists.items()}  # type: ignore[union-attr]
    keys = dict.fromkeys(key for rows in by_key.values() for key in rows)
    absent = Row("", Missing(MissingKind.NOT_FILED, written("清單之間有對不上的列")))
    return [{name: by_key[name].get(key, absent) for name in names} for key in keys]


def _gaps(rows: dict[str, Row], names: tuple[str, ...], counting: bool) -> list[Missing]:
    found = []
    for name in names:
        value = rows[name].value
        if isinstance(value, Missing):
            found.append(Missing(value.kind, value.reason, value.source or name))
        elif value is None and not counting:
            found.append(
                Missing(
                    MissingKind.NOT_FILED,
                    written("「%(name)s」沒有數字", name=rows[name].name or rows[name].key),
                    name,
                )
            )
    return found


def _milestone(node: Milestone) -> _Eval:
    shares = node.shares or (Decimal(1),) * len(node.keys)
    whole = sum(shares, ZERO)

    def run(values: Env) -> Decimal:
        rows = {row.key: row for row in values[node.steps]}  # type: ignore[union-attr]
        done = ZERO
        complete = True
        for key, share in zip(node.keys, shares, strict=True):
            row = rows.get(key)
            if row is None or (row.done_on is None and row.value is None):
                complete = False
            elif row.done_on is not None:
                done += share
            elif isinstance(row.value, Missing):
                raise _Stop(Missing(row.value.kind, row.value.reason, node.steps))
            elif row.value is not None:
                done += share * min(max(row.value, ZERO), HUNDRED) / HUNDRED
                complete = complete and row.value >= HUNDRED
        if node.rule == "all":
            return HUNDRED if complete else ZERO
        return HUNDRED * done / whole

    return run


def _composite(node: Composite) -> _Eval:
    parts = tuple((_compile(part.body), part.target) for part in node.parts)
    if node.rule == "pooled":
        whole = sum((target for _, target in parts), ZERO)
        return lambda values: HUNDRED * sum((run(values) for run, _ in parts), ZERO) / whole

    def mean(values: Env) -> Decimal:
        shares = [HUNDRED * run(values) / target for run, target in parts]
        if node.rule == "mean_capped":
            shares = [min(share, HUNDRED) for share in shares]
        return sum(shares, ZERO) / len(shares)

    return mean
