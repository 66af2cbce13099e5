"""Which printed numbers went into a KPI: proposals with a confidence and a reason. A person decides (A04, X-02, X-07).

Numbers are tried in the KPI's own formula; where the result, rounded half up to the decimals that are printed, is a
number that the narrative prints as the KPI's value, the pair is proposed. Nothing else is ever filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from shizheng.common.numbers import plain, round_half_up
from shizheng.common.words import listed, written
from shizheng.kernel.measures.rules.evaluate import evaluate
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.tree import Node, inputs_of

MAX_FIGURES = 12
MAX_INPUTS = 3
EXACT, LIKELY, POSSIBLE = Decimal("0.98"), Decimal("0.80"), Decimal("0.40")


@dataclass(frozen=True, slots=True)
class Printed:
    """A number in a narrative: its position in the list, value, unit, decimals, and the words before it."""

    position: int
    value: Decimal
    unit: str
    places: int
    before: str = ""


@dataclass(frozen=True, slots=True)
class FigureProposal:
    """Inputs by name → position of the printed number; `computed` is what the formula gives, unrounded.

    `exact`: the computed value, rounded half up to the printed decimals, is the printed one, in one way only.
    """

    inputs: Mapping[str, int]
    value_position: int | None
    computed: Decimal | None
    confidence: Decimal
    reason: str
    exact: bool = False


def propose(
    tree: Node | None, labels: Mapping[str, str], figures: Sequence[Printed], unit: str
) -> list[FigureProposal]:
    """The likeliest proposals first, at most five; empty where nothing fits."""
    if tree is None:
        return []
    uses = inputs_of(tree)
    if not uses or len(uses) > MAX_INPUTS or any(use.is_list for use in uses):
        return []
    names = [use.name for use in uses]
    kept = list(figures[:MAX_FIGURES])
    if len(names) == 1:
        return _single(names[0], tree, labels, kept, unit)
    return _several(names, tree, labels, kept)


def _several(
    names: list[str], tree: Node, labels: Mapping[str, str], figures: list[Printed]
) -> list[FigureProposal]:
    fits: dict[tuple[Decimal, ...], tuple[int, tuple[Printed, ...], Printed, Decimal]] = {}
    for value in (each for each in figures if each.unit == "%"):
        rest = [each for each in figures if each is not value]
        for chosen in permutations(rest, len(names)):
            if _mixes(chosen):
                continue
            result = evaluate(tree, dict(zip(names, (each.value for each in chosen), strict=True)))
            if isinstance(result, Missing) or round_half_up(result, value.places) != value.value:
                continue
            score = sum(
                _fit(labels.get(name, ""), each.before) for name, each in zip(names, chosen, strict=True)
            )
            key = tuple(sorted(each.value for each in chosen))
            if key not in fits or score > fits[key][0]:
                fits[key] = (score, chosen, value, result)
    alone = len(fits) == 1
    found = [
        FigureProposal(
            inputs={name: each.position for name, each in zip(names, chosen, strict=True)},
            value_position=value.position,
            computed=result,
            confidence=EXACT if alone else LIKELY,
            reason=_reason(names, chosen, value, result, alone),
            exact=alone,
        )
        for _score, chosen, value, result in sorted(fits.values(), key=lambda fit: -fit[0])
    ]
    return found[:5]


def _mixes(chosen: Sequence[Printed]) -> bool:
    """Percentages go with percentages and counts with counts, never one with the other."""
    return len({each.unit == "%" for each in chosen}) > 1


def _reason(names: list[str], chosen: Sequence[Printed], value: Printed, result: Decimal, alone: bool) -> str:
    terms = listed(f"{name}＝{plain(each.value)}" for name, each in zip(names, chosen, strict=True))
    shown = plain(round_half_up(result, 4))
    text = written(
        "%(terms)s 代入公式得 %(shown)s，四捨五入到印出的 %(places)s 位就是印出的 %(value)s%(unit)s",
        terms=terms,
        shown=shown,
        places=value.places,
        value=plain(value.value),
        unit=value.unit,
    )
    if value.places < 2 and round_half_up(result, 2) != value.value:
        text += written("（取 2 位是 %(result)s）", result=round_half_up(result, 2))
    return text + ("。" if alone else written("；另有別組數字也相符，請看原文決定。"))


def _single(
    name: str, tree: Node, labels: Mapping[str, str], figures: list[Printed], unit: str
) -> list[FigureProposal]:
    """A value filed as it is: there is nothing to check it against, so it is only a suggestion."""
    same = [each for each in figures if each.unit == unit] or figures
    ranked = sorted(same, key=lambda each: (-_fit(labels.get(name, ""), each.before), -each.position))
    found = []
    for each in ranked[:3]:
        result = evaluate(tree, {name: each.value})
        found.append(
            FigureProposal(
                inputs={name: each.position},
                value_position=None,
                computed=None if isinstance(result, Missing) else result,
                confidence=POSSIBLE,
                reason=written(
                    "%(value)s%(unit)s 的單位相符，但沒有算式可以核對，請看原文決定。",
                    value=plain(each.value),
                    unit=each.unit,
                ),
            )
        )
    return found


def _fit(label: str, before: str) -> int:
    """The length of the longest piece of the label (two characters or more) that stands before the number."""
    best = 0
    for start in range(len(label)):
        for end in range(start + max(2, best + 1), len(label) + 1):
            if label[start:end] in before:
                best = end - start
            else:
                break
    return best
