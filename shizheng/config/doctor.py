"""`shizheng doctor`: what is wrong with this installation, and the command that mends it."""

import fcntl
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import click

from shizheng.config.environment import PROJECT, Environment, environment
from shizheng.config.runtime import database_in_use, start_django

Level = Literal["good", "warning", "bad"]
SIGNS: dict[Level, str] = {"good": "✓", "warning": "！", "bad": "✗"}
ENOUGH_DISK = 2 * 1024**3
STALE_BACKUP = 2 * 86400
"""Seconds: a daily backup that failed once is noticed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do where it is not well."""

    level: Level
    what: str
    mend: str = ""


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


def python() -> Iterator[Finding]:
    """Python"""
    version = sys.version.split()[0]
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield Finding("good", f"Python {version}")
    else:
        yield Finding(
            "bad",
            f"Python {version} 不在 3.11 到 3.13",
            "make clean 後以合適的 Python 重來：make PYTHON=python3.12 run",
        )


def data_folder() -> Iterator[Finding]:
    """資料夾"""
    folder = environment().data_dir
    if not folder.exists():
        yield Finding("warning", f"還沒有資料夾 {folder}", "第一次啟動時會建立：make run")
        return
    if not os.access(folder, os.W_OK):
        yield Finding(
            "bad", f"資料夾 {folder} 不能寫", f"chown -R $USER {folder}，或用 SHIZHENG_DATA_DIR 指到別處"
        )
        return
    free = shutil.disk_usage(folder).free
    level: Level = "good" if free > ENOUGH_DISK else "warning"
    yield Finding(
        level,
        f"資料夾 {folder}，剩 {free / 1024**3:.1f} GB",
        "" if level == "good" else "清出空間，至少 2 GB",
    )
    kept = folder / "secrets.env"
    if kept.exists() and kept.stat().st_mode & 0o077:
        yield Finding("bad", "金鑰檔別人也讀得到", f"chmod 600 {kept}")


def proxy() -> Iterator[Finding]:
    """反向代理"""
    given = environment()
    if given.address.startswith("https://") and not given.trusted_proxies:
        yield Finding(
            "warning",
            "經過反向代理，卻沒有說有幾層：每個人都像從代理的位址來，一個人失敗多次就鎖住所有人的登入",
            "SHIZHENG_TRUSTED_PROXIES=1（自己的代理有幾層就填幾）",
        )


def assets() -> Iterator[Finding]:
    """畫面資源"""
    from shizheng.web.assets import manifest

    if manifest():
        yield Finding("good", "畫面資源已建置")
    else:
        yield Finding("bad", "畫面資源還沒有建置，頁面會沒有樣式", "make assets")


def database() -> Iterator[Finding]:
    """資料庫"""
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as failure:
        yield Finding(
            "bad",
            f"資料庫連不上：{str(failure).strip()}",
            "檢查 PostgreSQL 是否在執行，SHIZHENG_DATABASE_URL 的主機、埠、角色與密碼是否正確",
        )
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        yield Finding(
            "good" if int(version.split(".")[0]) >= 15 else "bad", f"PostgreSQL {version}（需要 15 以上）"
        )
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
        if encoding != "UTF8":
            yield Finding("bad", f"資料庫編碼是 {encoding}", "用 CREATE DATABASE … ENCODING 'UTF8' 另建一個")


def schema() -> Iterator[Finding]:
    """資料表"""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(
            "bad",
            f"有 {len(waiting)} 個資料庫更新還沒做",
            ".venv/bin/shizheng up --check",
        )
        return
    there = set(connection.introspection.table_names())
    lost = [m for m in apps.get_models() if m._meta.managed and m._meta.db_table not in there]
    if lost:
        yield Finding(
            "bad",
            "少了這些資料表：" + "、".join(m._meta.db_table for m in lost),
            "資料表被刪掉了：從備份還原，見 docs/operations.md 的「Restore」；示範資料庫可以 .venv/bin/shizheng demo --reset",
        )
    else:
        yield Finding("good", "資料表是最新的")


