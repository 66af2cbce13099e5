"""A round as one table: cells saved as typed, two people at once, and the same as a spreadsheet out and in."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.kernel.filing import actions, queries
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.tests.conftest import browser, fill, on
from shizheng.web import exports

pytestmark = pytest.mark.django_db


def test_the_grid_saves_cells_and_says_of_each_what_came_of_it(
    town: SimpleNamespace, filing: Return, open_round: Round
) -> None:
    actions.save_entry(town.officer2, filing.pk, row="1", field="b", text="216", version=0)
    foreign = open_round.returns.get(unit=town.parks)
    cells = [
        {"filing": filing.pk, "row": "1", "field": "a", "text": "167", "version": 0},
        {"filing": filing.pk, "row": "1", "field": "b", "text": "217", "version": 0},
        {"filing": filing.pk, "row": "9", "field": "a", "text": "1", "version": 0},
        {"filing": foreign.pk, "row": "1", "field": "a", "text": "1", "version": 0},
    ]
    page = browser(town.officer)
    assert "data-grid-cell" in page.get(f"/filing/rounds/{open_round.pk}/grid/").content.decode()
    answer = page.post(
        f"/filing/rounds/{open_round.pk}/grid/save/", json.dumps({"cells": cells}), "application/json"
    ).json()["cells"]
    by_cell = {(each["filing"], each["row"], each["field"]): each for each in answer}
    assert by_cell[filing.pk, "1", "a"]["version"] == 1
    assert "林承辦 剛改成「216」" in by_cell[filing.pk, "1", "b"]["problem"]
    assert "沒有這一欄" in by_cell[filing.pk, "9", "a"]["problem"]
    assert "找不到" in by_cell[foreign.pk, "1", "a"]["problem"]
    assert queries.entries_of(filing.pk)["1", "a"].text == "167"


def test_the_grid_keeps_what_is_no_number_and_says_so_at_once(
    town: SimpleNamespace, filing: Return, open_round: Round
) -> None:
    page = browser(town.officer)

    def save(name: str, text: str) -> Any:
        cells = [{"filing": filing.pk, "row": "1", "field": name, "text": text, "version": 0}]
        address = f"/filing/rounds/{open_round.pk}/grid/save/"
        return page.post(address, json.dumps({"cells": cells}), "application/json").json()["lines"]

    (line,) = save("a", "兩百")
    assert "不是數字" in line["doubts"]["a"] and queries.entries_of(filing.pk)["1", "a"].text == "兩百"
    assert "不是數字" in page.get(f"/filing/rounds/{open_round.pk}/grid/").content.decode()
    actions.save_entry(town.officer, filing.pk, row="1", field="a", text="167", version=1)
    (line,) = save("b", "216")
    assert line["doubts"] == {} and line["narrative"] == "77.31%（167 ÷ 216）"


def test_two_people_in_one_grid_see_each_other(
    town: SimpleNamespace, filing: Return, open_round: Round
) -> None:
    foreign = open_round.returns.get(unit=town.parks)
    address = f"/filing/rounds/{open_round.pk}/grid/live/"

    def look(who: Any, **at: Any) -> Any:
        body = {"returns": [filing.pk, foreign.pk], **at}
        return browser(who).post(address, json.dumps(body), "application/json")

    assert look(town.officer, filing=filing.pk, field="1.a").json()["others"] == []
    actions.save_entry(town.officer, filing.pk, row="1", field="a", text="167", version=0)
    told = look(town.officer2).json()
    assert told["others"] == [{"name": "王承辦", "filing": filing.pk, "field": "1.a"}]
    assert [(each["text"], each["by"]) for each in told["fresh"]] == [("167", "王承辦")]
    assert str(foreign.pk) not in told["states"]  # another agency's return stays unseen
    whole_city = browser(town.rdec)
    with CaptureQueriesContext(connection) as asked:
        whole_city.post(address, json.dumps({"returns": [filing.pk, foreign.pk]}), "application/json")
    assert len(asked) <= 18
    assert look(town.officer, returns="x").status_code == 422
    with on("2017-07-05", 12):
        assert look(town.officer2).json()["others"] == []


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_spreadsheet_goes_out_and_comes_in_again(
    kind: str, town: SimpleNamespace, filing: Return, open_round: Round
) -> None:
    from shizheng.web import sheets

    fill(town.officer, filing)
    page = browser(town.officer)
    out = page.get(f"/filing/rounds/{open_round.pk}/grid/?export={kind}").content
    rows: list[list[Any]] = [list(row) for row in sheets.read_sheet(out)]
    assert rows[0][:3] == ["編號", "機關", "項目"] and len(rows) == 3 and rows[1][3:5] == ["167", "216"]
    rows[1][3], rows[2][6] = "166", "延後一個月"
    write = exports.xlsx_bytes if kind == "xlsx" else exports.ods_bytes
    answer = page.post(
        f"/filing/rounds/{open_round.pk}/upload/", {"file": io.BytesIO(write(rows, "成果"))}, follow=True
    )
    assert "已存 2 格" in answer.content.decode()
    there = queries.entries_of(filing.pk)
    assert there["1", "a"].text == "166" and there["2", "text"].text == "延後一個月"


def test_one_wrong_cell_of_a_file_and_nothing_is_kept(
    town: SimpleNamespace, filing: Return, open_round: Round
) -> None:
    from shizheng.web import sheets

    fill(town.officer, filing)
    page = browser(town.officer)
    rows: list[list[Any]] = [
        list(r)
        for r in sheets.read_sheet(page.get(f"/filing/rounds/{open_round.pk}/grid/?export=xlsx").content)
    ]
    rows[1][3], rows[2][3] = "170", "很多"
    rows.append(["999/1", "", "", "5", "", "", "", ""])
    actions.save_entry(town.officer2, filing.pk, row="1", field="b", text="300", version=None)
    rows[1][4] = "301"
    answer = page.post(
        f"/filing/rounds/{open_round.pk}/upload/", {"file": io.BytesIO(exports.xlsx_bytes(rows, "x"))}
    )
    told = answer.content.decode()
    assert answer.status_code == 422 and "3 處不對" in told
    assert (
        "不是數字" in told
        and "沒有這個編號" in told
        and "匯出之後這一格改成「300」" in told
        and "別人" not in told
    )
    assert queries.entries_of(filing.pk)["1", "a"].text == "167"


def test_what_a_file_left_empty_does_not_stand_against_what_a_colleague_typed_meanwhile(
    town: SimpleNamespace, filing: Return, open_round: Round
) -> None:
    from shizheng.web import sheets

    page, grid = browser(town.officer), f"/filing/rounds/{open_round.pk}/grid/"
    rows = [list(each) for each in sheets.read_sheet(page.get(f"{grid}?export=ods").content)]
    actions.save_entry(town.officer2, filing.pk, row="1", field="b", text="300", version=None)
    actions.save_entry(
        town.officer2, filing.pk, row="1", field="missing", text="not_yet_measurable", version=None
    )
    rows[2][3] = "5"

    def send() -> Any:
        content = io.BytesIO(exports.xlsx_bytes(rows, "x"))
        return page.post(f"/filing/rounds/{open_round.pk}/upload/", {"file": content})

    assert send().status_code == 302
    kept = queries.entries_of(filing.pk)
    assert (kept["1", "b"].text, kept["2", "a"].text) == ("300", "5")
    rows[1][4] = "301"  # this one it does change
    told = send().content.decode()
    assert "改成「300」" in told and "尚未可衡量" not in told
    told = page.post(
        f"{grid}save/",
        json.dumps({"cells": [{"filing": filing.pk, "row": "1", "field": "missing", "text": "", "version": 0}]}),
        content_type="application/json",
    ).json()["cells"][0]  # fmt: skip
    assert "剛改成「尚未可衡量」" in told["problem"] and told["now"] == "not_yet_measurable"


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04broken"])
def test_what_is_no_spreadsheet_is_refused_in_words(
    content: bytes, town: SimpleNamespace, filing: Return, open_round: Round
) -> None:
    answer = browser(town.officer).post(
        f"/filing/rounds/{open_round.pk}/upload/", {"file": io.BytesIO(content)}
    )
    assert answer.status_code == 422


def test_a_bomb_is_not_unpacked() -> None:
    import zipfile

    from shizheng.common.errors import BadInput
    from shizheng.web import sheets

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.UNPACKED + 1))
    with pytest.raises(BadInput, match="太大"):
        sheets.read_sheet(stream.getvalue())
