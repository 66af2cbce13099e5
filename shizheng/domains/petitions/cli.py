"""`shizheng petitions import`: petitions of earlier systems from files of any length, by a mapping that has a name."""

import csv
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM

SHOWN = 10


@click.group()
def petitions() -> None:
    """陳情案件：從其他系統的檔案匯入歷史資料。"""


@petitions.command("mappings")
@click.pass_context
def mappings(context: click.Context) -> None:
    """列出隨附的欄位對應。"""
    with context.obj():
        from shizheng.domains.petitions.old_records import known_mappings

        for each in known_mappings():
            click.echo(f"{each.name}\t{each.title}")


@petitions.command("import")
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path),
    help="CSV、TSV（可以壓成 .gz）、XLSX、ODS 或 JSON。",
)
@click.option(
    "--mapping", required=True, help="隨附的欄位對應（見 shizheng petitions mappings），或一個 .toml 檔。"
)
@click.option("--dry-run", is_flag=True, help="只看會怎麼樣，什麼都不存。")
@click.option("--leave-out", is_flag=True, help="略過不能讀入的列，其餘照樣讀入；不加就全部不讀。")
@click.option("--report", type=click.Path(path_type=Path), help="把每一列的問題寫成這個 CSV。")
@click.option("--reason", default="匯入歷史資料", help="寫進歷程的理由。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出。")
@click.pass_context
def import_petitions(
    context: click.Context,
    data: Path,
    mapping: str,
    dry_run: bool,
    leave_out: bool,
    report: Path | None,
    reason: str,
    as_json: bool,
) -> None:
    """匯入 --data 的歷史陳情。分批存檔；中途停掉，同一個檔案再匯入一次就接著做，不會重複。"""
    try:
        with context.obj():
            answer, problems = _taken(data, mapping, reason, dry_run, leave_out, as_json)
    except CannotDo as failure:
        rows = getattr(failure, "problems", [])
        _write(report, [(each.line, each.column, each.text, "沒有讀入") for each in rows])
        _refuse(failure, rows, as_json)
    _write(report, problems)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{'只是試算，沒有存。' if dry_run else '匯入完成。'}{answer['rows']:,} 列：新增 {answer['new']:,}，先前已匯入 {answer['same']:,}，沒有讀入 {answer['refused']:,}。"
    )
    for each in answer["summary"]:
        lines = "、".join(str(line) for line in each["lines"])
        click.echo(
            f"  {'沒有讀入' if each['refuses'] else '附註'}　{each['field']}：{each['sort']}　{each['count']:,} 列（第 {lines} 列…）"
        )


def _taken(
    data: Path, mapping: str, reason: str, dry_run: bool, leave_out: bool, quiet: bool
) -> tuple[dict[str, Any], list[tuple[int, str, str, str]]]:
    from shizheng.domains.petitions.old_records import CODE
    from shizheng.kernel.history.actions import coming_from
    from shizheng.kernel.intake import large, queries
    from shizheng.kernel.intake.registry import target_of

    def hear(done: large.Done) -> None:
        if not quiet:
            click.echo(f"{done.rows:,} 列……", err=True)

    with coming_from("cli", command="petitions import", file=data.name):
        done = large.take_large(
            SYSTEM,
            CODE,
            data,
            _mapping(mapping),
            reason=reason,
            dry_run=dry_run,
            leave_out=leave_out,
            hear=hear,
        )
    target = target_of(CODE)
    answer = {
        "dry_run": dry_run, "rows": done.rows, "new": done.new, "same": done.same, "refused": done.refused,
        "report": done.report.pk if done.report else None, "summary": queries.summary(target, done.problems),
    }  # fmt: skip
    problems = [
        (each.line, queries.title_of(target, each.field), each.text, "沒有讀入" if each.refuses else "附註")
        for each in sorted(done.problems, key=lambda each: each.line)
    ]
    return answer, problems


def _mapping(name: str) -> Any:
    """A mapping that ships, or a file of one's own. Raises CannotDo."""
    from shizheng.domains.petitions.old_records import known_mappings, mapping_of

    known = {each.name: each for each in known_mappings()}
    if name in known:
        return known[name]
    path = Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise CannotDo(
            f"沒有「{name}」這份欄位對應。隨附的有：{'、'.join(known)}；也可以給一個 .toml 檔。",
            code="no_mapping",
        )
    try:
        return mapping_of(path.stem, path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as failure:
        raise CannotDo(
            f"「{name}」不是欄位對應：{failure}。請照隨附的寫法改正。", code="bad_mapping"
        ) from failure


def _write(path: Path | None, rows: list[tuple[int, str, str, str]]) -> None:
    if path is None:
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["列", "欄位", "怎麼了", "結果"])
        out.writerows(rows)


def _refuse(failure: CannotDo, rows: Any, as_json: bool) -> NoReturn:
    if as_json:
        error = {
            "code": failure.code, "message": failure.message, "refused": len({each.line for each in rows}),
            "rows": [{"line": each.line, "field": each.column, "text": each.text} for each in rows[:1000]],
        }  # fmt: skip
        click.echo(json.dumps({"error": error}, ensure_ascii=False, indent=2))
    else:
        click.echo(failure.message, err=True)
        for each in rows[:SHOWN]:
            click.echo(f"  第 {each.line} 列　{each.column}：{each.text}", err=True)
        if rows:
            click.echo(
                "修正後再匯入；或加 --leave-out 略過這些列。全部的問題可以用 --report 寫成檔案。", err=True
            )
    sys.exit(1)
