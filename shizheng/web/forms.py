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
