"""What people type about the yearly assessment. The actions check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.domains.projects.models import AssessedTender, AssessmentMode
from shizheng.web.dates import RocDateField, RocYearField
from shizheng.web.forms import short_box, version_field

OF_TENDER = ("mode", "visited_on", "group", "site_score", "findings", "reward")


class OpenForm(forms.Form):
    """Which year is assessed."""

    roc_year = RocYearField(
        label=gettext_lazy("考核年度"),
        widget=short_box("numeric"),
        help_text=gettext_lazy("民國年；在次年上半年考核前一年度的標案。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roc_year"].initial = clock.today().year - 1912


class AssessedForm(forms.Form):
    """What the group found on the site."""

    version = version_field()
    mode = forms.ChoiceField(label=gettext_lazy("考核方式"), choices=AssessmentMode.choices)
    visited_on = RocDateField(label=gettext_lazy("考核日"), required=False)
    group = forms.CharField(
        label=gettext_lazy("考核小組"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("召集人與成員的單位、職稱。"),
    )
    site_score = forms.DecimalField(
        label=gettext_lazy("實地分數"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        widget=short_box("decimal"),
        help_text=gettext_lazy("0 到 100；書面考核不填。"),
    )
    findings = forms.CharField(
        label=gettext_lazy("考核意見"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5})
    )  # fmt: skip
    reward = forms.CharField(
        label=gettext_lazy("獎懲建議"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("例如：主辦人員嘉獎一次。"),
    )

    def values(self) -> dict[str, Any]:
        """The fields, as the action takes them."""
        return {name: self.cleaned_data[name] for name in OF_TENDER}


def shown_values(row: AssessedTender) -> dict[str, Any]:
    """A row as its form shows it."""
    return {name: getattr(row, name) for name in ("version", *OF_TENDER)}
