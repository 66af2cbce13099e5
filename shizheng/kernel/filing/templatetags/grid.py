"""`{% load grid %}`: the boxes of a round's table and of a return, made here and not in the template: an agency has thousands."""

from collections.abc import Container
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shizheng.kernel.filing.queries.grid import GridCell, GridLine
from shizheng.kernel.filing.registry import Field, Row
from shizheng.web.marking import said, told
from shizheng.web.templatetags import ui

register = template.Library()
HERE = "filing.grid"
"""Where what is drawn keeps its words while a page is made."""


@register.simple_tag(takes_context=True)
def grid_cells(context: Context, line: GridLine, mixed: Container[str]) -> SafeString:
    """The cells of one line: boxes where the reader may write, else what stands there; each with what is to be said of it."""
    drawing = context.render_context.get(HERE)
    if drawing is None:
        drawing = context.render_context[HERE] = _Table(mixed)
    return mark_safe(drawing.line(line))  # noqa: S308 - escaped part by part


@register.simple_tag(takes_context=True)
def typed_cell(context: Context, line: Any, cell: Any) -> SafeString:
    """One field of a return that the reader may write: its label, its box, and what is to be said of it."""
    drawing = context.render_context.get(HERE)
    if drawing is None:
        drawing = context.render_context[HERE] = _Form()
    return mark_safe(drawing.cell(line.row, cell))  # noqa: S308 - escaped part by part


class _Words:
    """What the rows of one page share (labels, choices), put into words once.

    Labels and choices are known by their identity: what is drawn holds them for as long.
    """

    def __init__(self) -> None:
        self.between = _("：")
        self._labels: dict[int, tuple[str, str]] = {}
        self._options: dict[tuple[int, str], str] = {}

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


class _Table(_Words):
    """Draws the lines of one table."""

    def __init__(self, mixed: Container[str]) -> None:
        super().__init__()
        self.mixed, self.last = mixed, _("上次 %(value)s")

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
            last = self.last % {"value": _text(field.before)}
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


class _Form(_Words):
    """Draws the fields of one return. A cell is `pages.returns.Cell`."""

    def cell(self, row: Row, cell: Any) -> str:
        field, name = cell.field, escape(cell.name)
        bad = " field-bad" if cell.problem or cell.clash else ""
        unit = f' <span class="meta">{_text(field.unit)}</span>' if field.unit else ""
        return (
            f'<div class="fil-cell fil-{field.kind}{bad}" data-cell="{name}">'
            f'<label class="lab" for="f.{name}"><span class="visually-hidden">{_text(row.title)}{self.between}</span>'
            f"{self._label(field)[0]}{unit}</label>{self._box(row, cell, name)}"
            f'<input type="hidden" name="v.{name}" value="{cell.version}" data-version-of="{name}">'
            f'<p class="meta fil-note" id="n.{name}">{self._said(cell)}</p></div>'
        )

    def _box(self, row: Row, cell: Any, name: str) -> str:
        field = cell.field
        called = f'id="f.{name}" name="f.{name}"'
        wrong = ' aria-invalid="true"' if cell.problem else ""
        rest = (
            f'data-field data-row="{escape(row.key)}" data-name="{escape(field.name)}" data-version="{cell.version}"'
            f'{wrong} aria-describedby="n.{name}">'
        )
        if field.kind == "choice":
            return f'<select class="inp inp-select" {called} {rest}{self._choices(field, cell.text)}</select>'
        if field.kind == "long_text":
            return f'<textarea class="inp" rows="1" {called} {rest}{escape(cell.text)}</textarea>'
        number, mode = (" n", ' inputmode="decimal"') if field.kind == "number" else ("", "")
        offered = f' list="s.{escape(field.name)}"' if field.suggest else ""
        return (
            f'<input class="inp{number}" type="text"{mode} autocomplete="off"{offered} {called}'
            f' value="{escape(cell.text)}" {rest}'
        )

    def _said(self, cell: Any) -> str:
        """What is wrong, who else typed, where the value comes from, or what helps."""
        if cell.problem:
            return f'<span class="field-error">{ui.icon("alert-circle", size=16)}<span>{_text(cell.problem)}</span></span>'
        if cell.clash:
            changed = _("%(who)s 改成了「%(now)s」；要用您的就再存一次") % {
                "who": _text(cell.clash.by), "now": _text(cell.now),
            }  # fmt: skip
            return f'<span class="field-error">{ui.icon("users", size=16)}<span>{changed}</span></span>'
        over = f"{_('系統是 %(value)s') % {'value': _text(cell.typed_over)}} " if cell.typed_over else ""
        if cell.source and cell.source_url:
            there = escape(cell.source_url)
            return f'{over}<a href="{there}">{ui.icon("link", size=14)}{_text(cell.source)}</a>'
        return over + _text(cell.source or cell.field.help or "")


def _text(value: Any) -> str:
    return str(conditional_escape(said(value)))


def _attribute(value: Any) -> str:
    return str(conditional_escape(told(value)))
