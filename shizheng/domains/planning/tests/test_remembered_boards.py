"""A board is kept only until something is written."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions
from shizheng.kernel.measures.queries.remembering import remembered
from shizheng.kernel.measures.tests.factories import file, make_measure, open_unit


def ask(made: list[int]) -> int:
    """What is remembered; `made` counts how often it had to be made."""

    def make() -> int:
        made.append(1)
        return len(made)

    return remembered("test", make, lambda value: 1)


@pytest.mark.own_database
@pytest.mark.django_db(transaction=True)
def test_it_is_made_anew_after_a_fact_a_definition_or_a_change_and_not_before() -> None:
    city = open_unit("city")
    measure = make_measure(city, formula="a")
    made: list[int] = []
    assert [ask(made), ask(made)] == [1, 1]
    fact = file(measure, city, "2017-06", a=3)[0]
    assert [ask(made), ask(made)] == [2, 2]
    actions.correct_fact(SYSTEM, fact.pk, value=Decimal(4), reason="查核後更正")
    assert [ask(made), ask(made)] == [3, 3]
    with recorded(by=SYSTEM, action="tests.rename", reason="test"):
        city.name = "新名"
        city.save()
    assert [ask(made), ask(made)] == [4, 4]


@pytest.mark.own_database
@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_while_somebody_is_writing_or_inside_ones_own_writing() -> None:
    open_unit("city")
    made: list[int] = []

    def asked_elsewhere() -> list[int]:
        try:
            return [ask(made), ask(made)]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, recorded(by=SYSTEM, action="tests.write", reason="test"):
        assert other.submit(asked_elsewhere).result() == [1, 2]
        assert [ask(made), ask(made)] == [3, 4]
    assert [ask(made), ask(made)] == [5, 5]
