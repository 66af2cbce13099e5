"""The database: whether it answers, its tables, and that the application's role cannot rewrite the history."""

from collections.abc import Iterator

from shizheng.config.doctor.findings import Finding


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
