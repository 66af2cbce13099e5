"""Files in the browser and for programs; and choosing them in a form."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.files import actions, queries
from shizheng.kernel.files.forms import StoredFileField
from shizheng.kernel.files.models import HeldFile, Reading, StoredFile
from shizheng.kernel.files.tests import samples as s
from shizheng.kernel.people.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(office: SimpleNamespace) -> StoredFile:
    found = actions.keep(
        office.officer, s.photograph(), name='成果 "一".jpg', subject=office.subject, unit_id=office.unit.pk
    )
    actions.make_previews(SYSTEM, found.sha256, found.kind)
    return found


@pytest.fixture
def browser(client: Client, office: SimpleNamespace) -> Client:
    client.force_login(office.officer)
    return client


def test_the_page_of_a_file_shows_what_it_is_and_what_it_belongs_to(browser: Client, made: StoredFile, django_assert_max_num_queries: Any) -> None:  # fmt: skip
    browser.get(f"/files/{made.pk}/")
    with django_assert_max_num_queries(12):
        page = browser.get(f"/files/{made.pk}/").content.decode()
    for words in (
        "JPEG 影像",
        "400 × 300",
        made.sha256,
        "/tests/1/",
        "測試事項",
        f"/files/{made.pk}/preview/1/",
    ):
        assert words in page
    assert "Fuji" not in page and "24.16" not in page
    told = browser.get(f"/files/{made.pk}/photo/").content.decode()
    assert "2026-10-05 09:30:00" in told and "24.160000, 120.640000" in told and "不能當作證明" in told


@pytest.mark.parametrize("what", ["download/", "preview/1/"])
def test_bytes_go_out_so_that_a_browser_does_nothing_with_them(browser: Client, made: StoredFile, what: str) -> None:  # fmt: skip
    answer = browser.get(f"/files/{made.pk}/{what}")
    assert answer.status_code == 200 and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].endswith("; sandbox") and "default-src 'none'" in answer["Content-Security-Policy"]  # fmt: skip
    assert answer["Cache-Control"].startswith("private") and answer["Cross-Origin-Resource-Policy"] == "same-origin"  # fmt: skip
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment" if what == "download/" else "inline") and "_%E4%B8%80_" in disposition  # fmt: skip
    again = browser.get(f"/files/{made.pk}/{what}", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and not again.content
    if what == "download/":
        assert answer.content == s.photograph() and answer["Content-Type"] == "image/jpeg"


def test_who_may_not_read_the_subject_finds_nothing(client: Client, office: SimpleNamespace, made: StoredFile) -> None:  # fmt: skip
    client.force_login(office.stranger)
    for what in ("", "download/", "preview/1/", "photo/"):
        answer = client.get(f"/files/{made.pk}/{what}")
        assert answer.status_code == 404 and made.name not in answer.content.decode()
    assert client.get(f"/api/v1/files/{made.pk}").status_code == 404
    assert client.get(f"/api/v1/files/{made.pk}/content").status_code == 404


def test_sealing_in_the_browser(client: Client, office: SimpleNamespace, made: StoredFile) -> None:
    client.force_login(office.control)
    empty = client.post(f"/files/{made.pk}/seal/", {"reason": ""})
    assert empty.status_code == 422
    page = client.post(f"/files/{made.pk}/seal/", {"reason": "照片有路人"}, follow=True).content.decode()
    assert "已彌封" in page and "照片有路人" in page and "<img src=" not in page.split("</header>")[-1].split("aside")[0]  # fmt: skip
    assert client.post(f"/files/{made.pk}/seal/", {"reason": "再一次"}).status_code == 409
    answer = client.get(f"/files/{made.pk}/download/")
    assert answer["Cache-Control"] == "private, no-store" and not answer.has_header("ETag")
    assert Reading.objects.filter(file=made, reader=office.control).count() == 1
    assert "下載" in client.get(f"/files/{made.pk}/").content.decode()
    client.force_login(office.officer)
    page = client.get(f"/files/{made.pk}/").content.decode()
    assert "這個附件已經彌封" in page and f"/files/{made.pk}/download/" not in page
    assert client.get(f"/files/{made.pk}/download/").status_code == 403
    assert client.get(f"/files/{made.pk}/preview/1/").status_code == 403
    assert Reading.objects.filter(file=made).count() == 1
    client.force_login(office.control)
    client.post(f"/files/{made.pk}/seal/", {"reason": "已遮蔽", "act": "unseal"})
    client.force_login(office.officer)
    assert client.get(f"/files/{made.pk}/download/").status_code == 200


def test_the_list_says_what_there_is_and_not_what_is_in_it(client: Client, office: SimpleNamespace, made: StoredFile, django_assert_max_num_queries: Any) -> None:  # fmt: skip
    client.force_login(person("administrator", second_factor=True))
    client.get("/files/")
    with django_assert_max_num_queries(10):
        page = client.get("/files/").content.decode()
    assert "成果" in page and "測試事項 1" in page
    assert client.get(f"/files/{made.pk}/download/").status_code == 404
    actions.seal(office.control, made.pk, reason="有個資")
    page = client.get("/files/").content.decode()
    assert "（彌封）" in page and "成果 " not in page
    assert "（彌封）" not in client.get("/files/?q=成果").content.decode()
    assert "（彌封）" in client.get(f"/files/?q={made.sha256[:12]}&is_sealed=true").content.decode()
    rows = b"".join(client.get("/files/?export=csv")).decode("utf-8-sig")
    assert "（彌封）" in rows and "成果" not in rows
    told = client.get("/api/v1/files/").json()
    assert told["count"] == 1 and told["items"][0]["name"] is None and told["items"][0]["sealed"] is True


def test_a_program_holds_reads_and_seals(client: Client, office: SimpleNamespace, made: StoredFile) -> None:
    client.force_login(office.control)
    upload = SimpleUploadedFile("a.png", s.image())
    held = client.post("/api/v1/files/held", {"file": upload})
    assert held.status_code == 201 and held.json()["kind"] == "png"
    row = HeldFile.objects.get(pk=held.json()["id"])
    assert row.held_by == office.control
    bad = client.post("/api/v1/files/held", {"file": SimpleUploadedFile("a.png", s.program())})
    assert bad.status_code == 422 and bad.json()["code"] == "executable"
    assert client.delete(f"/api/v1/files/held/{row.pk}").json() == {"let_go": 1}
    told = client.get(f"/api/v1/files/{made.pk}").json()
    assert told["subject"] == {"label": "tests.thing", "id": 1} and told["previews"] == [1]
    assert client.get(f"/api/v1/files/{made.pk}/content").content == s.photograph()
    assert client.get(f"/api/v1/files/{made.pk}/photo").json()["latitude"] == 24.16
    body = json.dumps({"reason": "有個資"})
    sealed = client.post(f"/api/v1/files/{made.pk}/seal", body, content_type="application/json")
    assert sealed.json()["sealed"] is True
    opened = client.post(f"/api/v1/files/{made.pk}/unseal", body, content_type="application/json")
    assert opened.json()["sealed"] is False


class Form(forms.Form):
    title = forms.CharField()
    evidence = StoredFileField(label="佐證", multiple=True)
    one = StoredFileField(label="圖", allow=frozenset({"png"}), required=False)


def sent(actor: Any, text: str, **uploads: list[SimpleUploadedFile]) -> Form:
    form = Form(QueryDict(text), MultiValueDict(uploads))
    for name in ("evidence", "one"):
        form.fields[name].actor = actor
    return form


def test_a_chosen_file_stays_chosen_when_the_form_is_refused(office: SimpleNamespace) -> None:
    first = sent(office.officer, "title=", evidence=[SimpleUploadedFile("a.pdf", s.pdf()), SimpleUploadedFile("b.txt", b"x")])  # fmt: skip
    assert not first.is_valid() and "evidence" not in first.errors
    page = str(first["evidence"])
    rows = list(HeldFile.objects.order_by("name"))
    assert [each.name for each in rows] == ["a.pdf", "b.txt"]
    assert all(f'value="{each.pk}" checked' in page for each in rows) and 'type="file"' in page
    again = sent(office.officer, f"title=x&evidence.held={rows[0].pk}")
    assert again.is_valid() and again.cleaned_data["evidence"] == [rows[0]]
    made = actions.keep_held(office.officer, [rows[0].pk], subject=office.subject, unit_id=office.unit.pk)
    assert queries.files_of(*office.subject) == made


def test_of_several_files_the_hostile_one_is_named_and_the_others_stay(office: SimpleNamespace) -> None:
    form = sent(office.officer, "title=x", evidence=[SimpleUploadedFile("a.pdf", s.pdf()), SimpleUploadedFile("b.pdf", s.program())])  # fmt: skip
    assert not form.is_valid() and "「b.pdf」沒有收下" in str(form.errors["evidence"])
    assert "a.pdf" in str(form["evidence"]) and "b.pdf" not in str(form["evidence"])


def test_a_field_takes_its_kinds_its_owners_files_and_one_where_one_is_meant(office: SimpleNamespace) -> None:
    wrong = sent(office.officer, "title=x", evidence=[SimpleUploadedFile("a.pdf", s.pdf())], one=[SimpleUploadedFile("b.pdf", s.pdf())])  # fmt: skip
    assert not wrong.is_valid() and "這裡不收" in str(wrong.errors["one"])
    theirs = actions.hold(office.control, io.BytesIO(b"x"), name="c.txt")
    stolen = sent(office.officer, f"title=x&evidence.held={theirs.pk}")
    assert not stolen.is_valid() and "已經過期" in str(stolen.errors["evidence"]) and "c.txt" not in str(stolen["evidence"])  # fmt: skip
    missing = sent(office.officer, "title=x")
    assert not missing.is_valid() and "請選擇檔案" in str(missing.errors["evidence"])
    held = actions.hold(office.officer, s.image(), name="old.png")
    newer = sent(office.officer, f"title=x&evidence.held={held.pk}&one.held={held.pk}", one=[SimpleUploadedFile("new.png", s.image())])  # fmt: skip
    assert newer.is_valid() and [each.name for each in newer.cleaned_data["one"]] == ["new.png"]
