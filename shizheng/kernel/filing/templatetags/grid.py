"""`{% load grid %}`: the cells of a round's table, made here and not in the template: an agency has thousands of them."""

from collections.abc import Container
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shizheng.kernel.filing.queries.grid import GridCell, GridLine
from shizheng.kernel.filing.registry import Field
from shizheng.web.marking import said, told

register = template.Library()
HERE = "filing.grid"
"""Where what is drawn keeps its words while a page is made."""


@register.simple_tag(takes_context=True)
def grid_cells(context: Context, line: GridLine, mixed: Container[str]) -> SafeString:
    """The cells of one line: boxes where the reader may write, else what stands there; each with what is to be said of it."""
    drawing = context.render_context.get(HERE)
    if drawing is None:
        drawing = context.render_context[HERE] = _Drawing(mixed)
    return mark_safe(drawing.line(line))  # noqa: S308 - escaped part by part


class _Drawing:
    """Draws the lines of one table: what rows share (labels, choices) is put into words once.

    Labels and choices are known by their identity: the table that is drawn holds them for as long.
    """

    def __init__(self, mixed: Container[str]) -> None:
        self.mixed, self.between = mixed, _("：")
        self._labels: dict[int, tuple[str, str]] = {}
        self._options: dict[tuple[int, str], str] = {}

    def line(self, line: GridLine) -> str:
        title = f"{_attribute(line.row.title)}{self.between}"
        place = f' data-grid-cell data-filing="{line.filing.pk}" data-row="{escape(line.row.key)}"'
        return "".join([self._cell(each, title, place, line.writable) for each in line.cells])

    def _cell(self, cell: GridCell, title: str, place: str, writable: bool) -> str:
        field = cell.field
        if field is None:
            return '<td class="fil-c-none"></td>'
        number = " n" if field.kind == "number" else ""
        doubt = " data-doubt" if cell.doubt else ""
        inside = self._box(field, cell, title, place, number) if writable else _text(cell.text)
        if cell.name in self.mixed:
            inside = f'<span class="meta">{self._label(field)[0]}</span> {inside}'
        if field.before:
            last = _("上次 %(value)s") % {"value": _text(field.before)}
            inside += f'<span class="meta fil-before">{last}</span>'
        if doubt:
            inside += f'<p class="cell-problem">{_text(cell.doubt)}</p>'
        return f'<td class="fil-c-{field.kind}{number}"{doubt}>{inside}</td>'

    def _box(self, field: Field, cell: GridCell, title: str, place: str, number: str) -> str:
        name = escape(cell.name)
        rest = f'aria-label="{title}{self._label(field)[1]}"{place} data-name="{name}" data-version="{cell.version}">'
        if field.kind == "choice":
            return f'<select class="inp inp-select" {rest}{self._choices(field, cell.text)}</select>'
        hint = f' title="{_attribute(field.help)}"' if field.help else ""
        offered = f' list="s.{name}"' if field.suggest else ""
        value = escape(cell.text)
        return f'<input class="inp{number}" value="{value}"{hint} autocomplete="off"{offered} {rest}'

    def _label(self, field: Field) -> tuple[str, str]:
        """What a field is called, as text and as part of an attribute."""
        key = id(field.label)
        if key not in self._labels:
            self._labels[key] = _text(field.label), _attribute(field.label)
        return self._labels[key]

    def _choices(self, field: Field, text: str) -> str:
        key = id(field.choices), text
        if key not in self._options:
            self._options[key] = '<option value="">—</option>' + "".join(
                f'<option value="{escape(value)}"{" selected" if value == text else ""}>{_attribute(label)}</option>'
                for value, label in field.choices
            )
        return self._options[key]


def _text(value: Any) -> str:
    return str(conditional_escape(said(value)))


def _attribute(value: Any) -> str:
    return str(conditional_escape(told(value)))
