"""The safe expression tree of a formula: a closed set of nodes, stored as JSON, never executed text.

Every node is frozen and hashable, so a compiled formula can be cached by its tree.
Limits (`MAX_DEPTH`, `MAX_NODES`) hold for parsed text and for JSON alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

MAX_DEPTH = 40
MAX_NODES = 400
MAX_DIGITS = 30

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
