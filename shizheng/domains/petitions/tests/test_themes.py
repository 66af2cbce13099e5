"""Near petitions with why; themes: proposed by words, confirmed, excluded, undone; nothing sealed on their pages."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Belonging, Category, Theme, ThemePetition
from shizheng.domains.petitions.queries import themes as queries
from shizheng.domains.petitions.queries.near import near_to
from shizheng.domains.petitions.rules.nearness import (
    Limits,
    Placed,
    metres_between,
    nearest,
    nearness,
    shared_words,
)
from shizheng.domains.petitions.rules.themes import words_in, words_of
from shizheng.domains.petitions.tests.test_pages import api, body, page
from shizheng.domains.petitions.tests.town import NAME, PHONE, handled, receive
from shizheng.kernel.history import queries as history

LIMITS = Limits(200, 90, Decimal("0.35"))
DAY = date(2025, 2, 7)
HERE = (120.6800, 24.1500)


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres_and_distance_is_the_same_both_ways() -> None:
    assert round(metres_between((120.0, 24.0), (120.0, 25.0))) == 111195
    assert metres_between(HERE, HERE) == 0
    assert metres_between(HERE, (120.7, 24.2)) == pytest.approx(metres_between((120.7, 24.2), HERE))


def test_near_is_said_with_metres_days_and_words_and_a_far_point_is_never_near() -> None:
    one = Placed("路燈不亮", DAY, "中山路", HERE, 7)
    close = Placed("整排燈壞了", DAY - timedelta(days=3), "", (120.6805, 24.1500), 7)
    found = nearness(one, close, LIMITS)
    assert found is not None and (found.metres, found.days, found.same_category) == (51, 3, True)
    assert nearness(one, Placed("路燈不亮", DAY, "中山路", (120.69, 24.15), 7), LIMITS) is None
    assert nearness(one, Placed("垃圾滿了", DAY, "", (120.6801, 24.15), 8), LIMITS) is None
    without = nearness(one, Placed("路燈又不亮", DAY, "中山路"), LIMITS)
    assert without is not None and without.metres is None and without.shared == ("不亮 中山路", "路燈")
    assert nearness(one, Placed("路燈不亮", DAY - timedelta(days=91), "中山路", HERE, 7), LIMITS) is None
    assert shared_words("一二三", "四五六") == ()


texts = st.text("路燈不亮壞了中山前", min_size=1, max_size=12)
points = st.none() | st.tuples(st.floats(120.6, 120.7), st.floats(24.1, 24.2))
things = st.builds(Placed, texts, st.dates(date(2025, 1, 1), date(2025, 6, 1)), texts, points, st.sampled_from([None, 1, 2]))  # fmt: skip


@given(things, things)
def test_nearness_is_the_same_from_both_sides_and_within_its_limits(one: Placed, other: Placed) -> None:
    found, back = nearness(one, other, LIMITS), nearness(other, one, LIMITS)
    assert (found is None) == (back is None)
    if found is not None and back is not None:
        assert (found.days, found.metres, found.percent) == (back.days, back.metres, back.percent)
        assert (
            found.days <= 90 and (found.metres is None or found.metres <= 200) and 0 <= found.percent <= 100
        )
        assert nearest(one, [(1, other)], LIMITS) == [(1, found)]


def test_words_of_a_theme_are_each_once_and_found_in_any_writing() -> None:
    assert words_of(" 路面 \n\n坑洞\n路面") == ("路面", "坑洞")
    assert words_in(("坑洞", "LED"), "led 路燈與坑洞") == ("坑洞", "LED")


@pytest.mark.django_db
def test_the_page_of_a_petition_shows_what_is_near_and_why_and_the_way_to_link_it(
    town: SimpleNamespace,
) -> None:
    lamp = Category.objects.get(code="lamp")
    row = receive(town, point=HERE, category_id=lamp.pk).petition
    near = receive(
        town, subject="整排燈壞了", place="", point=(120.6805, 24.15), category_id=lamp.pk
    ).petition
    receive(town, point=(120.75, 24.15), category_id=lamp.pk)
    with CaptureQueriesContext(connection) as asked:
        found = near_to(town.rdec, row)
    assert [each.petition for each in found] == [near] and len(asked) <= 5
    shown = body(page(town.rdec, f"/petitions/{row.case_id}/"))
    assert "相距 51 公尺" in shown and f"link/?number={near.case.number}" in shown and "併入這件" in shown
    (out,) = api(town.rdec, "get", f"/{row.case_id}/near").json()["items"]
    assert (out["id"], out["metres"], out["days"]) == (near.case_id, 51, 0)


@pytest.fixture
def theme(town: SimpleNamespace) -> Theme:
    return actions.create_theme(town.rdec, values={"name": "燈", "name_en": "Lamps", "words": "路燈\n燈桿"})


@pytest.mark.django_db
def test_words_propose_an_officer_confirms_excludes_and_undoes_each_with_its_history(
    town: SimpleNamespace, theme: Theme
) -> None:
    row = handled(town)
    other = receive(town, subject="公車太少", place="").petition
    assert actions.propose_new() >= 1 and actions.propose_new() == 0
    member = ThemePetition.objects.get(theme=theme)
    assert (member.petition, member.state) == (row, Belonging.PROPOSED)
    with pytest.raises(NotPermitted):
        actions.decide_theme(town.leader, theme.pk, row.case_id, state=Belonging.CONFIRMED)
    with pytest.raises(NotFound):
        actions.decide_theme(town.other, theme.pk, row.case_id, state=Belonging.CONFIRMED)
    actions.decide_theme(town.officer, theme.pk, row.case_id, state=Belonging.CONFIRMED, version=1)
    with pytest.raises(Conflict):
        actions.decide_theme(
            town.officer, theme.pk, row.case_id, state=Belonging.EXCLUDED, version=1, reason="x"
        )
    with pytest.raises(BadInput):
        actions.decide_theme(town.officer, theme.pk, row.case_id, state=Belonging.EXCLUDED)
    actions.decide_theme(town.officer, theme.pk, row.case_id, state=Belonging.EXCLUDED, reason="是招牌燈")
    assert queries.inside(town.rdec, theme).count() == 0
    actions.edit_theme(town.rdec, theme.pk, version=1, changes={"words": "路燈\n招牌"}, reason="放寬")
    assert ThemePetition.objects.get(theme=theme).state == Belonging.EXCLUDED
    actions.decide_theme(town.officer, theme.pk, row.case_id, state=Belonging.PROPOSED, reason="再看")
    with pytest.raises(CannotDo):
        actions.decide_theme(town.rdec, theme.pk, other.case_id, state=Belonging.EXCLUDED, reason="x")
    actions.decide_theme(town.rdec, theme.pk, other.case_id, state=Belonging.CONFIRMED)
    assert queries.inside(town.rdec, theme).count() == 2 and queries.inside(town.other, theme).count() == 0
    assert len(list(history.entries_of(ThemePetition.objects.get(theme=theme, petition=row)))) == 4


@pytest.mark.django_db
def test_a_theme_is_listed_searched_changed_and_retired_by_who_maintains_it(town: SimpleNamespace) -> None:
    row = handled(town)
    given = {"name": "燈", "name_en": "Lamps", "words": "路燈", "note": "跨機關", "in_use": "on"}
    assert page(town.officer, "/petitions/themes/new/", given).status_code == 403
    assert page(town.rdec, "/petitions/themes/new/", {**given, "words": "燈"}).status_code == 422
    made = page(town.rdec, "/petitions/themes/new/", given)
    theme = Theme.objects.get(name="燈")
    assert made.url == f"/petitions/themes/{theme.pk}/"
    page(town.rdec, made.url)
    with CaptureQueriesContext(connection) as asked:
        shown = body(page(town.rdec, made.url))
    mine = [each["sql"] for each in asked if "petition" in each["sql"]]
    assert row.case.title in shown and "「路燈」" in shown and len(mine) <= 9, mine
    assert NAME not in shown and PHONE not in shown and row.words not in shown
    assert "燈" in body(page(town.rdec, "/petitions/themes/?q=跨機關"))
    assert "燈" in body(page(town.rdec, "/search/?q=跨機關"))
    assert row.case.number in body(page(town.rdec, f"/petitions/?theme={theme.pk}"))
    at = f"/petitions/themes/{theme.pk}/petitions/{row.case_id}/"
    assert page(town.officer, at, {"state": "confirmed", "version": 1}).status_code == 302
    assert row.case.number in body(page(town.rdec, f"{made.url}?state=confirmed"))
    data = {**given, "version": 1, "reason": "停用"}
    del data["in_use"]
    assert page(town.rdec, f"{made.url}edit/", data).status_code == 302
    assert page(town.rdec, f"{made.url}edit/", data).status_code == 409
    assert "已停用" in body(page(town.rdec, made.url))
    other = receive(town, subject="公車太少", place="").petition
    roads = Theme.objects.get(name="路不平")
    added = page(town.rdec, f"/petitions/{other.case_id}/themes/", {"theme_id": roads.pk})
    assert added.status_code == 302 and "路不平" in body(page(town.rdec, f"/petitions/{other.case_id}/"))


@pytest.mark.django_db
def test_the_api_keeps_themes_as_the_pages_do(town: SimpleNamespace) -> None:
    row = handled(town, district_code="66000250")
    made = api(town.rdec, "post", "/themes", {"name": "燈", "words": ["路燈"]}).json()
    assert (made["inside"], made["proposed"], made["agencies"]) == (1, 1, 1)
    at = f"/themes/{made['id']}"
    decided: Any = api(town.officer, "post", f"{at}/petitions/{row.case_id}", {"state": "confirmed"}).json()
    assert decided["belonging"] == "confirmed"
    read = api(town.rdec, "get", at).json()
    assert read["confirmed"] == 1 and read["by_district"] == [{"district_code": "66000250", "count": 1}]
    assert sum(each["received"] for each in read["months"]) == 1
    (member,) = api(town.rdec, "get", f"{at}/petitions").json()["items"]
    assert member["number"] == row.case.number and "words" not in member
    changed = {"name": "燈", "words": ["燈桿"], "reason": "收窄"}
    assert api(town.rdec, "put", at, changed).status_code == 412
    assert made["id"] in {each["id"] for each in api(town.officer, "get", "/themes?q=路燈").json()["items"]}
