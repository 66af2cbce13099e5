"""Before a rule of scoring or of promises is set, those who decide see which scores and states it would change."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.domains.planning.models import Plan
from shizheng.domains.planning.tests.promise_town import file_quarter, make_programme
from shizheng.domains.planning.tests.test_scores import filed, rules
from shizheng.kernel.rulebook import actions as rulebook
from shizheng.kernel.rulebook import effects
from shizheng.kernel.rulebook import queries as reading
from shizheng.kernel.rulebook.models import Rule

__all__ = ["filed", "rules"]
pytestmark = pytest.mark.django_db


def told(code: str, value: object, start: date, end: date | None = None) -> list[effects.Effect]:
    row = Rule.objects.get(code=code)
    made = rulebook.checked_change(
        row, value=value, valid_from=start, valid_to=end, source="研考會函", reading="", unconfirmed=False,
        reason="檢討",
    )  # fmt: skip
    return effects.of(reading.proposed_value(row, made), reading.value_or_none(code, start))


def test_other_bands_change_the_grades_of_the_years_they_cover(filed: Plan) -> None:
    """71.06 is 乙等 from 70 and 丙等 from 72."""
    bands = [{"min": "72", "label": "乙等"}, {"min": "0", "label": "丙等"}]
    (found,) = told("score.bands", bands, date(2018, 1, 1))
    assert "107 年度" in found.text and "工務局" in found.text and found.url
    assert "71.06 分　乙等" in found.before and "71.06 分　丙等" in found.after
    assert told("score.bands", bands, date(2019, 1, 1)) == []
    assert told("score.bands", bands, date(2017, 1, 1), date(2018, 12, 31)) == []


def test_another_way_to_score_what_should_be_low_changes_the_score(filed: Plan) -> None:
    """All or nothing: the 80 defects where 60 are allowed give nothing; 10.266 ÷ 25 remain."""
    (found,) = told("score.lower_is_better", "all_or_nothing", date(2018, 1, 1))
    assert "71.06" in found.before and "41.06" in found.after


def test_a_wider_margin_takes_action_plans_off_the_list_of_those_behind(town: SimpleNamespace) -> None:
    """Of sixteen quarters one is over, 6.16% of the days: 3 of 60 km are 5%, 81% of the way."""
    made = make_programme(town)
    file_quarter(
        town,
        made,
        "2018-Q1",
        {"1-1-1.quantity": "3", "1-1-1.text": "整修", "1-1-1.obstacles": "用地"},
        {"1-1-2.percent": "7", "1-1-2.text": "種樹"},
    )
    (found,) = told("promise.behind", "80", date(2018, 1, 1))
    assert found.text.startswith("1-1-1 整修人行道") and (found.before, found.after) == ("落後", "進度正常")
    assert told("promise.behind", "80", date(2019, 1, 1)) == []


def test_the_page_of_a_proposal_shows_them(filed: Plan, town: SimpleNamespace, client: Client) -> None:
    row = rulebook.propose_change(
        town.rdec, "score.lower_is_better", value="all_or_nothing", valid_from=date(2018, 1, 1),
        source="研考會函", reason="改採嚴格讀法",
    )  # fmt: skip
    client.force_login(town.rdec_head)
    page = client.get(f"/rulebook/proposals/{row.pk}/").content.decode()
    assert "41.06" in page and "系統不能事先算出來" not in page
