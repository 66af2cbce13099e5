"""Printed standards with an arithmetic expression over 中文 labels: (解除列管件數/指示事項總件數)*100%.

Handles missing parentheses (X-04), missing *100% (X-05), brackets that belong to a label and a name printed in
front of a bracket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shizheng.common.words import written
from shizheng.kernel.measures.rules.proposals import (
    Certainty,
    Proposal,
    ProposedInput,
    ambiguous,
    clear,
    reading,
    unsure,
)
from shizheng.kernel.measures.rules.tree import FormulaError

_OPERATORS = "+-*/"
_TIMES_HUNDRED = re.compile(r"\*100%?$")
_NAMES = "abcdefghjkmqrtuvwxyz"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def arithmetic(text: str, unit: str, name: str) -> Proposal | None:
    """An expression with a division or a product over labels; None when there is no operator."""
    body = text.rstrip("。;；")
    if "/" not in body and "*" not in body:
        return None
    body, times_hundred = _strip_hundred(body)
    try:
        tokens = _tokens(body)
    except FormulaError as error:
        return unsure(error.message)
    labels = _labels(tokens)
    if not labels:
        return unsure(written("算式裡沒有名稱，請承辦人填寫公式。"))
    inputs = tuple(ProposedInput(code, label) for label, code in _shown(labels).items())
    bare = "".join(labels[token.text] if token.kind == "label" else token.text for token in tokens)
    fixed = _with_missing_brackets(tokens, labels)
    notes: list[str] = []
    percent = unit in ("%", "百分比")
    try:
        if fixed is not None:
            notes.append(
                written("印出的算式沒有括號；照四則運算的先後並不合理，先以整個分子除以整個分母計算。")
            )
            factor = "100*" if times_hundred or percent else ""
            readings = (
                reading(
                    "bracketed",
                    written("分子、分母各自合計後相除"),
                    _hundred(fixed, factor),
                    written("補上括號"),
                    "X-04",
                ),
                reading(
                    "literal",
                    written("照印出的運算先後"),
                    _hundred(bare, factor),
                    written("未補括號"),
                    "X-04",
                ),
            )
            if percent and not times_hundred:
                notes.append(written("沒有印出「×100%」，因單位是 % 而乘以 100。"))
            return ambiguous(inputs, readings, *notes)
        simple = _simple_ratio(tokens)
        if times_hundred:
            return clear(inputs, _hundred(bare, "100*"))
        if percent and simple:
            return clear(
                inputs, _hundred(bare, "100*"), written("沒有印出「×100%」，因單位是 % 而乘以 100（X-05）。")
            )
        if unit or not simple:
            return clear(inputs, bare)
        both = (
            reading("percent", written("乘以 100，單位 %"), _hundred(bare, "100*"), source="X-05"),
            reading("plain", written("不乘以 100"), bare, source="X-05"),
        )
        return Proposal(Certainty.AMBIGUOUS, inputs, both, "percent", (written("目標沒有印出單位。"),))
    except FormulaError as error:
        return unsure(written("算式「%(text)s」讀不完整：%(message)s", text=text[:60], message=error.message))


def _strip_hundred(body: str) -> tuple[str, bool]:
    """Without a trailing *100%, and whether there was one."""
    found = _TIMES_HUNDRED.search(body)
    if found is None:
        return body, False
    return body[: found.start()], True


def _hundred(formula: str, factor: str) -> str:
    """`factor` in front; a formula that is not one product is bracketed."""
    if not factor:
        return formula
    depth = 0
    for sign in formula:
        depth += (sign == "(") - (sign == ")")
        if sign in "+-" and depth == 0:
            return f"{factor}({formula})"
    outer = re.fullmatch(r"\(([^()]*)\)", formula)
    if outer and not re.search(r"[+-]", outer[1]):
        formula = outer[1]
    return factor + formula


def _tokens(body: str) -> list[_Token]:
    """Labels, numbers, operators and the brackets that group; a bracket without an operator is part of its label."""
    tokens: list[_Token] = []
    label = ""
    at = 0

    def flush() -> None:
        nonlocal label
        if label:
            number = re.fullmatch(r"\d+(?:\.\d+)?", label)
            tokens.append(_Token("number" if number else "label", label))
            label = ""

    while at < len(body):
        sign = body[at]
        if sign == "(":
            close = _closing(body, at)
            inner = body[at + 1 : close]
            if label and not any(operator in inner for operator in _OPERATORS):
                label += body[at : close + 1]
                at = close + 1
                continue
            label = ""  # 市民滿意度(甲+乙)/2: the word before a group names the result
            tokens.append(_Token("sign", "("))
        elif sign == ")":
            flush()
            tokens.append(_Token("sign", ")"))
        elif sign in _OPERATORS:
            flush()
            tokens.append(_Token("sign", sign))
        else:
            label += sign
        at += 1
    flush()
    return tokens


def _closing(body: str, start: int) -> int:
    depth = 0
    for at in range(start, len(body)):
        depth += (body[at] == "(") - (body[at] == ")")
        if depth == 0:
            return at
    raise FormulaError(written("算式的括號沒有成對，請承辦人填寫公式。"))


def _labels(tokens: list[_Token]) -> dict[str, str]:
    """Label → input name. 未發包或開工 and 未發包或開工件數 are one input: a count unit at the end is not a difference."""
    found: dict[str, str] = {}
    by_stem: dict[str, str] = {}
    for token in tokens:
        if token.kind != "label" or token.text in found:
            continue
        stem = re.sub(r"(?:件數|數|案件數)$", "", token.text) or token.text
        if stem not in by_stem:
            if len(by_stem) == len(_NAMES):
                raise FormulaError(written("算式的項目太多，請承辦人填寫公式。"))
            by_stem[stem] = _NAMES[len(by_stem)]
        found[token.text] = by_stem[stem]
    return found


def _shown(labels: dict[str, str]) -> dict[str, str]:
    """One label for each input: the longest wording of it."""
    best: dict[str, str] = {}
    for label, code in labels.items():
        if len(label) > len(best.get(code, "")):
            best[code] = label
    return {label: code for code, label in best.items()}


def _with_missing_brackets(tokens: list[_Token], labels: dict[str, str]) -> str | None:
    """`a-b-c/a-b` → `(a-b-c)/(a-b)`: only when nothing is bracketed and both sides of one ÷ hold + or −."""
    signs = [token.text for token in tokens if token.kind == "sign"]
    if "(" in signs or "*" in signs or signs.count("/") != 1:
        return None
    at = next(i for i, token in enumerate(tokens) if token.kind == "sign" and token.text == "/")
    above, below = tokens[:at], tokens[at + 1 :]
    if not any(token.text in "+-" for token in above if token.kind == "sign") and not any(
        token.text in "+-" for token in below if token.kind == "sign"
    ):
        return None

    def joined(part: list[_Token]) -> str:
        text = "".join(labels[token.text] if token.kind == "label" else token.text for token in part)
        return f"({text})" if len(part) > 1 else text

    return f"{joined(above)}/{joined(below)}"


def _simple_ratio(tokens: list[_Token]) -> bool:
    """One label (or bracketed labels) divided by another: the denominator is not a mere number."""
    at = [i for i, token in enumerate(tokens) if token.text == "/"]
    return len(at) == 1 and any(token.kind == "label" for token in tokens[at[0] + 1 :])
