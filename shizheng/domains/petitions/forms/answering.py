"""What replying, more time and what is sealed ask for; and a template of replies."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import called
from shizheng.domains.petitions.forms.shared import long_text
from shizheng.domains.petitions.queries.petitions import categories
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field, short_box, version_field


class DraftForm(forms.Form):
    """擬答復: the text; what it promises has a day."""

    version = version_field()
    template_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = long_text(gettext_lazy("答復內容"), 12, help_text=gettext_lazy("用民眾看得懂的話，先寫結果。"))
    promise = forms.CharField(
        label=gettext_lazy("答應辦的事"), max_length=300, required=False,
        help_text=gettext_lazy("答復裡答應哪一天以前辦好什麼，要寫在這裡；辦好之前這件不會結案。"),
    )  # fmt: skip
    promise_on = RocDateField(label=gettext_lazy("哪一天以前辦好"), required=False)


class FactsForm(forms.Form):
    """What a template asks of the officer."""

    def __init__(self, *args: Any, names: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        for place, name in enumerate(names):
            self.fields[f"fact{place}"] = forms.CharField(label=name, max_length=500)

    def told(self) -> dict[str, str]:
        """Name → what was told."""
        return {name: self.cleaned_data[f"fact{place}"] for place, name in enumerate(self.names)}


class ExtensionForm(forms.Form):
    """申請展延: how much more, of what the period counts."""

    version = version_field()
    amount = forms.IntegerField(
        label=gettext_lazy("延長多少"), min_value=1, max_value=400, widget=short_box("numeric")
    )
    reason = reason_field()


class DecideExtensionForm(forms.Form):
    """核定展延: yes with the notice to the citizen, or no."""

    version = version_field()
    answer = forms.ChoiceField(
        label=gettext_lazy("決定"), choices=[("yes", gettext_lazy("同意")), ("no", gettext_lazy("不同意"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    told = forms.CharField(
        label=gettext_lazy("怎麼通知民眾"), max_length=300, required=False,
        help_text=gettext_lazy("同意時要寫；期限屆滿前要通知到。"),
    )  # fmt: skip
    reason = reason_field()


class PurposeForm(forms.Form):
    """開啟彌封資料: which part, and for what."""

    name = forms.ChoiceField(label=gettext_lazy("項目"))
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=500,
        help_text=gettext_lazy("誰、什麼時候、為什麼開啟，都會留下紀錄。"),
    )

    def __init__(self, *args: Any, names: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = names  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """答復範本."""

    version = version_field()
    name = forms.CharField(label=gettext_lazy("名稱"), max_length=80)
    category_id = forms.TypedChoiceField(
        label=gettext_lazy("分類"), required=False, coerce=int, empty_value=None
    )
    text = long_text(
        gettext_lazy("範本"), 10,
        help_text=gettext_lazy("大括號裡是要填的事；案號、案由、收件日、主辦機關、地點、類別由案件帶入，其他的在擬答復時問承辦人。"),
    )  # fmt: skip
    in_use = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("（不限）"))]
        for top, below in categories():
            choices += [(str(top.pk), called(top)), *((str(each.pk), f"　{called(each)}") for each in below)]
        self.fields["category_id"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Fields of the template."""
        return {name: self.cleaned_data[name] for name in ("name", "category_id", "text", "in_use")}
