"""Two officers at the same row: what the other saved beside what was typed, and the form ready to save again.

A conflict writes nothing. The form that comes back holds what was typed and the version that is there now: saving
again is then a decision.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shizheng.common.numbers import plain
from shizheng.web.templatetags import ui

Difference = tuple[str, str, str]
"""Label, what the other saved, what was typed."""
NOT_COMPARED = frozenset({"version", "reason"})


def met(
    request: HttpRequest, make: Callable[[Any], Any], now: Mapping[str, Any], message: str
) -> tuple[Any, list[Difference]]:
    """After a conflict: `make(data)` gives the form again with the version of `now`, and how the two differ."""
    data = request.POST.copy()
    data["version"] = str(now["version"])
    form = make(data)
    form.is_valid()
    form.add_error(None, message)
    return form, differences(form, now)


def differences(form: Any, now: Mapping[str, Any]) -> list[Difference]:
    """What the other saved and what was typed, field by field, only where they differ."""
    found = []
    for name, field in form.fields.items():
        if name in NOT_COMPARED:
            continue
        there, typed = _words(field, now.get(name)), _words(field, _typed(form, name))
        if there != typed:
            found.append((str(field.label), there or "—", typed or "—"))
    return found or [(_("（改了又改回來）"), "—", "—")]


def _typed(form: Any, name: str) -> Any:
    """What was typed: read where it is a day or a number, so that another way of writing it is no difference."""
    read = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else None
    return read if isinstance(read, date | Decimal | list) else form[name].data


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return _("是") if value in (True, "on", "true", "True") else _("否")
    if value is None or value == "":
        return ""
    if isinstance(field, forms.MultipleChoiceField):
        chosen = {str(each) for each in value}
        return "、".join(str(label) for code, label in _choices(field) if str(code) in chosen)
    if isinstance(field, forms.ChoiceField):
        return next((str(label) for code, label in _choices(field) if str(code) == str(value)), str(value))
    if isinstance(value, date):
        return ui.day_text(value)
    if isinstance(value, Decimal):
        return plain(value)
    return str(value).replace("\r\n", "\n").strip()


def _choices(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    return [(code, label) for code, label in field.choices]  # type: ignore[union-attr,misc]
