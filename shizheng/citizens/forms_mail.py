"""What officers type about mails. The actions check again; these say it earlier and beside the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from shizheng.citizens.forms import LONGEST, category_choices
from shizheng.domains.petitions.rules.classes import CLASS_LABELS, PetitionClass
from shizheng.web.forms import reason_field, version_field

CLASSES = [(each.value, gettext_lazy(label)) for each, label in CLASS_LABELS.items()]


class PurposeForm(forms.Form):
    """開啟來信."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("為什麼要看這封信；會記下誰、什麼時候、為了什麼開啟。"),
    )  # fmt: skip


class TakeMailForm(forms.Form):
    """來信收案."""

    version = version_field()
    subject = forms.CharField(
        label=gettext_lazy("案由"), max_length=300,
        help_text=gettext_lazy("一句話寫什麼事、在哪裡；不要寫姓名、電話等個人資料，案由永久保存。"),
    )  # fmt: skip
    petition_class = forms.ChoiceField(
        label=gettext_lazy("類別"), choices=CLASSES, initial=PetitionClass.PETITION.value,
        help_text=gettext_lazy("處理期限依類別計算。"),
    )  # fmt: skip
    category_id = forms.TypedChoiceField(
        label=gettext_lazy("分類"), required=False, coerce=int, empty_value=None
    )
    words = forms.CharField(
        label=gettext_lazy("陳情內容"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("留空就用信裡的文字；系統讀不出來的信才要自己寫。"),
    )  # fmt: skip
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category_id"].choices = category_choices()  # type: ignore[attr-defined]


class SpamForm(forms.Form):
    """列為垃圾信."""

    version = version_field()
    reason = reason_field()
