"""What people type when they reconcile."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from shizheng.domains.projects.models import Choice
from shizheng.kernel.intake.reading import LARGEST, too_large
from shizheng.web.forms import reason_field


def _hidden(**options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, max_length=20, **options)


class DecideForm(forms.Form):
    """One field: the other side's, or ours."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    record = _hidden()
    part = _hidden()
    choice = forms.ChoiceField(label=gettext_lazy("決定"), choices=Choice.choices)
    reason = reason_field()


class LinkForm(forms.Form):
    """Which tender it is."""

    number = forms.CharField(
        label=gettext_lazy("列管編號"), max_length=20, help_text=gettext_lazy("例如 114-PWB-003。"), widget=forms.TextInput(attrs={"class": "inp-short"})
    )  # fmt: skip
    reason = reason_field()


class WhyForm(forms.Form):
    """An act that needs a reason."""

    reason = reason_field()


class XmlForm(forms.Form):
    """A file of the national works system."""

    file = forms.FileField(
        label=gettext_lazy("檔案"),
        help_text=gettext_lazy("標案管理系統匯出的 XML（可以壓成 .gz），5 MB 以內。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,.gz"}),
    )
    leave_out = forms.BooleanField(label=gettext_lazy("略過沒有編號的標案，其餘照樣讀入"), required=False)
    reason = reason_field()

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(too_large())
        return file
