"""The safe expression tree of a formula: a closed set of nodes, stored as JSON, never executed text.

Every node is frozen and hashable, so a compiled formula can be cached by its tree.
Limits (`MAX_DEPTH`, `MAX_NODES`) hold for parsed text and for JSON alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from shizheng.common.numbers import plain

MAX_DEPTH = 40
MAX_NODES = 400
MAX_DIGITS = 30
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

Operator = Literal["add", "sub", "mul", "div"]
Over = Literal["sum", "mean", "min", "max", "count", "count_distinct"]
MilestoneRule = Literal["equal", "all", "shares"]
CompositeRule = Literal["pooled", "mean", "mean_capped"]

OPERATORS: tuple[Operator, ...] = ("add", "sub", "mul", "div")
OVERS: tuple[Over, ...] = ("sum", "mean", "min", "max", "count", "count_distinct")
MILESTONE_RULES: tuple[MilestoneRule, ...] = ("equal", "all", "shares")
COMPOSITE_RULES: tuple[CompositeRule, ...] = ("pooled", "mean", "mean_capped")


class FormulaError(ValueError):
    """A formula that cannot be accepted. The message is 中文: what is wrong, where, what to do."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class Num:
    """A constant, zero or more (a negative one is `Neg` of it)."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Input:
    """A named input that holds one number."""

    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """The value of the current row of a list input; stands only inside `Each`."""

    name: str


@dataclass(frozen=True, slots=True)
class Neg:
    """The number with its sign turned."""

    body: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Left and right joined by one of + − × ÷."""

    op: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Each:
    """One number out of the rows of list inputs: sum, mean, min, max, count, count_distinct (X-02, X-15).

    Several lists in one body are matched by the key of their rows. `count` and `count_distinct` take a bare list.
    """

    op: Over
    body: Node


@dataclass(frozen=True, slots=True)
class Milestone:
    """Percent of steps done, by the dates in the list input `steps` (X-35).

    `equal`: every step counts the same. `all`: 100 when all are done, otherwise 0. `shares`: the stated
    shares, whose sum is the whole.
    """

    steps: str
    rule: MilestoneRule
    keys: tuple[str, ...]
    shares: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a composite: how much there is, and how much there should be."""

    body: Node
    target: Decimal


@dataclass(frozen=True, slots=True)
class Composite:
    """Percent of several parts with targets of their own (X-14).

    `pooled`: 100 × Σ value ÷ Σ target. `mean`: mean of 100 × value ÷ target. `mean_capped`: the same with
    every part capped at 100.
    """

    rule: CompositeRule
    parts: tuple[Part, ...]


Node = Num | Input | Item | Neg | Binary | Each | Milestone | Composite


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Neg(body) | Each(_, body):
            return (body,)
        case Binary(_, left, right):
            return (left, right)
        case Composite(_, parts):
            return tuple(part.body for part in parts)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Every node, the root first."""
    yield node
    for child in children(node):
        yield from walk(child)


@dataclass(frozen=True, slots=True)
class InputUse:
    """An input that a formula needs: its name and whether it is a list of rows."""

    name: str
    is_list: bool


def inputs_of(node: Node) -> tuple[InputUse, ...]:
    """The inputs in order of first appearance."""
    found: dict[str, InputUse] = {}
    for each in walk(node):
        match each:
            case Input(name):
                found.setdefault(name, InputUse(name, False))
            case Item(name) | Milestone(steps=name):
                found.setdefault(name, InputUse(name, True))
    return tuple(found.values())


def check(node: Node) -> Node:
    """Return `node` if it is within the limits and well formed; otherwise raise `FormulaError`."""
    _check(node, 1, False, [0])
    kinds: dict[str, bool] = {}
    for each in walk(node):
        match each:
            case Input(name):
                is_list = False
            case Item(name) | Milestone(steps=name):
                is_list = True
            case _:
                continue
        if kinds.setdefault(name, is_list) != is_list:
            raise FormulaError(f"「{name}」一處當單一數字、一處當清單。請分成兩個不同的代號。")
    return node


