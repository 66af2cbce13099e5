"""Several lists in one question: each is what it is when asked by itself, whatever its columns are."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef
from django.test.utils import CaptureQueriesContext

from shizheng.common.together import Steps, done, reading, side_by_side, together
from shizheng.kernel.history.models import Entry
from shizheng.kernel.organisations import factories
from shizheng.kernel.organisations.models import Unit, UnitPeriod
from shizheng.kernel.rulebook import actions as rulebook
from shizheng.kernel.rulebook.models import RuleDecision, RuleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Any:
    """Units with their tree, rules with JSON, decisions with moments, and the history of all of it."""
    works = factories.agency(code="W", name="測試市政府工務局", short_name="工務局")
    factories.unit(parent=works, code="W1", name="土木「科」\\ 100% {a,b} NULL")
    rulebook.load_shipped_rules()
    return works


def shown(rows: Any) -> Any:
    """Rows with the types of all that they hold."""
    return [
        {name: (type(value), value) for name, value in vars(each).items() if name != "_state"}
        if isinstance(each, models.Model)
        else each
        for each in rows
    ]


def lists() -> dict[str, models.QuerySet[Any, Any]]:
    """One of each sort, asked anew each time."""
    below = UnitPeriod.objects.filter(parent=OuterRef("pk"))
    return {
        "all": Unit.objects.order_by("pk"),
        "sliced": Entry.objects.order_by("-id")[:7],
        "joined": UnitPeriod.objects.select_related("unit", "parent").order_by("-unit__code", "pk"),
        "json and moments": RuleDecision.objects.select_related("version", "rule").order_by("pk"),
        "values": RuleVersion.objects.order_by("pk").values("value", "valid_from", number=F("rule_id")),
        "flat": Unit.objects.order_by("code").values_list("code", flat=True),
        "pairs": UnitPeriod.objects.order_by("pk").values_list("start_date", "unit__name"),
        "distinct on": UnitPeriod.objects.order_by("unit_id", "-start_date").distinct("unit_id"),
        "distinct by another column": Unit.objects.order_by("code").values_list("kind").distinct(),
        "grouped": UnitPeriod.objects.order_by().values("parent_id").annotate(n=Count("pk")).order_by("n"),
        "annotated": Unit.objects.annotate(has=Exists(below), n=Count("code")).order_by("pk"),
        "nothing there": Unit.objects.filter(code="no such"),
        "never anything": Unit.objects.none(),
    }


def test_each_list_is_what_it_is_by_itself_in_one_query(city: Any) -> None:
    expected, asked = lists(), lists()
    with CaptureQueriesContext(connection) as queries:
        together(*asked.values())
    assert len(queries) == 1
    for name, rows in expected.items():
        assert shown(asked[name]) == shown(rows), name
    with CaptureQueriesContext(connection) as queries:
        together(*asked.values())
    assert len(queries) == 0  # what has been read is not read again


def test_every_model_can_be_read_so() -> None:
    """Else a column of a new kind would break a page that shows it."""
    rows = [
        model._default_manager.all()
        for model in apps.get_models()
        if model.__module__.startswith("shizheng.")
    ]
    rows = [each.filter(pk__in=each.values("pk")[:3]) for each in rows]
    for start in range(0, len(rows), 20):
        together(*rows[start : start + 20])
    assert all(each._result_cache is not None for each in rows)


def test_prefetches_come_after_and_are_there(city: Any) -> None:
    rows, other = Unit.objects.prefetch_related("periods").order_by("pk"), Unit.objects.filter(code="W")
    with CaptureQueriesContext(connection) as queries:
        together(rows, other)
        assert {each.code: len(each.periods.all()) for each in rows}["W"] == 1
    assert len(queries) == 2


def test_generators_ask_as_often_as_the_longest_of_them(city: Any) -> None:
    def below(code: str) -> Steps[list[str]]:
        unit = Unit.objects.filter(code=code)
        yield unit
        periods = UnitPeriod.objects.filter(parent__in=[each.pk for each in unit]).select_related("unit")
        yield periods
        return sorted(each.unit.code for each in periods)

    names = Unit.objects.filter(code="W1")
    with CaptureQueriesContext(connection) as queries:
        of_works, of_nobody, nothing = side_by_side([below("W"), below("W1"), reading(names)])
    assert len(queries) == 2 and (of_works, of_nobody, nothing) == (["W1"], [], None)
    assert [each.code for each in names] == ["W1"]
    assert done(below("W")) == ["W1"]


def test_a_number_stays_exact_and_a_day_a_day(city: Any) -> None:
    field = models.DecimalField(max_digits=30, decimal_places=10)
    exact = Unit.objects.annotate(
        n=models.Value(Decimal("12345678901234567890.0123456789"), output_field=field)
    )
    days = UnitPeriod.objects.filter(unit__code="W").values_list("start_date", flat=True)
    together(exact.filter(code="W"), (found := exact.filter(code="W1")), days)
    assert found[0].n == Decimal("12345678901234567890.0123456789") and isinstance(days[0], date)
