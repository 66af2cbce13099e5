"""The demonstration city has a past: two years of closed tenders, from which its early warnings learn."""

import tomllib
from importlib.resources import files

from django.test import Client

from shizheng.common.permissions import SYSTEM
from shizheng.config.demonstration.months import MONTHS
from shizheng.config.demonstration.past import FIRST
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries import warnings
from shizheng.domains.projects.queries.months import locked_periods
from shizheng.domains.projects.queries.ranking import ranking
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.people.queries import user_by_username


def test_early_warnings_have_a_past_that_says_it_is_invented_and_today_stays_what_it_was(
    own_demonstration: str,
) -> None:
    given = tomllib.loads(files("shizheng.config.demonstration").joinpath("past.toml").read_text("utf-8"))
    past = list(queries.visible_to(SYSTEM).filter(note=given["source"]))
    assert len(past) == len(given["tenders"]) and "虛構" in given["source"]
    assert {each.state for each in past} == {"closed"} and {each.roc_year for each in past} == {111, 112}
    locked = [each.code for each in reversed(locked_periods())]
    assert locked[0] == FIRST and locked[-len(MONTHS) :] == list(MONTHS)
    first, last = parse_period(FIRST), parse_period(MONTHS[-1])
    whole = (last.year - first.year) * 12 + last.number - first.number + 1
    assert locked == [each.code for each in last.last(whole)], "no month is missing between them"
    # the months of the city's own tenders hold these alone
    shown = warnings.visible_to(SYSTEM)
    assert not shown.filter(period__gte=MONTHS[0], project__in=past).exists()
    assert sum(row.whole for row in ranking(SYSTEM, parse_period(MONTHS[-1]), None).rows) == 11
    newest = shown.filter(period=MONTHS[-1])
    assert newest.exists() and not newest.filter(share=None).exists()
    assert {each.recorded_at.year for each in newest} == {2025}
    found = warnings.quality()
    assert found is not None and found.warned > 200 and found.ours.fell > 20 and found.beats_slope


def test_the_pages_of_early_warning_show_chances_reasons_and_how_good_they_were(
    own_demonstration: str,
) -> None:
    client = Client()
    client.force_login(user_by_username("rdec"))  # type: ignore[arg-type]
    page = client.get("/projects/register/warnings/").content.decode()
    assert "模擬、未驗證" in page and "機會達 50%" in page
    likeliest = warnings.visible_to(SYSTEM).filter(period=MONTHS[-1]).order_by("-share")[0]
    one = client.get(f"/projects/register/warnings/{likeliest.pk}/").content.decode()
    assert "最近的相似月份" in one and "機會怎麼算的" in one
    record = client.get("/projects/register/warnings/record/").content.decode()
    assert "比只看近月速度多找到" in record and "這一頁的數字是模擬、未驗證" in record


def test_the_last_locked_month_has_a_tender_that_is_about_to_lag(own_demonstration: str) -> None:
    client = Client()
    client.force_login(user_by_username("rdec"))  # type: ignore[arg-type]
    near = client.get("/projects/register/warnings/?near=1").context["table"].page.object_list
    assert [row.record.project.name for row in near] == ["東嵐橋改建工程"]
