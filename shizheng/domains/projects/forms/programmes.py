"""What people type about programmes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.roc import DateNotUnderstood, format_roc, parse_date
from shizheng.domains.projects.forms.tenders import decimal_from, plain_text
from shizheng.domains.projects.models import ControlLevels, Cycle, Programme
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field, version_field
from shizheng.web.forms import short_box as short
from shizheng.web.picking import Picker


class ProgrammeForm(forms.Form):
    """A programme with its targets, cycle and control levels."""

    version = version_field()
    name = forms.CharField(label=gettext_lazy("名稱"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("英文名稱"), required=False, max_length=150)
    lead_id = forms.TypedChoiceField(
        label=gettext_lazy("主政機關"), required=False, coerce=int, empty_value=None
    )
    starts_on = RocDateField(label=gettext_lazy("開始日"), required=False)
    ends_on = RocDateField(label=gettext_lazy("結束日"), required=False)
    target_quantity = forms.DecimalField(
        label=gettext_lazy("目標數量"),
        required=False,
        max_digits=24,
        decimal_places=6,
        widget=short("decimal"),
    )
    unit = forms.CharField(label=gettext_lazy("單位"), required=False, max_length=20, widget=short())
    targets = forms.CharField(
        label=gettext_lazy("分期目標"),
        required=False,
        max_length=10_000,
        help_text=gettext_lazy("一行一個日期與到那天的累計數量，例如「114-12-31 2500」。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    cycle = forms.TypedChoiceField(
        label=gettext_lazy("填報週期"),
        required=False,
        choices=Cycle.choices,
        empty_value=Cycle.NONE.value,
        help_text=gettext_lazy("主政機關就整個計畫填報；標案的每月進度另由執行機關填。"),
    )
    control_levels = forms.TypedChoiceField(
        label=gettext_lazy("管考層級"),
        required=False,
        choices=ControlLevels.choices,
        coerce=int,
        empty_value=None,
    )
    measure_id = forms.CharField(
        label=gettext_lazy("連結的指標"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("打指標名稱的一部分，從清單選；也可以直接填代碼。填報的數量會帶進這個指標。"),
        widget=Picker("measures"),
    )
    promise_codes = forms.CharField(
        label=gettext_lazy("連結的政見"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "打政見的名稱或編號，從清單選；可以好幾個，用頓號隔開，例如「8-1-1、13-8-1」。"
        ),
        widget=Picker("promises", many=True),
    )
    note = forms.CharField(
        label=gettext_lazy("說明"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    in_use = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_id"].choices = [("", _("（沒有）")), *called_units()]  # type: ignore[attr-defined]
        if not new:
            self.fields["reason"] = reason_field()

    def clean_targets(self) -> tuple[tuple[date, Decimal], ...]:
        """Days with their cumulative quantity."""
        found = []
        for line in self.cleaned_data["targets"].splitlines():
            day, _blank, quantity = line.strip().replace("\t", " ").replace("：", " ").partition(" ")
            if not day:
                continue
            if not quantity.strip():
                wrong = _("「%(day)s」後面要空一格，寫到那天的累計數量，例如「114-12-31 2500」。")
                raise forms.ValidationError(wrong % {"day": day[:40]})
            try:
                found.append((parse_date(day), decimal_from(quantity)))
            except DateNotUnderstood as failure:
                raise forms.ValidationError(str(failure)) from failure
        return tuple(sorted(found))

    def clean_control_levels(self) -> int:
        """The first level where nothing is chosen."""
        value: int | None = self.cleaned_data["control_levels"]
        return ControlLevels.ONE.value if value is None else value

    def clean_measure_id(self) -> int | None:
        """The measure by its code."""
        code = self.cleaned_data["measure_id"].strip()
        if not code:
            return None
        found = measures.measure_by_code(code)
        if found is None:
            raise forms.ValidationError(_("沒有這個代碼的指標。代碼在指標頁的編號旁。"))
        return int(found.pk)

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}


def programme_values(row: Programme) -> dict[str, Any]:
    """What stands in a programme, as the form shows it."""
    names = (
        "version", "name", "name_en", "lead_id", "starts_on", "ends_on", "unit", "cycle", "control_levels",
        "promise_codes", "note", "in_use",
    )  # fmt: skip
    shown: Mapping[str, Any] = {name: getattr(row, name) for name in names}
    targets = [
        f"{format_roc(each.on, 'short').replace('.', '-')} {plain_text(each.quantity)}"
        for each in row.targets.all()
    ]
    return {
        **shown,
        "target_quantity": plain_text(row.target_quantity),
        "targets": "\n".join(targets),
        "measure_id": row.measure.code if row.measure else "",
    }
