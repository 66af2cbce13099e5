"""Fields and forms that several apps ask with the same words."""

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.web.sheets import LARGEST


def reason_field() -> forms.CharField:
    """Why something is changed."""
    return forms.CharField(
        label=gettext_lazy("理由"),
        max_length=2000,
        help_text=gettext_lazy("改了什麼、依據什麼，日後查得到。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def version_field() -> forms.IntegerField:
    """The version of the row that was read."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)


def short_box(mode: str = "text") -> forms.TextInput:
    """A box for a few characters; `mode` is the keyboard that a phone shows."""
    return forms.TextInput(attrs={"class": "inp-short", "inputmode": mode})


def say_plainly() -> None:
    """What fields say by themselves, as one says it to a colleague; each may still say it better."""
    forms.Field.default_error_messages["required"] = gettext_lazy("請填這一欄。")
    for kind in (forms.IntegerField, forms.DecimalField, forms.FloatField):
        kind.default_error_messages["invalid"] = gettext_lazy("請只填數字，例如 1200。")
    forms.ChoiceField.default_error_messages["invalid_choice"] = gettext_lazy("清單裡沒有這一項，請重新選。")


LARGE = {"萬": Decimal(10_000), "億": Decimal(100_000_000)}


class MoneyField(forms.DecimalField):
    """Whole NTD; separators, full-width digits, 元, and 萬 or 億 at the end may be typed (1,200萬)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=0, min_value=0, widget=short_box("numeric"), **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(_in_ntd(value) if isinstance(value, str) else value)


def _in_ntd(text: str) -> str:
    """The sum that was typed, in NTD; what is no sum stays as it is, for the field to refuse."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("元").strip()
    unit = LARGE.get(plain[-1:])
    if unit is None:
        return plain
    try:
        value = Decimal(plain[:-1].strip()) * unit
    except InvalidOperation:
        return text
    return f"{value.normalize():f}" if value.is_finite() else text


class SheetForm(forms.Form):
    """A spreadsheet to be read in, with the reason."""

    file = forms.FileField(
        label=gettext_lazy("檔案"),
        help_text=gettext_lazy("CSV、XLSX 或 ODS，5 MB 以內；欄名與這裡匯出的相同。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
    )
    reason = reason_field()

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("檔案超過 5 MB，沒有讀取。"))
        return file
