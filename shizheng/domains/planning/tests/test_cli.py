"""`shizheng import-plan`: the JSON, the saved plan, and failures that programs understand."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from shizheng.domains.planning.cli import import_plan
from shizheng.domains.planning.models import Plan
from shizheng.domains.planning.tests.conftest import plan_text


@contextmanager
def no_database() -> Iterator[None]:
    raise AssertionError("the database is not needed for this")
    yield


def run(*given: str, database: object = nullcontext) -> Result:
    return CliRunner().invoke(import_plan, list(given), obj=database)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "107.txt"
    path.write_bytes(plan_text("測試市政府工務局"))
    return path


def test_a_dry_run_prints_the_document_and_needs_no_database(file: Path) -> None:
    done = run(str(file), "--dry-run", "--json", database=no_database)
    assert done.exit_code == 0
    read = json.loads(done.output)
    assert list(read) == ["agency", "roc_year", "goals", "work_plans", "results", "warnings"]
    assert (read["agency"], read["roc_year"]) == ("測試市政府工務局", 107)
    assert list(read["goals"][0]) == ["number", "name", "weight", "kpis"]
    assert read["goals"][0]["kpis"][0] == {
        "number": 1,
        "name": "工程進度相符率",
        "weight": "15",
        "system": "1",
        "method": "統計數據",
        "formula_text": "(進度相符件數/列管件數)*100%",
        "target_text": "77%",
        "target_value": "77",
        "unit": "%",
        "direction": ">=",
    }
    assert read["work_plans"][0]["items"][0] == {
        "number": "1",
        "title": "道路改善",
        "points": ["盤點路段。", "分年施工。"],
    }
    assert list(read["results"][0]) == [
        "year",
        "period",
        "goal",
        "kpi",
        "target_text",
        "narrative",
        "figures",
    ]


def test_a_saved_plan_is_told_with_its_address(town: SimpleNamespace, file: Path) -> None:
    told = json.loads(run(str(file), "--json").output)["plan"]
    plan = Plan.objects.get()
    assert (told["id"], told["url"], told["state"], told["created"]) == (
        plan.pk,
        f"/planning/plans/{plan.pk}/",
        "draft",
        True,
    )
    again = run(str(file))
    assert again.exit_code == 0 and "先前已經匯入" in again.output
    assert "（草稿）" in again.output and "draft" not in again.output


@pytest.mark.parametrize(
    ("name", "data"),
    [("empty.txt", b""), ("binary.txt", b"\x00\xff" * 50), ("other.txt", "只是一段文字。".encode())],
)
def test_what_cannot_be_read_ends_with_1_and_a_message(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    done = run(str(path), "--dry-run", "--json", database=no_database)
    error = json.loads(done.output)["error"]
    assert done.exit_code == 1 and error["code"] and len(error["message"]) > 10


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.txt", "file_not_found"), (tmp_path, "not_a_file")):
        done = run(str(path), "--json", database=no_database)
        assert (done.exit_code, json.loads(done.output)["error"]["code"]) == (1, code)


def test_an_agency_that_is_not_there_is_said_and_created_only_when_asked(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(plan_text(""))
    done = run(str(path), "--json")
    assert (done.exit_code, json.loads(done.output)["error"]["code"]) == (1, "agency_not_printed")
    done = run(str(path), "--agency", "測試市政府圖書館", "--json")
    assert (done.exit_code, json.loads(done.output)["error"]["code"]) == (1, "agency_unknown")
    assert not Plan.objects.exists()
    done = run(str(path), "--agency", "測試市政府圖書館", "--create-agency")
    assert done.exit_code == 0 and Plan.objects.get().agency.name == "測試市政府圖書館"


@pytest.mark.parametrize("more", [["--dry-run"], []])
def test_what_the_document_does_not_print_is_told_as_it_was_given(
    town: SimpleNamespace, tmp_path: Path, more: list[str]
) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(plan_text(""))
    given = ["--agency", "測試市政府圖書館", "--create-agency", *more]
    assert json.loads(run(str(path), *given, "--json").output)["agency"] == "測試市政府圖書館"
    assert json.loads(run(str(path), *given, "--json", "--full").output)["agency"] == "測試市政府圖書館"
    assert "機關是另外指明的" in run(str(path), *given).output
    if not more:  # by now it is known whose document this is
        assert json.loads(run(str(path), "--json").output)["agency"] == "測試市政府圖書館"


def test_a_document_without_an_agency_says_so_where_nobody_names_one(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(plan_text(""))
    assert json.loads(run(str(path), "--dry-run", "--json").output)["agency"] is None
    assert "（沒有印出機關）" in run(str(path), "--dry-run").output


def test_a_file_that_is_too_large_is_said_with_its_real_size(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    done = run(str(path), "--dry-run", "--json", database=no_database)
    error = json.loads(done.output)["error"]
    assert done.exit_code == 1 and error["code"] == "too_large" and "57.2 MiB" in error["message"]


def test_a_pipe_or_a_device_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # nobody writes: opening it would wait for ever
    for path in (pipe, Path("/dev/zero")):
        error = json.loads(run(str(path), "--dry-run", "--json", database=no_database).output)["error"]
        assert error["code"] == "not_a_file" and "不是一般檔案" in error["message"]
