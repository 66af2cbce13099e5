"""Tallies of months are kept when a month is locked or corrected, and say what its records say: as of any moment, by any rules."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects.actions.tallies import keep_missing_tallies
from shizheng.domains.projects.models import MonthRecord, MonthTally
from shizheng.domains.projects.queries.judging import judge
from shizheng.domains.projects.queries.months import locked_periods
from shizheng.domains.projects.queries.ranking import ranking
from shizheng.domains.projects.queries.tallying import counted, kept_tallies, tallies
from shizheng.domains.projects.tests.month_town import LATE, correct, lock_month, row, tender
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import parse_period

pytestmark = pytest.mark.django_db
MARCH = parse_period("2025-03")


@pytest.fixture
def month(month_town: SimpleNamespace) -> SimpleNamespace:
    """March of two agencies: one tender late, one on plan, one not filed."""
    month_town.late, month_town.good = tender(month_town.works, "A1"), tender(month_town.works, "A2")
    tender(month_town.parks, "B1")
    lock_month(
        month_town,
        "2025-03",
        {month_town.late: row("0", reached="design", **LATE), month_town.good: row("0")},
    )
    return month_town


def test_the_lock_keeps_what_the_records_come_to(month: SimpleNamespace) -> None:
    rules = {MARCH.code: judge(MARCH)}
    kept, months = kept_tallies(rules)
    assert months == {"2025-03"} and kept == counted(rules)
    assert {agency: (each.all, each.not_filed) for (_code, agency), each in kept.items()} == {
        month.works.pk: (2, 0), month.parks.pk: (1, 1),
    }  # fmt: skip


def test_a_correction_keeps_another_tally_beside(month: SimpleNamespace) -> None:
    rules = {MARCH.code: judge(MARCH)}
    before = tallies(rules)
    correct(month, month.late, reached="award", works="100")
    assert tallies(rules) != before and tallies(rules) == counted(rules)
    of_works = MonthTally.objects.filter(agency=month.works)
    assert of_works.count() == 2 and MonthTally.objects.filter(agency=month.parks).count() == 1


def test_months_judged_by_other_rules_than_they_were_locked_by_are_counted_anew(
    month: SimpleNamespace,
) -> None:
    rule = judge(MARCH)
    strict = replace(rule, thresholds=replace(rule.thresholds, tender=Decimal("0.01")))
    found = tallies({MARCH.code: strict})
    assert kept_tallies({MARCH.code: strict})[1] == set()
    assert found == counted({MARCH.code: strict}) and found != counted({MARCH.code: rule})


def test_months_locked_before_tallies_were_kept_are_counted_once(month: SimpleNamespace) -> None:
    other = tender(month.works, "A3")
    with recorded(by=SYSTEM, action="tests.records"):
        MonthRecord.objects.create(
            project=other,
            period="2025-02",
            filed=True,
            planned=Decimal(50),
            actual=Decimal(40),
            state="performing",
        )
    february = parse_period("2025-02")
    rules = {each.code: judge(each) for each in (february, MARCH)}
    assert kept_tallies(rules)[1] == {"2025-03"} and tallies(rules) == counted(rules)
    assert keep_missing_tallies() == 1 and keep_missing_tallies() == 0
    assert kept_tallies(rules) == (counted(rules), {"2025-02", "2025-03"})
    assert [each.code for each in locked_periods()] == ["2025-03", "2025-02"]
    assert [each.code for each in locked_periods(limit=1)] == ["2025-03"]
    assert locked_periods(AsOf(clock.now().replace(year=2020), None)) == []


def test_the_ranking_of_three_years_reads_no_record_of_a_month_that_was_counted(
    month: SimpleNamespace,
) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = ranking(month.leader, MARCH, months=36)
    assert len(found.rows) == 2 and len(asked) <= 8
    counting = [each["sql"] for each in asked if "GROUP BY" in each["sql"]]
    assert not [
        each for each in counting if "2025-03" in each
    ]  # of months that were never locked there is nothing
