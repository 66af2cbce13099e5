"""陳情分類: one category; its code is given once."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import called
from shizheng.domains.petitions.actions.categories import FIELDS
from shizheng.domains.petitions.models.reference import CLASSES
from shizheng.domains.petitions.queries.petitions import categories
from shizheng.web.forms import reason_field, short_box, version_field


class CategoryForm(forms.Form):
    """One category; of a new one the code is asked too."""

    version = version_field()
    code = forms.CharField(
        label=gettext_lazy("代碼"), max_length=40, widget=short_box(),
        help_text=gettext_lazy("小寫英文字母、數字、- 和 _；檔案與程式用它認出分類，以後不能改。"),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("名稱"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("英文名稱"), max_length=120, required=False)
    parent_id = forms.TypedChoiceField(
        label=gettext_lazy("上層分類"), required=False, coerce=int, empty_value=None
    )
    usual_class = forms.ChoiceField(
        label=gettext_lazy("通常的類別"), required=False, choices=[("", gettext_lazy("（不限）")), *CLASSES]
    )
    order = forms.IntegerField(
        label=gettext_lazy("順序"), min_value=0, max_value=32767, initial=0, widget=short_box("numeric")
    )
    in_use = forms.BooleanField(
        label=gettext_lazy("使用中"), required=False, initial=True,
        help_text=gettext_lazy("停用的分類不再給人選；已用的案件不變。"),
    )  # fmt: skip
    reason = reason_field()

    def __init__(self, *args: Any, new: bool = False, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]
        self.fields["version"].required = self.fields["reason"].required = not new
        tops = [
            (top.pk, called(top)) for top, _below in categories(every=True) if row is None or top.pk != row.pk
        ]
        self.fields["parent_id"].choices = [("", _("（最上層）")), *tops]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Fields of the category."""
        return {name: self.cleaned_data[name] for name in ("code", *FIELDS) if name in self.cleaned_data}
