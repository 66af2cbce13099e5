"""Fields of figures: numbers, periods, and the rows of a list, one a line."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import plain
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.kernel.measures.models import MissingKind
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period
from shizheng.web.templatetags.ui import day_text

ROWS_HELP = gettext_lazy(
    "一行一筆：編號, 值, 名稱, 完成日。後兩欄可不填；沒有數字時，值寫缺值種類（例如 未填報）。"
)


class Number(forms.CharField):
    """A decimal number; thousands separators and a typographic minus are accepted, a float never is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=60, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        text = (super().clean(value) or "").replace(",", "").replace("，", "").replace("\u2212", "-").strip()
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise forms.ValidationError(
                _("「%(text)s」不是數字。請只填數字，例如 167 或 92.5。") % {"text": text}
            ) from error
        if not number.is_finite():
            raise forms.ValidationError(_("請填一個數字。"))
        return number


class PeriodField(forms.CharField):
    """A period: its code or ROC words."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return parse_period(text) if text else None
        except PeriodNotUnderstood as error:
            raise forms.ValidationError(str(error)) from error


def rows_from(text: str) -> list[Row]:
    """Rows of a list input from lines `key, value, name, day`. Raises `forms.ValidationError` naming the line."""
    found: list[Row] = []
    labels = {str(kind.label): kind.value for kind in MissingKind}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("，", ",").split(",")]
        key, value, name, day = ([*parts, "", "", ""])[:4]
        try:
            done_on = parse_date(day) if day else None
            given: Decimal | Missing | None = None
            if value in labels:
                given = Missing(labels[value])  # type: ignore[arg-type]
            elif value:
                given = Decimal(value.replace("\u2212", "-"))
        except (DateNotUnderstood, InvalidOperation) as error:
            raise forms.ValidationError(
                _("第 %(number)s 行看不懂：值要是數字，完成日要是日期。") % {"number": number}
            ) from error
        if not key:
            raise forms.ValidationError(_("第 %(number)s 行沒有編號。") % {"number": number})
        found.append(Row(key, given, name, done_on))
    return found


def rows_text(rows: Iterable[dict[str, Any]]) -> str:
    """Stored rows as lines for the form."""
    labels = {kind.value: str(kind.label) for kind in MissingKind}
    lines = []
    for row in rows:
        value = row.get("value") or labels.get(row.get("missing", ""), "")
        parts = [row["key"], value, row.get("name", ""), _day(row.get("done_on", ""))]
        lines.append(", ".join(parts).rstrip(", "))
    return "\n".join(lines)


def _day(text: str) -> str:
    """A stored day as people write it."""
    return day_text(date.fromisoformat(text)) if text else ""


def missing_field(label: str) -> forms.ChoiceField:
    """Which kind of missing it is, or that there is a number."""
    choices = [("", _("有數字")), *MissingKind.choices]
    return forms.ChoiceField(label=label, choices=choices, required=False)
