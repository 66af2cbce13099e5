"""What the database adds up for many figures at once is what each figure is by itself."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.kernel.measures import queries
from shizheng.kernel.measures.queries import AsOf, Group, Key
from shizheng.kernel.measures.queries.ruling import rules_for
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.tests.factories import file, make_measure, open_unit

pytestmark = pytest.mark.django_db
YEAR = parse_period("2017")


@pytest.fixture
def units() -> list[Any]:
    city = open_unit("city")
    return [open_unit(f"u{number}", parent=city) for number in range(3)]


def both_ways(keys: list[Key]) -> Iterator[tuple[Any, Any]]:
    """Each figure out of all of them, and by itself."""
    for key, found in queries.figures(keys).items():
        yield found, queries.figures([key])[key]


def test_months_added_up_for_many_are_those_added_up_for_one(units: list[Any]) -> None:
    ratio = make_measure(units[0], "ratio", aggregation_time="ratio_of_sums")
    count = make_measure(units[0], "count", "a", aggregation_time="sum")
    latest = make_measure(units[0], "latest", "a", aggregation_time="latest")
    for unit, done in zip(units, (3, 0, 7), strict=True):
        for month in ("2017-01", "2017-02"):
            file(ratio, unit, month, a=done, b=9)
            file(count, unit, month, a=done)
            file(latest, unit, month, a=done)
    file(ratio, units[0], "2017-03", a=5, b=MissingKind.NOT_FILED)
    file(ratio, units[1], "2017-03", a=5)
    file(ratio, units[2], "2017-03", a=0, b=0)
    file(count, units[0], "2017-03", a=MissingKind.NOT_APPLICABLE)
    file(count, units[1], "2017-Q2", a=50)  # a longer kind of part: months are not mixed with it
    keys = [Key(measure.pk, unit.pk, YEAR) for measure in (ratio, count, latest) for unit in units]
    for many, one in both_ways(keys):
        assert (many.exact, many.inputs, many.taken, many.gaps) == (
            one.exact,
            one.inputs,
            one.taken,
            one.gaps,
        )
        assert (many.id, many.made_from, many.corrected) == (one.id, one.made_from, one.corrected)


def test_a_year_in_which_nothing_is_whole_says_why(units: list[Any]) -> None:
    measure = make_measure(units[0], aggregation_time="ratio_of_sums")
    file(measure, units[0], "2017-01", a=1, b=MissingKind.TO_BE_CONFIRMED)
    keys = [Key(measure.pk, unit.pk, YEAR) for unit in units]
    kinds = [found.missing.kind for found in queries.figures(keys).values() if found.missing]
    assert kinds == [MissingKind.TO_BE_CONFIRMED, MissingKind.NOT_FILED, MissingKind.NOT_FILED]


def test_roll_ups_of_many_groups_are_those_of_each_group(units: list[Any]) -> None:
    measure = make_measure(units[0])
    months = [parse_period(code) for code in ("2017-01", "2017-02")]
    for number, unit in enumerate(units, 1):
        file(measure, unit, "2017-01", a=number, b=10)
    file(measure, units[0], "2017-02", a=4, b=MissingKind.TO_BE_CONFIRMED)
    file(measure, units[1], "2017-02", a=4, b=8)
    groups = {1: [units[0].pk, units[1].pk], 2: [units[2].pk]}
    found = queries.rolled_up_by_group([measure.pk], groups, months)
    assert Group(measure.pk, 2, months[1]) not in found
    for key, combined in found.items():
        one = queries.rolled_up([measure.pk], 0, key.period, unit_ids=groups[key.group_id])[measure.pk]
        assert (combined.result, combined.taken, combined.gaps) == (one.exact, one.taken, one.gaps)


def test_a_roll_up_follows_the_inputs_of_each_periods_definition(units: list[Any]) -> None:
    from shizheng.common.permissions import SYSTEM
    from shizheng.kernel.measures import actions
    from shizheng.kernel.measures.rules.parser import parse

    measure = make_measure(units[0])
    content = actions.Content(
        valid_from=date(2018, 1, 1), valid_to=date(2019, 1, 1), formula=parse("100*a/(b-c)"), unit="%",
        inputs=[{"name": n, "label": n, "unit": "", "list": False} for n in "abc"], aggregation_units="ratio_of_sums",
    )  # fmt: skip
    actions.revise_definition(SYSTEM, measure.pk, version=1, content=content, reason="改算法")
    file(measure, units[0], "2017-06", a=1, b=4)
    file(measure, units[0], "2018-06", a=1, b=4, c=2)
    periods = [parse_period("2017-06"), parse_period("2018-06")]
    found = queries.rolled_up_by_group([measure.pk], {1: [units[0].pk]}, periods)
    assert [found[Group(measure.pk, 1, each)].result for each in periods] == [25, 50]


def test_an_input_that_is_not_there_makes_a_gap_whatever_the_other_says(units: list[Any]) -> None:
    measure = make_measure(units[0])
    file(measure, units[0], "2017-06", a=1, b=4)
    file(measure, units[1], "2017-06", a=MissingKind.NOT_APPLICABLE)  # b is absent: 未填報 is more pressing
    file(measure, units[2], "2017-06", a=MissingKind.NOT_APPLICABLE, b=MissingKind.NOT_APPLICABLE)
    june = parse_period("2017-06")
    one = queries.rolled_up([measure.pk], 0, june, unit_ids=[unit.pk for unit in units])[measure.pk]
    assert (one.exact, one.taken, one.gaps) == (25, 1, 1)
    groups = {1: [unit.pk for unit in units], 2: [units[1].pk]}
    found = queries.rolled_up_by_group([measure.pk], groups, [june])
    many = found[Group(measure.pk, 1, june)]
    assert (many.result, many.taken, many.gaps) == (25, 1, 1)
    alone = found[Group(measure.pk, 2, june)]
    assert isinstance(alone.result, Missing) and alone.result.kind is MissingKind.NOT_FILED
    assert (alone.taken, alone.gaps) == (0, 1)


def year_of(units: list[Any], over_time: str, over_units: str = "ratio_of_sums") -> Any:
    """The city's year of a ratio: two units file months, one files the year itself, one month is not whole."""
    measure = make_measure(
        units[0], f"{over_time}-{over_units}", aggregation_time=over_time, aggregation_units=over_units
    )
    file(measure, units[0], "2017-01", a=1, b=10)
    file(measure, units[0], "2017-02", a=5, b=10)
    file(measure, units[1], "2017-01", a=10, b=30)
    file(measure, units[1], "2017-02", a=10)
    file(measure, units[2], "2017", a=4, b=50)
    return queries.figure(measure.pk, open_unit("city").pk, YEAR)


