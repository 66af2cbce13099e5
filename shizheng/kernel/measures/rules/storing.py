"""A tree as plain JSON and back: how formulas are stored and told to programs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from shizheng.common.numbers import plain
from shizheng.common.words import tell
from shizheng.kernel.measures.rules.checking import check
from shizheng.kernel.measures.rules.tree import (
    COMPOSITE_RULES,
    MAX_DEPTH,
    MAX_DIGITS,
    MILESTONE_RULES,
    OPERATORS,
    OVERS,
    Binary,
    Composite,
    Each,
    FormulaError,
    Input,
    Item,
    Milestone,
    Neg,
    Node,
    Num,
    Part,
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
        raise FormulaError(
            tell("公式層數超過 %(max_depth)s 層。請拆成幾個指標，或先算出中間的數。", max_depth=MAX_DEPTH)
        )
    try:
        read = _READERS.get(data["op"])
        if read is not None:
            return read(data, depth + 1)
        op = data["op"]
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise FormulaError(tell("公式的資料不完整或格式不對，無法讀取。請重新輸入公式。")) from error
    raise FormulaError(tell("公式裡有不認識的運算「%(op)s」。請重新輸入公式。", op=op))


def _name(data: Any) -> str:
    if not isinstance(data["name"], str):
        raise TypeError(data)
    return str(data["name"])


def _milestone(data: Any, depth: int) -> Node:
    if data["rule"] not in MILESTONE_RULES:
        raise KeyError(data["rule"])
    shares = tuple(_decimal(share) for share in data.get("shares", ()))
    return Milestone(str(data["steps"]), data["rule"], tuple(str(key) for key in data["keys"]), shares)


def _composite(data: Any, depth: int) -> Node:
    if data["rule"] not in COMPOSITE_RULES:
        raise KeyError(data["rule"])
    parts = tuple(Part(_from_json(part["body"], depth), _decimal(part["target"])) for part in data["parts"])
    return Composite(data["rule"], parts)


def _binary(data: Any, depth: int) -> Node:
    return Binary(data["op"], _from_json(data["left"], depth), _from_json(data["right"], depth))


_READERS: dict[str, Callable[[Any, int], Node]] = {
    "number": lambda data, depth: Num(_decimal(data["value"])),
    "input": lambda data, depth: Input(_name(data)),
    "item": lambda data, depth: Item(_name(data)),
    "neg": lambda data, depth: Neg(_from_json(data["body"], depth)),
    **dict.fromkeys(OPERATORS, _binary),
    **dict.fromkeys(OVERS, lambda data, depth: Each(data["op"], _from_json(data["body"], depth))),
    "milestone": _milestone,
    "composite": _composite,
}


def _decimal(text: Any) -> Decimal:
    if not isinstance(text, str) or len(text) > 80:
        raise TypeError(text)
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
        raise TypeError(text)
    return value
