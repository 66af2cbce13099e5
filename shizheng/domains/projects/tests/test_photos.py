"""Photographs and notes from the site: kept once, without metadata, with their place; seen, changed, taken away."""

import io
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.domains.projects import actions
from shizheng.domains.projects.models import ProjectPhoto, SiteNote
from shizheng.domains.projects.queries.photos import gallery, newest_of_each, notes_of
from shizheng.domains.projects.tests.town import enter, make_town
from shizheng.kernel.files import queries as files
from shizheng.kernel.files.models import HeldFile
from shizheng.kernel.files.tests import samples
from shizheng.kernel.history import queries as history

pytestmark = pytest.mark.django_db
D = Decimal
NOW = datetime(2026, 10, 6, 9, tzinfo=clock.TAIPEI)


@pytest.fixture
def town(db: None) -> Any:
    with clock.set_to(NOW):
        yield make_town()


def plain(colour: str = "grey") -> bytes:
    """A photograph that says nothing of itself."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def add(town: SimpleNamespace, project: Any, data: bytes = b"", **values: Any) -> ProjectPhoto:
    key = values.pop("key", "")
    who = values.pop("who", town.control)
    return actions.add_photo(
        who, project.pk, data or samples.photograph(), name="工地.jpg", values=values, key=key
    )


def test_a_photograph_keeps_its_moment_and_place_and_loses_its_metadata(town: SimpleNamespace) -> None:
    row = add(town, enter(town), caption="橋墩", longitude=D("120.1"), latitude=D("24.1"))
    assert row.taken_at == datetime(2026, 10, 5, 9, 30, tzinfo=clock.TAIPEI) and row.period == "2026-10"
    assert (row.longitude, row.latitude, row.place_from) == (D("120.64"), D("24.16"), "camera")
    assert not row.public and row.added_by == town.control
    with Image.open(io.BytesIO(files.read_bytes(row.file))) as kept:
        assert not kept.getexif()
    silent = add(town, row.project, plain(), longitude=D("120.1"), latitude=D("24.1"))
    assert (silent.taken_at, silent.place_from, silent.period) == (None, "device", "2026-10")


def test_what_is_sent_twice_is_kept_once(town: SimpleNamespace) -> None:
    project = enter(town)
    first = add(town, project, key="a1")
    assert add(town, project, plain(), key="a1").pk == first.pk  # the same key
    assert add(town, project, key="b2").pk == first.pk  # the same bytes
    assert add(town, enter(town, "另一座橋"), key="a1").pk != first.pk
    note = actions.add_site_note(town.control, project.pk, values={"text": "土方已清"}, key="n1")
    assert (
        actions.add_site_note(town.control, project.pk, values={"text": "又送一次"}, key="n1").pk == note.pk
    )
    assert (len(gallery(project.pk)), len(notes_of(project.pk))) == (1, 1)


def test_what_is_wrong_is_said_and_nothing_is_kept(town: SimpleNamespace) -> None:
    project = enter(town)
    wrong: tuple[dict[str, Any], ...] = (
        {"longitude": D("190"), "latitude": D("24")}, {"longitude": D("120")}, {"period": "2026-13"},
        {"checkpoint": "nosuch"}, {"caption": "長" * 301}, {"key": "no spaces"}, {"session": "兩"},
        {"taken_at": datetime(2027, 1, 1, tzinfo=clock.TAIPEI)}, {"number": 1},
    )  # fmt: skip
    for values in wrong:
        with pytest.raises(BadInput):
            add(town, project, plain(), **values)
    with pytest.raises(CannotDo):
        add(town, project, samples.program())
    for who in (town.other, town.leader):
        with pytest.raises(NotPermitted):
            add(town, project, who=who)
    for note in ({"text": " "}, {"text": "a", "works": D("101")}, {"text": "a", "latitude": D("24")}):
        with pytest.raises(BadInput):
            actions.add_site_note(town.control, project.pk, values=note, key="k")
    assert not ProjectPhoto.objects.exists() and not SiteNote.objects.exists()


def test_the_meeting_gets_the_newest_up_to_its_month(town: SimpleNamespace) -> None:
    project = enter(town)
    rows = [
        add(town, project, plain(colour), period=f"2026-{month:02d}", taken_at=datetime(2026, month, day, tzinfo=clock.TAIPEI))
        for colour, month, day in (("red", 8, 1), ("green", 9, 5), ("blue", 9, 20), ("navy", 9, 1))
    ]  # fmt: skip
    assert newest_of_each([project.pk], "2026-09", most=2) == {project.pk: [rows[2], rows[1]]}
    assert newest_of_each([project.pk], "2026-09") == {project.pk: [rows[2], rows[1], rows[3], rows[0]]}
    assert newest_of_each([project.pk], "2026-08") == {project.pk: [rows[0]]}
    actions.remove_photo(town.control, rows[2].pk, version=None, reason="拍錯工地")
    assert newest_of_each([project.pk], "2026-09", most=2) == {project.pk: [rows[1], rows[3]]}


def test_one_is_changed_under_its_version_and_taken_away_with_a_reason(town: SimpleNamespace) -> None:
    row = add(town, enter(town))
    done = actions.edit_photo(
        town.control, row.pk, version=1, changes={"caption": "東側", "public": True, "longitude": D("120.7")}
    )
    assert (done.caption, done.public, done.place_from, done.version) == ("東側", True, "typed", 2)
    with pytest.raises(Conflict):
        actions.edit_photo(town.control, row.pk, version=1, changes={"caption": "西側"})
    with pytest.raises(BadInput):
        actions.remove_photo(town.control, row.pk, version=2, reason=" ")
    gone = actions.remove_photo(town.control, row.pk, version=2, reason="看得到車牌")
    assert gone.removed and not gone.public and history.entries_of(gone)[0].reason == "看得到車牌"
    again = add(town, row.project)  # the same bytes may come back
    assert again.pk != row.pk


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_several_are_sent_at_once_and_seen_on_the_page_of_the_tender(town: SimpleNamespace) -> None:
    project = enter(town, longitude=D("120.6"), latitude=D("24.1"))
    client = browser(town.officer)
    project.unit = town.section
    project.save()
    address = f"/projects/register/{project.pk}/photos/add/"
    sent = [SimpleUploadedFile("一.jpg", plain("red")), SimpleUploadedFile("二.jpg", samples.photograph())]
    answer = client.post(address, {"photos": [*sent, SimpleUploadedFile("三.jpg", b"MZ")], "caption": "樁基"})
    assert answer.status_code == 422 and "三.jpg" in answer.content.decode() and HeldFile.objects.count() == 2
    held = [str(each.pk) for each in HeldFile.objects.all()]
    answer = client.post(address, {"photos.held": held, "caption": "樁基"})
    assert answer.status_code == 302 and not HeldFile.objects.exists()
    page = browser(town.leader).get(f"/projects/register/{project.pk}/").content.decode()
    assert page.count("樁基") >= 2 and '"look": "photo"' in page
    assert (
        f"/{project.pk}/photos/add/" not in page
        and f"/{project.pk}/photos/add/" in client.get(f"/projects/register/{project.pk}/").content.decode()
    )
    row = ProjectPhoto.objects.latest("pk")
    assert browser(town.leader).get(f"/files/{row.file_id}/download/").status_code == 200
    assert browser(town.leader).get(f"/projects/register/photos/{row.pk}/").status_code == 200
    listed = b"".join(browser(town.leader).get("/projects/register/photos/?export=csv").streaming_content)  # type: ignore[attr-defined]
    assert listed.decode().count("樁基") == 2


def test_a_photograph_is_changed_and_taken_away_on_its_pages(town: SimpleNamespace) -> None:
    row = add(town, enter(town))
    client, address = browser(town.control), f"/projects/register/photos/{row.pk}/"
    given = {"version": 1, "caption": "北側", "period": "2026-09", "longitude": "120.7", "latitude": "24.2", "public": "on"}  # fmt: skip
    assert client.post(f"{address}edit/", given).status_code == 302
    assert client.post(f"{address}edit/", {**given, "caption": "南側"}).status_code == 409
    row.refresh_from_db()
    assert (row.caption, row.period, row.public, row.place_from) == ("北側", "2026-09", True, "typed")
    assert browser(town.other).get(f"{address}edit/").status_code == 403
    assert client.post(f"{address}remove/", {"version": 2, "reason": ""}).status_code == 422
    assert client.post(f"{address}remove/", {"version": 2, "reason": "重複"}).status_code == 302
    assert "已刪除" in client.get(address).content.decode()


def test_the_phone_sends_what_waited_and_learns_what_was_refused(town: SimpleNamespace) -> None:
    project = enter(town)
    client, address = browser(town.control), f"/projects/register/{project.pk}/site/"
    assert client.get(address).status_code == 200
    both = {"key": "k" * 8, "session": "s" * 8, "caption": "現況", "at": "2026-10-06T01:00:00.000Z", "longitude": "120.6", "latitude": "24.1"}  # fmt: skip
    for _turn in range(2):
        answer = client.post(f"{address}send/", {**both, "photo": SimpleUploadedFile("a.jpg", plain())})
        assert answer.json() == {"kept": True, "key": "k" * 8}
        answer = client.post(f"{address}send/", {**both, "key": "n" * 8, "text": "完成八成", "works": "80"})
        assert answer.json()["kept"]
    row, note = ProjectPhoto.objects.get(), SiteNote.objects.get()
    assert row.taken_at == note.noted_at == datetime(2026, 10, 6, 9, tzinfo=clock.TAIPEI)
    assert (row.session, note.key, note.works) == ("s" * 8, "s" * 8, D(80))
    bad = client.post(
        f"{address}send/", {**both, "key": "x" * 8, "photo": SimpleUploadedFile("a.jpg", b"MZ")}
    )
    assert bad.status_code == 422 and not bad.json()["kept"] and bad.json()["message"]
    assert client.post(f"{address}send/", {"key": "y" * 8}).status_code == 422
    assert browser(town.other).post(f"{address}send/", {**both, "text": "a"}).status_code == 403
    plainly = client.post(address, {"key": "z" * 8, "text": "沒有程式也能送"})
    assert plainly.status_code == 302 and SiteNote.objects.count() == 2


def test_the_api_sends_reads_changes_and_takes_away(town: SimpleNamespace) -> None:
    project = enter(town)
    client, base = browser(town.control), "/api/v1/projects"
    head = {"HTTP_IDEMPOTENCY_KEY": "once"}
    for _turn in range(2):
        answer = client.post(
            f"{base}/register/{project.pk}/photos",
            {"photo": SimpleUploadedFile("a.jpg", samples.photograph()), "caption": "橋面"}, **head,
        )  # fmt: skip
        assert answer.status_code == 200, answer.content
    row = answer.json()
    assert (row["caption"], row["place_from"], row["period"]) == ("橋面", "camera", "2026-10")
    assert [each["id"] for each in client.get(f"{base}/photos?period=2026-10").json()["items"]] == [row["id"]]
    assert client.get(f"{base}/register/{project.pk}/photos").json()["items"][0]["id"] == row["id"]
    patch = {"data": {"public": True}, "content_type": "application/json"}
    assert client.patch(f"{base}/photos/{row['id']}", **patch).status_code == 412
    assert client.patch(f"{base}/photos/{row['id']}", **patch, HTTP_IF_MATCH='"1"').json()["public"]
    note = {"data": {"text": "鋼筋綁紮", "works": "35.5"}, "content_type": "application/json"}
    assert client.post(f"{base}/register/{project.pk}/notes", **note, **head).json()["works"] == "35.5"
    assert len(client.get(f"{base}/register/{project.pk}/notes").json()["items"]) == 1
    gone = client.post(
        f"{base}/photos/{row['id']}/remove", {"reason": "重複"}, content_type="application/json"
    )
    assert gone.json()["removed"] and client.get(f"{base}/photos").json()["count"] == 0
