"""Thousands of new rows at once by COPY: a third of the time of an INSERT that holds every value of every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connections, models, router, transaction
from psycopg import sql


def new_keys(model: type[models.Model], count: int) -> list[int]:
    """So many primary keys of a model, taken from its sequence and used by nobody else, for `copy_in(…, keys=True)`."""
    if count <= 0:
        return []
    connection = connections[router.db_for_write(model)]
    key = model._meta.pk
    assert key is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{model._meta.db_table}"', key.column, count],
        )
        return [number for (number,) in cursor.fetchall()]


def copy_in(rows: Sequence[models.Model], *, keys: bool = False) -> None:
    """Write new rows of one model, all or none, within the running transaction; triggers and constraints hold as ever.

    Keys and what the database fills in by itself are left to it and are not read back: for rows that are not needed
    again. `keys`: the rows bear keys of `new_keys`, because others refer to them. Raises Django's errors of the database.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = [each for each in model._meta.concrete_fields if not _left_to_database(each, keys)]
    columns: list[str] = [each.column for each in fields if each.column]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        transaction.atomic(using=connection.alias, savepoint=False), connection.cursor() as cursor,
        connection.wrap_database_errors, cursor.copy(statement) as target,
    ):  # fmt: skip
        values = [_values(each, connection) for each in fields]
        for row in rows:
            target.write_row([value(row) for value in values])


def _left_to_database(field: models.Field[Any, Any], keys: bool) -> bool:
    return not keys if field.primary_key else field.has_db_default()


_AS_THEY_ARE = frozenset({"CharField", "SlugField", "TextField", "BooleanField", "DateField"})
"""Kinds of fields whose values the driver takes as they are."""


def _values(field: models.Field[Any, Any], connection: Any) -> Callable[[models.Model], Any]:
    """What a field gives to the database, of any row; worked out once for all rows."""
    target: Any = field
    while target.is_relation:
        target = target.target_field
    kind = target.get_internal_type()
    plain = kind in _AS_THEY_ARE or kind.endswith("IntegerField") or kind.endswith("AutoField")
    own = (
        type(target).pre_save is not models.Field.pre_save
        or type(target).__module__ != "django.db.models.fields"
    )
    if plain and not own:
        read: Callable[[models.Model], Any] = attrgetter(field.attname)
        return read
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)
