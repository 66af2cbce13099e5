"""What is typed about services of Open311. The actions check again; these say it earlier and beside the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.petitions.actions.open311 import ATTRIBUTE, SERVICE
from shizheng.domains.petitions.models import Datatype, Timing
from shizheng.web.forms import reason_field, short_box, version_field

SIGN = "="


class ServiceForm(forms.Form):
    """Open311 服務: how a category is offered."""

    version = version_field()
    offered = forms.BooleanField(label=gettext_lazy("開放申報"), required=False)
    timing = forms.ChoiceField(label=gettext_lazy("給案號的方式"), choices=Timing.choices)
    description = forms.CharField(label=gettext_lazy("說明"), max_length=300, required=False)
    description_en = forms.CharField(label=gettext_lazy("英文說明"), max_length=300, required=False)
    words_public = forms.BooleanField(
        label=gettext_lazy("公開申報者寫的說明"), required=False,
        help_text=gettext_lazy("只對之後的申報、受理後才公開；服務的說明會提醒申報者。"),
    )  # fmt: skip
    others_listed = forms.BooleanField(
        label=gettext_lazy("也列出其他管道的案件"), required=False,
        help_text=gettext_lazy("只列分類、地點、狀態、主辦機關與時間；限閱的不列。"),
    )  # fmt: skip
    reason = reason_field()

    def values(self) -> dict[str, Any]:
        """Fields of the setting."""
        return {name: self.cleaned_data[name] for name in SERVICE}


class AttributeForm(forms.Form):
    """A question that a category asks."""

    version = version_field()
    code = forms.CharField(
        label=gettext_lazy("代碼"), max_length=40, widget=short_box(),
        help_text=gettext_lazy("英文字母、數字、- 或 _；程式用它認題目，訂了就不改。"),
    )  # fmt: skip
    datatype = forms.ChoiceField(label=gettext_lazy("型別"), choices=Datatype.choices)
    label = forms.CharField(label=gettext_lazy("問題"), max_length=200)
    label_en = forms.CharField(label=gettext_lazy("英文問題"), max_length=200, required=False)
    help = forms.CharField(label=gettext_lazy("填寫說明"), max_length=200, required=False)
    help_en = forms.CharField(label=gettext_lazy("英文填寫說明"), max_length=200, required=False)
    required = forms.BooleanField(label=gettext_lazy("必填"), required=False)
    variable = forms.BooleanField(
        label=gettext_lazy("要回答"),
        required=False,
        initial=True,
        help_text=gettext_lazy("不勾就只顯示文字。"),
    )
    values_text = forms.CharField(
        label=gettext_lazy("選項"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("選一項、選多項才要寫；一行一個，寫成「代碼=名稱=英文名稱」，英文可以不寫。"),
    )  # fmt: skip
    order = forms.IntegerField(
        label=gettext_lazy("順序"), min_value=0, max_value=32767, initial=0, widget=short_box("numeric")
    )
    in_use = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)
    reason = reason_field()

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]

    def clean_values_text(self) -> list[dict[str, str]]:
        """Options, one a line."""
        found = []
        for line in self.cleaned_data["values_text"].splitlines():
            parts = [part.strip() for part in line.split(SIGN, 2)]
            if not line.strip():
                continue
            if len(parts) < 2 or not all(parts[:2]):
                raise forms.ValidationError(_("「%(line)s」要寫成「代碼=名稱」。") % {"line": line[:40]})
            found.append(dict(zip(("key", "name", "name_en"), (*parts, "")[:3], strict=True)))
        return found

    def values(self) -> dict[str, Any]:
        """Fields of the question."""
        given = self.cleaned_data
        changes = {name: given[name] for name in ATTRIBUTE if name != "values"}
        return {
            **changes,
            "values": given["values_text"],
            **({"code": given["code"]} if "code" in given else {}),
        }


def as_lines(values: list[dict[str, str]]) -> str:
    """Options as they are typed."""
    return "\n".join(
        SIGN.join(each[name] for name in ("key", "name", "name_en") if each.get(name)) for each in values
    )
