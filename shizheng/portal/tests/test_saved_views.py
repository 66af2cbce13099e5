"""Saved views live in the database, one keeper for all lists, and nobody reads another's."""

import pytest

from shizheng.kernel.people.factories import person
from shizheng.portal.saved_views import DatabaseViews

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
