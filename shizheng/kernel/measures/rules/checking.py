"""Whether a tree may be accepted: limits, names, and what may stand inside what."""

from __future__ import annotations

import re

from shizheng.common.words import tell
from shizheng.kernel.measures.rules.tree import (
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_NODES,
    MILESTONE_RULES,
    OVERS,
    Composite,
    Each,
    FormulaError,
    Input,
    Item,
    Milestone,
    Node,
    Num,
    children,
    walk,
)

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = frozenset(
    {*OVERS, "growth", *(f"milestone_{r}" for r in MILESTONE_RULES), "pooled", "mean_of_parts", "mean_capped"}
)


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
            raise FormulaError(
                tell("「%(name)s」一處當單一數字、一處當清單。請分成兩個不同的代號。", name=name)
            )
    return node


def check_name(name: str) -> None:
    """Raise `FormulaError` unless `name` may name an input."""
    if not NAME.fullmatch(name):
        raise FormulaError(
            tell(
                "「%(name)s」不能當輸入的代號：要小寫英文字母開頭，只含小寫字母、數字、底線，40 字以內。",
                name=name,
            )
        )
    if name in RESERVED or name.endswith("_i"):
        raise FormulaError(tell("「%(name)s」是保留字，請換一個代號。", name=name))


def _check(node: Node, depth: int, in_each: bool, count: list[int]) -> None:
    """Walk down with the depth, whether a list function is around, and how many nodes there were so far."""
    count[0] += 1 + (len(node.keys) if isinstance(node, Milestone) else 0)
    if depth > MAX_DEPTH:
        raise FormulaError(
            tell("公式層數超過 %(max_depth)s 層。請拆成幾個指標，或先算出中間的數。", max_depth=MAX_DEPTH)
        )
    if count[0] > MAX_NODES:
        raise FormulaError(
            tell(
                "公式超過 %(max_nodes)s 個部分。請拆成幾個指標，或改用 sum() 等清單函數。",
                max_nodes=MAX_NODES,
            )
        )
    match node:
        case Num():
            _check_number(node)
        case Input(name) | Item(name):
            check_name(name)
            if isinstance(node, Item) and not in_each:
                raise FormulaError(
                    tell("清單「%(name)s_i」要放在 sum()、mean()、min() 或 max() 裡面。", name=name)
                )
        case Each():
            _check_each(node, in_each)
        case Milestone():
            _check_milestone(node, in_each)
        case Composite():
            _check_composite(node, in_each)
    for child in children(node):
        _check(child, depth + 1, in_each or isinstance(node, Each), count)


def _check_number(node: Num) -> None:
    value = node.value
    if not value.is_finite() or value < 0 or len(value.as_tuple().digits) > MAX_DIGITS:
        raise FormulaError(
            tell(
                "數字「%(value)s」不能用：要 0 以上、%(max_digits)s 位以內。負數請寫成 -(數字)。",
                value=value,
                max_digits=MAX_DIGITS,
            )
        )


def _check_each(node: Each, in_each: bool) -> None:
    if in_each:
        raise FormulaError(tell("清單函數裡面不能再放清單函數。請拆成兩個輸入。"))
    if node.op.startswith("count") and not isinstance(node.body, Item):
        raise FormulaError(tell("%(op)s() 裡面只能放一個清單的代號，例如 %(op)s(cases)。", op=node.op))
    if not any(isinstance(inner, Item) for inner in walk(node.body)):
        raise FormulaError(tell("%(op)s() 裡面沒有清單。清單請寫成 代號_i，例如 sum(amount_i)。", op=node.op))


def _check_milestone(node: Milestone, in_each: bool) -> None:
    check_name(node.steps)
    keys, shares = node.keys, node.shares
    if in_each or not keys or len(set(keys)) != len(keys) or any(not NAME.fullmatch(key) for key in keys):
        raise FormulaError(tell("里程碑至少要有一個步驟，步驟代號是小寫英文字母開頭，不可重複。"))
    if (node.rule == "shares") != bool(shares) or (shares and (len(shares) != len(keys) or sum(shares) <= 0)):
        raise FormulaError(tell("里程碑的比重要每個步驟都寫，而且合計大於 0；不寫比重請用 milestone_equal。"))
    if any(share < 0 or not share.is_finite() for share in shares):
        raise FormulaError(tell("里程碑的比重不可以是負數。"))


def _check_composite(node: Composite, in_each: bool) -> None:
    if not node.parts or any(part.target <= 0 or not part.target.is_finite() for part in node.parts):
        raise FormulaError(tell("綜合指標至少要有一個部分，每個部分要有大於 0 的目標。"))
    if in_each:
        raise FormulaError(tell("清單函數裡面不能放綜合指標。"))
