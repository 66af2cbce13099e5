"""Filing and correcting: permissions, conflicts, and a database that refuses to overwrite."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import Error as DatabaseError

from shizheng.common.errors import BadInput, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.measures import actions, queries
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.tests.factories import Officer, file, make_measure, make_user, open_unit

D = Decimal

pytestmark = pytest.mark.django_db
ALL = frozenset({"measures.view", "measures.define", "measures.file", "measures.correct"})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measures_fact SET value = 1",
        "DELETE FROM measures_fact",
        "TRUNCATE measures_fact CASCADE",
        "UPDATE measures_definitionversion SET target = 1",
        "DELETE FROM measures_definitionversion",
    ],
)
def test_the_database_refuses_to_overwrite(agency: Any, statement: str) -> None:
    file(make_measure(agency), agency, "2017-H1", a=167, b=216)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert queries.figure(
        Fact.objects.values_list("measure_id", flat=True)[0], agency.pk, "2017-H1"
    ).value == D("77.31")


def test_the_moment_of_filing_is_the_databases_and_nobody_elses(agency: Any) -> None:
    fact = file(make_measure(agency), agency, "2017-H1", a=1)[0]
    first = Fact.objects.get(pk=fact.pk)
    assert first.transaction_id > 0
    assert first.recorded_action == "measures.record_facts"
    assert first.recorded_by == SYSTEM.display_name


@pytest.mark.parametrize(
    "columns",
    ["value = NULL", "value = 1, missing = 'not_filed'", "rows = '[]'::jsonb", "period_end = period_start"],
)
def test_a_fact_holds_exactly_one_of_number_missing_and_rows(agency: Any, columns: str) -> None:
    fact = file(make_measure(agency), agency, "2017-H1", a=1)[0]
    names = (
        "measure_id, input, unit_id, period, period_start, period_end, value, missing, rows, source, reason"
    )
    picked = names.replace("input,", "'b' AS input,")
    changes = dict(part.split(" = ") for part in columns.split(", "))
    for name, value in changes.items():
        picked = ", ".join(f"{value} AS {name}" if p == name else p for p in picked.split(", "))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO measures_fact ({names}) SELECT {picked} FROM measures_fact WHERE id = {fact.pk}"
        )


def test_filing_twice_asks_for_a_correction_instead(agency: Any) -> None:
    measure = make_measure(agency)
    file(measure, agency, "2017-H1", a=167)
    with pytest.raises(Conflict) as caught:
        file(measure, agency, "2017-H1", a=168)
    assert "更正" in caught.value.message
    assert Fact.objects.count() == 1


@pytest.mark.parametrize("kind", ["not_filed", "to_be_confirmed", "not_yet_measurable"])
def test_a_number_may_follow_a_missing_one(agency: Any, kind: str) -> None:
    measure = make_measure(agency)
    file(measure, agency, "2017-H1", a=kind, b=216)
    assert queries.figure(measure.pk, agency.pk, "2017-H1").missing.kind == kind  # type: ignore[union-attr]
    file(measure, agency, "2017-H1", a=167)
    found = queries.figure(measure.pk, agency.pk, "2017-H1")
    assert found.value == D("77.31")


def test_several_inputs_go_in_together_or_not_at_all(agency: Any) -> None:
    measure = make_measure(agency)
    with pytest.raises(BadInput):
        file(measure, agency, "2017-H1", a=167, nothing=1)
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": None}, "value"),
        ({"value": D(1), "missing": "not_filed"}, "value"),
        ({"value": D("NaN")}, "value"),
        ({"value": D("1e25")}, "value"),
        ({"value": D("0.00000000001")}, "value"),
        ({"missing": "lost"}, "missing"),
        ({"rows": [Row("1", D(1))]}, "value"),
        ({"value": D(1), "period": "2017-13"}, "period"),
    ],
)
def test_what_cannot_be_filed_says_why(agency: Any, given: dict[str, Any], field: str) -> None:
    measure = make_measure(agency)
    filing = actions.Filing(measure.pk, "a", agency.pk, given.pop("period", "2017-H1"), **given)
    with pytest.raises(BadInput) as caught:
        actions.record_fact(SYSTEM, filing)
    assert field in caught.value.fields
    assert caught.value.fields[field][0]


def test_a_correction_is_a_new_fact_that_names_the_old_one_and_the_reason(agency: Any) -> None:
    measure = make_measure(agency)
    user = make_user("t-corrector")
    first = file(measure, agency, "2017-H1", a=167, b=216)[0]
    officer = Officer(ALL, frozenset({agency.pk}), pk=user.pk)
    second = actions.correct_fact(officer, first.pk, value=D(166), reason="估驗單晚到")
    assert second.supersedes_id == first.pk
    assert second.filed_by_id == user.pk
    assert Fact.objects.get(pk=first.pk).value == 167
    found = queries.figure(measure.pk, agency.pk, "2017-H1")
    assert (found.value, found.corrected) == (D("76.85"), True)


def test_correcting_what_was_corrected_is_a_conflict(agency: Any) -> None:
    first = file(make_measure(agency), agency, "2017-H1", a=167)[0]
    actions.correct_fact(SYSTEM, first.pk, value=D(166), reason="晚到")
    with pytest.raises(Conflict):
        actions.correct_fact(SYSTEM, first.pk, value=D(165), reason="也晚到")
    assert Fact.objects.count() == 2


def test_a_correction_needs_a_reason_and_a_difference(agency: Any) -> None:
    first = file(make_measure(agency), agency, "2017-H1", a=167)[0]
    with pytest.raises(BadInput) as caught:
        actions.correct_fact(SYSTEM, first.pk, value=D(166), reason="  ")
    assert "reason" in caught.value.fields
    with pytest.raises(BadInput):
        actions.correct_fact(SYSTEM, first.pk, value=D("167.0"), reason="沒變")
    with pytest.raises(NotFound):
        actions.correct_fact(SYSTEM, 0, value=D(1), reason="沒有")


@pytest.mark.own_database
@pytest.mark.django_db(transaction=True)
def test_of_two_officers_correcting_the_same_fact_at_once_one_wins(own_database: str) -> None:
    agency = open_unit("TAG2", parent=open_unit("TCITY2"), kind="agency")
    first = file(make_measure(agency), agency, "2017-H1", a=167)[0]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def correct(number: int) -> None:
        try:
            start.wait(timeout=10)
            actions.correct_fact(SYSTEM, first.pk, value=D(number), reason="同時更正")
            outcomes.append("written")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=correct, args=(number,)) for number in (165, 166)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["conflict", "written"]
    assert Fact.objects.filter(supersedes=first.pk).count() == 1


def test_rows_are_kept_and_used(agency: Any) -> None:
    measure = make_measure(agency, formula="sum(a_i*b_i)", unit="項", aggregation_units="none")
    file(measure, agency, "2017", a=[Row("x", D(3)), Row("y", D(10))], b=[Row("x", D(10)), Row("y", D(6))])
    assert queries.figure(measure.pk, agency.pk, "2017").value == 90
    with pytest.raises(BadInput):
        file(measure, agency, "2016", a=[Row("x", D(3)), Row("x", D(10))])


@pytest.mark.parametrize(
    "number", ["NaN", "sNaN", "Infinity", "1E+999999", "1E-999999", "-1E+20", "0.12345678901"]
)
def test_a_list_holds_no_number_that_a_page_could_not_show(agency: Any, number: str) -> None:
    measure = make_measure(agency, formula="sum(x_i)")
    with pytest.raises(BadInput) as caught:
        file(measure, agency, "2017", x=[Row("a", D(number))])
    assert "rows" in caught.value.fields
    assert not Fact.objects.exists()


@pytest.mark.parametrize("number", ["1E+20", "1E+999999", "NaN", "0.12345678901"])
def test_a_target_is_a_number_that_can_be_kept(agency: Any, number: str) -> None:
    for given in ({"target": D(number)}, {"targets": {"2017-H1": D(number)}}):
        with pytest.raises(BadInput):
            make_measure(agency, **given)


@pytest.mark.parametrize(
    "source",
    [
        {"url": "javascript:alert(1)"},
        {"url": "//evil.example/"},
        {"url": "data:text/html,x"},
        {"url": 5},
        {"text": {"a": 1}},
        {"kind": ["reported"]},
    ],
)
def test_a_source_links_to_a_page_and_says_text(agency: Any, source: dict[str, Any]) -> None:
    measure = make_measure(agency)
    with pytest.raises(BadInput):
        actions.record_fact(
            SYSTEM, actions.Filing(measure.pk, "a", agency.pk, "2017", value=D(1), source=source)
        )
    for url in ("https://data.example/x?a=1", "/planning/results/3/"):
        actions.record_fact(
            SYSTEM,
            actions.Filing(
                measure.pk, "a", agency.pk, "2017-H1" if url[0] == "h" else "2017-H2", value=D(1), source={"url": url}
            ),
        )  # fmt: skip


# --- permissions ----------------------------------------------------------------------------------------------


def test_filing_needs_the_permission_in_that_very_unit(city: Any, agency: Any) -> None:
    other = open_unit("TOTHER", parent=city, kind="agency")
    measure = make_measure(agency)
    officer = Officer(frozenset({"measures.view", "measures.file"}), frozenset({agency.pk}))
    file(measure, agency, "2017-H1", actor=officer, a=1)
    with pytest.raises(NotPermitted):
        file(measure, other, "2017-H1", actor=officer, a=1)
    with pytest.raises(NotPermitted):
        actions.correct_fact(officer, Fact.objects.get().pk, value=D(2), reason="改")


def test_nobody_files_for_or_corrects_a_measure_that_he_may_not_see(city: Any, agency: Any) -> None:
    other = open_unit("TOTHER", parent=city, kind="agency")
    measure = make_measure(other)
    officer = Officer(ALL, frozenset({agency.pk}))
    with pytest.raises(NotFound):
        file(measure, agency, "2017-H1", actor=officer, a=1)
    assert not Fact.objects.exists()
    first = file(measure, agency, "2017-H1", a=1)[0]
    with pytest.raises(NotFound):
        actions.correct_fact(officer, first.pk, value=D(2), reason="改")


def test_a_section_files_for_the_measure_of_the_agency_above_it(agency: Any) -> None:
    section = open_unit("TSEC", parent=agency)
    measure = make_measure(agency)
    officer = Officer(ALL, frozenset({section.pk}))
    first = file(measure, section, "2017-H1", actor=officer, a=1)[0]
    assert actions.correct_fact(officer, first.pk, value=D(2), reason="改").value == 2


def test_defining_revising_and_choosing_need_the_owners_permission(agency: Any) -> None:
    measure = make_measure(agency)
    stranger = Officer(ALL, frozenset())
    content = actions.content_of(measure.definitions.get())
    with pytest.raises(NotPermitted):
        actions.define_measure(stranger, code="k9", name="x", owner_id=agency.pk, content=content)
    with pytest.raises(NotPermitted):
        actions.revise_definition(stranger, measure.pk, version=1, content=content, reason="改")
    with pytest.raises(NotPermitted):
        actions.choose_reading(stranger, measure.pk, version=1, reading="x", reason="改")
    assert measure.definitions.count() == 1


def test_a_measure_of_another_unit_is_not_there(agency: Any) -> None:
    measure = make_measure(agency)
    officer = Officer(ALL, frozenset({agency.pk}))
    assert measure in queries.visible_to(officer)
    stranger = Officer(ALL, frozenset())
    assert not queries.visible_to(stranger).exists()
    with pytest.raises(NotFound):
        queries.measure(measure.pk, stranger)


def test_missing_kinds_of_the_database_are_those_of_the_rules() -> None:
    from shizheng.kernel.measures import models
    from shizheng.kernel.measures.rules import aggregation, judging, periods

    for stored, pure in (
        (models.MissingKind, MissingKind),
        (models.OverTime, aggregation.OverTime),
        (models.OverUnits, aggregation.OverUnits),
        (models.Direction, judging.Direction),
        (models.Progress, judging.ProgressReading),
        (models.PeriodKind, periods.PeriodKind),
    ):
        assert set(stored.values) == {each.value for each in pure}


def test_a_unit_that_does_not_exist_is_said_before_anything_is_written(agency: Any) -> None:
    measure = make_measure(agency)
    with pytest.raises(BadInput) as caught:
        actions.record_fact(SYSTEM, actions.Filing(measure.pk, "a", 10**12, "2017", value=D(1)))
    assert "unit_id" in caught.value.fields
    content = actions.content_of(measure.definitions.get())
    with pytest.raises(BadInput):
        actions.define_measure(SYSTEM, code="x", name="x", owner_id=10**12, content=content)
