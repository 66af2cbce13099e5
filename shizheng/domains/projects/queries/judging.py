"""The rules by which a month is judged, as in force on its last day, with the versions that said so (TC-05, TC-16 to TC-19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shizheng.common.words import N_
from shizheng.domains.projects.rules.judging import Counted, Thresholds
from shizheng.domains.projects.rules.streaks import Gap, StreakRule, Why
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.rules import AsOf

TOLERANCE, COUNTS, OVERALL = (
    "tender.on_plan_tolerance",
    "tender.matching_counts",
    "tender.overall_performance",
)
TENDER, WORKS, REPORT, MAJOR = "TC-18", "TC-19", "TC-17", "TC-16"
STREAK, STREAK_MONTHS = "TC-05", "tender.streak_months"
MARGIN = "tender.warning_margin"
GAPS = {
    Why.NOT_FILED: "tender.streak_not_filed",
    Why.SUSPENDED: "tender.streak_suspended",
    Why.REPLANNED: "tender.streak_replanned",
}
CODES = (
    TOLERANCE,
    COUNTS,
    TENDER,
    WORKS,
    REPORT,
    OVERALL,
    MAJOR,
    STREAK,
    STREAK_MONTHS,
    MARGIN,
    *GAPS.values(),
)
NEVER = Decimal("Infinity")
"""A threshold that nothing reaches: before any plan set one, nothing is severe."""
OVERALL_LABELS = {
    "matching": N_("進度相符率"),
    "execution": N_("預算執行率"),
    "either": N_("任一個率低於門檻"),
}


@dataclass(frozen=True, slots=True)
class Judge:
    """How a month is judged. In percentage points and NTD; `report`, `major`, `streak` and `margin` (how near to severe is
    即將落後, X-21) are None before a plan says so.
    """

    period: Period
    thresholds: Thresholds
    counted: Counted
    report: Decimal | None
    overall: str
    major: Decimal | None
    streak: StreakRule | None
    margin: Decimal | None
    rules: tuple[RuleValue, ...]

    @property
    def versions(self) -> dict[str, int]:
        """Code of each rule → id of the version that counted."""
        return {each.code: each.version_id for each in self.rules}

    @property
    def unconfirmed(self) -> tuple[RuleValue, ...]:
        """Those whose reading is 待確認."""
        return tuple(each for each in self.rules if each.unconfirmed)

    def of(self, *codes: str) -> tuple[RuleValue, ...]:
        """Some of the rules, by code."""
        return tuple(each for each in self.rules if each.code in codes)

    def has_to_report(self, matching: Decimal | None, execution: Decimal | None) -> bool:
        """Whether an agency with these rates (percent, unrounded) reports at the city meeting (B03, TC-17)."""
        if self.report is None:
            return False
        low = {
            "matching": matching is not None and matching < self.report,
            "execution": execution is not None and execution < self.report,
        }
        return any(low.values()) if self.overall == "either" else low[self.overall]


def judge(period: Period, as_of: AsOf | None = None) -> Judge:
    """The rules of one month (at most one query)."""
    return judges([period], as_of)[period.code]


def judges(
    periods: Iterable[Period], as_of: AsOf | None = None, *, proposed: RuleValue | None = None
) -> dict[str, Judge]:
    """The rules of many months by their codes (at most one query); with a `proposed` version where it would count."""
    wanted = list(periods)
    found = rulebook.values_on_days(CODES, {each.last_day for each in wanted}, as_of)
    made = {}
    for each in wanted:
        rules = {code: found.get((code, each.last_day)) for code in CODES}
        if proposed is not None and covers(proposed, each.last_day):
            rules[proposed.code] = proposed
        made[each.code] = _judge(each, rules)
    return made


def covers(proposed: RuleValue, day: date) -> bool:
    """Whether a proposed version would be in force on a day."""
    return proposed.valid_from <= day and (proposed.valid_to is None or day < proposed.valid_to)


def _judge(period: Period, found: Mapping[str, RuleValue | None]) -> Judge:
    def number(code: str) -> Decimal | None:
        rule = found[code]
        return Decimal(str(rule.value)) if rule is not None else None

    def choice(code: str, otherwise: str) -> str:
        rule = found[code]
        return str(rule.value) if rule is not None else otherwise

    threshold, length = number(STREAK), number(STREAK_MONTHS)
    streak = None
    if threshold is not None and length is not None:
        gaps = {why: Gap(choice(code, Gap.BREAKS.value)) for why, code in GAPS.items()}
        streak = StreakRule(threshold, int(length), gaps)
    tender, works = number(TENDER), number(WORKS)
    return Judge(
        period=period,
        thresholds=Thresholds(
            number(TOLERANCE) or Decimal(0),
            NEVER if tender is None else tender,
            NEVER if works is None else works,
        ),
        counted=Counted(choice(COUNTS, Counted.AHEAD_OR_ON_PLAN.value)),
        report=number(REPORT),
        overall=choice(OVERALL, "matching"),
        major=number(MAJOR),
        streak=streak,
        margin=number(MARGIN),
        rules=tuple(each for each in found.values() if each is not None),
    )
