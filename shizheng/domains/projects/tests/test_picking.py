"""Officers, measures and promises are chosen by typing part of their names; the code as such is taken without script."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.domains.projects import actions
from shizheng.domains.projects.models import Programme
from shizheng.domains.projects.tests.town import enter, make_town
from shizheng.web import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return make_town()


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def offered(who: Any, source: str, words: str) -> list[str]:
    return [each["value"] for each in browser(who).get(f"/pick/{source}/?q={words}").json()["choices"]]


def test_an_officer_is_found_by_part_of_the_name_among_people_of_ones_units(town: SimpleNamespace) -> None:
    mine = town.control
    assert mine.username in offered(mine, "officers", mine.display_name)
    assert mine.username in offered(mine, "officers", mine.username[:3].upper())
    assert offered(mine, "officers", "") == [] and offered(mine, "officers", "查無此人") == []
    assert town.leader.username not in offered(mine, "officers", town.leader.display_name)
    mine.is_active = False
    type(mine).objects.filter(pk=mine.pk).update(is_active=False)
    assert mine.username not in offered(town.rdec, "officers", mine.display_name)


def test_who_may_not_see_the_list_gets_nothing(town: SimpleNamespace) -> None:
    assert browser(town.leader).get("/pick/officers/?q=a").status_code == 403
    assert Client().get("/pick/officers/?q=a").status_code == 302
    assert browser(town.control).get("/pick/nothing/?q=a").status_code == 404


def test_promises_come_from_the_one_search(town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    hit = search.Hit("托育一條龍", "/p/1/", "8-1-1", "社會局")
    one = search.Provider("promises", "政見", lambda a, w, n, d: [hit] if w in hit.title else [])
    monkeypatch.setattr(search, "providers", lambda: (one,))
    assert offered(town.control, "promises", "托育") == ["8-1-1"]


def test_the_form_has_the_boxes_and_takes_the_code_that_is_typed(town: SimpleNamespace) -> None:
    row = enter(town)
    page = browser(town.control).get(f"/projects/register/{row.pk}/edit/").content.decode()
    assert 'data-pick="/pick/officers/"' in page and 'data-pick="/pick/measures/"' in page
    new = browser(town.rdec).get("/projects/register/programmes/new/").content.decode()
    assert 'data-pick="/pick/promises/"' in new and "data-pick-many" in new


def test_a_tender_is_found_by_number_name_or_agency_where_a_grant_item_or_a_review_names_it(
    town: SimpleNamespace,
) -> None:
    row = enter(town)
    for words in (row.number, row.name[:3], row.agency.name):
        assert row.number in offered(town.rdec, "tenders", words), words
    assert offered(town.rdec, "tenders", "查無此案") == []
    values = {
        "programme_id": Programme.objects.get(code="grant").pk,
        "roc_year": 114,
        "central_agency": "甲部",
    }
    year = actions.create_grant_year(town.rdec, values)
    form = browser(town.rdec).get(f"/projects/grants/{year.pk}/items/new/").content.decode()
    assert 'data-pick="/pick/tenders/"' in form
    review = browser(town.control).get("/procurement/reviews/new/").content.decode()
    assert 'data-pick="/pick/tenders/"' in review
