"""What people type about types and planned curves."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.roc import FIRST_YEAR
from shizheng.domains.projects.forms.tenders import (
    MoneyField,
    decimal_from,
    short,
    version_field,
)
from shizheng.domains.projects.models import PlanKind, Stage
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field

MONTH = re.compile(r"(\d{2,4})[-/.年]\s*(\d{1,2})月?")


class TypeForm(forms.Form):
    """A type, without its checkpoints (they are rows below)."""

    version = version_field()
    name = forms.CharField(label=gettext_lazy("名稱"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("英文名稱"), required=False, max_length=100)
    has_works = forms.BooleanField(label=gettext_lazy("有施工進度"), required=False)
    in_use = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            self.fields["reason"] = reason_field()

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        return {name: self.cleaned_data[name] for name in ("name", "name_en", "has_works", "in_use")}


class PointForm(forms.Form):
    """One checkpoint; a row without a name is left out. `days` for types, `planned_on` for plans."""

    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    name = forms.CharField(label=gettext_lazy("檢核點"), required=False, max_length=60)
    name_en = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    stage = forms.ChoiceField(label=gettext_lazy("階段"), required=False, choices=[("", "—"), *Stage.choices])
    weight = forms.DecimalField(
        label=gettext_lazy("權重（%）"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def clean(self) -> dict[str, Any]:
        """A row with a name is whole."""
        given = super().clean() or {}
        if given.get("name"):
            for name in self.fields:
                missing = given.get(name) in (None, "")
                if missing and name not in ("code", "name_en", "days") and name not in self.errors:
                    self.add_error(name, _("要填。"))
        elif any(
            given.get(name) not in (None, "")
            for name in self.fields
            if name not in ("code", "name_en", "days")
        ):
            self.add_error("name", _("要填名稱；不要這一列，就把整列清空。"))
        return given


class TypePointForm(PointForm):
    """A checkpoint that a type proposes."""

    days = forms.IntegerField(
        label=gettext_lazy("距前一檢核點（日曆天）"),
        required=False,
        min_value=0,
        max_value=3650,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class PlanPointForm(PointForm):
    """A checkpoint of a plan."""

    planned_on = RocDateField(label=gettext_lazy("預定日"), required=False, help_text="")


def points_of(formset: Any) -> list[dict[str, Any]]:
    """The rows of a formset that have a name, in their order."""
    rows = [each.cleaned_data for each in formset.forms if each.cleaned_data.get("name")]
    return [dict(row) for row in rows]


class PlanForm(forms.Form):
    """A planned curve, without its checkpoints (they are rows below)."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_000)
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=PlanKind.choices)
    from_period = forms.CharField(
        label=gettext_lazy("自哪一月起"),
        max_length=12,
        help_text=gettext_lazy("寫成 114-03 或 2025-03；已鎖定的月份不變。"),
        widget=short(),
    )
    contract_amount = MoneyField(label=gettext_lazy("契約金額（元）"), required=False)
    works_from = RocDateField(label=gettext_lazy("預定開工"), required=False)
    works_to = RocDateField(label=gettext_lazy("預定完工"), required=False)
    works = forms.CharField(
        label=gettext_lazy("每月預定施工進度（累計 %）"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy("一行一個月，例如 114-03 12.5；可以從試算表貼上。留空就按日數平均。"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    reason = reason_field()

    def __init__(self, *args: Any, first: bool, has_works: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["kind"], self.fields["from_period"], self.fields["reason"]
        else:
            choices = [each for each in PlanKind.choices if each[0] != PlanKind.ORIGINAL]
            self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        if not has_works:
            del self.fields["works_from"], self.fields["works_to"], self.fields["works"]

    def clean_from_period(self) -> str:
        """A month as period code."""
        return month_code(self.cleaned_data["from_period"])

    def clean_works(self) -> dict[str, Decimal]:
        """Months with their percent."""
        found: dict[str, Decimal] = {}
        for line in self.cleaned_data["works"].splitlines():
            parts = line.replace("%", " ").replace("\t", " ").replace(",", " ").split()
            if not parts:
                continue
            if len(parts) != 2:
                raise forms.ValidationError(
                    _("「%(text)s」看不懂；一行寫一個月和一個數。") % {"text": line.strip()[:40]}
                )
            period = month_code(parts[0])
            if period in found:
                raise forms.ValidationError(_("%(period)s 寫了兩次。") % {"period": period})
            found[period] = decimal_from(parts[1])
        return found


def month_code(text: str) -> str:
    """`114-03`, `114年3月` or `2025-03` as period code `2025-03`."""
    found = MONTH.fullmatch(text.strip())
    if found is None or not 1 <= int(found[2]) <= 12:
        raise forms.ValidationError(
            _("「%(text)s」不是月份；寫成 114-03 或 2025-03。") % {"text": text.strip()[:40]}
        )
    year = int(found[1])
    year = year if year > FIRST_YEAR else year + FIRST_YEAR
    return f"{year:04d}-{int(found[2]):02d}"
