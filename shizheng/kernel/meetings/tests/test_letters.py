"""After the minutes are out each unit is told what it has to do, with a letter of its own; a correction tells anew."""

from datetime import date
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.test import Client

from shizheng.kernel.meetings import actions
from shizheng.kernel.meetings.models import Meeting
from shizheng.kernel.meetings.queries.letters import letters_of
from shizheng.kernel.meetings.tests.conftest import on
from shizheng.kernel.notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(town: SimpleNamespace, running: Meeting) -> Meeting:
    with on("2025-04-08"):
        actions.add_attendance(town.control, running.pk, {"name": "張局長", "unit": town.works.pk})
        given = {
            "text": "月底前遷移管線",
            "main_unit": town.works.pk,
            "joint_units": [town.parks.pk],
            "due_on": date(2025, 4, 30),
        }
        town.resolution = actions.record_resolution(town.control, running.pk, given)
        actions.record_resolution(
            town.control, running.pk, {"text": "請工務局檢討工期", "main_unit": town.works.pk}
        )
        actions.close_meeting(town.control, running.pk, version=None)
    with on("2025-04-09"):
        return actions.issue_minutes(town.head, running.pk, version=None)


def told(person: object) -> list[tuple[str, str]]:
    rows = Message.objects.filter(user=person, about_label="meetings.meeting").order_by("pk")
    return [(each.subject, each.url) for each in rows]


def test_each_unit_is_told_what_it_has_to_do_and_by_when(town: SimpleNamespace, issued: Meeting) -> None:
    (mine,) = [each for each in told(town.control) if "要辦" in each[0]]
    assert "工務局有 2 項要辦" in mine[0] and mine[1] == f"/meetings/{issued.pk}/letters/{town.works.pk}.pdf"
    (theirs,) = [each for each in told(town.other) if "要辦" in each[0]]
    assert "公園局有 1 項要辦" in theirs[0]
    assert {each.unit: len(each.resolutions) for each in letters_of(issued)} == {"工務局": 2, "公園局": 1}


def test_the_letter_is_for_its_unit_and_who_sees_the_meeting(town: SimpleNamespace, issued: Meeting) -> None:
    address = f"/meetings/{issued.pk}/letters/{town.parks.pk}"
    client = Client()
    client.force_login(town.other)
    pdf = client.get(f"{address}.pdf")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
    assert client.get(f"{address}.odt").content[:2] == b"PK"
    assert client.get(f"/meetings/{issued.pk}/letters/{town.works.pk}.pdf").status_code == 404
    page = Client()
    page.force_login(town.control)
    said = page.get(f"/meetings/{issued.pk}/").content.decode()
    assert "給各單位的函" in said and f"{address}.odt" in said


def test_the_letter_says_what_went_out_until_the_minutes_go_out_anew(
    town: SimpleNamespace, issued: Meeting
) -> None:
    with on("2025-04-10"):
        actions.change_resolution(
            town.control, town.resolution.pk, {"text": "五月底前遷移管線"}, reason="主席更正"
        )
        issued.refresh_from_db()
        texts = [each.text for letter in letters_of(issued) for each in letter.resolutions]
        assert "月底前遷移管線" in texts and "五月底前遷移管線" not in texts
        again = actions.issue_minutes(town.head, issued.pk, version=None, reason="更正")
        texts = [each.text for letter in letters_of(again) for each in letter.resolutions]
        assert "五月底前遷移管線" in texts and "月底前遷移管線" not in texts
    assert len([each for each in told(town.other) if "要辦" in each[0]]) == 2


def test_papers_are_called_by_their_meeting_and_unit(town: SimpleNamespace, issued: Meeting) -> None:
    browser = Client()
    browser.force_login(town.control)
    stem = issued.title.replace(" ", "")
    for address, name in (
        (f"/meetings/{issued.pk}/pack.odt", f"{stem}會議資料.odt"),
        (f"/meetings/{issued.pk}/letters/{town.parks.pk}.odt", f"{stem}交辦事項-公園局.odt"),
    ):
        said = browser.get(address)["Content-Disposition"]
        assert said.startswith("attachment; filename*=utf-8''") and unquote(said).endswith(name), said


def test_letters_and_papers_come_through_the_api(town: SimpleNamespace, issued: Meeting) -> None:
    base = f"/api/v1/meetings/meetings/{issued.pk}"
    control, other, nobody = Client(), Client(), Client()
    for client, person in ((control, town.control), (other, town.other), (nobody, town.nobody)):
        client.force_login(person)
    found = {each["unit"]: each for each in control.get(f"{base}/letters").json()["items"]}
    assert {unit: len(each["resolutions"]) for unit, each in found.items()} == {"工務局": 2, "公園局": 1}
    assert found["工務局"]["first_due"] == "2025-04-30" and len(found["工務局"]["leads"]) == 2
    assert found["公園局"]["leads"] == [] and found["公園局"]["resolutions"][0]["text"] == "月底前遷移管線"
    own = f"{base}/letters/{town.parks.pk}"
    assert (
        other.get(own).json() == found["公園局"]
    )  # who does not see the meeting reads the own unit's letter
    pdf, odt = other.get(f"{own}/pdf"), other.get(f"{own}/odt")
    assert pdf.content.startswith(b"%PDF") and odt.content[:2] == b"PK"
    assert "inline" in pdf["Content-Disposition"] and "attachment" in odt["Content-Disposition"]
    assert other.get(f"{own}/docx").status_code == 422
    assert other.get(f"{base}/letters/{town.works.pk}").status_code == 404
    assert (
        other.get(f"{base}/letters").status_code == 404 and other.get(f"{base}/pack/odt").status_code == 404
    )
    assert control.get(f"{base}/pack/odt").content[:2] == b"PK"
    assert {nobody.get(path).status_code for path in (f"{base}/letters", own, f"{own}/pdf")} == {403}


def test_no_letter_comes_through_the_api_before_the_minutes_are_out(
    town: SimpleNamespace, running: Meeting
) -> None:
    control, base = Client(), f"/api/v1/meetings/meetings/{running.pk}/letters"
    control.force_login(town.control)
    assert control.get(base).json() == {"items": []}
    refused = control.get(f"{base}/{town.works.pk}")
    assert refused.status_code == 404 and "還沒有發出" in refused.json()["message"]
