"""What was issued stays: content, files, figures; what is different today stands beside it."""

import json
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.measures import actions as measure_actions
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.tests.factories import Officer, at
from shizheng.kernel.publication import actions, queries, store, writing
from shizheng.kernel.publication.documents import pdf
from shizheng.kernel.publication.models import Artefact, IssuedFigure, Publication, Withdrawal

pytestmark = pytest.mark.django_db


def issued(office: SimpleNamespace, **more: object) -> Publication:
    with clock.set_to(at("2017-07-20 09:30")):
        made = actions.issue(office.officer, "tests.memo", 1, **more)  # type: ignore[arg-type]
    return queries.publication(office.officer, made.code)


def correct(office: SimpleNamespace) -> None:
    with clock.set_to(at("2017-09-12 14:00")):
        measure_actions.correct_fact(SYSTEM, office.facts[0].pk, value=Decimal(166), reason="一案其實落後")


def test_everything_is_kept_with_its_hash(office: SimpleNamespace) -> None:
    made = issued(office, reason="上半年")
    assert (made.edition, made.state, made.reason) == (1, "issued", "上半年")
    assert (
        made.facts["text"] == "77.31"
        and made.versions["rules"]
        and made.versions["tree_date"] == "2017-07-20"
    )
    names = [each.name for each in made.artefacts.all()]
    assert names == [
        "memo.odt",
        "memo.pdf",
        "memo.txt",
        "memo.ods",
        "memo.xlsx",
        "memo.json",
        "measures.csv",
        "csv-metadata.json",
    ]
    for each in made.artefacts.all():
        assert len(store.read(each.sha256)) == each.size and each.made_with
    figure = made.figures.get()
    assert (figure.text, figure.trace["worked"], figure.exact[:7]) == ("77.31%", "100 × 167 ÷ 216", "77.3148")
    assert sorted(figure.fact_ids) == sorted(fact.pk for fact in office.facts)
    whole = json.loads(store.read(made.artefacts.get(name="memo.json").sha256))
    assert whole["figures"][0]["id"] == figure.figure_id and whole["publication"]["code"] == made.code
    assert figure.figure_id in store.read(made.artefacts.get(name="memo.json").sha256).decode()


def test_the_json_of_figures_names_no_person(office: SimpleNamespace) -> None:
    made = issued(office)
    body = store.read(made.artefacts.get(name="memo.json").sha256).decode()
    assert "filed_by" not in body and SYSTEM.display_name not in body


def test_a_correction_stands_beside_what_was_issued_with_its_day_and_reason(office: SimpleNamespace) -> None:
    made = issued(office)
    assert queries.differences(made) == []
    correct(office)
    (found,) = queries.differences(made)
    assert (found.issued, found.now, str(found.since), found.reason) == (
        "77.31%",
        "76.85%",
        "2017-09-12",
        "一案其實落後",
    )
    assert made.figures.get().text == "77.31%"


def test_figures_recompute_to_the_same_after_corrections_and_new_definitions(office: SimpleNamespace) -> None:
    made = issued(office)
    correct(office)
    measure = office.measure
    measure.refresh_from_db()
    content = measure_actions.Content(
        formula=parse("b-a"), inputs=[{"name": "a", "label": "a"}, {"name": "b", "label": "b"}], unit="件",
        valid_from=at("2017-01-01 00:00").date(), places=0,
    )  # fmt: skip
    measure_actions.revise_definition(
        SYSTEM, measure.pk, version=measure.version, content=content, reason="改算件數"
    )
    (again,) = queries.recomputed(made)
    assert again.same and str(again.now.value) == "77.31"
    (different,) = queries.differences(made)
    assert different.now == "50 件" and different.reason == "改算件數"
    assert all(
        each.good
        for each in queries.checks(made, queries.issued_figures_of(made.pk), list(made.artefacts.all()))
    )


def test_a_figure_that_was_missing_and_is_filed_later_is_a_difference(office: SimpleNamespace) -> None:
    from shizheng.kernel.measures.tests.factories import file, make_measure

    office.measure = make_measure(office.unit, "k2")
    kind = office.kind
    made = kind.gather(1, "")
    from shizheng.kernel.measures import queries as measures
    from shizheng.kernel.publication import registry

    empty = measures.figure(office.measure.pk, office.unit.pk, "2017-H1")
    assert empty.value is None
    registry.register(
        registry.PublicationKind(
            "tests.memo", "測試", lambda s, p: registry.Gathered("t", made.unit_id, "s2", made.facts, {"rate": empty}),
            kind.document, subject_label="tests.memo",
        )
    )  # fmt: skip
    publication = actions.issue(SYSTEM, "tests.memo", 1)
    assert publication.figures.get().text == "未填報"
    assert [each.same for each in queries.recomputed(publication)] == [True]
    file(office.measure, office.unit, "2017-H1", a=1, b=2)
    assert [(each.issued, each.now) for each in queries.differences(publication)] == [("未填報", "50.00%")]


