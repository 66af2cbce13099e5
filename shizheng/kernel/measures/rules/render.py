"""A formula for people: as text that parses back, with 中文 labels, and with its values put in.

The trace page draws `pieces`: signs, numbers and inputs in reading order, so that every input can be a link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shizheng.common.numbers import format_decimal, plain
from shizheng.common.words import N_, english, tell
from shizheng.kernel.measures.rules.tree import (
    Binary,
    Composite,
    Each,
    Input,
    Item,
    Milestone,
    Neg,
    Node,
    Num,
)

_SIGNS = {"add": " + ", "sub": " − ", "mul": " × ", "div": " ÷ "}
_ASCII = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_STRENGTH = {"add": 1, "sub": 1, "mul": 2, "div": 2}
_EACH = {
    "sum": N_("合計"),
    "mean": N_("平均"),
    "min": N_("最小"),
    "max": N_("最大"),
    "count": N_("筆數"),
    "count_distinct": N_("不重複數"),
}
_MILESTONE = {
    "equal": N_("里程碑完成比例（各步驟相等）"),
    "all": N_("里程碑（全部完成才算）"),
    "shares": N_("里程碑完成比例（依比重）"),
}
_COMPOSITE = {
    "pooled": N_("合併計算"),
    "mean": N_("各部分平均"),
    "mean_capped": N_("各部分平均（單項最多 100）"),
}
_COMPOSITE_CALL = {"pooled": "pooled", "mean": "mean_of_parts", "mean_capped": "mean_capped"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a formula: `kind` is "sign", "number" or "input"; `name` is set for inputs."""

    kind: str
    text: str
    name: str = ""


def to_text(node: Node) -> str:
    """Text that `parser.parse` turns into the same tree: `100*(t-n-u)/(t-n)`."""
    return "".join(piece.text for piece in _pieces(node, _AsText()))


def to_label(node: Node, labels: Mapping[str, str]) -> str:
    """The formula in words: `100 × 進度相符 ÷ 繼續列管`. An input without a label keeps its code."""
    return "".join(piece.text for piece in _pieces(node, _Shown(lambda name: labels.get(name) or name)))


def with_values(node: Node, values: Mapping[str, Decimal | str]) -> str:
    """The formula with its values put in: `100 × 54 ÷ (70 − 0)`.

    `values` holds numbers, or the words to stand for a missing one or for a list; an input without one keeps its code.
    """
    return "".join(piece.text for piece in value_pieces(node, values))


def value_pieces(node: Node, values: Mapping[str, Decimal | str]) -> list[Piece]:
    """The same as `with_values`, in pieces, so that a page can link each input."""

    def show(name: str) -> str:
        value = values.get(name, name)
        if isinstance(value, str):
            return value
        return f"({format_decimal(value)})" if value < 0 else format_decimal(value)

    return _pieces(node, _Shown(show))


class _AsText:
    signs = _ASCII
    neg = "-"
    comma = ","

    def number(self, value: Decimal) -> str:
        return plain(value)

    def input(self, name: str) -> str:
        return name

    def item(self, name: str) -> str:
        return f"{name}_i"

    def each(self, op: str) -> str:
        return op

    def milestone(self, node: Milestone) -> list[Piece]:
        if node.rule == "shares":
            pairs = zip(node.keys, node.shares, strict=True)
            listed = [f"{key}={plain(share)}" for key, share in pairs]
        else:
            listed = list(node.keys)
        return [Piece("sign", f"milestone_{node.rule}({node.steps}:{','.join(listed)})")]

    def composite(self, rule: str) -> str:
        return _COMPOSITE_CALL[rule]

    def target(self, target: Decimal) -> str:
        return f":{plain(target)}"


class _Shown:
    signs = _SIGNS
    neg = "−"

    @property
    def comma(self) -> str:
        return ", " if english() else "、"

    def __init__(self, show: Callable[[str], str]) -> None:
        self.input = show
        self.item = show

    def number(self, value: Decimal) -> str:
        return format_decimal(value)

    def each(self, op: str) -> str:
        return tell(_EACH[op])

    def milestone(self, node: Milestone) -> list[Piece]:
        return [
            Piece("sign", tell("%(what)s：", what=tell(_MILESTONE[node.rule]))),
            Piece("input", self.input(node.steps), node.steps),
        ]

    def composite(self, rule: str) -> str:
        return tell(_COMPOSITE[rule])

    def target(self, target: Decimal) -> str:
        return f" ÷ {format_decimal(target)}"


def _pieces(node: Node, style: _AsText | _Shown) -> list[Piece]:
    match node:
        case Num(value):
            return [Piece("number", style.number(value))]
        case Input(name):
            return [Piece("input", style.input(name), name)]
        case Item(name):
            return [Piece("input", style.item(name), name)]
        case Neg(body):
            return [Piece("sign", style.neg), *_wrapped(body, style, isinstance(body, Binary))]
        case Binary():
            return _binary(node, style)
        case Each(op, Item(name)) if isinstance(style, _AsText):
            return [Piece("sign", f"{op}({name})")]
        case Each(op, body):
            return [Piece("sign", style.each(op) + "("), *_pieces(body, style), Piece("sign", ")")]
        case Milestone():
            return style.milestone(node)
        case Composite():
            return _composite(node, style)


def _binary(node: Binary, style: _AsText | _Shown) -> list[Piece]:
    """Brackets only where the order of operations needs them; for people also around a negative right side."""
    left, right, mine = node.left, node.right, _STRENGTH[node.op]
    loose_left = isinstance(left, Binary) and _STRENGTH[left.op] < mine
    loose_right = isinstance(right, Binary) and _STRENGTH[right.op] <= mine
    if isinstance(style, _Shown):
        loose_right = loose_right or isinstance(right, Neg)
    sign = Piece("sign", style.signs[node.op])
    return [*_wrapped(left, style, loose_left), sign, *_wrapped(right, style, loose_right)]


def _composite(node: Composite, style: _AsText | _Shown) -> list[Piece]:
    out = [Piece("sign", style.composite(node.rule) + "(")]
    for index, part in enumerate(node.parts):
        if index:
            out.append(Piece("sign", style.comma))
        out += _wrapped(part.body, style, isinstance(style, _Shown) and isinstance(part.body, Binary))
        out.append(Piece("number", style.target(part.target)))
    return [*out, Piece("sign", ")")]


def _wrapped(node: Node, style: _AsText | _Shown, brackets: bool) -> list[Piece]:
    inner = _pieces(node, style)
    return [Piece("sign", "("), *inner, Piece("sign", ")")] if brackets else inner
