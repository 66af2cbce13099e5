"""A programme out to a spreadsheet and in again: the same; a wrong row: nothing, and why."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shizheng.common.errors import BadInput, NotPermitted
from shizheng.domains.planning.actions import promises as actions
from shizheng.domains.planning.actions.promise_sheets import import_promises
from shizheng.domains.planning.models.promises import Programme, Promise
from shizheng.domains.planning.queries import promises as queries
from shizheng.domains.planning.queries.promise_sheets import sheet_rows
from shizheng.domains.planning.tests.promise_town import END, START, item, make_programme
from shizheng.web import exports
from shizheng.web.sheets import RowsRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(town: SimpleNamespace) -> Programme:
    return make_programme(town)


def exported(made: Programme, kind: str) -> bytes:
    rows = sheet_rows(list(queries.promises_of(made.pk)))
    answer = exports.response(kind, rows, made.title, "x")
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[union-attr]


def content(made: Programme) -> list[object]:
    return [[str(cell) for cell in row] for row in sheet_rows(list(queries.promises_of(made.pk)))]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_an_exported_programme_read_in_again_changes_nothing(
    town: SimpleNamespace, made: Programme, kind: str
) -> None:
    before = content(made)
    report = import_promises(town.rdec, made.pk, exported(made, kind), f"x.{kind}", reason="再匯入")
    assert (report.created, report.changed, len(report.unchanged)) == ([], [], 7)
    assert content(made) == before


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_an_exported_programme_makes_the_same_one_elsewhere(
    town: SimpleNamespace, made: Programme, kind: str
) -> None:
    other = actions.create_programme(town.rdec, title="另一份", term_from=START, term_to=END)
    report = import_promises(town.rdec, other.pk, exported(made, kind), f"x.{kind}", reason="沿用")
    assert len(report.created) == 7 and content(other) == content(made)


def sheet(*rows: str) -> bytes:
    return "\n".join(["編號,名稱,主辦機關,開始日,結束日,目標數量,單位", *rows]).encode("utf-8-sig")


def test_rows_are_added_and_changed_and_the_rest_stays(town: SimpleNamespace, made: Programme) -> None:
    data = sheet("1-1-1,整修更多人行道,工務局,107-01-01,110-12-31,80,公里", "3,安居,,,,,")
    report = import_promises(town.rdec, made.pk, data, "x.csv", reason="擴大")
    assert (report.created, report.changed) == (["3"], ["1-1-1"])
    row = item(made, "1-1-1")
    assert (row.title, row.target_quantity, row.unit) == ("整修更多人行道", Decimal(80), "公里")
    assert [each.agency for each in row.joint.all()] == [town.parks]  # no such column: untouched
    assert item(made, "1-1-2").title == "種行道樹"


def test_one_wrong_row_and_nothing_is_read_in(town: SimpleNamespace, made: Programme) -> None:
    before = content(made)
    data = sheet(
        "3,安居,,,,,",
        "3-1-1,沒有上層,工務局,107-01-01,110-12-31,,",
        "1-1-1,整修,不存在局,107-01-01,110-12-31,60,公里",
        "1-1-2,種樹,公園局,110-01-01,107-12-31,,",
    )
    with pytest.raises(RowsRefused) as failure:
        import_promises(town.rdec, made.pk, data, "x.csv", reason="改")
    assert [(each.line, each.column) for each in failure.value.problems] == [
        (3, "編號"), (4, "主辦機關"), (5, "結束日"),
    ]  # fmt: skip
    assert content(made) == before and not Promise.objects.filter(code="3").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a,b\n1,2\n", "編號"),
        ("編號,名稱\n".encode(), "沒有任何一列"),
        (b"PK\x03\x04broken", "XLSX"),
    ],
)
def test_what_cannot_be_read_is_said_so(
    town: SimpleNamespace, made: Programme, data: bytes, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        import_promises(town.rdec, made.pk, data, "x.csv", reason="改")


def test_a_reason_and_the_permission_are_needed(town: SimpleNamespace, made: Programme) -> None:
    with pytest.raises(BadInput, match="理由"):
        import_promises(town.rdec, made.pk, sheet("3,安居,,,,,"), "x.csv", reason="")
    with pytest.raises(NotPermitted):
        import_promises(town.head, made.pk, sheet("3,安居,,,,,"), "x.csv", reason="改")


def test_the_page_reports_row_by_row(town: SimpleNamespace, made: Programme, client: Client) -> None:
    client.force_login(town.rdec)
    address = f"/planning/promises/programmes/{made.pk}/import/"
    wrong = SimpleUploadedFile("x.csv", sheet("3-1,沒有上層,,,,,"))
    page = client.post(address, {"file": wrong, "reason": "改"})
    assert page.status_code == 422 and "沒有上層 3" in page.content.decode()
    right = SimpleUploadedFile("x.csv", sheet("3,安居,,,,,", "3-1,社宅,,,,,"))
    assert client.post(address, {"file": right, "reason": "新增"}).status_code == 302
    assert item(made, "3-1").parent == item(made, "3")
    for kind in ("csv", "xlsx", "ods"):
        assert client.get(f"/planning/promises/programmes/{made.pk}/sheet.{kind}").status_code == 200
    assert client.get(f"/planning/promises/programmes/{made.pk}/sheet.exe").status_code == 404
