"""The one form of the queue: why a job is retried or cancelled."""

from django import forms
from django.utils.translation import gettext_lazy

from shizheng.common.reasons import LONGEST_REASON


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("為什麼要重跑或取消；會留在這個工作的經過裡。"),
    )
