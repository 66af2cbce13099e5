"""What people type about 跨機關協調事項."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.projects.forms.tenders import ReasonForm, version_field
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field


class MatterForm(forms.Form):
    """Which unit is asked for what; `new` ones need no reason."""

    version = version_field()
    unit_id = forms.TypedChoiceField(label=gettext_lazy("請協助的機關"), coerce=int)
    text = forms.CharField(
        label=gettext_lazy("請協助的事"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        help_text=gettext_lazy("要對方做什麼、什麼時候以前、不做會怎樣。"),
    )
    reason = reason_field()

    def __init__(
        self, *args: Any, new: bool = False, own: frozenset[int] = frozenset(), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = [  # type: ignore[attr-defined]
            ("", _("（請選）")),
            *(each for each in called_units() if each[0] not in own),
        ]
        if new:
            del self.fields["reason"]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("unit_id", "text")}


class SettleForm(forms.Form):
    """That it is settled: on which day, and what came of it."""

    version = version_field()
    on = RocDateField(label=gettext_lazy("解決日"))
    outcome = forms.CharField(
        label=gettext_lazy("結果"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000
    )


class ReopenForm(ReasonForm):
    """It is not settled after all."""
