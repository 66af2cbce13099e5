"""From the upload to the report: proposals remembered, all or nothing, nothing half done, the same file twice."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.kernel.intake import actions, queries
from shizheng.kernel.intake.models import ColumnMapping, Report, Upload
from shizheng.kernel.intake.store import UPLOADS
from shizheng.kernel.organisations.models import UnitAlias
from shizheng.web.sheets import RowsRefused

pytestmark = pytest.mark.django_db
GOOD = '標案名稱,承辦,expense,bid_type\n東橋,工務局,約50萬,公開招標\n西橋,W,"1,000",小額採購\n'
DIRTY = "標案名稱,機關,expense,bid_type\n東橋,養工,1,公開招標\n壞,W,1,其他\n南橋,W,1,\n"


def received(place: SimpleNamespace, text: str, who: Any = None) -> Upload:
    return actions.receive(who or place.officer, "test.things", text.encode(), "a.csv")


def taken(place: SimpleNamespace, text: str, **more: Any) -> Report:
    row = received(place, text)
    return actions.apply(place.officer, row.pk, version=row.version, reason="年度資料", **more)


def test_a_file_goes_from_the_upload_to_its_report_and_its_mapping_is_remembered(
    place: SimpleNamespace,
) -> None:
    row = received(place, GOOD)
    assert (
        row.mapping["columns"] == {"name": 0, "agency": 1, "amount": 2, "way": 3} and row.remembered is None
    )
    assert row.proposed["agency"] == "values"
    looked = queries.preview(place.officer, place.target, queries.given_of(row), queries.sheet_of(row))
    assert (len(looked.plan.new), len(looked.refused)) == (2, 0) and not UnitAlias.objects.exists()
    report = actions.apply(place.officer, row.pk, version=row.version, reason="年度資料")
    assert (report.rows, report.created, report.noted, report.mapping_version) == (2, 2, 1, 1)
    assert report.problems == [
        [2, "amount", "「約50萬」不是一個金額，沒有採用。請改成數字，單位是元。", "金額夾有文字", False]
    ]
    assert not Upload.objects.exists() and UnitAlias.objects.count() == 2
    again = received(place, GOOD)
    assert again.remembered == 1 and again.proposed == {}
    second = actions.apply(place.officer, again.pk, version=None, reason="再一次")
    assert (second.created, second.unchanged, second.mapping_version) == (
        0,
        2,
        1,
    ) and UnitAlias.objects.count() == 2


def test_one_bad_row_and_nothing_is_taken_unless_it_is_left_out_in_so_many_words(
    place: SimpleNamespace,
) -> None:
    row = received(place, DIRTY)
    looked = queries.preview(place.officer, place.target, queries.given_of(row), queries.sheet_of(row))
    assert looked.unknown == {"agency": {"養工": 1}, "way": {"其他": 1}} and looked.refused == {2, 3}
    with pytest.raises(RowsRefused):
        actions.apply(place.officer, row.pk, version=row.version, reason="試")
    assert not UnitAlias.objects.exists() and Upload.objects.filter(pk=row.pk).exists()
    mapping = {**row.mapping, "values": {"agency": {"養工": "W"}}}
    row = actions.set_mapping(place.officer, row.pk, version=row.version, mapping=mapping)
    report = actions.apply(place.officer, row.pk, version=row.version, reason="其餘照讀", leave_out=True)
    assert (report.created, report.refused) == (2, 1)
    assert set(UnitAlias.objects.values_list("name", flat=True)) == {"東橋", "南橋"}
    assert received(place, DIRTY).mapping["values"] == {"agency": {"養工": "W"}}


def test_an_import_that_is_killed_leaves_nothing(place: SimpleNamespace) -> None:
    row = received(place, "標案名稱\n甲\n乙\n中斷\n丙\n")
    with pytest.raises(KeyboardInterrupt):
        actions.apply(place.officer, row.pk, version=row.version, reason="試")
    assert (
        not UnitAlias.objects.exists() and not Report.objects.exists() and not ColumnMapping.objects.exists()
    )
    assert Upload.objects.get().pk == row.pk


def test_a_needed_field_without_column_or_constant_is_named(place: SimpleNamespace) -> None:
    row = received(place, "機關,expense\n工務局,5\n")
    with pytest.raises(BadInput) as failure:
        actions.apply(place.officer, row.pk, version=row.version, reason="試")
    assert "名稱" in failure.value.message and "name" in failure.value.fields
    mapping = {**row.mapping, "constants": {"name": "同一個"}}
    row = actions.set_mapping(place.officer, row.pk, version=row.version, mapping=mapping)
    assert actions.apply(place.officer, row.pk, version=row.version, reason="試").created == 1


def test_uploads_are_ones_own_and_two_windows_do_not_overwrite_each_other(place: SimpleNamespace) -> None:
    row = received(place, GOOD)
    with pytest.raises(NotFound):
        queries.upload(place.other, row.pk)
    with pytest.raises(NotPermitted):
        received(place, GOOD, place.supervisor)
    actions.set_mapping(place.officer, row.pk, version=1, mapping={"columns": {"name": 0}})
    with pytest.raises(Conflict):
        actions.set_mapping(place.officer, row.pk, version=1, mapping={"columns": {"name": 1}})
    with pytest.raises(Conflict):
        actions.apply(place.officer, row.pk, version=1, reason="試")
    actions.drop(place.officer, row.pk)
    with pytest.raises(NotFound):
        actions.apply(place.officer, row.pk, version=None, reason="試")


def test_a_remembered_mapping_is_edited_and_forgotten_with_a_reason(place: SimpleNamespace) -> None:
    taken(place, GOOD)
    kept = ColumnMapping.objects.get()
    actions.edit_mapping(
        place.officer, kept.pk, version=1, mapping={"columns": {"name": 0}}, reason="金額不讀"
    )
    with pytest.raises(Conflict):
        actions.edit_mapping(place.officer, kept.pk, version=1, mapping={}, reason="慢了")
    with pytest.raises(BadInput):
        actions.edit_mapping(
            place.officer, kept.pk, version=2, mapping={"columns": {"name": 99}}, reason="錯"
        )
    assert received(place, GOOD).mapping["columns"] == {"name": 0}
    assert Report.objects.get().mapping["columns"]["amount"] == 2
    actions.forget_mapping(place.officer, kept.pk, version=2, reason="不再用")
    assert received(place, GOOD).remembered is None


def test_what_nobody_takes_in_is_cleared_away(place: SimpleNamespace, settings: Any, tmp_path: Any) -> None:
    import os

    settings.DATA_DIR = tmp_path
    row = received(place, GOOD)
    Upload.objects.update(uploaded_at="2020-01-01T00:00:00Z")
    os.utime(UPLOADS.place(row.sha256), (0, 0))
    assert actions.clear_away(place.rdec) == (1, 1)


def test_a_person_has_only_so_many_files_waiting(
    place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_WAITING", 1)
    received(place, GOOD)
    with pytest.raises(CannotDo):
        received(place, GOOD)


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_the_pages_lead_from_the_file_to_the_report(place: SimpleNamespace) -> None:
    client = browser(place.officer)
    answer = client.post("/intake/new/test.things/", {"file": SimpleUploadedFile("a.csv", b"PK\x03\x04")})
    assert answer.status_code == 422
    answer = client.post("/intake/new/test.things/", {"file": SimpleUploadedFile("a.csv", DIRTY.encode())})
    row = Upload.objects.get()
    here = f"/intake/uploads/{row.pk}/"
    assert answer.url == here
    page = client.get(here).content.decode()
    assert "主辦機關「養工」（1 列）" in page and "不收這個名稱" not in page
    sent = {
        "map": "1", "version": "1", "column_name": "0", "column_agency": "1", "value_agency_0": "W", "value_way_0": "small",
    }  # fmt: skip
    assert client.post(here, sent).status_code == 302
    page = client.get(here).content.decode()
    assert "不收這個名稱" in page and "略過不能讀入的列" in page
    assert "不收這個名稱" in b"".join(client.get(f"{here}problems.csv").streaming_content).decode()  # type: ignore[attr-defined]
    refused = client.post(here, {"apply": "1", "version": "2", "reason": "年度"})
    assert refused.status_code == 422 and not Report.objects.exists()
    done = client.post(here, {"apply": "1", "version": "2", "reason": "年度", "leave_out": "on"})
    report = Report.objects.get()
    assert done.url == f"/intake/reports/{report.pk}/"
    page = client.get(done.url).content.decode()
    assert "不收這個名稱" in page and "標案名稱" in page
    assert client.get("/intake/").status_code == client.get("/intake/reports/?export=csv").status_code == 200
    kept = ColumnMapping.objects.get()
    assert "養工 → W" in client.get(f"/intake/mappings/{kept.pk}/").content.decode()
    edited = client.post(
        f"/intake/mappings/{kept.pk}/edit/", {"version": "1", "column_name": "0", "reason": "少讀"}
    )
    assert edited.status_code == 302
    stale = client.post(
        f"/intake/mappings/{kept.pk}/edit/", {"version": "1", "column_name": "1", "reason": "慢"}
    )
    assert stale.status_code == 409
    assert (
        client.post(f"/intake/mappings/{kept.pk}/forget/", {"version": "2", "reason": "不用"}).status_code
        == 302
    )
    assert browser(place.rdec).get(f"/intake/reports/{report.pk}/").status_code == 200
    assert browser(place.other).get(f"/intake/reports/{report.pk}/").status_code == 404


def test_the_api_does_what_the_pages_do(place: SimpleNamespace) -> None:
    client = browser(place.officer)
    api = "/api/v1/intake"
    made = client.post(f"{api}/test.things/uploads", {"file": SimpleUploadedFile("a.csv", GOOD.encode())})
    assert made.status_code == 201 and made.json()["mapping"]["columns"]["agency"] == 1
    pk = made.json()["id"]
    looked = client.get(f"{api}/uploads/{pk}").json()
    assert (looked["new"], looked["refused"], looked["problem_count"]) == (2, 0, 1)
    body = json.dumps({"columns": {"name": 0}, "version": 1})
    changed = client.put(f"{api}/uploads/{pk}/mapping", body, content_type="application/json")
    assert changed.status_code == 200 and changed.json()["version"] == 2
    body = json.dumps({"reason": "從程式", "version": 2})
    done = client.post(f"{api}/uploads/{pk}/apply", body, content_type="application/json")
    assert done.status_code == 201 and done.json()["new"] == 2
    assert client.get(f"{api}/reports/{done.json()['id']}").json()["mapping"]["columns"] == {"name": 0}
    assert client.get(f"{api}/mappings?target=test.things").json()["count"] == 1
    assert client.get(f"{api}/uploads/{pk}").status_code == 404
