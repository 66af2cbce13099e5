"""What people type about grant years, their items and the year's report."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import called
from shizheng.domains.projects.forms.tenders import plain_text
from shizheng.domains.projects.models import GrantItem, GrantReport, GrantYear, Programme, Project
from shizheng.web.dates import RocDateField, RocYearField
from shizheng.web.forms import MoneyField, reason_field, version_field
from shizheng.web.forms import short_box as short
from shizheng.web.picking import Picker


def _long(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=20_000, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip


class GrantYearForm(forms.Form):
    """A grant year; the programme and the year cannot be changed afterwards."""

    version = version_field()
    programme_id = forms.TypedChoiceField(label=gettext_lazy("專案計畫"), coerce=int)
    roc_year = RocYearField(label=gettext_lazy("年度"), widget=short("numeric"))
    central_agency = forms.CharField(label=gettext_lazy("中央主管機關"), max_length=100)
    selected_on = RocDateField(
        label=gettext_lazy("選案審查會議日期"),
        required=False,
        help_text=gettext_lazy("開過會才填；填了才能列入補助案。"),
    )
    selection_note = _long(gettext_lazy("選案審查紀要"))

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if new:
            rows = [(each.pk, called(each)) for each in Programme.objects.filter(in_use=True)]
            self.fields["programme_id"].choices = [("", _("（請選）")), *rows]  # type: ignore[attr-defined]
        else:
            del self.fields["programme_id"], self.fields["roc_year"]
            self.fields["reason"] = reason_field()

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}


def year_values(row: GrantYear) -> dict[str, Any]:
    """What stands in a grant year, as the form shows it."""
    return {
        name: getattr(row, name) for name in ("version", "central_agency", "selected_on", "selection_note")
    }


class GrantItemForm(forms.Form):
    """An item: which tender, and the money of the year."""

    version = version_field()
    project_id = forms.CharField(
        label=gettext_lazy("標案"),
        max_length=20,
        help_text=gettext_lazy("打標案名稱、編號或機關的一部分，從清單選；也可以直接填列管編號。"),
        widget=Picker("tenders"),
    )
    grant_amount = MoneyField(label=gettext_lazy("補助款（元）"))
    own_share = MoneyField(label=gettext_lazy("自籌款（元）"), required=False)
    note = _long(gettext_lazy("說明"))

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["project_id"]
            self.fields["reason"] = reason_field()

    def clean_project_id(self) -> int:
        """The tender by its number."""
        number = self.cleaned_data["project_id"].strip()
        found = Project.objects.filter(number__iexact=number).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("沒有列管編號是「%(number)s」的標案。") % {"number": number})
        return int(found)

    def clean_own_share(self) -> Decimal:
        """Nothing typed is nothing of the city's own."""
        value: Decimal | None = self.cleaned_data["own_share"]
        return Decimal(0) if value is None else value

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}


def item_values(row: GrantItem) -> dict[str, Any]:
    """What stands in an item, as the form shows it."""
    return {
        "version": row.version,
        "grant_amount": plain_text(row.grant_amount),
        "own_share": plain_text(row.own_share),
        "note": row.note,
    }


class DropItemForm(forms.Form):
    """剔除補助案: from which day, and why."""

    version = version_field()
    on = RocDateField(label=gettext_lazy("剔除日期"))
    reason = reason_field()


class GrantReportForm(forms.Form):
    """The words of the year's report; the figures come from what was locked."""

    version = version_field()
    achievements = _long(
        gettext_lazy("績效與成果"), gettext_lazy("數字由系統帶入表格，這裡寫做到了什麼。"), required=True
    )
    problems = _long(gettext_lazy("未達目標的原因"))
    improvements = _long(gettext_lazy("改善與建議"))

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def report_values(row: GrantReport | None, drafted: str = "") -> dict[str, Any]:
    """What stands in a report; before the first one is written, what the system proposes."""
    if row is None:
        return {"version": 0, "achievements": drafted, "problems": "", "improvements": ""}
    return {name: getattr(row, name) for name in ("version", "achievements", "problems", "improvements")}