def test_the_same_content_is_not_issued_twice_and_a_changed_one_is_a_new_edition(
    office: SimpleNamespace,
) -> None:
    first = issued(office)
    with pytest.raises(CannotDo, match="第 1 版相同"):
        issued(office)
    correct(office)
    second = issued(office)
    assert (second.edition, second.code != first.code, second.figures.get().text) == (2, True, "76.85%")
    listed = {each.edition: each.superseded for each in queries.rows()}
    assert listed == {1: True, 2: False}
    assert [each.edition for each in queries.standing()] == [2]
    assert queries.publication(office.officer, first.code).facts["text"] == "77.31"


def test_what_else_differs_is_told_row_by_row(office: SimpleNamespace) -> None:
    made = issued(office)
    correct(office)
    (found,) = [each.change for each in queries.document_differences(made)]
    assert (found.kind, found.row, found.field, found.before, found.after) == (
        "changed",
        "指標 k1",
        "值",
        "77.31",
        "76.85",
    )


def test_withdrawing_needs_a_reason_happens_once_and_lets_the_same_be_issued_again(
    office: SimpleNamespace,
) -> None:
    made = issued(office)
    with pytest.raises(BadInput):
        actions.withdraw(office.officer, made.code, reason="  ")
    gone = actions.withdraw(office.officer, made.code, reason="機關名稱印錯")
    assert gone.state == "withdrawn" and gone.withdrawn.reason == "機關名稱印錯"
    with pytest.raises(Conflict):
        actions.withdraw(office.officer, made.code, reason="再一次")
    assert not queries.standing().exists()
    assert issued(office).edition == 2


def test_nothing_is_issued_when_one_file_cannot_be_made(
    office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object) -> bytes:
        raise pdf.CannotSetPdf("boom")

    monkeypatch.setattr(pdf, "to_pdf", fails)
    with pytest.raises(writing.CannotWrite, match="沒有公布"):
        issued(office)
    assert (
        not Publication.objects.exists()
        and not IssuedFigure.objects.exists()
        and not Artefact.objects.exists()
    )


def test_nothing_is_issued_when_setting_the_pdf_takes_too_long(
    office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "SECONDS", -9.99)
    with pytest.raises(writing.CannotWrite, match="時間或記憶體不夠") as failure:
        issued(office)
    assert isinstance(failure.value.__cause__, pdf.BrokeOff)
    assert not Publication.objects.exists()


def test_only_who_may_for_the_unit_issues_and_withdraws(office: SimpleNamespace) -> None:
    stranger = Officer(frozenset({"publication.issue"}), frozenset({office.unit.pk + 999}))
    with pytest.raises(NotPermitted):
        actions.issue(stranger, "tests.memo", 1)
    made = issued(office)
    with pytest.raises(NotPermitted):
        actions.withdraw(stranger, made.code, reason="x")
    with pytest.raises(NotFound):
        actions.withdraw(office.officer, "pub_none", reason="x")
    with pytest.raises(NotFound):
        actions.issue(office.officer, "no.such", 1)
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE publication_publication SET title = 'x'", "DELETE FROM publication_artefact"]
)
def test_the_database_refuses_to_change_what_was_issued(office: SimpleNamespace, statement: str) -> None:
    issued(office)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_file_that_was_tampered_with_is_found_and_not_served(office: SimpleNamespace) -> None:
    made = issued(office)
    file = made.artefacts.get(name="memo.txt")
    place = store.folder() / file.sha256[:2] / file.sha256
    place.write_bytes(b"x" * file.size)
    with pytest.raises(store.FileDamaged, match="不符"):
        store.read(file.sha256)
    wrong = [each for each in queries.checks(made, [], list(made.artefacts.all())) if not each.good]
    assert [each.code for each in wrong] == ["code", "files"] and "memo.txt" in wrong[1].text
    place.unlink()
    with pytest.raises(store.FileDamaged, match="找不到"):
        store.read(file.sha256)


def test_the_store_keeps_the_same_bytes_once() -> None:
    first, second = store.keep(b"abc"), store.keep(b"abc")
    assert first == second and store.read(first) == b"abc"
    assert len([path for path in store.folder().rglob("*") if path.is_file()]) == 1


def test_a_publication_is_issued_in_a_fixed_number_of_queries(
    office: SimpleNamespace, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(40):
        actions.issue(office.officer, "tests.memo", 1)
    made = Publication.objects.get()
    figures = queries.issued_figures_of(made.pk)
    with django_assert_max_num_queries(3):  # the rulebook's newest change among them
        queries.recomputed(made, figures)
    with django_assert_max_num_queries(6):
        queries.differences(made, figures)
