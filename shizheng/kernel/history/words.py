"""History in words: names of actions, where a change came from, and values of columns as people write them.

Each app names its actions in its `history_words.py`: `ACTIONS = {"app.verb": gettext_lazy("…")}`. A code that nobody
names is shown as it is.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import with_unit
from shizheng.common.permissions import declared
from shizheng.kernel.history.models import Entry
from shizheng.web.templatetags.ui import day_text, moment_text

CHANNELS = {
    "system": gettext_lazy("系統"),
    "web": gettext_lazy("網頁"),
    "api": gettext_lazy("程式介面"),
    "cli": gettext_lazy("指令列"),
    "job": gettext_lazy("背景工作"),
}
NAMING = ("display_name", "name", "title", "label", "kpi_name", "file_name", "username")
"""Columns that hold what people call a row, the best first."""
GROUPED_FROM = 10_000
"""Whole numbers below this (years, counts, versions) are written without separators."""


@cache
def actions() -> Mapping[str, Any]:
    """Every action that an app names, by its code."""
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("shizheng.") and find_spec(f"{config.name}.history_words"):
            found |= import_module(f"{config.name}.history_words").ACTIONS
    return found


def action(code: str) -> str:
    """What was done, in words."""
    return str(actions().get(code, code))


def actions_called(words: str) -> list[str]:
    """Codes of the actions whose name, or code, contains these words."""
    wanted = words.casefold()
    return [code for code, name in actions().items() if wanted in str(name).casefold() or wanted in code]


def origin(found: Mapping[str, Any]) -> str:
    """Where a change came from: the door, then what is known of the place."""
    channel = str(found.get("channel", ""))
    rest = [str(value) for key, value in found.items() if key != "channel" and value not in (None, "")]
    return "　".join([str(CHANNELS.get(channel, channel)), *rest]).strip() or "—"


def row_name(columns: Mapping[str, Any]) -> str:
    """What people call a row, out of its columns; empty where none of them says it."""
    return next((str(columns[name]) for name in NAMING if columns.get(name)), "")


def names_of(model: type[models.Model], keys: Iterable[Any]) -> dict[Any, str]:
    """Names of rows by their keys; rows that are gone are named as history knows them last."""
    wanted = {key for key in keys if key is not None}
    columns = {field.column for field in model._meta.concrete_fields}
    naming = next((name for name in NAMING if name in columns), "")
    if not wanted or not naming:
        return {}
    found = {
        key: str(name)
        for key, name in model._base_manager.filter(pk__in=wanted).values_list("pk", naming)
        if name
    }
    gone = Entry.objects.filter(
        model=model._meta.label_lower,
        object_id__in=[str(key) for key in wanted - found.keys()],
        operation="D",
    )
    for object_id, before in gone.values_list("object_id", "before") if wanted - found.keys() else ():
        if name := row_name(before or {}):
            found[type(next(iter(wanted)))(object_id)] = _("%(name)s（已刪除）") % {"name": name}
    return found


def value(field: Any, raw: Any, names: Mapping[Any, str] | None = None) -> str:
    """A column's value as people read it. `field` may be None: the column no longer exists."""
    if raw is None or raw == "":
        return "—"
    if isinstance(raw, bool):
        return _("是") if raw else _("否")
    if field is not None and field.is_relation:
        return (names or {}).get(raw) or _("編號 %(n)s") % {"n": raw}
    for code, label in getattr(field, "flatchoices", None) or ():
        if code == raw:
            return str(label)
    written = _written(field, raw)
    return _listed(raw) if written is None else written


def _written(field: Any, raw: Any) -> str | None:
    """Days, moments and numbers by the kind of their column; None for any other."""
    try:
        if isinstance(field, models.DateTimeField):
            return moment_text(datetime.fromisoformat(raw))
        if isinstance(field, models.DateField):
            return day_text(date.fromisoformat(raw))
        if isinstance(field, models.DecimalField):
            return with_unit(Decimal(str(raw)), "")
    except (TypeError, ValueError, InvalidOperation):
        return None
    if isinstance(raw, int) and abs(raw) >= GROUPED_FROM and isinstance(field, models.IntegerField):
        return with_unit(Decimal(raw), "")
    return None


def _listed(raw: Any) -> str:
    """Lists as words, permissions by their labels; anything deeper as JSON."""
    if not isinstance(raw, dict | list):
        return str(raw)
    if isinstance(raw, list) and all(isinstance(each, str) for each in raw):
        labels = {permission.code: permission.label for permission in declared()}
        return "、".join(str(labels.get(each, each)) for each in raw) or "—"
    if isinstance(raw, list) and all(_is_pair(each) for each in raw):
        return "、".join(f"{first}–{second}" for first, second in raw) or "—"
    return json.dumps(raw, ensure_ascii=False) if raw else "—"


def _is_pair(each: Any) -> bool:
    return isinstance(each, Sequence) and not isinstance(each, str) and len(each) == 2
