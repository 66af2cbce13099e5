"""Conditions on rows that can go by an index where the ORM's own cannot."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet, Value


class Among(Func):
    """Whether a column is one of what another query gives, which is read once: unlike IN, it goes by an index beside an OR."""

    function = None
    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, rows: QuerySet[Any, Any], **extra: Any) -> None:
        super().__init__(F(column), ArraySubquery(rows), **extra)


class Found(Func):
    """Whether the tsvector in a column is found by a query of `grams.asked`."""

    function = None
    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, column: str, query: str, **extra: Any) -> None:
        super().__init__(F(column), Value(query), **extra)
