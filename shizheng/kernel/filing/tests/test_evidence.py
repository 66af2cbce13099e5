"""Evidence in a return: files that belong to it, are read by who may see it, and are lost by no refusal."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shizheng.common.errors import BadInput, NotFound
from shizheng.kernel.files import actions as files
from shizheng.kernel.files import queries as file_queries
from shizheng.kernel.files.models import HeldFile, StoredFile
from shizheng.kernel.files.tests import samples as s
from shizheng.kernel.filing import actions, attachments, queries
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.registry import Field
from shizheng.kernel.filing.tests import kind
from shizheng.kernel.filing.tests.conftest import again

pytestmark = pytest.mark.django_db
NAME = "f.1.evidence"


@pytest.fixture(autouse=True)
def with_evidence(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    field = Field("evidence", "佐證", "file", required=False)
    monkeypatch.setattr(kind, "FIELDS", (*kind.FIELDS, field))


def browser(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def posted(filing: Return, act: str = "save", **more: Any) -> dict[str, Any]:
    entry = queries.entries_of(filing.pk).get(("1", "evidence"))
    here = {"v.1.evidence": str(entry.version if entry else 0), "v.1.a": "0"}
    return {**here, "act": act, "version": str(again(filing).version), **more}


def evidence(filing: Return) -> list[StoredFile]:
    entry = queries.entries_of(filing.pk).get(("1", "evidence"))
    return file_queries.files_of(attachments.LABEL, filing.pk, only=attachments.ids_in(entry.text if entry else ""))  # fmt: skip


def test_files_are_chosen_kept_listed_and_taken_away(town: SimpleNamespace, filing: Return) -> None:
    page, address = browser(town.officer), f"/filing/returns/{filing.pk}/"
    uploads = [SimpleUploadedFile("會議.pdf", s.pdf()), SimpleUploadedFile("現場.png", s.image())]
    assert page.post(address, posted(filing, **{NAME: uploads})).status_code == 302
    first, second = evidence(filing)
    assert (first.name, first.subject_label, first.subject_pk, first.unit_id) == ("會議.pdf", "filing.return", filing.pk, town.works.pk)  # fmt: skip
    shown = page.get(address).content.decode()
    assert f"/files/{first.pk}/" in shown and "現場.png" in shown and 'type="file"' in shown
    page.post(address, posted(filing, **{f"{NAME}.held": [str(second.pk)]}))
    assert evidence(filing) == [second]
    page.post(address, posted(filing, **{f"{NAME}.held": [str(second.pk)], NAME: SimpleUploadedFile("三.txt", b"x")}))  # fmt: skip
    assert [each.name for each in evidence(filing)] == [
        "現場.png",
        "三.txt",
    ] and not HeldFile.objects.exists()


def test_who_may_see_the_return_reads_its_files_and_nobody_else(town: SimpleNamespace, filing: Return) -> None:  # fmt: skip
    browser(town.officer).post(f"/filing/returns/{filing.pk}/", posted(filing, **{NAME: SimpleUploadedFile("a.txt", b"x")}))  # fmt: skip
    made = evidence(filing)[0]
    for reader in (town.officer, town.chief, town.head):
        assert b"".join(browser(reader).get(f"/files/{made.pk}/download/")) == b"x"
    assert browser(town.other).get(f"/files/{made.pk}/download/").status_code == 404
    with pytest.raises(NotFound):
        file_queries.file(town.other, made.pk)


def test_a_hostile_file_is_said_at_its_field_and_the_rest_is_saved(town: SimpleNamespace, filing: Return) -> None:  # fmt: skip
    uploads = [SimpleUploadedFile("好.txt", b"x"), SimpleUploadedFile("壞.pdf", s.program())]
    answer = browser(town.officer).post(f"/filing/returns/{filing.pk}/", posted(filing, **{NAME: uploads, "f.1.a": "7"}))  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 422 and "「壞.pdf」沒有收下" in text and "好.txt" in text
    assert queries.entries_of(filing.pk)["1", "a"].text == "7" and [each.name for each in evidence(filing)] == ["好.txt"]  # fmt: skip


def test_a_conflict_loses_no_chosen_file(town: SimpleNamespace, filing: Return) -> None:
    page, address = browser(town.officer), f"/filing/returns/{filing.pk}/"
    old = posted(filing, **{NAME: SimpleUploadedFile("我的.txt", b"mine")})
    browser(town.officer2).post(address, posted(filing, **{NAME: SimpleUploadedFile("她的.txt", b"hers")}))
    answer = page.post(address, old)
    held = HeldFile.objects.get(held_by=town.officer)
    assert answer.status_code == 409 and f'value="{held.pk}" checked' in answer.content.decode()
    assert [each.name for each in evidence(filing)] == ["她的.txt"]
    both = [str(evidence(filing)[0].pk), str(held.pk)]
    assert page.post(address, posted(filing, **{f"{NAME}.held": both})).status_code == 302
    assert [each.name for each in evidence(filing)] == ["她的.txt", "我的.txt"]


def test_files_of_others_cannot_be_named(town: SimpleNamespace, filing: Return) -> None:
    other = files.hold(town.other, b"x", name="a.txt")
    for text in (str(other.pk), "nonsense", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(BadInput):
            actions.save_entry(town.officer, filing.pk, row="1", field="evidence", text=text, version=0)
    assert ("1", "evidence") not in queries.entries_of(filing.pk) and not StoredFile.objects.exists()
