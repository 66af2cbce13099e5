"""Somebody of a section is named for the agency's return: that one opens, as long as the name and the role stand."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import BadInput, NotFound, NotPermitted
from shizheng.kernel.files import queries as file_queries
from shizheng.kernel.filing import actions, attachments, queries
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.registry import Field
from shizheng.kernel.filing.tests import kind
from shizheng.kernel.filing.tests.conftest import again, fill, sign
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.organisations.rules import Node, Tree
from shizheng.kernel.people import factories as people
from shizheng.kernel.people.models import User

pytestmark = pytest.mark.django_db
TODAY = date(2017, 7, 5)


@pytest.fixture
def sections(town: SimpleNamespace) -> SimpleNamespace:
    """A section of each agency, a team below one of them, and their officers."""
    section = organisations.unit(parent=town.works, name="測試工務局養護科")
    team = organisations.unit(parent=section, name="測試工務局養護科一股")
    elsewhere = organisations.unit(parent=town.parks, name="測試公園局園藝科")
    return SimpleNamespace(
        section=section,
        officer=people.person("officer", section, display_name="吳科員"),
        colleague=people.person("officer", section, display_name="蔡科員"),
        teammate=people.person("officer", team, display_name="許股員"),
        chief=people.person("supervisor", section),
        stranger=people.person("officer", elsewhere, display_name="鄭科員"),
    )


def name(town: SimpleNamespace, filing: Return, who: Any) -> Return:
    return actions.assign_holder(town.chief, filing.pk, version=None, user_id=who.pk if who else None)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def to_file(user: User) -> list[int]:
    return [each.pk for each in queries.work_of(fresh(user), TODAY).to_file]


def nothing_opens(user: User, filing: Return) -> None:
    """The return is neither seen nor written."""
    user = fresh(user)
    assert not queries.may_view(user, filing.pk) and filing.pk not in to_file(user)
    assert not queries.may_write(user, again(filing)) and not queries.may_file(user, again(filing))
    assert filing not in queries.returns_of(user, filing.round_id)
    assert filing not in queries.not_filed(filing.round, user)
    with pytest.raises(NotFound):
        queries.filing(user, filing.pk)
    with pytest.raises(NotPermitted):
        fill(user, filing)
    with pytest.raises(NotPermitted):
        actions.submit_return(user, filing.pk, version=None)


def test_an_officer_of_a_section_sees_nothing_of_the_agency_until_named(
    town: SimpleNamespace, filing: Return, sections: SimpleNamespace
) -> None:
    nothing_opens(sections.officer, filing)
    name(town, filing, sections.officer)
    assert to_file(sections.officer) == [filing.pk] and to_file(town.officer) == []
    nothing_opens(sections.colleague, filing)
    other = filing.round.returns.get(unit=town.parks)
    nothing_opens(sections.officer, other)
    name(town, filing, None)
    nothing_opens(sections.officer, filing)
    assert to_file(town.officer) == [filing.pk]


@pytest.mark.parametrize("who", ["officer", "teammate"])
def test_who_was_named_fills_in_sends_takes_back_and_asks_for_a_correction(
    town: SimpleNamespace, filing: Return, sections: SimpleNamespace, who: str
) -> None:
    person = getattr(sections, who)
    name(town, filing, person)
    person = fresh(person)
    fill(person, filing)
    actions.submit_return(person, filing.pk, version=None)
    actions.withdraw_return(person, filing.pk, version=None)
    actions.submit_return(person, filing.pk, version=None)
    assert queries.entries_of(filing.pk)["1", "a"].by == person.display_name
    sign(town, filing)
    actions.lock_round(town.rdec, filing.round_id, reason="公園局展延中，先鎖定其他機關")
    asked = actions.request_correction(
        person, filing.pk, version=None, changes={("1", "a"): "166"}, reason="上月底的件數多算一件"
    )
    assert [each.pk for each in queries.corrections(person)] == [asked.pk]
    assert not queries.corrections(fresh(sections.colleague)).exists()


def test_people_of_another_agencys_section_are_neither_offered_nor_taken(
    town: SimpleNamespace, filing: Return, sections: SimpleNamespace
) -> None:
    offered = {label for _pk, label in queries.people_who_file(filing)}
    assert {"王承辦", "吳科員", "許股員"} <= offered and not {"鄭科員", "黃承辦"} & offered
    for who in (sections.stranger, town.other, sections.chief):
        with pytest.raises(BadInput, match="沒有填報的權限"):
            name(town, filing, who)
    Return.objects.filter(pk=filing.pk).update(
        holder=sections.stranger
    )  # as if the section had moved away since
    nothing_opens(sections.stranger, filing)


def test_the_units_of_an_agency_end_where_another_agency_or_the_city_begins() -> None:
    """The city has an agency with a section and an agency below it; a unit stands right under the city."""
    above = {1: None, 2: 1, 3: 2, 4: 3, 5: 2, 6: 5, 7: 1}
    kinds = {1: "city", 2: "agency", 5: "agency"}
    tree = Tree(
        Node(pk, f"u{pk}", kinds.get(pk, "unit"), "", "", "", parent, "agency", pk, date(2011, 1, 1), None)
        for pk, parent in above.items()
    )
    assert [node.id for node in tree.up_to_agency(4)] == [3, 2]
    assert {pk: {node.id for node in tree.up_to_agency(pk)} for pk in (1, 2, 5, 6, 7, 99)} == {
        1: set(), 2: set(), 5: set(), 6: {5}, 7: set(), 99: set(),
    }  # fmt: skip
    assert tree.within_agency(2) == {3, 4} and tree.within_agency(5) == {6}
    assert tree.within_agency(1) == tree.within_agency(4) == tree.within_agency(99) == frozenset()


def test_with_the_role_goes_what_the_name_opened(
    town: SimpleNamespace, filing: Return, sections: SimpleNamespace
) -> None:
    name(town, filing, sections.officer)
    with recorded(by=town.rdec, action="people.factory"):
        sections.officer.assignments.update(end_date=date(2017, 7, 4))
    nothing_opens(sections.officer, filing)


def test_the_page_is_a_form_for_who_was_named_and_closed_for_a_colleague(
    town: SimpleNamespace, filing: Return, sections: SimpleNamespace, monkeypatch: Any, tmp_path: Any, settings: Any
) -> None:  # fmt: skip
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(kind, "FIELDS", (*kind.FIELDS, Field("evidence", "佐證", "file", required=False)))
    address = f"/filing/returns/{filing.pk}/"
    chief, officer, colleague = (Client() for _n in range(3))
    for client, user in ((chief, town.chief), (officer, sections.officer), (colleague, sections.colleague)):
        client.force_login(user)
    assert officer.get(address).status_code == 404
    form = chief.get(f"{address}holder/").content.decode()
    assert "吳科員" in form and "鄭科員" not in form
    chief.post(f"{address}holder/", {"version": filing.version, "holder": sections.officer.pk})
    assert "data-filing" in officer.get(address).content.decode()
    assert colleague.get(address).status_code == 404
    assert filing.title in officer.get("/work/").content.decode()
    proof = SimpleUploadedFile("佐證.txt", "會議紀錄".encode(), content_type="text/plain")
    values = {"f.1.a": "7", "v.1.a": "0", "f.1.evidence": proof, "v.1.evidence": "0", "act": "save"}
    said = officer.post(address, values)
    assert said.status_code == 302, said.content.decode()
    kept = queries.entries_of(filing.pk)
    assert kept["1", "a"].text == "7"
    ids = attachments.ids_in(kept["1", "evidence"].text)
    assert [each.unit_id for each in file_queries.files_of(attachments.LABEL, filing.pk, only=ids)] == [
        town.works.pk
    ]


def test_being_named_asks_no_query_more(
    town: SimpleNamespace, filing: Return, open_round: Round, sections: SimpleNamespace
) -> None:
    def asked(user: User) -> int:
        user = fresh(user)
        with CaptureQueriesContext(connection) as found:
            queries.work_of(user, TODAY)
            for each in queries.returns_of(user, open_round.pk):
                queries.may_write(user, each)
        return len(found)

    own = asked(town.officer)
    assert asked(sections.officer) == own
    name(town, filing, sections.officer)
    assert asked(sections.officer) == own
