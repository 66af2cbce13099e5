"""Figures are judged by the rulebook's version for their period, and keep saying which one it was."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from shizheng.common import clock
from shizheng.kernel.measures import queries
from shizheng.kernel.measures.queries.ruling import rules_for
from shizheng.kernel.measures.rules.judging import DEFAULT_RULE, Direction, Rule, VerdictCode, judge
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.tests.factories import file, make_measure, open_unit
from shizheng.kernel.people.factories import person
from shizheng.kernel.rulebook import actions as rulebook
from shizheng.kernel.rulebook import effects
from shizheng.kernel.rulebook import queries as rules
from shizheng.kernel.rulebook.models import Rule as RuleRow

pytestmark = pytest.mark.django_db


def change(code: str, value: str, day: date) -> None:
    row = rulebook.propose_change(
        person(role="rdec_officer"), code, value=value, valid_from=day, source="115 年度計畫", reason="新讀法"
    )
    version = RuleRow.objects.get(code=code).version
    rulebook.approve_change(person(role="rdec_head"), row.pk, version=version, reason="同意")


def test_the_last_day_of_the_period_says_which_version_judges() -> None:
    periods = [parse_period(code) for code in ("2010", "2012", "2016-H1", "2017-H1")]
    found = rules_for(periods)
    assert [found[period].version for period in periods] == [1, 1, 2, 3]
    assert found[periods[0]] is DEFAULT_RULE and found[periods[3]].since == "106-01-01"


def test_a_changed_rule_judges_later_periods_and_leaves_what_was_known_before() -> None:
    period, before = parse_period("2026-H1"), date(2026, 6, 30)
    with clock.set_to(datetime(2026, 7, 10, 9, tzinfo=clock.TAIPEI)):
        change("kpi.met", "exact", date(2026, 1, 1))
    with clock.set_to(datetime(2026, 8, 1, 9, tzinfo=clock.TAIPEI)):
        now, then = rules_for([period]), rules_for([period], queries.as_of_day(before))
        assert (now[period].name, now[period].judge_exact) == ("kpi.met@4", True)
        assert (then[period].name, then[period].judge_exact) == ("kpi.met@3", False)


def test_a_lower_share_warns_earlier_where_lower_is_better() -> None:
    """X-13: 70 in half a year projects to 140 of 150."""
    told = judge(Decimal(70), Decimal(150), Direction.AT_MOST, 0, elapsed=Decimal("0.5"))
    early = judge(
        Decimal(70),
        Decimal(150),
        Direction.AT_MOST,
        0,
        elapsed=Decimal("0.5"),
        rule=Rule(at_risk_share=Decimal(90)),
    )
    assert (told.code, early.code) == (VerdictCode.ON_TRACK, VerdictCode.AT_RISK)
    at_least = judge(
        Decimal(70),
        Decimal(140),
        Direction.AT_LEAST,
        0,
        elapsed=Decimal("0.5"),
        rule=Rule(at_risk_share=Decimal(90)),
    )
    assert at_least.code is VerdictCode.ON_TRACK


def test_what_a_new_reading_would_judge_otherwise_is_told_before_it_is_set() -> None:
    """74.996 shows as 75.00: met as shown, not met before rounding. 80 is met either way."""
    agency = open_unit("TAG", parent=open_unit("city"))
    narrow, safe = make_measure(agency, "narrow"), make_measure(agency, "safe")
    file(narrow, agency, "2017-06", a=74996, b=100000)
    file(safe, agency, "2017-06", a=80, b=100)
    current = rules.value_of("kpi.met", date(2017, 6, 30))
    given = {"valid_to": None, "source": "甲", "reading": "", "unconfirmed": False, "reason": "乙"}
    row = RuleRow.objects.get(code="kpi.met")

    def told(value: str, start: date) -> list[effects.Effect]:
        made = rulebook.checked_change(row, value=value, valid_from=start, **given)  # type: ignore[arg-type]
        return effects.of(rules.proposed_value(row, made), current)

    (found,) = told("exact", date(2017, 1, 1))
    assert "指標 narrow" in found.text and (found.before, found.after) == ("達標", "未達標") and found.url
    assert told("rounded", date(2017, 1, 1)) == [] and told("exact", date(2017, 7, 1)) == []


def test_a_figure_evaluated_again_is_judged_by_the_version_that_judged_it_then() -> None:
    """74.996 is met as shown (75.00); a later version that compares before rounding leaves what was issued as it was."""
    agency = open_unit("TAG", parent=open_unit("city"))
    narrow, early = make_measure(agency, "narrow"), make_measure(agency, "early", valid_from=date(2010, 1, 1))
    file(narrow, agency, "2017-06", a=74996, b=100000)
    file(early, agency, "2010-06", a=80, b=100)
    keys = [
        queries.Key(narrow.pk, agency.pk, parse_period("2017-06")),
        queries.Key(early.pk, agency.pk, parse_period("2010-06")),
    ]
    issued = queries.figures(keys)
    kept = [queries.made_of(issued[key]) for key in keys]
    change("kpi.met", "exact", date(2017, 1, 1))
    now = queries.figures(keys)[keys[0]]
    assert (now.rule.name, now.verdict.code) == ("kpi.met@4", VerdictCode.NOT_MET)

    again = queries.figures_again(kept)
    assert [each and each.rule for each in again] == [issued[key].rule for key in keys]
    assert [each and each.verdict.code for each in again] == [VerdictCode.MET, VerdictCode.MET]
    assert [each and each.id for each in again] == [issued[key].id for key in keys]
    assert kept[1].rule_id is None and kept[0].at_risk_id
    assert queries.figures_again([queries.made_of(now)])[0] == replace(now, code="", name="")
    assert queries.figures_again([kept[0]._replace(rule_id=2**40)]) == [None]
