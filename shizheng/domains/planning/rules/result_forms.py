"""The form of a KPI's result: which inputs are asked for, what was typed into them, and the sentence with the figure.

Pure: definitions and texts come in, values and sentences go out. The figure in a sentence is always written by the
system, at a mark that stays in the text, so that it follows the values for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from shizheng.common.numbers import format_decimal, with_unit
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import tell
from shizheng.kernel.filing.rules.typed import NotANumber, number_of
from shizheng.kernel.measures.rules.evaluate import Env, Result, Row, Value, evaluate, rounded
from shizheng.kernel.measures.rules.figures import Definition
from shizheng.kernel.measures.rules.missing import LABELS, Missing, MissingKind
from shizheng.kernel.measures.rules.render import with_values
from shizheng.kernel.measures.rules.tree import Input, inputs_of

MARK = "〔數字〕"
MISSING, WHY, NARRATIVE, EVIDENCE, FILES = "missing", "why", "narrative", "evidence", "files"
KINDS = (MissingKind.NOT_YET_MEASURABLE, MissingKind.NOT_APPLICABLE, MissingKind.TO_BE_CONFIRMED)
"""Why there may be no number. 未填報 is not said by anybody: it is a return that was not sent in."""
NOT_DONE = "未完成"


class NotReadable(ValueError):
    """What stands in a field cannot be read; `field` names it, the message is 中文."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Asked:
    """One field for an input: a number, the day of a milestone, or a list with a row on each line."""

    field: str
    input: str
    label: str
    kind: str
    step: str = ""


def asked_of(made: Definition) -> tuple[Asked, ...]:
    """The fields that a formula needs, in its order; inputs are called as the definition labels them."""
    found = []
    for use in inputs_of(made.tree) if made.tree is not None else ():
        label = made.labels.get(use.name) or use.name
        if not use.is_list:
            found.append(Asked(f"in_{use.name}", use.name, label, "number"))
        elif use.name in made.steps:
            found += [
                Asked(f"in_{use.name}.{key}"[:60], use.name, step, "step", key)
                for key, step in made.steps[use.name]
            ]
        else:
            found.append(Asked(f"in_{use.name}", use.name, label, "rows"))
    return tuple(found)


def read_inputs(made: Definition, texts: Mapping[str, str]) -> dict[str, Value]:
    """What the texts of a row give to the formula; an empty number is left out. Raises NotReadable."""
    found: dict[str, Value] = {}
    steps: dict[str, list[Row]] = {}
    for each in asked_of(made):
        text = texts.get(each.field, "").strip()
        if each.kind == "number":
            number = _number(each.field, text)
            if number is not None:
                found[each.input] = number
        elif each.kind == "rows":
            if text:
                found[each.input] = _rows(each.field, text)
        elif text:
            steps.setdefault(each.input, []).append(_step(each, text))
    for name, rows in steps.items():
        if len(rows) == len(made.steps[name]):
            found[name] = tuple(rows)
    return found


def _number(field: str, text: str) -> Decimal | None:
    try:
        return number_of(text)
    except NotANumber as failure:
        raise NotReadable(field, str(failure)) from failure


def _step(asked: Asked, text: str) -> Row:
    if text == NOT_DONE:
        return Row(asked.step, name=asked.label)
    try:
        return Row(asked.step, name=asked.label, done_on=parse_date(text))
    except DateNotUnderstood as failure:
        raise NotReadable(
            asked.field, tell("請寫完成日，例如 106-06-30；還沒完成請寫「未完成」。")
        ) from failure


def _rows(field: str, text: str) -> tuple[Row, ...]:
    """Lines of key, value and name."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        key, value, name = ([part.strip() for part in line.replace("，", ",").split(",", 2)] + ["", ""])[:3]
        try:
            found.append(Row(key, Decimal(value) if value else None, name))
        except InvalidOperation as failure:
            raise NotReadable(
                field, tell("第 %(n)s 行看不懂。請一行一筆寫「編號, 值, 名稱」，值是數字。", n=number)
            ) from failure
    if len({row.key for row in found}) != len(found):
        raise NotReadable(field, tell("編號有重複的；每一行要有不同的編號。"))
    return tuple(found)


def row_text(rows: tuple[Row, ...]) -> str:
    """Rows as the lines of their field."""
    lines = []
    for row in rows:
        value = "" if row.value is None or isinstance(row.value, Missing) else format(row.value, "f")
        lines.append(", ".join((row.key, value, row.name)).rstrip(", "))
    return "\n".join(lines)


def sentence_of(made: Definition, env: Env, result: Result | None = None) -> str:
    """`77.31%（167 ÷ 216）`: the figure with the values that made it; empty as long as they make none."""
    exact = evaluate(made.tree, env) if result is None and made.tree is not None else result
    if exact is None or isinstance(exact, Missing):
        return ""
    shown = rounded(exact, made.places)
    assert isinstance(shown, Decimal)
    text = with_unit(shown, made.unit, made.places)
    worked = _worked(made, env)
    return f"{text}（{worked}）" if worked else text


def _worked(made: Definition, env: Env) -> str:
    if made.tree is None or isinstance(made.tree, Input) or not env:
        return ""
    parts = made.ratio_parts
    if parts is not None:
        above, below = (evaluate(part, env) for part in parts)
        if not isinstance(above, Missing) and not isinstance(below, Missing):
            return f"{format_decimal(above)} ÷ {format_decimal(below)}"
    steps = [value for value in env.values() if isinstance(value, tuple)]
    if steps:
        done = sum(row.done_on is not None for rows in steps for row in rows)
        every = sum(len(rows) for rows in steps)
        return tell("完成 %(done)s／%(all)s 項", done=done, all=every) if made.steps else ""
    numbers = {name: value for name, value in env.items() if isinstance(value, Decimal)}
    return with_values(made.tree, numbers)


def lead_of(name: str) -> str:
    """The sentence with which every narrative begins, until somebody writes another: the figure comes at the mark."""
    return f"{name}為{MARK}。"


def told(narrative: str, sentence: str) -> str:
    """The narrative with the figure written in; the figure alone where there is no narrative."""
    if not sentence:
        return ""
    return narrative.replace(MARK, sentence) if MARK in narrative else sentence


def missing_sentence(kind: str, why: str) -> str:
    """What is written at the mark where there is no number."""
    label = tell(LABELS[MissingKind(kind)])
    return f"{label}（{why.strip()}）" if why.strip() else label


def without_lead(narrative: str, name: str) -> str:
    """What the agency wrote beyond the sentence that the system begins with."""
    return narrative.removeprefix(lead_of(name)).strip()
