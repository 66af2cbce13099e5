"""Filing the numbers of a period, and correcting one of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.kernel.measures.forms.fields import (
    ROWS_HELP,
    Number,
    PeriodField,
    missing_field,
    rows_from,
    rows_text,
)
from shizheng.kernel.measures.models import DefinitionVersion, Fact
from shizheng.kernel.measures.rules.periods import Period, parse_period


class FilingForm(forms.Form):
    """One period of one unit: a number or a kind of missing for each input; what is left empty is not filed."""

    unit = forms.TypedChoiceField(label=gettext_lazy("單位"), coerce=int)
    period = PeriodField(
        label=gettext_lazy("期間"),
        help_text=gettext_lazy("例如 106 年上半年、106 年第 2 季、106 年 6 月，或 2017-H1。"),
    )

    def __init__(
        self, *args: Any, definition: DefinitionVersion, units: Sequence[tuple[int, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.listed = [each for each in definition.inputs]
        for each in self.listed:
            name, label = each["name"], each.get("label") or each["name"]
            if each.get("list"):
                self.fields[f"rows_{name}"] = forms.CharField(
                    label=label, required=False, widget=forms.Textarea(attrs={"rows": 6}), help_text=ROWS_HELP,
                    max_length=200_000,
                )  # fmt: skip
                steps = [{"key": step["key"], "name": step["label"]} for step in each.get("steps", ())]
                self.fields[f"rows_{name}"].initial = rows_text(steps)
            else:
                self.fields[f"value_{name}"] = Number(label=f"{name}　{label}", required=False)
                self.fields[f"missing_{name}"] = missing_field(_("%(name)s 沒有數字時") % {"name": name})
        self.fields["source"] = forms.CharField(
            label=_("數字從哪裡來"),
            max_length=300,
            help_text=_("例如：列管系統 106-06-30 月結清單。別人要能照著找到。"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = 0
        for each in self.listed:
            name = each["name"]
            if each.get("list"):
                try:
                    data[f"rows_{name}"] = rows_from(data.get(f"rows_{name}") or "")
                except forms.ValidationError as error:
                    self.add_error(f"rows_{name}", error)
                    continue
                given += bool(data[f"rows_{name}"])
            elif data.get(f"value_{name}") is not None and data.get(f"missing_{name}"):
                self.add_error(f"missing_{name}", _("已經填了數字，就不能再選缺值種類。"))
            else:
                given += data.get(f"value_{name}") is not None or bool(data.get(f"missing_{name}"))
        if not given and not self.errors:
            self.add_error(None, _("沒有填任何數字。0 也是數字，請直接填 0；沒有數字請選是哪一種沒有。"))
        return data

    def filled(self) -> list[dict[str, Any]]:
        """What was filled in: input name with `value`, `missing` or `rows`."""
        out: list[dict[str, Any]] = []
        for each in self.listed:
            name = each["name"]
            if each.get("list"):
                if self.cleaned_data.get(f"rows_{name}"):
                    out.append({"input": name, "rows": self.cleaned_data[f"rows_{name}"]})
            elif self.cleaned_data.get(f"value_{name}") is not None:
                out.append({"input": name, "value": self.cleaned_data[f"value_{name}"]})
            elif self.cleaned_data.get(f"missing_{name}"):
                out.append({"input": name, "missing": self.cleaned_data[f"missing_{name}"]})
        return out


class CorrectionForm(forms.Form):
    """The corrected number of one fact, and why."""

    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("改了什麼、為什麼、依據什麼。理由會和更正前後的數一起公開在數字的來歷。"),
    )

    def __init__(self, *args: Any, fact: Fact, is_list: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        reason = self.fields.pop("reason")
        if is_list:
            self.fields["rows"] = forms.CharField(
                label=_("更正後的明細"), widget=forms.Textarea(attrs={"rows": 8}), help_text=ROWS_HELP, required=False,
                initial=rows_text(fact.rows or []), max_length=200_000,
            )  # fmt: skip
        else:
            self.fields["value"] = Number(label=_("更正後的數"), required=False)
            self.fields["missing"] = missing_field(_("沒有數字時"))
        self.fields["source"] = forms.CharField(
            label=_("數字從哪裡來"),
            max_length=300,
            required=False,
            initial=(fact.source or {}).get("text", ""),
        )
        self.fields["reason"] = reason

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "rows" in self.fields:
            try:
                data["rows"] = rows_from(data.get("rows") or "")
            except forms.ValidationError as error:
                self.add_error("rows", error)
        elif (data.get("value") is None) == (not data.get("missing")) and "value" not in self.errors:
            self.add_error("value", _("請填更正後的數，或選是哪一種沒有數字；兩者只能一個。"))
        return data


def period_default(today: date) -> Period:
    """The half year that ended last: what is filed most often."""
    half = 1 if today.month > 6 else 2
    return parse_period(f"{today.year if half == 1 else today.year - 1}-H{half}")
