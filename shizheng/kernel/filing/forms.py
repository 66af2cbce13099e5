"""Forms on rounds, returns and corrections. What was typed stays when an action refuses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.filing.registry import kinds
from shizheng.kernel.organisations.forms import ActionForm
from shizheng.web.dates import RocDateField


class ReasonForm(ActionForm):
    reason = forms.CharField(
        label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "class": "inp"})
    )


class SureForm(ActionForm):
    reason = forms.CharField(
        label=_("說明"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "inp"}),
    )


class RoundForm(ActionForm):
    kind = forms.ChoiceField(label=_("填報種類"))
    period = forms.CharField(
        label=_("期間"),
        max_length=20,
        help_text=_("例如 114 年 9 月（或 114-09）、114 年第 3 季、114 年上半年、114 年度。"),
    )
    title = forms.CharField(
        label=_("名稱"), max_length=200, required=False, help_text=_("不寫就用期間加填報種類。")
    )
    at_once = forms.BooleanField(
        label=_("現在就開放"), required=False, help_text=_("不勾選就先排定，到開放日自動開放。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.name) for kind in kinds()]  # type: ignore[attr-defined]


class DaysForm(ReasonForm):
    opens_on = RocDateField(label=_("開放日"))
    due_on = RocDateField(label=_("到期日"))
    closes_on = RocDateField(label=_("截止日"))

    field_order = ("opens_on", "due_on", "closes_on", "reason")


class MissedForm(ReasonForm):
    due_on = RocDateField(label=_("到期日"), help_text=_("照規則給的天數，從今天算起；可以改。"))
    closes_on = RocDateField(label=_("截止日"))

    field_order = ("due_on", "closes_on", "reason")


class ExtendForm(ReasonForm):
    until = RocDateField(label=_("展延到"))

    field_order = ("until", "reason")


class HolderForm(ActionForm):
    holder = forms.ChoiceField(label=_("承辦人"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = [("", _("這個機關能填報的人都可以")), *people]  # type: ignore[attr-defined]


class UploadForm(ActionForm):
    file = forms.FileField(label=_("試算表檔"), help_text=_("從這裡匯出、填好的 XLSX 或 ODS 檔，最大 5 MB。"))