def roles() -> Iterator[Finding]:
    """資料庫角色：應用程式不能竄改歷程"""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, "
            "has_table_privilege('history_entry', 'INSERT') OR has_table_privilege('history_entry', 'UPDATE') "
            "OR has_table_privilege('history_entry', 'DELETE') OR has_table_privilege('history_entry', 'TRUNCATE') "
            "FROM pg_roles WHERE rolname = current_user"
        )
        name, superuser, can_touch = cursor.fetchone()
    if superuser or can_touch:
        mend = "SHIZHENG_DATABASE_URL 要用不擁有資料表、也不是 superuser 的角色"
        if not superuser:
            mend = f".venv/bin/shizheng up --check（收回多給的權利）；還是這樣時，{mend}"
        yield Finding("bad", f"應用程式的角色 {name} 能改歷程", mend)
    else:
        yield Finding("good", f"應用程式的角色 {name} 不能改歷程")


def rights() -> Iterator[Finding]:
    """資料表的權利"""
    from django.db import connection

    from shizheng.kernel.history.triggers import own_models

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NULL "
            "OR NOT has_table_privilege(quote_ident(name), 'SELECT') "
            "OR NOT (has_table_privilege(quote_ident(name), 'INSERT') OR name = ANY(%s))",
            [
                [model._meta.db_table for model in own_models()],
                [model._meta.db_table for model in own_models() if getattr(model, "out_of_reach", False)],
            ],
        )
        closed = [name for (name,) in cursor.fetchall()]
    if closed:
        yield Finding(
            "bad", "應用程式讀不到或寫不進這些資料表：" + "、".join(closed), ".venv/bin/shizheng up --check"
        )


def triggers() -> Iterator[Finding]:
    """歷程觸發器"""
    from django.db import connection

    from shizheng.kernel.history.triggers import is_append_only, is_tracked, own_models

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'history_%' AND tgenabled <> 'D'"
        )
        there = {(table.strip('"'), name) for table, name in cursor.fetchall()}
    missing = [
        str(model._meta.verbose_name)
        for model in own_models()
        if (is_tracked(model) and (model._meta.db_table, "history_record") not in there)
        or (is_append_only(model) and (model._meta.db_table, "history_refuse") not in there)
    ]
    if missing:
        yield Finding(
            "bad",
            "這些資料沒有歷程觸發器：" + "、".join(missing),
            ".venv/bin/shizheng up --check",
        )
    else:
        yield Finding("good", "每一種資料都有歷程觸發器")


def transactions() -> Iterator[Finding]:
    """交易序號"""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(transaction_id), 0), pg_snapshot_xmin(pg_current_snapshot())::text::bigint "
            "FROM (SELECT transaction_id FROM history_entry ORDER BY id DESC LIMIT 1000) AS latest"
        )
        latest, now = cursor.fetchone()
    if latest >= now:
        yield Finding(
            "bad",
            "歷程的交易序號比資料庫現在的大：資料是從別的資料庫還原的，「截至」會看錯",
            "停機後用 pg_resetwal 把交易序號調到歷程之後，見 docs/operations.md 的「還原」",
        )


def jobs() -> Iterator[Finding]:
    """背景工作"""
    from procrastinate.contrib.django.models import ProcrastinateJob

    failed = ProcrastinateJob.objects.filter(status="failed").count()
    if failed:
        yield Finding(
            "warning", f"有 {failed} 個背景工作失敗", f"到 {environment().address}/jobs/ 看原因並重跑"
        )
    else:
        yield Finding("good", "沒有失敗的背景工作")


