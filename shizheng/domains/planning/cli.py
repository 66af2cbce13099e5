"""`shizheng import-plan`: read a plan document, show what was read, and save it as a draft."""

import json
import stat
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning.parsing import ParsedPlan, parse_document, to_json
from shizheng.domains.planning.parsing.decoding import MAX_BYTES, too_large
from shizheng.domains.planning.rules.document import as_document
from shizheng.domains.planning.rules.workflow import STATES


@click.command("import-plan")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--agency", default="", metavar="NAME", help="是哪個機關的計畫；文件沒有印出機關時一定要給。")
@click.option("--create-agency", is_flag=True, help="機關清單裡沒有時，新設這個一級機關。")
@click.option("--year", type=click.IntRange(1, 300), help="民國年度；文件沒有印出年度時要給。")
@click.option("--dry-run", is_flag=True, help="只讀給您看，不存（不需要資料庫）。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出讀到的內容。")
@click.option("--full", is_flag=True, help="JSON 另含來源行號、說明、內容全文。")
@click.pass_context
def import_plan(
    context: click.Context,
    file: Path,
    agency: str,
    create_agency: bool,
    year: int | None,
    dry_run: bool,
    as_json: bool,
    full: bool,
) -> None:
    """讀入一份施政計畫 FILE（TXT、ODT、DOCX、PDF），存成草稿，等機關採認。

    全部讀入，或什麼都不變。同一個檔案再匯入一次，會告訴您它已經在了。
    """
    try:
        data = _read(file)
        parsed = parse_document(data, file.name)
        answer = to_json(parsed) if full else as_document(to_json(parsed))
        if not dry_run:
            with context.obj():
                answer["plan"] = _saved(data, file.name, parsed, agency, create_agency, year)
        _complete(answer, agency, year)
    except CannotDo as failure:
        _refuse(failure, as_json)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _tell(parsed, answer)


def _read(file: Path) -> bytes:
    try:
        found = file.stat()  # before it is opened: a pipe without a writer would wait for ever
        if stat.S_ISDIR(found.st_mode):
            raise CannotDo(f"「{file}」是資料夾，不是檔案。請給一份計畫的文字檔。", code="not_a_file")
        if not stat.S_ISREG(found.st_mode):
            raise CannotDo(
                f"「{file}」不是一般檔案（是管線、裝置之類），沒有讀取。請把內容存成純文字檔，再給那個檔案。",
                code="not_a_file",
            )
        if found.st_size > MAX_BYTES:
            raise too_large(file.name, found.st_size)
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except FileNotFoundError as failure:
        raise CannotDo(f"找不到檔案「{file}」。請檢查路徑。", code="file_not_found") from failure
    except OSError as failure:
        raise CannotDo(f"讀不到檔案「{file}」：{failure.strerror}。", code="file_not_readable") from failure


def _saved(
    data: bytes, name: str, parsed: ParsedPlan, agency: str, create_agency: bool, year: int | None
) -> dict[str, Any]:
    from shizheng.domains.planning import actions
    from shizheng.kernel.history.actions import coming_from

    with coming_from("cli", command="import-plan", file=name):
        done = actions.import_plan(
            SYSTEM, data, name, agency_name=agency, create_agency=create_agency, roc_year=year, parsed=parsed
        )
    return {
        "id": done.plan.pk,
        "url": f"/planning/plans/{done.plan.pk}/",
        "state": done.plan.state,
        "created": done.created,
        "agency": done.plan.agency.name,
        "roc_year": done.plan.roc_year,
        "edition": done.plan.edition,
    }


def _complete(answer: dict[str, Any], agency: str, year: int | None) -> None:
    """What the document does not print, as the caller gave it or as it was saved."""
    saved = answer.get("plan", {})
    answer["agency"] = answer["agency"] or saved.get("agency") or agency.strip() or None
    answer["roc_year"] = answer["roc_year"] or saved.get("roc_year") or year


def _refuse(failure: CannotDo, as_json: bool) -> NoReturn:
    if as_json:
        error = {"code": failure.code, "message": failure.message}
        click.echo(json.dumps({"error": error}, ensure_ascii=False, indent=2))
    else:
        click.echo(failure.message, err=True)
    sys.exit(1)


def _tell(parsed: ParsedPlan, answer: dict[str, Any]) -> None:
    plan = answer.get("plan")
    kpis = sum(len(goal.kpis) for goal in parsed.goals)
    items = sum(len(each.items) for each in parsed.work_plans)
    points = sum(len(item.points) for each in parsed.work_plans for item in each.items)
    agency = answer["agency"] or "（沒有印出機關）"
    click.echo(f"{agency}　{answer['roc_year'] or '（沒有印出年度）'} 年度施政計畫")
    if answer["agency"] and not parsed.agency:
        click.echo("  文件沒有印出機關，機關是另外指明的。")
    click.echo(f"  策略績效目標 {len(parsed.goals)}　衡量指標 {kpis}")
    click.echo(f"  工作計畫 {len(parsed.work_plans)}　項目 {items}　實施內容 {points} 點")
    click.echo(f"  上年度成果 {len(parsed.results)} 列")
    for remark in parsed.warnings:
        where = f"第 {remark.line} 行：" if remark.line else ""
        click.echo(f"  提醒　{where}{remark.message}")
    if plan is None:
        click.echo("只讀取，沒有存。")
    elif plan["created"]:
        click.echo(f"已存成草稿（第 {plan['edition']} 版），待採認：{plan['url']}")
    else:
        click.echo(f"這個檔案先前已經匯入，沒有再存一次：{plan['url']}（{STATES[plan['state']]}）")
