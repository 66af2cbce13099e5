"""Cells of a list's rows as django-tables2 makes them, with what is alike in every row of a column found out once.

The library asks for the signature of `render`, the model's field and the route at every cell: a third of a list's time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Model
from django.utils.encoding import force_str
from django.utils.html import format_html
from django_tables2 import Column, Table
from django_tables2.columns import BoundColumn
from django_tables2.columns.base import LinkTransform
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, signature

from shizheng.web.addresses import address

Cell = Callable[[BoundRow], Any]


def drawn(column: BoundColumn) -> Cell:
    """How a column's cell is made for the page, with its link (`BoundRow.get_cell`)."""
    render, link = _asked(column.render), _linked(column.link)
    value_of, empty = _value_of(column.accessor), column.column.empty_values

    def cell(row: BoundRow) -> Any:
        value = value_of(row.record)
        if value in empty:
            return column.default
        given = _given(column, row, value)
        content = render(given)
        return content if link is None else link(content, given)

    return cell


def plain(column: BoundColumn) -> Cell:
    """How a column's cell is made for a file (`BoundRow.get_cell_value`)."""
    said = column.value
    if getattr(said, "__func__", None) is Column.value:  # it only asks the column's own `render`
        said = column.column.render
    write = _asked(said)
    value_of, empty = _value_of(column.accessor), column.column.empty_values

    def cell(row: BoundRow) -> Any:
        value = value_of(row.record)
        return None if value in empty else write(_given(column, row, value))

    return cell


def lines(table: Table, hidden: Iterable[str]) -> Iterator[list[Any]]:
    """Headings and all rows for a file, without the hidden columns (`Table.as_values`)."""
    hidden = set(hidden)
    columns = [
        each
        for each in table.columns.iterall()
        if not (each.column.exclude_from_export or each.name in hidden)
    ]
    yield [_text(each.header) for each in columns]
    cells = [plain(each) for each in columns]
    for row in table.rows:
        yield [_text(cell(row)) for cell in cells]


def _text(value: Any) -> Any:
    """Numbers, days and nothing as they are, everything else as text."""
    return force_str(value, strings_only=True)


def _given(column: BoundColumn, row: BoundRow, value: Any) -> dict[str, Any]:
    """What a column's functions may ask for."""
    return {
        "value": value, "record": row.record, "column": column.column, "bound_column": column, "bound_row": row,
        "table": column._table,
    }  # fmt: skip


def _asked(function: Callable[..., Any]) -> Callable[[Mapping[str, Any]], Any]:
    """A function that is given what it asks for; it is not called where it asks for something else."""
    names, everything = signature(function)
    if everything:
        return lambda given: function(**given)

    def ask(given: Mapping[str, Any]) -> Any:
        try:
            asked = {name: given[name] for name in names}
        except KeyError:
            return None
        return function(**asked)

    return ask


def _value_of(accessor: Accessor) -> Callable[[Any], Any]:
    """A record's value, of a field with choices the word of the choice; None where there is none."""
    path, _, last = accessor.rpartition(accessor.SEPARATOR)
    owner, name = Accessor(path), f"get_{last}_display"
    methods: dict[tuple[type, type], str] = {}
    """The method that says the choice, by the kind of record and of what holds the field; empty where there is none."""

    def value(record: Any) -> Any:
        holder = owner.resolve(record, quiet=True) if path else record
        if isinstance(holder, Model):
            kinds = type(record), type(holder)
            if kinds not in methods:
                choices = getattr(accessor.get_field(type(record)), "choices", ())
                methods[kinds] = name if choices and hasattr(holder, name) else ""
            if method := methods[kinds]:
                return getattr(holder, method)()
        try:
            return accessor.resolve(record)
        except Exception:  # a row without such a value shows the column's default
            return None

    return value


def _linked(link: LinkTransform | None) -> Callable[[Any, Mapping[str, Any]], Any] | None:
    """A cell within its link; that of a route is made by `address`."""
    if link is None:
        return None
    route = link.reverse_args
    if link.attrs or link.url or set(route) not in ({"viewname", "args"}, {"viewname", "kwargs"}):
        return lambda content, given: link(content, **given)
    name, args, kwargs = route["viewname"], route.get("args", ()), route.get("kwargs", {})

    def linked(content: Any, given: Mapping[str, Any]) -> Any:
        record = given["record"]
        there = address(
            name,
            [_of(record, each) for each in args],
            {key: _of(record, each) for key, each in kwargs.items()},
        )
        return format_html('<a href="{}">{}</a>', there, content)

    return linked


def _of(record: Any, value: Any) -> Any:
    return value.resolve(record) if isinstance(value, Accessor) else value
