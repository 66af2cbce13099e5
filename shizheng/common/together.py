"""Several lists in one question to the database: what a page shows from many apps comes in one round trip.

A queryset that is handed in stays what it is; it only finds its rows already there. Who reads in several steps writes a
generator that yields the querysets of each step before reading them, and gives its result with `return`: any number of such
generators then go on side by side, and ask as often as the longest of them has steps.
"""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connections, models

Made = TypeVar("Made")
Rows = models.QuerySet[Any, Any]
Asked = Rows | Sequence[Rows]
"""What a step is about to read."""
Steps = Generator[Asked, None, Made]

_READ: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(
        (
            "AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField",
            "PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField",
        ),
        int,
    ),
    **dict.fromkeys(("CharField", "SlugField", "TextField", "FileField", "JSONField", "SearchVectorField"), str),
    "BinaryField": lambda text: bytes.fromhex(text.removeprefix("\\x")),
    "BooleanField": lambda text: text == "true",
    "DateField": date.fromisoformat,
    "DateTimeField": lambda text: datetime.fromisoformat(text).astimezone(UTC),
    "DecimalField": Decimal,
    "FloatField": float,
    "TimeField": time.fromisoformat,
    "UUIDField": UUID,
}  # fmt: skip
"""How a column's text becomes what the driver would have given, by the kind of field; JSON stays text, its field reads it."""


def together(*wanted: Rows) -> None:
    """Read these querysets of one database with one query, prefetches apart; those that have been read are left alone.

    Raises TypeError for a column of a kind that is not known here.
    """
    open_ = [rows for rows in wanted if rows._result_cache is None]  # type: ignore[attr-defined]
    if len(open_) < 2:
        for rows in open_:
            len(rows)
        return
    using = open_[0].db
    asked: list[tuple[Rows, Any, str, Any]] = []
    for rows in open_:
        compiler = rows.query.get_compiler(using=using)
        try:
            statement, parameters = compiler.as_sql()
        except EmptyResultSet:
            _fill(rows, compiler, [])
        else:
            asked.append((rows, compiler, _as_text(compiler, statement), parameters))
    if not asked:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"({each[2]})" for each in asked),
            [value for each in asked for value in each[3]],
        )
        answers = cursor.fetchone()
    for (rows, compiler, *_rest), answer in zip(asked, answers, strict=True):
        _fill(rows, compiler, json.loads(answer) if answer else [])


def counts(*wanted: Rows, most: int | None = None) -> list[int]:
    """How many rows each of these querysets of one database has, with one query; none is read.

    `most`: it is not counted further than one more.
    """
    statements: list[str] = []
    parameters: list[Any] = []
    places: list[int] = []
    for place, rows in enumerate(wanted):
        try:
            counted = rows.order_by().values("pk")
            counted = counted if most is None else counted[: most + 1]
            statement, values = counted.query.get_compiler(using=wanted[0].db).as_sql()
        except EmptyResultSet:
            continue
        statements.append(f"(SELECT COUNT(*) FROM ({statement}) q)")  # noqa: S608 - by the compiler
        parameters.extend(values)
        places.append(place)
    found = [0] * len(wanted)
    if statements:
        with connections[wanted[0].db].cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(statements), parameters)
            for place, count in zip(places, cursor.fetchone(), strict=True):
                found[place] = count
    return found


def done(steps: Steps[Made]) -> Made:
    """The result of one such generator by itself."""
    while True:
        try:
            asked = next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made
        together(*flat([asked]))


def side_by_side(all_steps: Sequence[Steps[Any]]) -> list[Any]:
    """The results of generators that go on side by side, in their order."""
    return done(beside(all_steps))


def beside(all_steps: Sequence[Steps[Any]]) -> Steps[list[Any]]:
    """The same as steps of a generator that itself goes on beside others."""
    made: dict[int, Any] = {}
    running = dict(enumerate(all_steps))
    while running:
        asked: list[Rows] = []
        for number, steps in list(running.items()):
            try:
                asked.extend(flat([next(steps)]))
            except StopIteration as end:
                made[number] = end.value
                del running[number]
        if asked:
            yield asked
    return [made[number] for number in range(len(all_steps))]


def reading(*wanted: Rows) -> Steps[None]:
    """Querysets that are read in one step, as a generator beside others."""
    yield wanted


def flat(asked: Iterable[Asked]) -> Iterator[Rows]:
    """Every queryset that is asked for."""
    for each in asked:
        if isinstance(each, models.QuerySet):
            yield each
        else:
            yield from each


def _as_text(compiler: Any, statement: str) -> str:
    """The statement of which each row is an array of texts, all rows as one JSON text."""
    names = [f"c{number}" for number in range(len(compiler.select))]
    texts = ", ".join(
        f"to_json({name})::text" if isinstance(each[0].output_field, ArrayField) else f"{name}::text"
        for name, each in zip(names, compiler.select, strict=True)
    )
    return f"SELECT json_agg(ARRAY[{texts}])::text FROM ({statement}) q({', '.join(names)})"  # noqa: S608 - by the compiler


def _fill(rows: Rows, compiler: Any, answer: list[list[str | None]]) -> None:
    """Let the queryset's own machinery make what it makes of rows, of these rows."""
    readers = [_reader(each[0].output_field) for each in compiler.select]
    values = [
        tuple(
            None if text is None else read(text)
            for read, text in zip(readers, row[: len(readers)], strict=True)
        )
        for row in answer
    ]
    compiler.execute_sql = lambda *args, **named: [values]
    copy = rows._chain()  # type: ignore[attr-defined]
    copy.query.get_compiler = lambda *args, **named: compiler
    rows._result_cache = list(copy._iterable_class(copy))  # type: ignore[attr-defined]
    len(rows)  # prefetches


def _reader(field: Any) -> Callable[[str], Any]:
    while field.is_relation:
        field = field.target_field
    if isinstance(field, ArrayField):
        inner = _reader(field.base_field)
        read = json.JSONDecoder(parse_float=str, parse_int=str).decode  # numbers stay exact
        return lambda text: [None if each is None else inner(each) for each in read(text)]
    try:
        return _READ[field.get_internal_type()]
    except KeyError:
        raise TypeError(f"together() cannot read a column of the kind {field.get_internal_type()}") from None
