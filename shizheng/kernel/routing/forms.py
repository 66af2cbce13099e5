"""What people type about models: data to train from, which version, a threshold, a text to try."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.routing.registry import sources
from shizheng.web.forms import reason_field, short_box, version_field

NO_TIME = "-"
"""Typed as the column of time: no time at all."""


class TrainForm(forms.Form):
    """A training: a registered source, or a file and its columns."""

    name = forms.CharField(
        label=_("模型的名稱"), max_length=60, help_text=_("已有這個名稱時，做出來的是它的下一版。")
    )
    purpose = forms.CharField(
        label=_("用途"), max_length=200, required=False, help_text=_("例如：陳情文字 → 主辦機關。")
    )
    source = forms.ChoiceField(label=_("資料來源"), required=False)
    file = forms.FileField(
        label=_("檔案"), required=False, help_text=_("CSV（UTF-8 或 Big5，可以壓成 .gz），5 MB 以內。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.gz"}),
    )  # fmt: skip
    text = forms.CharField(label=_("文字的欄名"), max_length=100, required=False)
    label = forms.CharField(label=_("答案的欄名"), max_length=100, required=False)
    time = forms.CharField(
        label=_("時間的欄名"), max_length=100, required=False,
        help_text=_("最新的五分之一留作校準與量測。留白就自動找；寫 - 就不用時間。"),
    )  # fmt: skip
    strip = forms.CharField(
        label=_("拿掉這些欄的字"), max_length=300, required=False,
        help_text=_("文字裡含有答案本身的字時用；欄名以逗號分開。"),
    )  # fmt: skip
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = [(each.code, each.label) for each in sources()]
        self.fields["source"].choices = [("", _("上傳的檔案")), *there]  # type: ignore[attr-defined]
        if not there:
            del self.fields["source"]

    def clean(self) -> dict[str, Any]:
        """A file needs its columns."""
        given = super().clean() or {}
        if not given.get("source"):
            for name in ("file", "text", "label"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return given

    def columns(self) -> dict[str, Any]:
        """The columns as the action takes them."""
        given = self.cleaned_data
        found: dict[str, Any] = {
            "text": given["text"], "label": given["label"],
            "strip": [each.strip() for each in given["strip"].replace("，", ",").split(",") if each.strip()],
        }  # fmt: skip
        if given["time"]:
            found["time"] = "" if given["time"] == NO_TIME else given["time"]
        return found


class ReasonForm(forms.Form):
    """A reason, and the version of the model that was seen."""

    version = version_field()
    reason = reason_field()


class ThresholdForm(ReasonForm):
    """From what confidence on the answer counts by itself."""

    threshold = forms.DecimalField(
        label=_("自動分派的門檻"), required=False, max_digits=5, decimal_places=4, min_value=0, max_value=1,
        widget=short_box("decimal"), help_text=_("0 到 1，例如 0.95；留白就是一律由人分派。"),
    )  # fmt: skip
    field_order = ("version", "threshold", "reason")


class TryForm(forms.Form):
    """A text to be judged; nothing of it is kept."""

    text = forms.CharField(label=_("文字"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
