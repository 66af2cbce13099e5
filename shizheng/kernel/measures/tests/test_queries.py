"""Figures in bulk, as of a day, roll-ups, traces: what they say and how many queries they take."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shizheng.common import clock
from shizheng.common.errors import BadInput, Conflict
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions, queries
from shizheng.kernel.measures.queries import AsOf, Key
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.rules.standards import formula_from_standard
from shizheng.kernel.measures.tests.factories import at, file, make_measure, open_unit

D = Decimal

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(agency: Any) -> Any:
    """One figure from end to end: filed in July 2017, corrected in September."""
    with clock.set_to(at("2017-01-05 09:00")):
        measure = make_measure(agency)
    with clock.set_to(at("2017-07-06 10:12")):
        first = file(measure, agency, "2017-H1", a=167, b=216)[0]
    with clock.set_to(at("2017-09-12 09:30")):
        actions.correct_fact(SYSTEM, first.pk, value=D(166), reason="估驗單晚到，6 月少計一期")
    return measure


@pytest.mark.parametrize(
    ("day", "value", "missing"),
    [
        (date(2016, 12, 31), None, MissingKind.TO_BE_CONFIRMED),  # no definition yet
        (date(2017, 7, 5), None, MissingKind.NOT_FILED),
        (date(2017, 7, 6), "77.31", None),
        (date(2017, 8, 1), "77.31", None),
        (date(2017, 9, 11), "77.31", None),
        (date(2017, 9, 12), "76.85", None),
        (None, "76.85", None),
    ],
)
def test_a_figure_is_what_it_was_on_that_day(
    story: Any, agency: Any, day: date | None, value: str | None, missing: MissingKind | None
) -> None:
    found = queries.figure(story.pk, agency.pk, "2017-H1", queries.as_of_day(day))
    assert found.value == (D(value) if value else None)
    assert (found.missing.kind if found.missing else None) == missing


def test_a_transaction_that_had_not_ended_by_then_is_not_known(story: Any, agency: Any) -> None:
    moment = at("2017-08-01 00:00")
    assert queries.figure(story.pk, agency.pk, "2017-H1", AsOf(moment, None)).value == D("77.31")
    assert queries.figure(story.pk, agency.pk, "2017-H1", AsOf(moment, 1)).value is None


def test_an_issued_figure_keeps_its_id_until_something_that_made_it_changes(story: Any, agency: Any) -> None:
    def issued(day: date | None) -> str | None:
        return queries.figure(story.pk, agency.pk, "2017-H1", queries.as_of_day(day)).id

    assert issued(date(2017, 7, 10)) == issued(date(2017, 9, 11))
    assert issued(date(2017, 7, 10)) != issued(None)


def test_the_trace_tells_the_whole_story(story: Any, agency: Any) -> None:
    found = queries.trace(story.pk, agency.pk, "2017-H1", queries.as_of_day(date(2017, 8, 1)))
    data = json.loads(json.dumps(found.as_json()))
    assert data["value"] == "77.31"
    assert data["exact"].startswith("77.3148148")
    assert data["formula"] == "100*a/b"
    assert data["expression"] == "100 × 167 ÷ 216"
    assert found.exact_shown == "77.3148…"
    assert [(each["name"], each["value"]) for each in data["inputs"]] == [("a", "167"), ("b", "216")]
    assert data["inputs"][0]["filed_at"] == "2017-07-06T10:12:00+08:00"
    assert data["inputs"][0]["filed_by"] == SYSTEM.display_name
    assert data["verdict"]["code"] == "met"
    assert data["verdict"]["comparison"] == "77.31 ≥ 75"
    rule = data["rule"]
    assert (rule["name"], rule["version"], rule["to_be_confirmed"]) == ("kpi.met@3", 3, True)
    assert rule["text"] == (
        "由規則 kpi.met 第 3 版判定，106-01-01 起施行，依據 106 年度施政計畫（A04、X-01）（待確認）"
    )
    assert data["definition"]["version"] == 1
    assert data["superseded_by"]["value"] == "76.85"
    assert data["rounding"] == {"mode": "half_up", "places": 2}
    assert data["unit_name"] == agency.name
    assert [(each["value"], each["here"]) for each in data["history"]] == [
        (None, False), ("77.31", True), ("76.85", False),
    ]  # fmt: skip
    assert data["history"][0]["missing"] == "not_filed"
    assert [(c["before"], c["after"], c["reason"]) for c in data["corrections"]] == [
        ("167", "166", "估驗單晚到，6 月少計一期")
    ]
    today = queries.trace(story.pk, agency.pk, "2017-H1")
    assert today.as_json()["superseded_by"] is None
    assert [each.here for each in today.track] == [False, False, True]


def test_a_trace_of_what_nobody_filed_explains_that(agency: Any) -> None:
    measure = make_measure(agency)
    data = queries.trace(measure.pk, agency.pk, "2017-H1").as_json()
    assert data["value"] is None
    assert data["missing"]["kind"] == "not_filed"
    assert data["expression"] == "100 × 未填報 ÷ 未填報"
    assert data["verdict"]["code"] == "not_filed"


def test_ambiguous_formulas_show_every_reading_and_which_is_in_force(agency: Any) -> None:
    proposal = formula_from_standard("每年志工人數成長比例（以103年度志工人數41人為計算基準）", "%")
    content = actions.content_from(proposal, valid_from=date(2017, 1, 1), unit="%", target=D(7))
    measure = actions.define_measure(SYSTEM, code="g", name="成長", owner_id=agency.pk, content=content)
    file(measure, agency, "2017", n=54, p=50)
    found = queries.trace(measure.pk, agency.pk, "2017")
    assert [(each.code, str(each.value), each.in_force) for each in found.readings] == [
        ("cumulative", "31.71", True), ("yearly", "8.00", False),
    ]  # fmt: skip
    assert found.as_json()["definition"]["needs_confirmation"] is True
    actions.choose_reading(SYSTEM, measure.pk, version=1, reading="yearly", reason="機關來函說明")
    after = queries.trace(measure.pk, agency.pk, "2017")
    assert after.figure.value == D("8.00")
    assert after.as_json()["definition"]["needs_confirmation"] is False
    assert after.figure.id != found.figure.id


def test_an_unused_input_that_only_another_reading_needs_is_no_gap(agency: Any) -> None:
    proposal = formula_from_standard("每年志工人數成長比例（以103年度志工人數41人為計算基準）", "%")
    content = actions.content_from(proposal, valid_from=date(2017, 1, 1), unit="%")
    measure = actions.define_measure(SYSTEM, code="g", name="成長", owner_id=agency.pk, content=content)
    file(measure, agency, "2017", n=54)
    found = queries.trace(measure.pk, agency.pk, "2017")
    assert found.figure.value == D("31.71")
    assert found.readings[1].missing is not None


def test_definitions_are_those_of_the_period_and_known_by_the_day(agency: Any) -> None:
    with clock.set_to(at("2017-01-05 09:00")):
        measure = make_measure(agency, valid_to=None)
        file(measure, agency, "2017-H1", a=1, b=4)
        file(measure, agency, "2018-H1", a=1, b=4)
    with clock.set_to(at("2018-02-01 09:00")):
        content = actions.content_of(measure.definitions.get())
        changed = {**content.__dict__, "valid_from": date(2018, 1, 1), "formula": parse("a/b"), "unit": ""}
        actions.revise_definition(
            SYSTEM, measure.pk, version=1, content=actions.Content(**changed), reason="107 年起改為比值"
        )
    assert queries.figure(measure.pk, agency.pk, "2017-H1").value == 25
    assert queries.figure(measure.pk, agency.pk, "2018-H1").value == D("0.25")
    before = queries.as_of_day(date(2018, 1, 31))
    assert queries.figure(measure.pk, agency.pk, "2018-H1", before).value == 25
    gone = queries.figure(measure.pk, agency.pk, "2016-H1")
    assert gone.definition is None
    assert gone.missing is not None


def test_two_officers_revising_one_definition(agency: Any) -> None:
    measure = make_measure(agency)
    content = actions.content_of(measure.definitions.get())
    actions.revise_definition(SYSTEM, measure.pk, version=1, content=content, reason="先改")
    with pytest.raises(Conflict):
        actions.revise_definition(SYSTEM, measure.pk, version=1, content=content, reason="後改")
    assert [each.number for each in queries.versions_of(measure.pk)] == [2, 1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"formula": parse("a/c")}, "formula"),
        ({"valid_to": date(2016, 1, 1)}, "valid_to"),
        ({"places": 13}, "places"),
        ({"direction": "!"}, "direction"),
        ({"aggregation_time": "often"}, "aggregation_time"),
        ({"formula": parse("sum(a)")}, "inputs"),
        ({"targets": {"soon": D(1)}}, "targets"),
        ({"readings": [{"code": "x", "formula": {"op": "?"}}]}, "readings"),
        ({"readings": [{"code": "x", "formula": None}], "reading_in_force": "y"}, "reading_in_force"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(
    agency: Any, changes: dict[str, Any], field: str
) -> None:
    measure = make_measure(agency)
    content = actions.content_of(measure.definitions.get())
    with pytest.raises(BadInput) as caught:
        actions.revise_definition(
            SYSTEM,
            measure.pk,
            version=1,
            content=actions.Content(**{**content.__dict__, **changes}),
            reason="改",
        )
    assert field in caught.value.fields
    assert measure.definitions.count() == 1


def test_targets_by_period_replace_the_targets_of_the_year(agency: Any) -> None:
    measure = make_measure(agency, targets={"2017-H1": D(80)})
    file(measure, agency, "2017-H1", a=167, b=216)
    found = queries.figure(measure.pk, agency.pk, "2017-H1")
    assert (found.target, found.verdict.code) == (80, "not_met")


def test_half_a_year_of_a_yearly_limit_is_projected(agency: Any) -> None:
    measure = make_measure(
        agency, formula="a", unit="件", places=0, target=D(150), direction="<=", aggregation_time="sum"
    )
    file(measure, agency, "2017-H1", a=80)
    found = queries.figure(measure.pk, agency.pk, "2017-H1")
    assert found.verdict.code == "at_risk"
    assert 158 < (found.verdict.projected or 0) < 163
    assert str(found.progress)[:4] == "53.3"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "value"),
    [("ratio_of_sums", "60.00"), ("latest", "50.00"), ("sum", "150.00"), ("mean", "75.00")],
)
def test_a_year_is_put_together_from_its_months(agency: Any, method: str, value: str) -> None:
    measure = make_measure(agency, aggregation_time=method)
    file(measure, agency, "2017-01", a=2, b=2)
    file(measure, agency, "2017-02", a=4, b=8)
    found = queries.figure(measure.pk, agency.pk, "2017")
    assert (str(found.value), found.made_from, found.taken) == (
        value,
        "periods",
        2 if method != "latest" else 1,
    )
    trace = queries.trace(measure.pk, agency.pk, "2017")
    assert [member.figure.value for member in trace.members] == [100, 50]
    assert str(trace.track[-1].value) == value


def test_halves_and_months_are_not_mixed(agency: Any) -> None:
    measure = make_measure(agency, formula="a", aggregation_time="sum")
    file(measure, agency, "2017-01", a=1)
    file(measure, agency, "2017-H1", a=10)
    assert queries.figure(measure.pk, agency.pk, "2017").value == 10


# --- units ----------------------------------------------------------------------------------------------------


def test_a_subtree_rolls_up_as_ratio_of_sums_and_counts_its_gaps(city: Any, agency: Any) -> None:
    units = [open_unit(f"T{i}", parent=agency) for i in range(4)]
    other = open_unit("TOTHER", parent=city, kind="agency")
    measure = make_measure(city)
    file(measure, units[0], "2017-H1", a=8, b=10)
    file(measure, units[1], "2017-H1", a=1, b=90)
    file(measure, units[2], "2017-H1", a=5)  # b is not filed: neither half may count
    file(measure, units[3], "2017-H1", a="not_applicable", b="not_applicable")
    file(measure, other, "2017-H1", a=100, b=100)
    found = queries.figure(measure.pk, agency.pk, "2017-H1")
    assert (found.value, found.taken, found.gaps, found.made_from) == (9, 2, 1, "units")
    assert len(found.fact_ids) == 4
    assert queries.figure(measure.pk, city.pk, "2017-H1").value == D("54.50")
    trace = queries.trace(measure.pk, agency.pk, "2017-H1")
    assert [str(member.figure.value) for member in trace.members] == ["80.00", "1.11", "None", "None"]
    assert trace.as_json()["expression"] == "100 × 9 ÷ 100"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), min_size=1, max_size=6))
def test_the_databases_roll_up_equals_the_sums_by_hand(city: Any, pairs: list[tuple[int, int]]) -> None:
    from shizheng.kernel.measures.models import Measure

    number = Measure.objects.count()
    measure = make_measure(city, code=f"h{number}")
    units = [open_unit(f"H{number}-{i}", parent=city) for i in range(len(pairs))]
    for unit, (a, b) in zip(units, pairs, strict=True):
        file(measure, unit, "2017-H1", a=a, b=b)
    found = queries.rolled_up([measure.pk], city.pk, parse_period("2017-H1"))[measure.pk]
    exact = D(100) * sum(a for a, _ in pairs) / sum(b for _, b in pairs)
    assert abs(found.exact - exact) < D("0.0000001")  # type: ignore[operator]


@pytest.mark.parametrize(("method", "value"), [("sum", 120), ("mean", 60), ("none", None)])
def test_other_methods_over_units(city: Any, method: str, value: int | None) -> None:
    measure = make_measure(city, aggregation_units=method)
    for index, above in enumerate((8, 4)):
        file(measure, open_unit(f"T{index}", parent=city), "2017-H1", a=above, b=10)
    assert queries.figure(measure.pk, city.pk, "2017-H1").value == value


def test_lists_of_units_are_put_together(city: Any) -> None:
    measure = make_measure(city, formula="mean(x)")
    file(measure, open_unit("T0", parent=city), "2017-H1", x=[Row("1", D(90))])
    file(measure, open_unit("T1", parent=city), "2017-H1", x=[Row("1", D(80)), Row("2", D(70))])
    assert queries.figure(measure.pk, city.pk, "2017-H1").value == 80


def test_a_subtree_without_any_fact_is_not_filed(city: Any) -> None:
    measure = make_measure(city)
    assert queries.figure(measure.pk, city.pk, "2017-H1").missing.kind is MissingKind.NOT_FILED  # type: ignore[union-attr]


def test_a_roll_up_is_as_of_its_day(city: Any, story: Any) -> None:
    before = queries.figure(story.pk, city.pk, "2017-H1", queries.as_of_day(date(2017, 8, 1)))
    assert before.value == D("77.31")
    assert queries.figure(story.pk, city.pk, "2017-H1").value == D("76.85")


# --- numbers of queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30])
def test_figures_take_the_same_few_queries_whatever_their_number(agency: Any, count: int) -> None:
    made = [make_measure(agency, code=f"q{i}") for i in range(count)]
    for measure in made:
        file(measure, agency, "2017-06", a=1, b=2)
    as_of = AsOf(clock.now() + timedelta(days=1), None)
    for period in ("2017-06", "2017"):
        keys = [Key(measure.pk, agency.pk, parse_period(period)) for measure in made]
        with CaptureQueriesContext(
            connection,
        ) as made_queries:
            found = queries.figures(keys, as_of)
        assert len(found) == count
        assert all(figure.value == 50 for figure in found.values())
        assert len(made_queries) <= 4  # the last: does the rulebook still stand
    with CaptureQueriesContext(connection) as made_queries:
        assert len(queries.rolled_up([m.pk for m in made], agency.pk, parse_period("2017-06"))) == count
    assert len(made_queries) <= 4


@pytest.mark.parametrize("as_of", [None, date(2017, 8, 1), date(2018, 3, 1)])
def test_a_figure_with_its_series_is_what_both_are_by_themselves(
    city: Any, agency: Any, story: Any, as_of: date | None
) -> None:
    moment = queries.as_of_day(as_of)
    for unit in (agency, city):
        for code in ("2016", "2017", "2017-H1", "2017-01"):
            period = parse_period(code)
            with CaptureQueriesContext(connection) as made:
                one, over_time = queries.figure_and_series(story.pk, unit.pk, period, moment, 12)
            assert one == queries.figure(story.pk, unit.pk, period, moment)
            assert over_time == queries.series(story.pk, unit.pk, moment, 12)
            assert len(made) <= (6 if unit is agency else 10)
    assert over_time


def test_a_year_tells_why_it_has_no_number_whether_or_not_anything_was_filed(agency: Any) -> None:
    measures = [make_measure(agency, code=f"y{i}", aggregation_time="ratio_of_sums") for i in range(3)]
    file(measures[0], agency, "2017-01", a=1, b="to_be_confirmed")
    file(measures[1], agency, "2017-01", a=1, b=2)
    keys = [Key(measure.pk, agency.pk, parse_period("2017")) for measure in measures]
    lacking, whole, nothing = queries.figures(keys).values()
    assert lacking.missing and lacking.missing.kind is MissingKind.TO_BE_CONFIRMED
    assert (lacking.made_from, whole.made_from, nothing.made_from) == ("periods", "periods", "facts")
    assert str(whole.value) == "50.00" and nothing.missing and nothing.missing.kind is MissingKind.NOT_FILED
    for key, found in zip(keys, (lacking, whole, nothing), strict=True):
        assert queries.figures([key])[key] == found


def test_a_trace_takes_a_bounded_number_of_queries(story: Any, agency: Any) -> None:
    with CaptureQueriesContext(connection) as made_queries:
        queries.trace(story.pk, agency.pk, "2017-H1", AsOf(at("2017-08-01 00:00"), None))
    assert len(made_queries) <= 7


def test_the_series_of_a_measure_keeps_gaps_as_gaps(agency: Any) -> None:
    measure = make_measure(agency)
    file(measure, agency, "2017-01", a=1, b=2)
    file(measure, agency, "2017-02", a="not_yet_measurable", b=2)
    file(measure, agency, "2017-03", a=2, b=2)
    assert [figure.value for figure in queries.series(measure.pk, agency.pk)] == [50, None, 100]


def test_history_writes_down_who_defined_what(agency: Any) -> None:
    from shizheng.kernel.history.queries import entries_of

    measure = make_measure(agency)
    with recorded(by=SYSTEM, action="tests", reason="x"):
        pass
    assert entries_of(measure)[0].action == "measures.define"
