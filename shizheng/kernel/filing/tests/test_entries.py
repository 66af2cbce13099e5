"""What is typed is kept as typed; of two who change one field the second sees both, and nothing typed is lost."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import BadInput, Conflict, NotPermitted
from shizheng.kernel.filing import actions, inputs, queries
from shizheng.kernel.filing.actions import EntryConflict, TypedEntry
from shizheng.kernel.filing.models import Entry, Return, SignOff
from shizheng.kernel.filing.rules.typed import NotANumber, number_of
from shizheng.kernel.filing.tests.conftest import again, fill, send
from shizheng.kernel.filing.tests.kind import Domain, supply
from shizheng.kernel.measures.rules.periods import parse_period

pytestmark = pytest.mark.django_db


def test_a_field_is_kept_as_typed_with_its_versions(town: SimpleNamespace, filing: Return) -> None:
    first = actions.save_entry(town.officer, filing.pk, row="1", field="a", text=" 1６7 件?", version=0)
    assert (first.version, first.changed) == (1, True)
    second = actions.save_entry(town.officer, filing.pk, row="1", field="a", text="167", version=1)
    assert second.version == 2
    same = actions.save_entry(town.officer, filing.pk, row="1", field="a", text="167", version=2)
    assert (same.version, same.changed) == (2, False)


def test_who_saves_over_somebody_elses_change_sees_both_and_nothing_is_written(
    town: SimpleNamespace, filing: Return
) -> None:
    actions.save_entry(town.officer, filing.pk, row="1", field="a", text="167", version=0)
    with pytest.raises(EntryConflict, match=r"王承辦.*167.*170") as told:
        actions.save_entries(
            town.officer2, filing.pk, [TypedEntry("1", "b", "216", 0), TypedEntry("1", "a", "170", 0)]
        )
    assert told.value.clashes[0].now.text == "167" and told.value.clashes[0].typed == "170"
    assert {each.field for each in Entry.objects.filter(filing=filing)} == {"a"}
    actions.save_entry(town.officer2, filing.pk, row="1", field="a", text="170", version=1)
    assert queries.entries_of(filing.pk)["1", "a"].by == "林承辦"


def test_two_people_in_different_fields_do_not_disturb_each_other(
    town: SimpleNamespace, filing: Return
) -> None:
    actions.save_entry(town.officer, filing.pk, row="1", field="a", text="167", version=0)
    actions.save_entry(town.officer2, filing.pk, row="1", field="b", text="216", version=0)
    assert [p.name for p in actions.note_presence(town.officer, filing.pk, field="1.a")] == []
    seen = actions.note_presence(town.officer2, filing.pk, field="1.b")
    assert [(p.name, p.field) for p in seen] == [("王承辦", "1.a")]


def test_a_field_that_the_return_does_not_have_is_refused(town: SimpleNamespace, filing: Return) -> None:
    with pytest.raises(BadInput) as told:
        actions.save_entry(town.officer, filing.pk, row="9", field="a", text="1", version=0)
    assert told.value.fields == {"9.a": ["這份填報表沒有這一欄；可能項目剛才改過，請重新整理。"]}


def test_others_agencies_do_not_write_nor_see_a_return(town: SimpleNamespace, filing: Return) -> None:
    with pytest.raises(NotPermitted):
        actions.save_entry(town.other, filing.pk, row="1", field="a", text="1", version=0)
    assert not queries.may_view(town.other, filing.pk) and queries.may_view(town.leader, filing.pk)


def test_sending_in_says_what_is_missing_beside_each_field_and_keeps_what_was_typed(
    town: SimpleNamespace, filing: Return
) -> None:
    actions.save_entries(
        town.officer,
        filing.pk,
        [TypedEntry("1", "a", "很多"), TypedEntry("2", "missing", "not_yet_measurable")],
    )
    with pytest.raises(BadInput) as told:
        actions.submit_return(town.officer, filing.pk, version=None)
    assert set(told.value.fields) == {"1.a", "1.b"} and "不是數字" in told.value.fields["1.a"][0]
    assert again(filing).state == "draft" and not SignOff.objects.exists()
    assert queries.entries_of(filing.pk)["1", "a"].text == "很多"


def test_what_the_domain_finds_wrong_stands_beside_its_field(town: SimpleNamespace, filing: Return) -> None:
    fill(town.officer, filing, b="0")
    with pytest.raises(BadInput) as told:
        actions.submit_return(town.officer, filing.pk, version=None)
    assert told.value.fields["2.b"] == ["分母是 0，算不出來。"]


def test_supplied_values_are_taken_over_with_their_source_and_typing_over_keeps_both(
    town: SimpleNamespace, filing: Return, domain: Domain
) -> None:
    domain.supplied = {("1", "a"): supply("167"), ("1", "b"): supply("216")}
    shown = queries.shown_entries(domain.rows_of(filing), queries.entries_of(filing.pk))
    assert shown["1", "a"].text == "167" and shown["1", "a"].version == 0
    typed = [TypedEntry("1", "b", "217"), TypedEntry("2", "a", "1"), TypedEntry("2", "b", "2")]
    actions.save_entries(town.officer, filing.pk, typed)
    actions.submit_return(town.officer, filing.pk, version=None)
    domain.supplied = {("1", "a"): supply("1"), ("1", "b"): supply("1")}
    kept = queries.entries_of(filing.pk)
    assert kept["1", "a"].text == "167" and kept["1", "a"].source["url"] == "/cases/"
    assert kept["1", "a"].source["as_of"] == "2017-06-30"
    assert kept["1", "b"].text == "217" and kept["1", "b"].source["instead_of"]["value"] == "216"
    content = SignOff.objects.get(decision="submitted").content
    assert {"row": "1", "field": "b", "text": "217", "source": dict(kept["1", "b"].source)} in content


def test_who_sent_a_return_in_does_not_sign_it(town: SimpleNamespace, filing: Return) -> None:
    from shizheng.kernel.people import factories as people

    both = people.person("officer", town.works, username="both")
    from shizheng.common.permissions import SYSTEM
    from shizheng.kernel.people.actions import assign_role
    from shizheng.kernel.people.factories import role

    assign_role(
        SYSTEM,
        user_id=both.pk,
        role_id=role("supervisor").pk,
        unit_id=town.works.pk,
        start_date=date(2017, 7, 1),
    )
    both.forget_authority()
    send(both, filing)
    with pytest.raises(NotPermitted, match="自己送出"):
        actions.sign_return(both, filing.pk, version=None)
    with pytest.raises(NotPermitted, match="單位主管"):
        actions.sign_return(town.head, filing.pk, version=None)


def test_a_stale_version_is_told_and_nothing_happens(town: SimpleNamespace, filing: Return) -> None:
    seen = again(filing).version
    send(town.officer, filing)
    actions.withdraw_return(town.officer, filing.pk, version=None)
    with pytest.raises(Conflict, match="已經處理過"):
        actions.submit_return(town.officer2, filing.pk, version=seen)


def test_a_supplier_answers_for_its_measures_alone() -> None:
    measure, others = SimpleNamespace(pk=1, code="kpi.a", name="A"), list(inputs._suppliers)

    def supplier(measure, name, unit_id, period, as_of):  # type: ignore[no-untyped-def]
        return supply("5") if name == "a" else None

    inputs.register_supplier("kpi.a", supplier)
    inputs.register_supplier(lambda each: each.code.startswith("kpi."), lambda *_given: supply("9"))
    half = parse_period("2017-H1")
    try:
        first = inputs.supplied(measure, "a", 1, half)
        assert first is not None and first.value == "5"
        second = inputs.supplied(measure, "b", 1, half)
        assert second is not None and second.value == "9"
        assert inputs.supplied(SimpleNamespace(pk=2, code="x", name="X"), "a", 1, half) is None
    finally:
        inputs._suppliers[:] = others


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("216", "216"),
        ("1,234.50", "1234.50"),
        ("２１６", "216"),
        ("−3", "-3"),
        (" ", None),
        ("1，000", "1000"),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, value: str | None) -> None:
    found = number_of(text)
    assert (None if found is None else str(found)) == value


@pytest.mark.parametrize("text", ["12件", "1,23", "1e5", "NaN", "9" * 21, "1_000", "0.12345678901", "--1"])
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotANumber):
        number_of(text)


def test_a_thousand_fields_are_written_in_few_queries(
    town: SimpleNamespace, filing: Return, domain: Domain
) -> None:
    domain.rows = 500
    for text in ("1", "2"):
        typed = [TypedEntry(str(n), name, text) for n in range(1, 501) for name in ("a", "b")]
        with CaptureQueriesContext(connection) as queries:
            saved = actions.save_entries(town.officer, filing.pk, typed)
        assert all(each.changed and each.version == int(text) for each in saved)
        assert len(queries) <= 20