def _check(node: Node, depth: int, in_each: bool, count: list[int]) -> None:
    count[0] += 1
    if depth > MAX_DEPTH:
        raise FormulaError(f"公式層數超過 {MAX_DEPTH} 層。請拆成幾個指標，或先算出中間的數。")
    if count[0] > MAX_NODES:
        raise FormulaError(f"公式超過 {MAX_NODES} 個部分。請拆成幾個指標，或改用 sum() 等清單函數。")
    match node:
        case Num(value):
            if not value.is_finite() or value < 0 or len(value.as_tuple().digits) > MAX_DIGITS:
                raise FormulaError(
                    f"數字「{value}」不能用：要 0 以上、{MAX_DIGITS} 位以內。負數請寫成 -(數字)。"
                )
        case Input(name) | Item(name):
            check_name(name)
            if isinstance(node, Item) and not in_each:
                raise FormulaError(f"清單「{name}_i」要放在 sum()、mean()、min() 或 max() 裡面。")
        case Each(op, body):
            if in_each:
                raise FormulaError("清單函數裡面不能再放清單函數。請拆成兩個輸入。")
            if op.startswith("count") and not isinstance(body, Item):
                raise FormulaError(f"{op}() 裡面只能放一個清單的代號，例如 {op}(cases)。")
            _check(body, depth + 1, True, count)
            if not any(isinstance(inner, Item) for inner in walk(body)):
                raise FormulaError(f"{op}() 裡面沒有清單。清單請寫成 代號_i，例如 sum(amount_i)。")
            return
        case Milestone(steps, rule, keys, shares):
            check_name(steps)
            count[0] += len(keys)
            if (
                in_each
                or not keys
                or len(set(keys)) != len(keys)
                or any(not NAME.fullmatch(key) for key in keys)
            ):
                raise FormulaError("里程碑至少要有一個步驟，步驟代號是小寫英文字母開頭，不可重複。")
            if (rule == "shares") != bool(shares) or (
                shares and (len(shares) != len(keys) or sum(shares) <= 0)
            ):
                raise FormulaError(
                    "里程碑的比重要每個步驟都寫，而且合計大於 0；不寫比重請用 milestone_equal。"
                )
            if any(share < 0 or not share.is_finite() for share in shares):
                raise FormulaError("里程碑的比重不可以是負數。")
        case Composite(_, parts):
            if not parts or any(part.target <= 0 or not part.target.is_finite() for part in parts):
                raise FormulaError("綜合指標至少要有一個部分，每個部分要有大於 0 的目標。")
            if in_each:
                raise FormulaError("清單函數裡面不能放綜合指標。")
        case Neg() | Binary():
            pass
    for child in children(node):
        _check(child, depth + 1, in_each, count)


def check_name(name: str) -> None:
    """Raise `FormulaError` unless `name` may name an input."""
    if not NAME.fullmatch(name):
        raise FormulaError(
            f"「{name}」不能當輸入的代號：要小寫英文字母開頭，只含小寫字母、數字、底線，40 字以內。"
        )
    if name in RESERVED or name.endswith("_i"):
        raise FormulaError(f"「{name}」是保留字，請換一個代號。")


RESERVED = frozenset(
    {*OVERS, "growth", *(f"milestone_{r}" for r in MILESTONE_RULES), "pooled", "mean_of_parts", "mean_capped"}
)


def to_json(node: Node) -> dict[str, Any]:
    """The tree as plain JSON; numbers are decimal strings."""
    match node:
        case Num(value):
            return {"op": "number", "value": plain(value)}
        case Input(name):
            return {"op": "input", "name": name}
        case Item(name):
            return {"op": "item", "name": name}
        case Neg(body):
            return {"op": "neg", "body": to_json(body)}
        case Binary(op, left, right):
            return {"op": op, "left": to_json(left), "right": to_json(right)}
        case Each(op, body):
            return {"op": op, "body": to_json(body)}
        case Milestone(steps, rule, keys, shares):
            found: dict[str, Any] = {"op": "milestone", "steps": steps, "rule": rule, "keys": list(keys)}
            return {**found, "shares": [plain(share) for share in shares]} if shares else found
        case Composite(rule, parts):
            listed = [{"body": to_json(part.body), "target": plain(part.target)} for part in parts]
            return {"op": "composite", "rule": rule, "parts": listed}


def from_json(data: Any) -> Node:
    """The tree that `to_json` wrote. Raises `FormulaError` for anything else, however deep."""
    return check(_from_json(data, 1))


def _from_json(data: Any, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise FormulaError(f"公式層數超過 {MAX_DEPTH} 層。請拆成幾個指標，或先算出中間的數。")
    try:
        op = data["op"]
        if op == "number":
            return Num(_decimal(data["value"]))
        if op in ("input", "item"):
            name = data["name"]
            if not isinstance(name, str):
                raise TypeError(name)
            return Input(name) if op == "input" else Item(name)
        if op == "neg":
            return Neg(_from_json(data["body"], depth + 1))
        if op in OPERATORS:
            return Binary(op, _from_json(data["left"], depth + 1), _from_json(data["right"], depth + 1))
        if op in OVERS:
            return Each(op, _from_json(data["body"], depth + 1))
        if op == "milestone" and data["rule"] in MILESTONE_RULES:
            shares = tuple(_decimal(share) for share in data.get("shares", ()))
            return Milestone(
                str(data["steps"]), data["rule"], tuple(str(key) for key in data["keys"]), shares
            )
        if op == "composite" and data["rule"] in COMPOSITE_RULES:
            parts = tuple(
                Part(_from_json(p["body"], depth + 1), _decimal(p["target"])) for p in data["parts"]
            )
            return Composite(data["rule"], parts)
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise FormulaError("公式的資料不完整或格式不對，無法讀取。請重新輸入公式。") from error
    raise FormulaError(f"公式裡有不認識的運算「{op}」。請重新輸入公式。")


def _decimal(text: Any) -> Decimal:
    if not isinstance(text, str) or len(text) > 80:
        raise TypeError(text)
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
        raise TypeError(text)
    return value
