"""How a figure is judged: direction, verdict, straight-line warning, progress (X-11, X-13, A04)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.words import N_
from shizheng.kernel.measures.rules.evaluate import CONTEXT, HUNDRED, Result
from shizheng.kernel.measures.rules.missing import Missing, MissingKind

RULE_CODE = "kpi.met"


class Direction(StrEnum):
    """What it takes to meet the target."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EXACTLY = "="

    @property
    def sign(self) -> str:
        return {">=": "≥", "<=": "≤", "=": "="}[self.value]

    @property
    def label(self) -> str:
        return {">=": N_("越高越好"), "<=": N_("越低越好"), "=": N_("剛好等於")}[self.value]


FALLS_SHORT = {Direction.AT_LEAST: "<", Direction.AT_MOST: ">", Direction.EXACTLY: "≠"}


class VerdictCode(StrEnum):
    """What the figure says about the target. The missing kinds keep their own names."""

    MET = "met"
    NOT_MET = "not_met"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    NO_TARGET = "no_target"
    NOT_FILED = "not_filed"
    TO_BE_CONFIRMED = "to_be_confirmed"
    NOT_YET_MEASURABLE = "not_yet_measurable"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        return VERDICT_LABELS[self]


VERDICT_LABELS = {
    VerdictCode.MET: N_("達標"),
    VerdictCode.NOT_MET: N_("未達標"),
    VerdictCode.AT_RISK: N_("有落後之虞"),
    VerdictCode.ON_TRACK: N_("照此速度可達標"),
    VerdictCode.NO_TARGET: N_("未訂目標"),
    VerdictCode.NOT_FILED: N_("未填報"),
    VerdictCode.TO_BE_CONFIRMED: N_("待確認"),
    VerdictCode.NOT_YET_MEASURABLE: N_("尚未可衡量"),
    VerdictCode.NOT_APPLICABLE: N_("不適用"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """The version of the rule that judged: which reading of it, since when, and where it is printed."""

    code: str = RULE_CODE
    version: int = 1
    judge_exact: bool = False
    since: str = ""
    source: str = ""
    to_be_confirmed: bool = False
    id: int | None = None
    reading: str = ""
    at_risk_share: Decimal = HUNDRED
    """Lower is better, midway: at risk where the projection passes this many percent of the target (X-13)."""
    at_risk_version: int = 0
    at_risk_id: int | None = None

    @property
    def name(self) -> str:
        return f"{self.code}@{self.version}"

    @property
    def sentence(self) -> str:
        """「由規則 kpi.met 第 3 版判定，106-01-01 起施行，依據…」"""
        text = f"由規則 {self.code} 第 {self.version} 版判定"
        if self.since:
            text += f"，{self.since} 起施行，依據 {self.source}"
        return text + ("（待確認）" if self.to_be_confirmed else "")


DEFAULT_RULE = Rule()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement, with the comparison that was made and a projection where one was needed."""

    code: VerdictCode
    comparison: str = ""
    projected: Decimal | None = None
    note: str = ""


def meets(value: Decimal, target: Decimal, direction: Direction) -> bool:
    """Whether `value` meets `target`; equality always does."""
    if direction is Direction.AT_LEAST:
        return value >= target
    if direction is Direction.AT_MOST:
        return value <= target
    return value == target


def judge(
    result: Result,
    target: Decimal | None,
    direction: Direction,
    places: int,
    *,
    elapsed: Decimal | None = None,
    rule: Rule = DEFAULT_RULE,
) -> Verdict:
    """Judge an exact result against its target.

    The number as shown (rounded half up to `places`) is what is compared, so that nobody reads "75.00 ≥ 75, 未達標";
    `rule.judge_exact` compares the exact one. A note says so where the two would differ.
    `elapsed` (0 to 1) is the share of the period that is over; give it only for amounts that grow during the period
    (counts, sums): they are projected in a straight line, and warned about before the limit is reached.
    """
    if isinstance(result, Missing):
        return Verdict(VerdictCode(result.kind.value), note=result.reason)
    if target is None:
        return Verdict(VerdictCode.NO_TARGET)
    shown = round_half_up(result, places)
    judged = result if rule.judge_exact else shown
    met = meets(judged, target, direction)
    sign = direction.sign if meets(shown, target, direction) else FALLS_SHORT[direction]
    comparison = f"{format_decimal(shown)} {sign} {format_decimal(target)}"
    note = ""
    if meets(result, target, direction) != meets(shown, target, direction):
        note = (
            N_("進位前後的判定不同：依進位前的數判定")
            if rule.judge_exact
            else N_("進位前後的判定不同：依進位後的數判定")
        )
    if elapsed is None or elapsed >= 1:
        return Verdict(VerdictCode.MET if met else VerdictCode.NOT_MET, comparison, None, note)
    return _midway(judged, target, direction, elapsed, comparison, note, rule.at_risk_share)


def _midway(
    value: Decimal,
    target: Decimal,
    direction: Direction,
    elapsed: Decimal,
    comparison: str,
    note: str,
    share: Decimal,
) -> Verdict:
    """A growing amount before its period is over: what is past mending, what is reached, and what is projected."""
    if direction is Direction.AT_LEAST and value >= target:
        return Verdict(VerdictCode.MET, comparison, None, note)
    if direction is not Direction.AT_LEAST and value > target:
        return Verdict(VerdictCode.NOT_MET, comparison, None, note)
    if elapsed <= 0:
        return Verdict(VerdictCode.ON_TRACK, comparison, None, note)
    with localcontext(CONTEXT):
        projected = value / elapsed
        limit = target * share / HUNDRED
    fits = projected <= limit if direction is Direction.AT_MOST else projected >= target
    return Verdict(VerdictCode.ON_TRACK if fits else VerdictCode.AT_RISK, comparison, projected, note)


class ProgressReading(StrEnum):
    """How progress is read. For lower-is-better the field has no settled rule: configurable, 待確認."""

    VALUE_OVER_TARGET = "value_over_target"
    TARGET_OVER_VALUE = "target_over_value"


def progress(
    result: Result,
    target: Decimal | None,
    reading: ProgressReading = ProgressReading.VALUE_OVER_TARGET,
) -> Result:
    """Progress towards the target in percent, unrounded: a field of its own, never the value (X-11).

    208 of 350 people is 59.43. For lower-is-better the default says how much of the limit is used up (80 of 150: 53.33).
    """
    if isinstance(result, Missing):
        return result
    if target is None:
        return Missing(MissingKind.NOT_APPLICABLE, N_("未訂目標"))
    above, below = (result, target) if reading is ProgressReading.VALUE_OVER_TARGET else (target, result)
    if not below:
        return Missing(MissingKind.NOT_APPLICABLE, N_("分母為 0，無法換算進度"))
    with localcontext(CONTEXT):
        return HUNDRED * above / below
