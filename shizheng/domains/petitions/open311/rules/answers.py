"""Whether what somebody answered fits the question: an attribute of a service definition."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shizheng.common.words import tell
from shizheng.domains.petitions.open311.rules.reading import Unfit, clean, moment

LONGEST = {"string": 300, "text": 2000}
MULTI, SINGLE = "multivaluelist", "singlevaluelist"
OPEN_TO_ALL = frozenset({"number", "datetime", SINGLE, MULTI})
"""Answers of these kinds hold no words of the citizen's own."""


@dataclass(frozen=True, slots=True)
class Question:
    """An attribute as it is asked; `keys`: of a list."""

    code: str
    datatype: str
    required: bool
    keys: frozenset[str] = frozenset()


def answer(question: Question, given: Sequence[str]) -> list[str]:
    """The answers that are kept, one but for a list of several. Raises Unfit."""
    name = f"attribute[{question.code}]"
    if len(given) > 1 and question.datatype != MULTI:
        raise Unfit(tell("%(name)s 只能有一個值。", name=name))
    if question.datatype in (MULTI, SINGLE):
        keys = list(dict.fromkeys(text.strip() for text in given))
        if not set(keys) <= question.keys:
            raise Unfit(tell("%(name)s 的值不在選項裡；選項請查服務定義。", name=name))
        return keys
    (text,) = given
    if question.datatype == "number":
        return [_number(name, text.strip())]
    if question.datatype == "datetime":
        made = moment(name, text)
        return [made.isoformat()] if made else []
    return [clean(name, text, LONGEST[question.datatype], lines=question.datatype == "text")]


def _number(name: str, text: str) -> str:
    try:
        value = float(text) if text.isascii() and len(text) <= 40 and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Unfit(tell("%(name)s 要是數字。", name=name))
    return text


def answers(
    questions: Sequence[Question], given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], list[Unfit]]:
    """What is kept by code, and everything that does not fit: each with its own sentence."""
    kept: dict[str, list[str]] = {}
    wrong: list[Unfit] = []
    for question in questions:
        texts = given.get(question.code)
        if not texts:
            if question.required:
                wrong.append(Unfit(tell("attribute[%(code)s] 必填。", code=question.code)))
            continue
        try:
            kept[question.code] = answer(question, texts)
        except Unfit as failure:
            wrong.append(failure)
    return kept, wrong
