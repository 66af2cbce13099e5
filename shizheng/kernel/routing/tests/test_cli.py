"""`shizheng routing` from files, without a database: trained, judged, asked; what is wrong with a file or a row is said."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shizheng.kernel.routing.cli import routing
from shizheng.kernel.routing.tests.made import as_csv, cases


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a model that was trained by the command."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "cases.csv.gz").write_bytes(gzip.compress(as_csv(cases(300)).encode()))
    (folder / "later.csv").write_text(as_csv(cases(80, seed=5)), encoding="utf-8")
    done = run(
        folder,
        "train",
        "--data",
        folder / "cases.csv.gz",
        "--text",
        "內容",
        "--label",
        "單位",
        "--model",
        "agency",
    )
    assert done.exit_code == 0, done.output
    return folder


def run(folder: Path, *words: Any) -> Result:
    return CliRunner().invoke(routing, [str(each) for each in words], env={"SHIZHENG_DATA_DIR": str(folder)})


def test_training_says_how_good_the_model_is_and_finds_the_column_of_time(house: Path) -> None:
    done = run(
        house,
        "train",
        "--data",
        house / "cases.csv.gz",
        "--text",
        "內容",
        "--label",
        "單位",
        "--model",
        "again",
        "--json",
    )
    found = json.loads(done.stdout)
    assert (found["version"], found["card"]["held_back"]) == (1, "time")
    assert found["card"]["columns"] == {"text": "內容", "label": "單位", "time": "時間", "strip": []}
    assert "「時間」這一欄都是時間" in done.stderr
    plain = run(
        house,
        "train",
        "--data",
        house / "cases.csv.gz",
        "--text",
        "內容",
        "--label",
        "單位",
        "--model",
        "again",
        "--time",
        "",
    )
    assert "第 2 版" in plain.stdout and "隨機留出" in plain.stdout and "正確率" in plain.stdout


def test_evaluation_gives_exactly_what_was_agreed(house: Path) -> None:
    done = run(house, "evaluate", "--data", house / "later.csv", "--model", "agency", "--json")
    found = json.loads(done.stdout)
    assert set(found) == {"n", "accuracy", "macro_f1", "ece", "coverage_at_precision"}
    assert set(found["coverage_at_precision"]) == {"0.90", "0.95"}
    assert found["n"] == 80 and 0.7 < found["accuracy"] <= 1 and 0 <= found["ece"] < 0.3


def test_prediction_gives_one_line_a_row_and_a_bad_row_stops_nothing(house: Path) -> None:
    path = house / "new.csv"
    path.write_text("號,內容\n1,路面坑洞\n2,\n3\n4,整排路燈熄滅\n", encoding="utf-8")
    done = run(house, "predict", "--data", path, "--model", "agency", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0 and [each["row"] for each in rows] == [1, 2, 3, 4]
    assert [each["label"] for each in rows] == ["道路", None, None, "路燈"]
    assert rows[0]["words"] and len(rows[0]["alternatives"]) == 3 and 0 < rows[0]["confidence"] <= 1
    assert rows[1]["error"] == "文字是空的" and "沒有「內容」這一格" in rows[2]["error"]
    assert "2 列無法判斷" in done.stderr


def test_other_columns_may_be_named_and_unknown_answers_count_as_wrong(house: Path) -> None:
    path = house / "other.csv"
    path.write_text("t,l\n路面坑洞,道路\n有狐狸,動物\n路面坑洞,\n", encoding="utf-8")
    done = run(
        house, "evaluate", "--data", path, "--model", "agency", "--text", "t", "--label", "l", "--json"
    )
    found = json.loads(done.stdout)
    assert (found["n"], found["accuracy"]) == (2, 0.5)
    assert "沒有學過的（動物）" in done.stderr and "1 列沒有文字或沒有答案" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("evaluate", "--data", "later.csv", "--model", "nobody"), "沒有叫 nobody 的模型。有：again、agency"),
        (("evaluate", "--data", "none.csv", "--model", "agency"), "找不到檔案"),
        (("evaluate", "--data", ".", "--model", "agency"), "讀不到"),
        (("evaluate", "--data", "later.csv", "--model", "agency", "--text", "本文"), "沒有這一欄：本文。檔案裡有：時間、內容、單位"),
        (("predict", "--data", "later.csv", "--model", "agency", "--version", "9"), "沒有第 9 版；有第 1 版"),
        (("train", "--data", "few.csv", "--text", "a", "--label", "b", "--model", "x"), "至少要 20 筆"),
        (("train", "--data", "same.csv", "--text", "a", "--label", "b", "--model", "x"), "答案只有一種"),
        (("train", "--data", "empty.csv", "--text", "a", "--label", "b", "--model", "x"), "是空的"),
        (("train", "--data", "broken.csv.gz", "--text", "a", "--label", "b", "--model", "x"), "壓縮壞了"),
        (("train", "--data", "binary.csv", "--text", "a", "--label", "b", "--model", "x"), "不是 UTF-8 或 Big5"),
        (("train", "--data", "twice.csv", "--text", "a", "--label", "b", "--model", "x"), "有兩欄都叫 a"),
        (("train", "--data", "cases.csv.gz", "--text", "內容", "--label", "單位", "--model", "../x"), "名稱只能用"),
        (("use", "--model", "agency", "--version", "3"), "沒有第 3 版"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_does_nothing(house: Path, words: tuple[str, ...], said: str) -> None:
    (house / "few.csv").write_text("a,b\n字,甲\n", encoding="utf-8")
    (house / "same.csv").write_text("a,b\n" + "字,甲\n" * 40, encoding="utf-8")
    (house / "empty.csv").write_bytes(b"")
    (house / "broken.csv.gz").write_bytes(gzip.compress(b"a,b\n" * 500)[:-20])
    (house / "binary.csv").write_bytes(bytes(range(256)) * 40)
    (house / "twice.csv").write_text("a,a,b\n1,2,3\n", encoding="utf-8")
    given = [str(house / each) if "--data" in words[n - 1 : n] else each for n, each in enumerate(words)]
    done = run(house, *given)
    assert done.exit_code == 1 and said in done.stderr and not done.stdout
    if "--json" not in given:
        again = run(house, *given, "--json")
        assert said in json.loads(again.stdout)["error"]["message"]


def test_big5_and_broken_bytes_are_read(house: Path) -> None:
    (house / "big5.csv").write_bytes("內容,單位\n路面坑洞,道路\n".encode("big5"))
    assert (
        json.loads(
            run(house, "evaluate", "--data", house / "big5.csv", "--model", "agency", "--json").stdout
        )["accuracy"]
        == 1
    )
    (house / "damaged.csv").write_bytes(
        as_csv(cases(30)).encode() + "x,路面\udcff坑洞,道路\n".encode("utf-8", "surrogateescape")
    )
    done = run(house, "predict", "--data", house / "damaged.csv", "--model", "agency", "--json")
    assert done.exit_code == 0 and len(done.stdout.splitlines()) == 31 and "1 個字元壞了" in done.stderr


def test_every_version_is_kept_and_an_earlier_one_can_be_used_again(house: Path) -> None:
    for n in (1, 2):
        run(
            house,
            "train",
            "--data",
            house / "cases.csv.gz",
            "--text",
            "內容",
            "--label",
            "單位",
            "--model",
            "kept",
            "--time",
            "時間" if n == 1 else "",
        )
    assert "→ kept 第 2 版" in run(house, "models", "--model", "kept").stdout
    assert run(house, "use", "--model", "kept", "--version", "1").exit_code == 0
    held = json.loads(run(house, "models", "--model", "kept", "--json").stdout)[0]
    assert held["active"] == 1 and [each["number"] for each in held["versions"]] == [1, 2]


def test_a_model_whose_bytes_were_changed_is_not_used(house: Path) -> None:
    run(
        house,
        "train",
        "--data",
        house / "cases.csv.gz",
        "--text",
        "內容",
        "--label",
        "單位",
        "--model",
        "spoilt",
        "--time",
        "",
        "--strip",
        "單位",
    )
    sha256 = json.loads(run(house, "models", "--model", "spoilt", "--json").stdout)[0]["versions"][0][
        "sha256"
    ]
    place = house / "routing" / sha256[:2] / sha256
    place.write_bytes(place.read_bytes()[:-9] + b"otherwise")
    done = run(house, "predict", "--data", house / "later.csv", "--model", "spoilt")
    assert done.exit_code == 1 and "雜湊不符" in done.stderr
