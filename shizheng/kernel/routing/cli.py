"""`shizheng routing`: a classifier of texts trained, judged and asked from files; neither database nor server is needed."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import click
import numpy as np

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.kernel.routing import training
from shizheng.kernel.routing.rules import EmptyText, TextModel, summary
from shizheng.kernel.routing.shelf import Shelf
from shizheng.kernel.routing.tables import Row, Table, read_path

PROJECT = Path(__file__).resolve().parents[3]
STEPS = {
    "reading": "讀文字……",
    "measuring": "以較早的部分訓練……",
    "calibrating": "以較新的部分校準並量測……",
    "fitting": "以全部資料再訓練一次……",
}


@click.group()
def routing() -> None:
    """分案模型：從文字判斷單位、類別或急迫程度。模型放在資料夾裡，不需要啟動系統。"""


def _answers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a failure into a clear message and exit code 1."""

    @wraps(command)
    def run(*, as_json: bool, **given: Any) -> None:
        try:
            command(as_json=as_json, **given)
        except CannotDo as failure:
            if as_json:
                _print({"error": {"code": failure.code, "message": failure.message}})
            click.echo(failure.message, err=True)
            sys.exit(1)

    return run


def _options(*wanted: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    known = {
        "data": click.option(
            "--data", required=True, type=Path, help="CSV 檔，可以壓成 .gz；UTF-8 或 Big5。"
        ),
        "model": click.option("--model", "name", required=True, help="模型的名稱。"),
        "text": click.option("--text", default="", help="文字的欄名；不給就用訓練時的欄名。"),
        "label": click.option("--label", default="", help="答案的欄名；不給就用訓練時的欄名。"),
        "version": click.option("--version", type=int, help="第幾版；不給就用現在使用的那一版。"),
        "json": click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出。"),
    }

    def put(command: Callable[..., Any]) -> Callable[..., Any]:
        for each in reversed(wanted):
            command = known[each](command)
        return command

    return put


def shelf() -> Shelf:
    """The models of the data folder that the command works on."""
    return Shelf(Path(os.environ.get("SHIZHENG_DATA_DIR") or PROJECT / "var").expanduser())


@routing.command("train")
@_options("data", "model", "json")
@click.option("--text", required=True, help="文字的欄名。")
@click.option("--label", required=True, help="答案的欄名。")
@click.option(
    "--time",
    default=None,
    help="時間的欄名：最新的五分之一留作校準與量測。不給就自動找；給空字串就不用時間。",
)
@click.option(
    "--strip",
    multiple=True,
    metavar="COL",
    help="這一欄的每個值都從文字裡拿掉（可重複）；文字含有答案的字時用。",
)
@_answers
def train(
    *, data: Path, name: str, text: str, label: str, time: str | None, strip: tuple[str, ...], as_json: bool
) -> None:
    """以 --data 訓練模型 --model，成為它的下一版，並印出成績單。"""
    kept = shelf()
    kept.need_name(name)
    table = _table(data)
    model, packed = training.from_table(
        table,
        text=text,
        label=label,
        time=time,
        strip=strip,
        hear=lambda step: click.echo(STEPS[step], err=True),
    )
    for note in model.card["notes"]:
        click.echo(note, err=True)
    made = kept.add(name, packed, made_at=clock.now().isoformat(timespec="seconds"), made_from=table.name)
    if as_json:
        _print({"model": name, "version": made.number, "sha256": made.sha256, "card": model.card})
        return
    click.echo(f"模型 {name} 第 {made.number} 版，{len(packed) / 1e6:.1f} MB，{len(model.labels)} 個類別。")
    _tell_card(model.card)


@routing.command("evaluate")
@_options("data", "model", "text", "label", "version", "json")
@_answers
def evaluate(*, data: Path, name: str, text: str, label: str, version: int | None, as_json: bool) -> None:
    """以 --data 的答案評量模型。"""
    model = _model(name, version)
    table = _table(data)
    text, label = text or _column(model, "text"), label or _column(model, "label")
    table.need(text, label)
    rows = [
        row for row in table.rows if row.values.get(text, "").strip() and row.values.get(label, "").strip()
    ]
    if len(rows) < len(table.rows):
        click.echo(f"{len(table.rows) - len(rows)} 列沒有文字或沒有答案，不計入。", err=True)
    if not rows:
        raise BadInput(
            f"「{table.name}」沒有任何一列同時有文字（{text}）與答案（{label}），沒有評量。", code="no_rows"
        )
    number = {each: n for n, each in enumerate(model.labels)}
    right = np.array([number.get(row.values[label].strip(), -1) for row in rows], dtype=np.int64)
    unknown = sorted({row.values[label].strip() for row in rows} - set(number))
    if unknown:
        n = int((right == -1).sum())
        click.echo(f"{n} 列的答案是模型沒有學過的（{'、'.join(unknown[:8])}），都算答錯。", err=True)
    given, confidence = model.answers([row.values[text] for row in rows])
    found = summary(right, given, confidence)
    if as_json:
        _print(found)
        return
    _tell_figures(found)


@routing.command("predict")
@_options("data", "model", "text", "version", "json")
@_answers
def predict(*, data: Path, name: str, text: str, version: int | None, as_json: bool) -> None:
    """每一列印一行：判斷、信心、其他可能，以及據以判斷的字詞。"""
    model = _model(name, version)
    table = _table(data)
    text = text or _column(model, "text")
    table.need(text)
    bad = 0
    for row, found in _predictions(model, table, text):
        bad += "error" in found
        if as_json:
            click.echo(json.dumps({"row": row.number, **found}, ensure_ascii=False))
        elif "error" in found:
            click.echo(f"{row.number}\t—\t{found['error']}")
        else:
            words = "、".join(each["text"] for each in found["words"])
            others = "、".join(
                f"{each['label']} {each['confidence']:.0%}" for each in found["alternatives"][:2]
            )
            click.echo(f"{row.number}\t{found['label']}\t{found['confidence']:.0%}\t{others}\t{words}")
    if bad:
        click.echo(f"{bad} 列無法判斷，其餘都判斷了。", err=True)


def _predictions(model: TextModel, table: Table, text: str) -> Iterator[tuple[Row, dict[str, Any]]]:
    for row in table.rows:
        nothing: dict[str, Any] = {"label": None, "confidence": None, "alternatives": [], "words": []}
        if text not in row.values:
            yield row, {**nothing, "error": f"這一列沒有「{text}」這一格"}
            continue
        try:
            yield row, model.predict(row.values[text]).as_json()
        except EmptyText:
            yield row, {**nothing, "error": "文字是空的"}


@routing.command("models")
@click.option("--model", "name", default="", help="只看這一個模型的各版與成績單。")
@_options("json")
@_answers
def models(*, name: str, as_json: bool) -> None:
    """有哪些模型、各有幾版、現在用哪一版。"""
    kept = shelf()
    held = [kept.name_of(each) for each in ([name] if name else kept.names())]
    if as_json:
        _print([
            {"model": each.name, "active": each.active,
             "versions": [{"number": v.number, "sha256": v.sha256, "made_at": v.made_at, "made_from": v.made_from} for v in each.versions]}
            for each in held
        ])  # fmt: skip
        return
    for each in held:
        for v in each.versions:
            click.echo(
                f"{'→' if v.number == each.active else ' '} {each.name} 第 {v.number} 版\t{v.made_at}\t{v.made_from}"
            )
    if name:
        _tell_card(_model(name, None).card)
    if not held:
        click.echo("目前一個模型都沒有。先用 shizheng routing train 訓練。")


@routing.command("use")
@_options("model", "json")
@click.option("--version", type=int, required=True, help="第幾版。")
@_answers
def use(*, name: str, version: int, as_json: bool) -> None:
    """改用某一版（退回前一版也用這個）；各版都留著。"""
    held = shelf().go_back(name, version)
    if as_json:
        _print({"model": name, "active": held.active})
        return
    click.echo(f"模型 {name} 現在用第 {held.active} 版。")


def _model(name: str, version: int | None) -> TextModel:
    kept = shelf()
    return kept.model(kept.name_of(name).version(version).sha256)


def _table(path: Path) -> Table:
    table = read_path(path)
    for note in table.notes:
        click.echo(note, err=True)
    return table


def _column(model: TextModel, what: str) -> str:
    found = str(model.card.get("columns", {}).get(what, ""))
    if not found:
        raise BadInput(f"這個模型沒有記下欄名，請加上 --{what}。", code="no_column")
    return found


def _print(answer: Any) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _tell_card(card: Any) -> None:
    by = {"time": "時間最新的部分", "text": "隨機留出的部分"}[card["held_back"]]
    click.echo(f"{card['n']} 筆訓練；成績是在{by}（{card['n_measured']} 筆，訓練時沒看過）量的：")
    _tell_figures(card["measured"])


def _tell_figures(found: Any) -> None:
    coverage = found["coverage_at_precision"]
    click.echo(
        f"  筆數 {found['n']}　正確率 {found['accuracy']:.1%}　macro-F1 {found['macro_f1']:.3f}　校準誤差 ECE {found['ece']:.3f}"
    )
    click.echo(
        "  " + "　".join(f"精確率 {each} 時可自動分派 {share:.1%}" for each, share in coverage.items())
    )
