"""From the text of a formula to its tree: `100*(t-n-u)/(t-n)`, `sum(agencies_i*new_items_i)`, `(a+b)/2`.

A hand-written recursive descent over a closed grammar; nothing is ever evaluated as code.

    expression := term (("+" | "-") term)*
    term       := factor (("*" | "/") factor)*
    factor     := "-" factor | number | name | list item | call | "(" expression ")"
    call       := sum|mean|min|max|count|count_distinct "(" expression ")"     name_i is the row of a list
                | growth "(" now "," base ")"                                   100 × (now − base) ÷ base
                | milestone_equal|milestone_all "(" steps ":" key, key … ")"
                | milestone_shares "(" steps ":" key = number, … ")"
                | pooled|mean_of_parts|mean_capped "(" expression ":" target, … ")"
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from shizheng.common.words import listed, tell
from shizheng.kernel.measures.rules.checking import check, check_name
from shizheng.kernel.measures.rules.tree import (
    MAX_DEPTH,
    MAX_DIGITS,
    OVERS,
    Binary,
    Composite,
    CompositeRule,
    Each,
    FormulaError,
    Input,
    Item,
    Milestone,
    MilestoneRule,
    Neg,
    Node,
    Num,
    Part,
)

MAX_TEXT = 4000
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[-+*/(),:=%]))"
)
_SAME_SIGN = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "﹣": "-", "·": "*", "／": "/"})
_MILESTONES: dict[str, MilestoneRule] = {
    "milestone_equal": "equal",
    "milestone_all": "all",
    "milestone_shares": "shares",
}
_COMPOSITES: dict[str, CompositeRule] = {
    "pooled": "pooled",
    "mean_of_parts": "mean",
    "mean_capped": "mean_capped",
}


def parse(text: str) -> Node:
    """The checked tree of `text`. Full-width and typographic signs (×, ÷, −, （）) are accepted.

    Raises `FormulaError` with a 中文 message and the position (0-based) of what was not understood.
    """
    if len(text) > MAX_TEXT:
        raise FormulaError(tell("公式超過 %(max_text)s 個字。請拆成幾個指標。", max_text=MAX_TEXT))
    plain_text = unicodedata.normalize("NFKC", text.translate(_SAME_SIGN)).translate(_SAME_SIGN)
    if not plain_text.strip():
        raise FormulaError(tell("公式是空白的。請輸入公式，例如 100*a/b。"), 0)
    reader = _Reader(plain_text)
    node = reader.expression(1, False)
    reader.finish()
    return check(node)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.at = 0
        position = 0
        end = len(text.rstrip())
        while position < end:
            found = _TOKEN.match(text, position)
            if found is None:
                position += len(text[position:]) - len(text[position:].lstrip())
                raise FormulaError(
                    tell(
                        "第 %(position)s 個字「%(text)s」看不懂。公式只用數字、英文代號、+ - × ÷ 和括號；"
                        "中文名稱請填在輸入的標題。",
                        position=position + 1,
                        text=text[position],
                    ),
                    position,
                )
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind], found.start(kind)))
            position = found.end()
        self.tokens.append(("end", "", len(text)))

    def peek(self) -> str:
        return self.tokens[self.at][1]

    def take(self) -> tuple[str, str, int]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, sign: str) -> bool:
        if self.peek() == sign:
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise self.confused(tell("這裡應該是「%(sign)s」", sign=sign))

    def confused(self, what: str) -> FormulaError:
        _, value, position = self.tokens[self.at]
        if value == "%":
            return FormulaError(
                tell("公式裡不寫 %。要換成百分數，請乘以 100（例如 100*a/b），單位另填 %。"), position
            )
        where = (
            tell("第 %(position)s 個字「%(value)s」", position=position + 1, value=value)
            if value
            else tell("公式結尾")
        )
        return FormulaError(tell("%(where)s不對：%(what)s。", where=where, what=what), position)

    def finish(self) -> None:
        if self.tokens[self.at][0] != "end":
            raise self.confused(tell("前面已經是完整的公式，這裡應該是 + - × ÷，或是多了括號"))

    def expression(self, depth: int, in_each: bool) -> Node:
        node = self.term(depth + 1, in_each)
        while self.peek() in ("+", "-"):
            op = "add" if self.take()[1] == "+" else "sub"
            node = Binary(op, node, self.term(depth + 1, in_each))  # type: ignore[arg-type]
        return node

    def term(self, depth: int, in_each: bool) -> Node:
        node = self.factor(depth + 1, in_each)
        while self.peek() in ("*", "/"):
            op = "mul" if self.take()[1] == "*" else "div"
            node = Binary(op, node, self.factor(depth + 1, in_each))  # type: ignore[arg-type]
        return node

    def factor(self, depth: int, in_each: bool) -> Node:
        # Each level of text costs a few levels here; the tree itself is checked against MAX_DEPTH afterwards.
        if depth > 4 * MAX_DEPTH:
            raise FormulaError(
                tell("括號或負號超過 %(max_depth)s 層。請拆成幾個指標。", max_depth=MAX_DEPTH),
                self.tokens[self.at][2],
            )
        if self.accept("-"):
            return Neg(self.factor(depth + 1, in_each))
        if self.accept("("):
            node = self.expression(depth + 1, in_each)
            self.expect(")")
            return node
        kind = self.tokens[self.at][0]
        if kind == "number":
            return Num(self.number())
        if kind == "name":
            return self.name_or_call(depth, in_each)
        raise self.confused(tell("這裡應該是數字、代號或括號"))

    def number(self) -> Decimal:
        if self.tokens[self.at][0] != "number":
            raise self.confused(tell("這裡應該是數字"))
        _, value, position = self.take()
        if len(value) > MAX_DIGITS:
            raise FormulaError(
                tell(
                    "第 %(position)s 個字起的數字超過 %(max_digits)s 位。",
                    position=position + 1,
                    max_digits=MAX_DIGITS,
                ),
                position,
            )
        return Decimal(value)

    def name_or_call(self, depth: int, in_each: bool) -> Node:
        _, name, position = self.take()
        if self.peek() != "(":
            if name.endswith("_i"):
                if not in_each:
                    raise FormulaError(
                        tell("「%(name)s」是清單的一列，要放在 sum()、mean() 等函數裡面。", name=name),
                        position,
                    )
                check_name(name[:-2])
                return Item(name[:-2])
            check_name(name)
            return Input(name)
        self.take()
        node = self.call(name, position, depth, in_each)
        self.expect(")")
        return node

    def call(self, name: str, position: int, depth: int, in_each: bool) -> Node:
        if name in OVERS:
            if in_each:
                raise FormulaError(tell("清單函數裡面不能再放清單函數。請拆成兩個輸入。"), position)
            body = self.expression(depth + 1, True)
            # mean(scores): a bare name as the whole argument is the list itself.
            return Each(name, Item(body.name) if isinstance(body, Input) else body)
        if name == "growth":
            now = self.expression(depth + 1, in_each)
            self.expect(",")
            base = self.expression(depth + 1, in_each)
            grown = Binary("sub", now, base)
            return Binary("div", Binary("mul", Num(Decimal(100)), grown), base)
        if name in _MILESTONES:
            return self.milestone(_MILESTONES[name])
        if name in _COMPOSITES:
            parts = [self.part(depth)]
            while self.accept(","):
                parts.append(self.part(depth))
            return Composite(_COMPOSITES[name], tuple(parts))
        known = listed([*OVERS, "growth", *_MILESTONES, *_COMPOSITES])
        raise FormulaError(
            tell("沒有「%(name)s」這個函數。可以用：%(known)s。", name=name, known=known), position
        )

    def part(self, depth: int) -> Part:
        body = self.expression(depth + 1, False)
        self.expect(":")
        return Part(body, self.number())

    def milestone(self, rule: MilestoneRule) -> Milestone:
        steps = self.key()
        self.expect(":")
        keys, shares = [], []
        while True:
            keys.append(self.key())
            if rule == "shares":
                self.expect("=")
                shares.append(self.number())
            if not self.accept(","):
                return Milestone(steps, rule, tuple(keys), tuple(shares))

    def key(self) -> str:
        if self.tokens[self.at][0] != "name":
            raise self.confused(tell("這裡應該是步驟的代號"))
        return self.take()[1]
