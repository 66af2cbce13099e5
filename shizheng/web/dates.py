"""Days in forms and filters: typed in ROC or Gregorian writing, shown as everywhere on the pages (115-10-05)."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy

from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.web.templatetags import ui


class RocDateField(forms.CharField):
    """A day in ROC or Gregorian writing; cleans to a `date`, or None where it may be left empty."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", gettext_lazy("例如 115-01-01 或 2026-01-01"))
        super().__init__(max_length=40, **options)
        self.widget.attrs |= {"class": "inp-short", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return ui.day_text(value) if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        if isinstance(value, date):
            return value
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except DateNotUnderstood as failure:
            raise forms.ValidationError(str(failure)) from failure


class RocDateFilter(django_filters.Filter):
    """A filter of a list by a day."""

    field_class = RocDateField
