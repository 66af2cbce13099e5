"""`shizheng doctor`: every check in turn, shown as lines or as JSON."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict

import click

from shizheng.config.doctor import machine, running, tables
from shizheng.config.doctor.findings import SIGNS, Finding
from shizheng.config.environment import PROJECT, Environment, environment
from shizheng.config.runtime import database_in_use, start_django


@click.command()
@click.option("--json", "as_json", is_flag=True, help="輸出 JSON。")
@click.option("--settings", is_flag=True, help="列出所有設定（環境變數）與目前的值，金鑰不顯示。")
def doctor(as_json: bool, settings: bool) -> None:
    """檢查這個安裝：哪裡不對、為什麼、怎麼修。有「✗」時以代碼 1 結束。"""
    if settings:
        _print_settings(environment())
        return
    try:
        environment()
    except SystemExit as trouble:  # nothing else can be looked at
        findings = [Finding("bad", *str(trouble).split("\n", 1))]
    else:
        findings = [finding for check in CHECKS for finding in _run(check)]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(f"{SIGNS[finding.level]} {finding.what}")
            if finding.mend:
                click.echo(f"    → {finding.mend}")
    if any(finding.level == "bad" for finding in findings):
        sys.exit(1)


def _run(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as failure:  # a check that breaks is itself a finding
        what = (check.__doc__ or check.__name__).strip()
        yield Finding("bad", f"{what}：檢查不下去（{type(failure).__name__}：{failure}）")


CHECKS_WITHOUT_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    machine.python, machine.data_folder, machine.port, machine.proxy,
)  # fmt: skip
CHECKS_WITH_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    machine.assets, tables.database, tables.schema, tables.roles, tables.rights, tables.triggers, tables.transactions,
    running.jobs, running.worker, running.calendar, running.backups, running.mail, running.mailbox,
)  # fmt: skip


def _everything() -> Iterator[Finding]:
    """資料庫連線"""
    with database_in_use():
        start_django()
        for check in CHECKS_WITH_DATABASE:
            findings = list(_run(check))
            yield from findings
            if check in (tables.database, tables.schema) and any(
                finding.level == "bad" for finding in findings
            ):
                return  # nothing more can be said of tables that are not there


CHECKS = (*CHECKS_WITHOUT_DATABASE, _everything)


def _print_settings(given: Environment) -> None:
    for name, field in Environment.model_fields.items():
        value = getattr(given, name)
        secret = (
            name.endswith("_key")
            or name.endswith("_token")
            or (name.endswith("_url") and name != "base_url" and value)
        )
        shown = "（已設定，不顯示）" if secret and value else value
        click.echo(f"SHIZHENG_{name.upper():<20} {shown}\n    {field.description}")
    click.echo(f"\n專案資料夾 {PROJECT}")
