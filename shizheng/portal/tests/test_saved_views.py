"""Saved views live in the database, one keeper for all lists, and nobody reads another's."""

import pytest

from shizheng.common.errors import CannotDo
from shizheng.kernel.people.factories import person
from shizheng.portal.saved_views import DatabaseViews
from shizheng.web.saved_views import MOST

pytestmark = pytest.mark.django_db


def test_a_view_is_kept_replaced_by_name_and_forgotten() -> None:
    views, officer = DatabaseViews(), person(role="officer")
    views.save(officer, "planning:kpis", "落後的", "state=bad")
    kept = views.save(officer, "planning:kpis", "落後的", "state=bad&sort=name")
    assert views.list(officer, "planning:kpis") == [kept] and kept.query == "state=bad&sort=name"
    assert views.list(officer, "planning:plans") == []
    views.delete(officer, "planning:kpis", kept.id)
    assert views.list(officer, "planning:kpis") == []


def test_nobody_sees_or_deletes_the_views_of_another() -> None:
    views, one, other = DatabaseViews(), person(role="officer"), person(role="officer")
    kept = views.save(one, "planning:kpis", "我的", "")
    assert views.list(other, "planning:kpis") == []
    views.delete(other, "planning:kpis", kept.id)
    assert views.list(one, "planning:kpis") == [kept]


@pytest.mark.parametrize("view_id", ["", "x", "99999999", "1; drop"])
def test_forgetting_what_is_not_there_does_nothing(view_id: str) -> None:
    DatabaseViews().delete(person(role="officer"), "planning:kpis", view_id)


def test_a_person_keeps_fifty_views_over_all_pages_and_may_still_replace_one() -> None:
    views, mine, other = DatabaseViews(), person(), person()
    for number in range(MOST):
        views.save(mine, f"planning:list{number % 3}", f"第{number}個", "q=1")
    with pytest.raises(CannotDo, match="50 個"):
        views.save(mine, "planning:plans", "再一個", "q=1")
    assert views.list(mine, "planning:plans") == []
    views.save(mine, "planning:list0", "第0個", "q=2")
    assert next(v for v in views.list(mine, "planning:list0") if v.name == "第0個").query == "q=2"
    views.save(other, "planning:plans", "別人的", "q=1")
    views.delete(mine, "planning:list0", views.list(mine, "planning:list0")[0].id)
    views.save(mine, "planning:plans", "再一個", "q=1")
