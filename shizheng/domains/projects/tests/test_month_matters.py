"""跨機關協調事項 raised in the month's return: checked with it, on the agenda from its signature on, in the grid by name."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.queries import matters
from shizheng.domains.projects.queries.agenda import city_sections
from shizheng.domains.projects.tests.month_town import correct, file_agency, on, row, tender
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.models import Return
from shizheng.kernel.meetings.registry import MeetingFrame

pytestmark = pytest.mark.django_db

ASKED = {"asks_unit": "公園局", "asks_for": "請先遷移行道樹。"}


@pytest.fixture
def march(month_town: SimpleNamespace) -> SimpleNamespace:
    month_town.tender = tender(month_town.works, "A1")
    with on("2025-04-01"):
        month_town.round = filing.open_round(SYSTEM, "projects.month", "2025-03")
    return month_town


def _sent(town: SimpleNamespace, **typed: str) -> Return:
    rows = {town.tender: row("100", **typed)}
    with on("2025-04-03"):
        return file_agency(town.round, town.works, town.officer, town.chief, rows)


def _on_the_agenda(town: SimpleNamespace, day: str = "2025-04-20") -> list[str]:
    with on(day):
        frame = MeetingFrame(
            1, "tender-city", "city", town.city.pk, "2025-04", "2025-03", date.fromisoformat(day)
        )
        sections = {each.code: each.lines for each in city_sections(frame, None)}
    return [str(each.reason) for each in sections["matters"]]


def test_what_a_signed_return_asks_of_another_agency_stands_on_the_agenda(march: SimpleNamespace) -> None:
    _sent(march, **ASKED)
    (found,) = matters.open_on(date(2025, 4, 3))
    assert (found.unit_id, found.text, found.period) == (march.parks.pk, "請先遷移行道樹。", "2025-03")
    assert _on_the_agenda(march) == ["請公園局協助：請先遷移行道樹。"]


def test_before_the_last_signature_nothing_is_asked(march: SimpleNamespace) -> None:
    each = Return.objects.get(round=march.round, unit=march.works)
    typed = [filing.TypedEntry(str(march.tender.pk), *pair) for pair in row("100", **ASKED).items()]
    with on("2025-04-03"):
        filing.save_entries(march.officer, each.pk, typed)
        filing.submit_return(march.officer, each.pk, version=None)
        assert list(matters.open_on(date(2025, 4, 3))) == []
        filing.sign_return(march.chief, each.pk, version=None)
    assert len(matters.open_on(date(2025, 4, 3))) == 1


def _again(town: SimpleNamespace, sent: Return, text: str, day: str) -> None:
    """Sent back, typed again and signed on that day."""
    with on(day):
        filing.send_back(town.chief, sent.pk, version=None, reason="再寫清楚")
        wanted = {"asks_for": text, "asks_unit": "公園局" if text else ""}
        there = filing_queries.entries_of(sent.pk)
        key = str(town.tender.pk)
        again = [
            filing.TypedEntry(key, name, said, there[key, name].version) for name, said in wanted.items()
        ]
        filing.save_entries(town.officer, sent.pk, again)
        filing.submit_return(town.officer, sent.pk, version=None)
        filing.sign_return(town.chief, sent.pk, version=None)


def test_a_return_sent_again_changes_its_matter_and_makes_no_second_one(march: SimpleNamespace) -> None:
    sent = _sent(march, **ASKED)
    for text, day, left in (("請遷移三十棵行道樹。", "2025-04-04", 1), ("", "2025-04-05", 0)):
        _again(march, sent, text, day)
        assert [each.text for each in matters.open_on(date.fromisoformat(day))] == [text] * left
    (only,) = matters.of_project(march.tender.pk)
    assert only.outcome == "主辦機關在改過的月填報中不再提出。" and only.version == 3
    _again(march, sent, "請遷移三十棵行道樹。", "2025-04-06")  # asked once more: it stands on the agenda anew
    assert len(matters.open_on(date(2025, 4, 6))) == 1


def test_what_was_written_in_the_matter_stays_until_the_return_says_something_else(
    march: SimpleNamespace,
) -> None:
    sent = _sent(march, **ASKED)
    (row,) = matters.of_project(march.tender.pk)
    with on("2025-04-04"):
        changes = {"text": "請先遷移北側十二棵行道樹。"}
        actions.edit_matter(march.officer, row.pk, version=row.version, changes=changes, reason="會勘後確定")
    _again(march, sent, ASKED["asks_for"], "2025-04-05")
    (row,) = matters.of_project(march.tender.pk)
    assert row.text == "請先遷移北側十二棵行道樹。"
    with on("2025-04-06"):
        actions.settle_matter(march.officer, row.pk, version=row.version, outcome="已遷移")
    _again(march, sent, ASKED["asks_for"], "2025-04-07")
    (row,) = matters.of_project(march.tender.pk)
    assert row.outcome == "已遷移"
    _again(march, sent, "請再遷移南側的行道樹。", "2025-04-08")
    assert [each.text for each in matters.open_on(date(2025, 4, 8))] == ["請再遷移南側的行道樹。"]


def test_a_correction_after_the_lock_reaches_the_agenda_too(march: SimpleNamespace) -> None:
    _sent(march)
    with on("2025-04-11"):
        filing.lock_round(march.rdec, march.round.pk, reason="未填報的另行催報")
    assert _on_the_agenda(march) == []
    with on("2025-04-15"):
        correct(march, march.tender, **ASKED)
    assert _on_the_agenda(march) == ["請公園局協助：請先遷移行道樹。"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"asks_unit": "公園局"}, "asks_for"),
        ({"asks_for": "請協助"}, "asks_unit"),
        ({"asks_for": "請協助", "asks_unit": "沒有這個局"}, "asks_unit"),
        ({"asks_for": "請協助", "asks_unit": "工務局"}, "asks_unit"),
        ({"asks_for": "字" * 1001, "asks_unit": "公園局"}, "asks_for"),
    ],
)
def test_half_of_it_or_another_name_is_told_at_its_field(
    march: SimpleNamespace, typed: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as failure:
        _sent(march, **typed)
    assert list(failure.value.fields) == [f"{march.tender.pk}.{field}"]
    assert matters.of_project(march.tender.pk) == []


def test_the_return_and_the_grid_offer_the_agencies_while_one_types(march: SimpleNamespace) -> None:
    each = Return.objects.get(round=march.round, unit=march.works)
    client = Client()
    client.force_login(march.officer)
    for page in (f"/filing/returns/{each.pk}/", f"/filing/rounds/{march.round.pk}/grid/"):
        said = client.get(page).content.decode()
        assert said.count('<datalist id="s.asks_unit">') == 1, page
        assert '<option value="公園局">' in said and 'list="s.asks_unit"' in said


def test_who_has_asked_already_is_told_in_the_next_month(march: SimpleNamespace) -> None:
    _sent(march, **ASKED)
    each: Any = Return.objects.get(round=march.round, unit=march.works)
    client = Client()
    client.force_login(march.officer)
    with on("2025-05-02"):
        april = filing.open_round(SYSTEM, "projects.month", "2025-04")
        each = Return.objects.get(round=april, unit=march.works)
        said = client.get(f"/filing/returns/{each.pk}/").content.decode()
    assert "已提出、還沒解決的有 1 件" in said
