"""Inputs of forms: ``{% load controls %}``."""

import html
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from shizheng.common import words
from shizheng.web.marking import told

register = template.Library()


@register.filter
def is_checkbox(field: Any) -> bool:
    """Whether a bound field is one tick box (its label stands beside it, not above)."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset


def _in_english(widget: Any) -> dict[str, str]:
    """Choices by their English names; where Chinese ones remain (names of people, say) the list is marked as such."""
    told = [(value, _told_choice(label)) for value, label in widget.choices]
    widget.choices = told
    return {"lang": "zh-Hant"} if any(words.CJK.search(str(label)) for _value, label in told) else {}


def _told_choice(label: Any) -> Any:
    if isinstance(label, (list, tuple)):
        return [(value, _told_choice(one)) for value, one in label]
    text = str(label)
    inside = text.strip()
    return text.replace(inside, words.read(inside), 1).replace("\u3000", "\u2003") if inside else text


@register.simple_tag
def control(field: Any) -> SafeString:
    """The input of a bound field with our class, and its error tied to it (help is tied by Django)."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", type(widget).__name__.lower())
    classes = {"checkbox": "tick", "radio": "tick", "file": "inp inp-file", "select": "inp inp-select"}
    attrs: dict[str, str] = {"class": f"{classes.get(kind, 'inp')} {widget.attrs.get('class', '')}".strip()}
    if words.english() and hasattr(widget, "choices"):
        attrs |= _in_english(widget)
    if field.errors:
        described = [f"{field.auto_id}_helptext"] if field.help_text else []
        attrs["aria-describedby"] = " ".join([*described, f"{field.auto_id}_error"])
    return field.as_widget(attrs=attrs)


@register.simple_tag
def options(groups: Any) -> SafeString:
    """The options of a list, as the widget has them in groups: in one piece, for a filter by unit has hundreds."""
    as_it_is = words.language().startswith("zh")
    text = "".join(
        f'<optgroup label="{escape(told(name))}">{inside}</optgroup>' if name else inside
        for name, rows, _index in groups
        for inside in ["".join([_option(row, as_it_is) for row in rows])]
    )
    return mark_safe(text)  # noqa: S308 - escaped part by part


def _option(row: dict[str, Any], as_it_is: bool) -> str:
    attrs = flatatt(row["attrs"]) if row["attrs"] else ""
    label = row["label"] if as_it_is else told(row["label"])
    shown = html.escape(label) if type(label) is str else conditional_escape(label)
    return f'<option value="{html.escape(str(row["value"]))}"{attrs}>{shown}</option>'
