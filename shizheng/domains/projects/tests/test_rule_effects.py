"""Before a rule of tenders is changed, those who propose and approve see what it would alter (rulebook; TC-05, TC-08, TC-16 to TC-19)."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.domains.projects.queries import boards
from shizheng.domains.projects.queries.judging import CODES, MARGIN
from shizheng.domains.projects.tests.month_town import bulk_records, bulk_tenders, happen, on
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.rulebook import actions as rulebook
from shizheng.kernel.rulebook import effects
from shizheng.kernel.rulebook import queries as reading
from shizheng.kernel.rulebook.models import Rule

pytestmark = pytest.mark.django_db
MARCH = date(2025, 3, 1)


def told(code: str, value: object, start: date = MARCH, end: date | None = None) -> list[effects.Effect]:
    row = Rule.objects.get(code=code)
    made = rulebook.checked_change(
        row, value=value, valid_from=start, valid_to=end, source="會議決議", reading="", unconfirmed=False,
        reason="檢討",
    )  # fmt: skip
    return effects.of(reading.proposed_value(row, made), reading.value_or_none(code, start))


@pytest.fixture
def lagging(month_town: SimpleNamespace) -> list[Any]:
    """February to April of one agency: −12, −10 and −4 percentage points, each month the same."""
    made: list[Any] = bulk_tenders(month_town.works, "A", 3)
    for period in ("2025-02", "2025-03", "2025-04"):
        bulk_records(made, period, [Decimal(-12), Decimal(-10), Decimal(-4)])
    return made


def test_a_higher_threshold_takes_tenders_off_the_severe_ones_of_the_months_it_covers(
    lagging: list[Any], month_town: SimpleNamespace
) -> None:
    found = told("TC-18", "12")
    assert [each.text[:7] for each in found] == ["114 年 4", "114 年 3"]  # February is before it
    assert all(lagging[1].number in each.text for each in found)  # −12 still reaches it exactly
    assert {(each.before, each.after) for each in found} == {("嚴重落後", "沒有嚴重落後")}
    assert told("TC-18", "12", MARCH, date(2025, 3, 31)) == []  # over on the last day of March
    assert (
        len(boards.city_board(month_town.leader, parse_period("2025-04")).severe) == 2
    )  # nothing was changed


def test_a_wider_tolerance_changes_the_rate_and_who_has_to_report(lagging: list[Any]) -> None:
    found = told("tender.on_plan_tolerance", "12", date(2025, 4, 1))
    (agency,) = [each for each in found if "工務局" in each.text]
    assert agency.before == "進度相符率 33.33%（1 ÷ 3）；要在市府會報報告"
    assert agency.after == "進度相符率 100.00%（3 ÷ 3）；不用在市府會報報告"
    (major,) = [each for each in found if "重大工程" in each.text]
    assert (major.before, major.after) == ("33.33%（1 ÷ 3）", "100.00%（3 ÷ 3）")


def test_another_length_of_streaks_changes_what_is_proposed(lagging: list[Any]) -> None:
    found = told("tender.streak_months", 4, date(2025, 4, 1))
    assert len(found) == 2
    assert {(each.before, each.after) for each in found} == {("建議懲處，連續 3 個月", "沒有獎懲建議")}


def test_rules_of_a_day_tell_of_today(month_town: SimpleNamespace) -> None:
    (made,) = bulk_tenders(month_town.works, "A", 1)
    with on("2025-05-01"):
        happen(made, "announced", "2025-03-01", "tendering")
        happen(made, "failed", "2025-03-20")
        assert [(each.before, each.after) for each in told("TC-08", 1)] == [
            ("不列入流廢標追蹤", "列入流廢標追蹤")
        ]
        happen(made, "awarded", "2025-03-25", "performing")
        happen(made, "started", "2025-03-26")
        happen(made, "completed", "2025-03-31", "completed")
        found = told("tender.unaccepted", [{"min": "30", "label": "第一級"}])
        assert [(each.before, each.after) for each in found] == [("未驗收：沒有逾時", "未驗收 第一級")]


def test_every_rule_that_judges_a_month_can_tell(month_town: SimpleNamespace) -> None:
    """Early warnings are kept as given: a change of their margin alters nothing that is there."""
    assert [code for code in CODES if not effects.can_tell(code)] == [MARGIN]


def test_the_page_of_a_proposal_names_the_tenders(lagging: list[Any], month_town: SimpleNamespace) -> None:
    made = rulebook.propose_change(
        month_town.rdec, "TC-18", value="12", valid_from=MARCH, source="會議決議", reason="放寬"
    )
    client = Client()
    client.force_login(month_town.rdec_head)
    page = client.get(f"/rulebook/proposals/{made.pk}/").content.decode()
    assert lagging[1].number in page and "沒有嚴重落後" in page


def test_a_longer_time_for_plans_takes_tenders_off_the_late_ones_of_today(
    month_town: SimpleNamespace,
) -> None:
    made = bulk_tenders(month_town.works, "P", 2, state="preparing", funds_held_on=date(2025, 1, 10))
    with on("2025-02-20"):  # due on 10 February, by two months on 10 March
        found = told("TC-12", {"n": 2, "unit": "months"}, date(2025, 1, 1))
        assert [each.text[: len(made[0].number)] for each in found] == [each.number for each in made]
        assert {(each.before, each.after) for each in found} == {("未訂作業計畫，逾期 10 日", "沒有逾期")}
        assert told("TC-12", {"n": 2, "unit": "months"}, date(2025, 3, 1)) == []  # not in force today


def test_who_changes_the_day_of_the_plans_is_told_that_filing_has_a_rule_of_its_own(
    month_town: SimpleNamespace,
) -> None:
    (effect,) = told("TC-02", {"day": 7})
    assert "標案進度每月填報期程" in effect.text and effect.url.endswith("/filing.tender_month/")
    assert effect.before == effect.after == "每月 5 日到期"
    assert told("TC-02", {"day": 5}) == []
