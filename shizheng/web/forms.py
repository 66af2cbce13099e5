"""Fields and forms that several apps ask with the same words."""

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


class MoneyField(forms.DecimalField):
    """Whole NTD; separators may be typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=0, min_value=0, widget=short_box("numeric"), **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "") if isinstance(value, str) else value)


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
