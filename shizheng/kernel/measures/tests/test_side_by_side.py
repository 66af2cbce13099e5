"""Sums that the database makes are those of figures one by one, whatever was filed, corrected, left out or redefined."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.measures import actions, queries
from shizheng.kernel.measures.models import Fact, Measure
from shizheng.kernel.measures.queries import AsOf, Group, Key
from shizheng.kernel.measures.queries.figures import names_of
from shizheng.kernel.measures.queries.knowledge import definitions
from shizheng.kernel.measures.queries.roll_up import put_together
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.measures.rules.tree import inputs_of
from shizheng.kernel.measures.tests.factories import make_measure, open_unit

pytestmark = pytest.mark.django_db
CODES = ("2017-10", "2017-11", "2017-12", "2018-01", "2018-02", "2018-03")
LONGER = ("2017", "2018", "2017-H2", "2018-Q1", "2017-Q4")
ALL = [{"name": name, "label": name, "unit": "", "list": False} for name in "abc"]
FORMULAS = ("100*a/b", "a", "100*a/(b-c)", "a+b*c", "c/a", "7")


class City:
    """Units that file at random for measures of all kinds of formulas; some formulas change with the year."""

    def __init__(self, random: Random) -> None:
        self.random = random
        city = open_unit("city")
        self.units = [open_unit(f"u{number}", parent=city) for number in range(4)]
        self.measures = []
        for number, formula in enumerate(FORMULAS):
            over_time = "sum" if formula == "a" else "ratio_of_sums"
            measure = make_measure(
                city, f"m{number}", formula, inputs=ALL, aggregation_time=over_time, valid_to=None
            )
            if random.random() < 0.5:
                self._redefine(measure)
            self.measures.append(Measure.objects.get(pk=measure.pk))

    def _redefine(self, measure: Measure) -> None:
        """Another formula from 2018 on; once in a while over a list, for which nothing but numbers was filed."""
        formula = self.random.choice([*FORMULAS, "sum(a)"])
        lists = formula == "sum(a)"
        tree = parse(formula)
        content = actions.Content(
            valid_from=date(2018, 1, 1), valid_to=None, formula=tree, unit="%", aggregation_units="ratio_of_sums",
            inputs=[{"name": use.name, "label": use.name, "unit": "", "list": use.is_list} for use in inputs_of(tree)]
            if lists else ALL, aggregation_time="ratio_of_sums",
        )  # fmt: skip
        actions.revise_definition(
            SYSTEM, measure.pk, version=measure.version, content=content, reason="改算法"
        )

    def file(self) -> None:
        """One input: filed, corrected, or filled in."""
        measure, unit = self.random.choice(self.measures), self.random.choice(self.units)
        name, code = self.random.choice("abc"), self.random.choice([*CODES, *CODES, "2017-Q4", "2018"])
        lists = any(
            each["list"]
            for version in measure.definitions.all()
            for each in version.inputs
            if each["name"] == name
        )
        value: dict[str, Any] = {
            "value": Decimal(self.random.choice(["0", "0.5", "3", "7.25", "1000000000000000"]))
        }
        if lists:
            value = {"rows": [Row("1", Decimal(5))]}
        if self.random.random() < 0.15:
            value = {"missing": self.random.choice(list(MissingKind))}
        key = {"measure": measure, "unit": unit, "period": code, "input": name}
        standing = Fact.objects.filter(**key, superseded_by=None).first()
        if standing is None:
            actions.record_fact(SYSTEM, actions.Filing(measure.pk, name, unit.pk, code, **value))
        elif not lists and (standing.value, standing.missing) != (value.get("value"), value.get("missing")):
            actions.correct_fact(SYSTEM, standing.pk, reason="查核後更正", **value)


def made_of(figure: Figure) -> tuple[Any, ...]:
    """All that a figure says, of its inputs those that the formula takes."""
    tree = figure.definition.tree if figure.definition else None
    taken = {use.name for use in inputs_of(tree)} if tree else set()
    inputs = {name: value for name, value in figure.inputs.items() if name in taken}
    return (
        figure.exact, figure.value, inputs, figure.fact_ids, figure.taken, figure.gaps, figure.made_from,
        figure.corrected, figure.verdict, figure.id,
    )  # fmt: skip


def kind_or(value: Any) -> Any:
    return value.kind if isinstance(value, Missing) else value


@pytest.mark.parametrize("seed", range(3))
def test_periods_added_up_in_the_database_are_those_of_each_figure_by_itself(seed: int) -> None:
    city = City(Random(seed))
    for _ in range(90):
        city.file()
    then = AsOf(clock.now(), None)
    for _ in range(40):
        city.file()
    keys = [Key(m.pk, u.pk, parse_period(code)) for m in city.measures for u in city.units for code in LONGER]
    for as_of in (None, then):
        many = queries.figures(keys, as_of)
        assert sum(figure.made_from == "periods" for figure in many.values()) > 20
        for key, figure in many.items():
            assert made_of(figure) == made_of(queries.figures([key], as_of)[key]), key


@pytest.mark.parametrize("seed", range(3))
def test_units_added_up_in_the_database_are_those_put_together_one_by_one(seed: int) -> None:
    city = City(Random(seed))
    for _ in range(120):
        city.file()
    then = AsOf(clock.now(), None)
    for _ in range(40):
        city.file()
    ids = [measure.pk for measure in city.measures]
    groups = {1: [unit.pk for unit in city.units[:3]], 2: [city.units[3].pk]}
    periods = [parse_period(code) for code in CODES]
    for as_of in (None, then):
        found = queries.rolled_up_by_group(ids, groups, periods, as_of)
        expected = one_by_one(ids, groups, periods, as_of)
        assert found.keys() == expected.keys() and len(found) > 20
        for group, combined in found.items():
            one = expected[group]
            # a unit with all inputs takes part even where its own denominator is 0; alone it says so
            alone = (
                one.missing is not None
                and one.missing.kind is MissingKind.NOT_APPLICABLE
                and not combined.gaps
            )
            assert alone or (combined.taken, combined.gaps) == (one.taken, one.gaps), group
            assert kind_or(combined.result) == kind_or(one.exact), group


def one_by_one(
    ids: list[int], groups: dict[int, list[int]], periods: list[Period], as_of: AsOf | None
) -> dict[Group, Figure]:
    """The same roll-ups from a figure of each unit."""
    versions, names = definitions(ids, as_of), names_of(ids)
    out = {}
    for pk in ids:
        for number, units in groups.items():
            for period in periods:
                parts = queries.figures([Key(pk, unit, period) for unit in units], as_of, names, versions)
                first = next(iter(parts.values()))
                tree = first.definition.tree if first.definition else None
                if tree is None or not inputs_of(tree) or any(use.is_list for use in inputs_of(tree)):
                    continue
                whole = put_together(first, parts.values())
                if whole is not None:
                    out[Group(pk, number, period)] = whole
    return out
