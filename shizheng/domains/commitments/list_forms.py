"""What people type about a list of commitments."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.commitments.forms import short, version_field
from shizheng.domains.commitments.models import CommitmentList
from shizheng.domains.commitments.rules.days import CYCLE_LABELS, Cycle
from shizheng.domains.commitments.rules.fields import KINDS, OwnField, own_fields
from shizheng.domains.commitments.rules.workflow import NEEDED_LABELS, RELEASER_LABELS, Needed, Releaser
from shizheng.web.forms import reason_field

OF_LIST = ("code", "name", "name_en", "cycle", "releaser", "needed", "note", "in_use")
WORDS = {label: code for code, label in KINDS.items()}
ORDER = ("code", "name", "name_en", "kind", "required", "choices")


class ListForm(forms.Form):
    """One list. Own fields are typed one a line."""

    version = version_field()
    code = forms.CharField(
        label=gettext_lazy("代碼"),
        max_length=20,
        help_text=gettext_lazy("英文字母、數字與連字號；它會在列管編號裡，之後不能改。"),
        widget=short(),
    )
    name = forms.CharField(label=gettext_lazy("名稱"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("英文名稱"), max_length=100, required=False)
    cycle = forms.ChoiceField(label=gettext_lazy("更新週期"))
    releaser = forms.ChoiceField(label=gettext_lazy("由誰解列"))
    needed = forms.ChoiceField(label=gettext_lazy("解列條件"))
    fields_text = forms.CharField(
        label=gettext_lazy("自訂欄位"),
        required=False,
        max_length=5000,
        help_text=gettext_lazy(
            "一行一欄，用直線分開：代碼|名稱|英文名稱|類型（文字、數字、日期、選項）|必填或空白|選項（用頓號分開）。"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note = forms.CharField(
        label=gettext_lazy("說明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    in_use = forms.BooleanField(label=gettext_lazy("使用中"), required=False)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "cycle": [(each.value, _(CYCLE_LABELS[each])) for each in Cycle],
            "releaser": [(each.value, _(RELEASER_LABELS[each])) for each in Releaser],
            "needed": [(each.value, _(NEEDED_LABELS[each])) for each in Needed],
        }
        for name, given in choices.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]
        if not new:
            del self.fields["code"]
            self.fields["reason"] = reason_field()

    def clean_fields_text(self) -> list[OwnField]:
        """The own fields that the lines say."""
        return [_field(line) for line in self.cleaned_data["fields_text"].splitlines() if line.strip()]

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        given = {
            name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")
        }
        given["fields"] = given.pop("fields_text")
        return given


def _field(line: str) -> OwnField:
    parts = [each.strip() for each in line.replace("｜", "|").split("|")]
    if not 4 <= len(parts) <= 6:
        raise forms.ValidationError(_("「%(line)s」要有四到六段，用直線分開。") % {"line": line[:60]})
    code, name, name_en, kind, required, choices = [*parts, "", ""][:6]
    by_word = {_(label): each for each, label in KINDS.items()} | WORDS | {each: each for each in KINDS}
    if kind not in by_word:
        raise forms.ValidationError(_("「%(kind)s」不是文字、數字、日期或選項。") % {"kind": kind[:20]})
    listed = tuple(each.strip() for each in choices.split("、") if each.strip())
    return OwnField(code, name, by_word[kind], name_en, bool(required), listed)


def fields_text(row: CommitmentList) -> str:
    """Own fields as they are typed."""
    lines = []
    for each in own_fields(row.fields):
        parts = [each.code, each.name, each.name_en, _(KINDS[each.kind])]
        if each.required or each.choices:
            parts.append(_("必填") if each.required else "")
        if each.choices:
            parts.append("、".join(each.choices))
        lines.append("|".join(parts))
    return "\n".join(lines)


def shown_list(row: CommitmentList) -> dict[str, Any]:
    """What stands in a list, as the form shows it."""
    return {
        "version": row.version,
        "fields_text": fields_text(row),
        **{name: getattr(row, name) for name in OF_LIST},
    }
