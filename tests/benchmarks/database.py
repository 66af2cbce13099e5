"""A database of the benchmark's own: migrated like the product's, filled by COPY, dropped afterwards."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import models
from psycopg import sql

PREFIX = "bench_shizheng"


def _administer(statement: str, name: str) -> None:
    from django.conf import settings

    given = settings.DATABASES["owner"]
    with psycopg.connect(
        host=given["HOST"], port=given["PORT"] or None, user=given["USER"], password=given["PASSWORD"],
        dbname="postgres", autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


@contextmanager
def own_database(keep: bool) -> Iterator[str]:
    """Make, migrate and use a database; give its name; drop it afterwards unless it is to be kept."""
    from django.core.management import call_command
    from django.db import connections

    from shizheng.config.runtime import load_shipped

    name = f"{PREFIX}_{os.getpid()}_{secrets.token_hex(2)}"
    _administer("CREATE DATABASE {}", name)
    try:
        use(name)
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        load_shipped(lambda text: None)
        yield name
    finally:
        connections.close_all()
        if not keep:
            _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def use(name: str) -> None:
    """Point both connections of this process to a database."""
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def address(alias: str) -> str:
    """The libpq address of the database in use, for another process."""
    from django.db import connections

    given = connections[alias].settings_dict
    parts = {
        "host": given["HOST"], "port": given["PORT"] or None, "user": given["USER"],
        "password": given["PASSWORD"], "dbname": given["NAME"],
    }  # fmt: skip
    return psycopg.conninfo.make_conninfo(**{k: v for k, v in parts.items() if v})


def copy(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows of the named fields as the owner, the history triggers off; other fields take the model's defaults.

    Constraints, foreign keys and indexes stay on. Returns the number of rows.
    """
    from django.db import connections

    given = [model._meta.get_field(name) for name in names]
    rest = [f for f in model._meta.concrete_fields if f not in given and not _left_to_database(f)]
    more = [_plain(field, field.get_default()) for field in rest]
    columns = [field.column for field in (*given, *rest)]
    table = sql.Identifier(model._meta.db_table)
    count = 0
    connection = connections["owner"]
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            table, sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with cursor.copy(statement) as target:
            for row in rows:
                target.write_row([*(_plain(f, v) for f, v in zip(given, row, strict=True)), *more])
                count += 1
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))
        if "id" in columns:
            following = sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, 'id'), coalesce((SELECT max(id) FROM {}), 1)) "
                "WHERE pg_get_serial_sequence({}, 'id') IS NOT NULL"
            )
            literal = sql.Literal(model._meta.db_table)
            cursor.execute(following.format(literal, table, literal))
    return count


def settle() -> None:
    """Statistics and visibility as a database has them that has been running for a while."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def computed() -> float:
    """Seconds that the database has computed for this process's connection so far; 0 where that cannot be seen.

    Of the one process that serves the connection, read from the kernel; what others do beside it is not in it.
    """
    from django.db import connection

    connection.ensure_connection()
    try:
        told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except OSError:
        return 0.0
    return int(told.split()[0]) / 1e9


def _left_to_database(field: models.Field[Any, Any]) -> bool:
    return field.primary_key or field.has_db_default()


def _plain(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.JSONField) and value is not None:
        return json.dumps(value, ensure_ascii=False)
    return value