def worker() -> Iterator[Finding]:
    """背景工作的程序"""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' "
            "WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) < now() - interval '10 minutes' "
            "AND e.at < now() - interval '10 minutes'"
        )
        waiting = cursor.fetchone()[0]
    if waiting:
        yield Finding(
            "warning",
            f"有 {waiting} 個背景工作等了十分鐘以上",
            "背景工作的程序沒有在跑，或忙不過來：shizheng up，或加一個 manage.py procrastinate worker",
        )


def backups() -> Iterator[Finding]:
    """備份"""
    from shizheng.common import clock
    from shizheng.config.backup import latest
    from shizheng.kernel.organisations import queries as organisations

    age = latest.age(environment().data_dir, clock.now())
    if age is None:
        if not organisations.is_demonstration():
            yield Finding("warning", "還沒有做過備份", "shizheng backup 資料夾 --keep 14，並排進每天的排程")
    elif age > STALE_BACKUP:
        yield Finding("warning", f"上一次備份是 {age / 86400:.0f} 天前", "shizheng backup 資料夾 --keep 14")
    else:
        yield Finding("good", f"上一次備份是 {age / 3600:.0f} 小時前")


def mail() -> Iterator[Finding]:
    """寄信"""
    from urllib.parse import urlsplit

    from django.conf import settings

    from shizheng.kernel.notifications import queries

    if environment().email_mode == "test":
        yield Finding("good", "信件只放進資料夾的 outbox，寄不到任何人（SHIZHENG_EMAIL_MODE=test）")
        return
    parts = urlsplit(settings.MAIL_URL)
    trouble = queries.trouble_with_mail_server()
    if trouble:
        yield Finding(
            "warning",
            f"寄信的伺服器 {parts.hostname} 用不了：{trouble}",
            "檢查 SHIZHENG_EMAIL_URL 的主機與埠、防火牆、憑證；信件會留著，連上後再寄",
        )
    else:
        yield Finding("good", f"寄信的伺服器 {parts.hostname} 有回應，連線與登入都通")


def calendar() -> Iterator[Finding]:
    """辦公日曆"""
    from shizheng.common import clock
    from shizheng.kernel.calendar.queries import years_available

    years = list(years_available())
    if clock.today().year in years:
        yield Finding("good", f"辦公日曆 {min(years)} 到 {max(years)} 年")
    else:
        yield Finding(
            "bad", "今年沒有辦公日曆，期限算不出來", f"到 {environment().address}/calendar/ 登錄今年的日曆"
        )
    if clock.today().month >= 7 and clock.today().year + 1 not in years:
        yield Finding(
            "warning",
            "明年的辦公日曆還沒有",
            f"人事行政總處公布後，到 {environment().address}/calendar/ 登錄",
        )


def port() -> Iterator[Finding]:
    """網址"""
    given = environment()
    with socket.socket(socket.AF_INET6 if ":" in given.host else socket.AF_INET) as probe:
        busy = probe.connect_ex((given.host, given.port)) == 0
    where = f"{given.host}:{given.port}"
    if not busy:
        yield Finding("good", f"{where} 可以用")
    elif _site_is_up(given):
        yield Finding("good", f"{where} 網站啟動中")
    else:
        yield Finding(
            "warning", f"{where} 有別的程式在用", "停掉那個程式，或換一個埠：SHIZHENG_PORT=… make run"
        )


def _site_is_up(given: Environment) -> bool:
    """Whether `shizheng up` runs on this data folder: it holds a lock as long as it does."""
    try:
        with open(given.data_dir / "up.lock", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


CHECKS_WITHOUT_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    data_folder,
    port,
    proxy,
)
CHECKS_WITH_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    assets, database, schema, roles, rights, triggers, transactions, jobs, worker, calendar, backups, mail,
)  # fmt: skip


def _everything() -> Iterator[Finding]:
    """資料庫連線"""
    with database_in_use():
        start_django()
        for check in CHECKS_WITH_DATABASE:
            findings = list(_run(check))
            yield from findings
            if check in (database, schema) and any(finding.level == "bad" for finding in findings):
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
