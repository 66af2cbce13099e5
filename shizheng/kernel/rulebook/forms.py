"""Forms of the rulebook: the words of a proposal, and a decision. Values have a form by kind in `forms_values`."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.kernel.organisations.forms import DayField
from shizheng.kernel.rulebook.models import KindOfValue, Topic


class RefusableForm(forms.Form):
    """A form whose action may refuse: its message stands at the top, and beside the fields that it names."""

    def refuse(self, failure: CannotDo) -> None:
        self.add_error(None, failure.message)
        fields = failure.fields if isinstance(failure, BadInput) else {}
        for name, texts in fields.items():
            for text in texts if name in self.fields else ():
                self.add_error(name, text)


class ChangeForm(RefusableForm):
    """From when to when a value shall count, on what paper, and why."""

    valid_from = DayField(label=_("適用起日"))
    valid_to = DayField(
        label=_("適用迄日（不含）"), required=False,
        help_text=_("不再適用的第一天；之後由先前的版本接著適用。不限期間就留白。"),
    )  # fmt: skip
    source = forms.CharField(
        label=_("依據"), max_length=300, help_text=_("計畫的年度與列，或公文的日期與字號、法規的條次。")
    )
    reading = forms.CharField(
        label=_("讀法"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("原文有不只一種讀法時，寫明這裡採哪一種。"),
    )  # fmt: skip
    unconfirmed = forms.BooleanField(label=_("待確認：讀法還沒有經主管單位確認"), required=False)
    reason = forms.CharField(
        label=_("提案理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("核准的人與之後看歷程的人都看得到。"),
    )  # fmt: skip


class DecisionForm(RefusableForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class CompareForm(forms.Form):
    a = DayField(label=_("第一天"))
    b = DayField(label=_("第二天"))


class NewRuleForm(RefusableForm):
    code = forms.CharField(
        label=_("代碼"),
        max_length=60,
        help_text=_("英文、數字，中間可有點、底線、連字號，例如 tender.limit。"),
    )
    name = forms.CharField(label=_("名稱"), max_length=120)
    name_en = forms.CharField(label=_("英文名稱"), max_length=200, help_text=_("英文頁面用這個名稱。"))
    topic = forms.ChoiceField(label=_("主題"), choices=Topic.choices)
    kind = forms.ChoiceField(label=_("種類"), choices=KindOfValue.choices)
    unit = forms.CharField(label=_("單位"), max_length=40, required=False, help_text=_("例如 %、元、件。"))
    meaning = forms.CharField(
        label=_("意義"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("這個值管什麼、怎麼用；含不含本數。"),
    )  # fmt: skip
    options = forms.CharField(
        label=_("選項"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=5000,
        help_text=_("種類是「讀法擇一」才要填。一行一個：代碼、空白、說明，例如「rounded 用進位後的數」。"),
    )  # fmt: skip
    reason = forms.CharField(label=_("理由"), max_length=500)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        lines = [line.split(maxsplit=1) for line in given.get("options", "").splitlines() if line.strip()]
        if given.get("kind") == KindOfValue.CHOICE:
            if any(len(line) < 2 for line in lines) or len({line[0] for line in lines}) != len(lines):
                self.add_error("options", _now("每一行要有代碼和說明，代碼不能重複。"))
            else:
                given["shape"] = {"options": {line[0]: line[1] for line in lines}}
        return given
