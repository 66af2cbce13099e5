"""Columns that the lists share: how a day, an amount, a unit, a state reads on the page, and what stands in a file.

On the page a value is written for people; in a file (CSV, XLSX, ODS) it stays a date, a number, a full name, so that it
can be reckoned with. A link is django-tables2's own: ``linkify=("app:route", [A("pk")])``, or :func:`own_address`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django_tables2 import Column, Table

from shizheng.common.words import called
from shizheng.web.templatetags import ui

RIGHT: Mapping[str, Mapping[str, str]] = {"td": {"class": "n"}, "th": {"class": "n"}}
WHOLE: Mapping[str, Mapping[str, str]] = {"td": {"class": "keep"}}


def own_address(record: Mapping[str, Any]) -> str:
    """Where a row made of words leads: what it calls ``url``."""
    return str(record["url"])


class CodeColumn(Column):
    """A number by which a thing is known: it does not break over two lines."""

    attrs = WHOLE


class DayColumn(Column):
    """A day as everywhere on the pages (民國 unless the reader chose otherwise); in files a date."""

    attrs = WHOLE

    def render(self, value: date, table: Table) -> str:
        return ui.day_text(value, gregorian=_gregorian(table))

    def value(self, value: Any) -> Any:
        return value if isinstance(value, date) else ""


class MomentColumn(Column):
    """A moment as everywhere on the pages; in files a moment of Taipei."""

    attrs = WHOLE

    def render(self, value: datetime, table: Table) -> str:
        return ui.moment(value, gregorian=_gregorian(table))

    def value(self, value: Any) -> Any:
        return value if isinstance(value, datetime) else ""


class YearColumn(Column):
    """A ROC year as the reader counts years."""

    attrs = RIGHT

    def render(self, value: int) -> Any:
        return ui.year_number(value)


class NumberColumn(Column):
    """A number at the right edge: as it is, or with separators and so many decimals, half up."""

    attrs = RIGHT

    def __init__(self, *args: Any, places: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def render(self, value: Any) -> Any:
        return value if self.places is None else ui.number_text(value, self.places)

    def value(self, value: int | Decimal) -> int | Decimal:
        return value


class AmountColumn(NumberColumn):
    """Whole NTD with separators."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, places=0, **kwargs)


class CalledColumn(Column):
    """What a thing is called in the reader's language (a unit, a type, a programme)."""

    def render(self, value: Any) -> str:
        return called(value)


class UnitColumn(Column):
    """An agency or unit by its short name; in files by its full one."""

    def render(self, value: Any) -> str:
        return called(value, short=True)

    def value(self, value: Any) -> str:
        return called(value)


class StateColumn(Column):
    """A state of a record as icon, word and colour, as ``draw(record)`` gives it; in files the word of the model's choice."""

    def __init__(self, *args: Any, draw: Callable[[Any], SafeString], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draw = draw

    def render(self, record: Any) -> SafeString:
        return self.draw(record)

    def value(self, record: Any, bound_column: Any) -> str:
        return str(getattr(record, f"get_{bound_column.name}_display")())


def _gregorian(table: Table) -> bool:
    """Whether the reader of this table reads Gregorian days."""
    return ui.reads_gregorian(getattr(getattr(table, "request", None), "user", None))
