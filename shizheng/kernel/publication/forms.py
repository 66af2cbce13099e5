"""What is asked when something is issued or withdrawn."""

from django import forms
from django.utils.translation import gettext_lazy as _


class IssueForm(forms.Form):
    """Issue the next edition."""

    period = forms.CharField(widget=forms.HiddenInput, required=False, max_length=7)
    reason = forms.CharField(
        label=_("說明"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("重新公布時請寫這一版改了什麼；會顯示在公布頁。"),
    )


class WithdrawForm(forms.Form):
    """Take a publication back."""

    reason = forms.CharField(
        label=_("撤回的理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("會顯示在公布頁。撤回後檔案不再對外提供，紀錄留著。"),
    )
