"""What holds for every list page: a small, fixed number of queries, and rows that depend on who looks."""

import inspect

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.web.lists import ListPage
from tests.architecture.test_permission_matrix import OURS, example

LISTS = [
    (address, pattern.callback.view_class)
    for address, pattern in OURS
    if isinstance(getattr(pattern.callback, "view_class", None), type)
    and issubclass(pattern.callback.view_class, ListPage)
    and not address.startswith("style/")
]
BUDGET = 18
"""Session, reader, roles, rows, count, saved views; the list of KPIs also evaluates a whole board."""


@pytest.fixture
def everybody(own_demonstration: str) -> Client:
    """Somebody who holds every permission, over the demonstration city."""
    from shizheng.common.permissions import declared
    from shizheng.kernel.people.factories import person, role

    browser = Client()
    codes = [permission.code for permission in declared()]
    browser.force_login(person(role=role("everything", name="全部權限", permissions=codes)))
    return browser


def test_every_list_page_stays_inside_its_query_budget(everybody: Client) -> None:
    wrong = []
    for address, _view in LISTS:
        everybody.get(example(address))
        with CaptureQueriesContext(connection) as queries:
            answer = everybody.get(example(address))
        if answer.status_code != 200 or len(queries) > BUDGET:
            wrong.append((address, answer.status_code, len(queries)))
        with CaptureQueriesContext(connection) as queries:  # a search beside the ready-made filters
            answer = everybody.get(example(address), {"q": "工"})
        if answer.status_code != 200 or len(queries) > BUDGET:
            wrong.append((f"{address}?q=", answer.status_code, len(queries)))
    assert wrong == []


@pytest.mark.parametrize(("address", "view"), LISTS, ids=[address for address, _ in LISTS])
def test_every_list_page_asks_who_looks(address: str, view: type[ListPage]) -> None:
    own = [each for each in view.__mro__ if issubclass(each, ListPage) and each is not ListPage]
    source = "".join(map(inspect.getsource, own))
    assert "request.user" in source or "reader(self.request)" in source, (
        f"{view.__name__} shows everybody the same rows"
    )


def test_there_are_lists_to_look_at() -> None:
    assert len(LISTS) >= 7, [address for address, _ in LISTS]
