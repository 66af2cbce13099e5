"""What the yearly assessment is worked out from: the locked months of the year, and the rules in force at its end."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.clock import TAIPEI
from shizheng.common.roc import FIRST_YEAR
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.queries.judging import Judge, judges
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.queries.ranking import LIGHT, WINDOW, Light, months_in_row
from shizheng.domains.projects.queries.tallying import course_of_record, is_severe_record
from shizheng.domains.projects.rules.assessing import Item, MonthFacts, Scored, scored
from shizheng.domains.projects.rules.judging import Counted, Course
from shizheng.domains.projects.rules.streaks import streak
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.rules import YearlyDeadline
from shizheng.kernel.rulebook.words import words_of

WEIGHTS = {item: f"tender.assess_{item.value}" for item in Item}
ON_SITE, EACH_SEVERE, LEAST_MONTHS, GRADES = (
    "tender.assess_on_site", "tender.assess_each_severe", "tender.assess_months", "tender.assess_grades",
)  # fmt: skip
DONE_BY = "tender.assess_by"
CODES = (*WEIGHTS.values(), ON_SITE, EACH_SEVERE, LEAST_MONTHS, GRADES)


@dataclass(frozen=True, slots=True)
class AssessRules:
    """How a year is assessed: weights in percent, points, months, bands from the highest down."""

    weights: Mapping[Item, Decimal]
    on_site: Decimal
    each_severe: Decimal
    least_months: int
    bands: tuple[tuple[Decimal, str], ...]
    rules: tuple[RuleValue, ...]

    def as_json(self) -> dict[str, Any]:
        """As kept with the round: what was applied, by which versions."""
        return {
            "on_site": str(self.on_site),
            "bands": [[str(least), label] for least, label in self.bands],
            "rules": [
                {
                    "code": each.code, "name": each.name, "label": each.label, "version_id": each.version_id,
                    "value": words_of(each), "reading": each.reading, "to_be_confirmed": each.unconfirmed,
                }
                for each in self.rules
            ],
        }  # fmt: skip


def year_of(roc_year: int) -> Period:
    """The year as a period."""
    return Period(PeriodKind.YEAR, roc_year + FIRST_YEAR, 1)


def due_on(roc_year: int) -> date:
    """Until when the assessment of a year is signed, by the rule in force when the year is over (TC-15)."""
    day = year_of(roc_year).end
    value = rulebook.value_of(DONE_BY, day).value
    assert isinstance(value, YearlyDeadline)
    return value.in_year(day.year)


def rules_of(roc_year: int) -> AssessRules:
    """The rules in force on the last day of the year (at most one query). Raises NoRuleInForce for a year before them."""
    rules = rulebook.values_of(CODES, year_of(roc_year).last_day)

    def number(code: str) -> Decimal:
        return Decimal(str(rules[code].value))

    bands = sorted(((band.least, band.label) for band in rules[GRADES].value), reverse=True)  # type: ignore[union-attr]
    return AssessRules(
        weights={item: number(code) for item, code in WEIGHTS.items()},
        on_site=number(ON_SITE),
        each_severe=number(EACH_SEVERE),
        least_months=int(number(LEAST_MONTHS)),
        bands=tuple(bands),
        rules=tuple(rules[code] for code in CODES),
    )


def scores_of(roc_year: int, rules: AssessRules) -> dict[int, tuple[int, list[Scored]]]:
    """Tender → months under control in the year and its items; of those with enough months. Three queries."""
    year = year_of(roc_year)
    months = year.parts(PeriodKind.MONTH)
    judged = judges(months)
    records: dict[int, list[MonthRecord]] = defaultdict(list)
    rows = known().filter(period__gte=months[0].code, period__lte=months[-1].code)
    for each in rows.select_related("filing__round").order_by("project_id", "period"):
        records[each.project_id].append(each)
    wanted = {pk: told for pk, told in records.items() if len(told) >= rules.least_months}
    lights: dict[int, list[Light]] = defaultdict(list)
    first = months[0].moved(1 - WINDOW)
    before = known().filter(project_id__in=wanted, period__gte=first.code, period__lte=months[-1].code)
    for row in before.order_by("project_id", "period").values_list(*LIGHT):
        lights[row[0]].append(Light(*row))
    return {
        pk: (
            len(told),
            scored(
                [_facts(each, judged[each.period], lights[pk]) for each in told],
                rules.weights,
                rules.each_severe,
            ),
        )
        for pk, told in wanted.items()
    }


def _facts(record: MonthRecord, rule: Judge, lights: list[Light]) -> MonthFacts:
    course = course_of_record(record, rule.thresholds)
    ahead_counts = rule.counted is Counted.AHEAD_OR_ON_PLAN
    good = course is Course.ON_PLAN or (ahead_counts and course is Course.AHEAD)
    period = parse_period(record.period)
    run = None
    if rule.streak is not None:
        told = [each for each in lights if each.period <= record.period]
        run = streak(months_in_row(told, period), rule.streak)
    money = (record.paid, record.payable, record.surplus)
    return MonthFacts(
        period=record.period,
        good=None if course is Course.SUSPENDED else good,
        on_time=_on_time(record),
        severe=is_severe_record(record, rule.thresholds),
        in_streak=run is not None and not run.ahead,
        executed=None if None in money else sum((each for each in money if each is not None), Decimal(0)),
        allocated=record.allocated if record.filed else None,
    )


def _on_time(record: MonthRecord) -> bool | None:
    """Whether the return was first sent in by its day; None where no return stands behind the month."""
    if not record.filed:
        return False
    if record.filing is None or record.filing.first_submitted_at is None:
        return None
    sent = record.filing.first_submitted_at.astimezone(TAIPEI).date()
    return sent <= (record.filing.extended_due or record.filing.round.due_on)