@pytest.mark.parametrize(
    ("over_time", "over_units", "value"),
    [
        ("ratio_of_sums", "ratio_of_sums", "20.00"),  # (6 + 10 + 4) ÷ (20 + 30 + 50)
        ("latest", "ratio_of_sums", "21.11"),  # (5 + 10 + 4) ÷ (10 + 30 + 50)
        ("mean", "mean", "23.78"),  # 30, 33.33 and 8
        ("sum", "sum", "101.33"),  # 60, 33.33 and 8
    ],
)
def test_a_year_rolls_up_from_the_months_of_the_units(
    units: list[Any], over_time: str, over_units: str, value: str
) -> None:
    found = year_of(units, over_time, over_units)
    assert (str(found.value), found.made_from, found.taken, found.gaps) == (value, "units", 3, 0)
    trace = queries.trace(found.measure_id, found.unit_id, YEAR)
    assert len(trace.members) == 3
    assert trace.figure.id == found.id


def test_a_year_whose_methods_do_not_go_together_says_so(units: list[Any]) -> None:
    found = year_of(units, "mean")
    assert found.missing is not None and found.missing.kind is MissingKind.TO_BE_CONFIRMED
    assert "請修訂定義的彙總方式" in found.missing.reason
    assert (found.taken, found.gaps) == (0, 3)


def test_amounts_filed_monthly_add_up_over_units_too_and_a_unit_without_a_whole_month_is_a_gap(
    units: list[Any],
) -> None:
    measure = make_measure(units[0], formula="a", aggregation_time="sum")
    file(measure, units[0], "2017-01", a=3)
    file(measure, units[0], "2017-Q2", a=40)  # the longest kind of part that a unit has is taken
    file(measure, units[1], "2017-07", a=5)
    file(measure, units[2], "2017-07", a=MissingKind.NOT_FILED)
    found = queries.figure(measure.pk, open_unit("city").pk, YEAR)
    assert (found.exact, found.taken, found.gaps) == (45, 2, 1)


def test_several_periods_added_up_at_once_are_each_its_own(units: list[Any]) -> None:
    ratio = make_measure(units[0], aggregation_time="ratio_of_sums")
    for month, done in (("2017-01", 1), ("2017-04", 2), ("2017-07", 5), ("2017-12", 7)):
        for unit in units:
            file(ratio, unit, month, a=done, b=10)
    file(ratio, units[0], "2017-08", a=3)
    keys = [
        Key(ratio.pk, u.pk, parse_period(p)) for u in units for p in ("2017", "2017-H1", "2017-H2", "2017-Q3")
    ]
    assert [str(each.value) for each in queries.figures(keys[:4]).values()] == [
        "37.50",
        "15.00",
        "60.00",
        "50.00",
    ]
    for many, one in both_ways(keys):
        assert (many.exact, many.inputs, many.taken, many.gaps, many.id) == (
            one.exact,
            one.inputs,
            one.taken,
            one.gaps,
            one.id,
        )


def test_a_trace_reads_definitions_names_and_the_tree_once(units: list[Any]) -> None:
    measure = make_measure(units[0], aggregation_time="ratio_of_sums")
    for unit in units:
        for month in ("2017-01", "2017-02"):
            file(measure, unit, month, a=1, b=2)
    moment = AsOf(clock.now(), None)
    rules_for([YEAR], moment)  # the rulebook is read once in a process, whichever test comes first
    for unit in (units[0], open_unit("city")):
        with CaptureQueriesContext(connection) as made:
            trace = queries.trace(measure.pk, unit.pk, YEAR, moment)
        assert trace.figure.value == 50 and trace.now is not None and trace.now.id == trace.figure.id
        said = [each["sql"] for each in made]
        for table in ("measures_definitionversion", "organisations_unitperiod"):
            assert sum(f"FROM {table}" in each or f'FROM "{table}"' in each for each in said) == 1
        assert len(said) <= (7 if unit is units[0] else 13)
