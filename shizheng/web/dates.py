"""Days in forms and filters: typed in ROC or Gregorian writing, shown as everywhere on the pages (115-10-05)."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy

from shizheng.common.roc import FIRST_YEAR, DateNotUnderstood, parse_date
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


class RocYearField(forms.IntegerField):
    """A year in ROC or Gregorian writing (115 or 2026); cleans to the ROC year, or None where it may be left empty."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 1)
        options.setdefault("max_value", 9999)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        year = super().clean(value)
        return year - FIRST_YEAR if year is not None and year > FIRST_YEAR else year


class RocYearFilter(django_filters.Filter):
    """A filter of a list by a year."""

    field_class = RocYearField
