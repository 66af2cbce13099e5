"""What people type about failed tenders. The actions check again; these say it earlier and beside the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import plain
from shizheng.domains.procurement.models import CaseEvent, Category, FailedTenderCase, SupervisionSeries
from shizheng.domains.procurement.models.failed import CAUSES
from shizheng.domains.procurement.rules.failed import KIND_LABELS, Kind
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.dates import RocDateField, RocYearField
from shizheng.web.forms import MoneyField, reason_field, short_box, version_field


def _long(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=20_000, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


class VersionedForm(forms.Form):
    """A form over a row that others may change too."""

    version = version_field()

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}


class ReasonForm(VersionedForm):
    """An act that needs a reason."""

    reason = reason_field()


class SeriesForm(VersionedForm):
    """開立督導年度; the year is given once."""

    roc_year = RocYearField(
        label=gettext_lazy("年度"),
        widget=short_box("numeric"),
        help_text=gettext_lazy("民國年；這一年已經有了就成為下一梯次。"),
    )
    opened_on = RocDateField(label=gettext_lazy("開案日"))
    note = _long(gettext_lazy("說明"))

    def __init__(self, *args: Any, row: SupervisionSeries | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            del self.fields["roc_year"]
            self.fields["reason"] = reason_field()


class CaseForm(VersionedForm):
    """One case. `row`: the one that is changed; `group`: whether the reader lists cases, not only writes about them."""

    series_id = forms.TypedChoiceField(label=gettext_lazy("督導年度"), coerce=int)
    tender_no = forms.CharField(label=gettext_lazy("採購案號"), max_length=60, widget=short_box())
    name = forms.CharField(label=gettext_lazy("標案名稱"), max_length=300)
    agency_id = forms.TypedChoiceField(label=gettext_lazy("主辦機關"), coerce=int)
    category = forms.ChoiceField(label=gettext_lazy("標的分類"), choices=Category.choices)
    amount = MoneyField(label=gettext_lazy("預算金額（元）"))
    listed_on = RocDateField(label=gettext_lazy("列管日"))
    note = _long(gettext_lazy("說明"))

    def __init__(
        self, *args: Any, row: FailedTenderCase | None = None, group: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not group:
            for name in ("series_id", "agency_id", "listed_on"):
                del self.fields[name]
        else:
            series = [(each.pk, str(each)) for each in SupervisionSeries.objects.all()]
            self.fields["series_id"].choices = series  # type: ignore[attr-defined]
            self.fields["agency_id"].choices = [("", _("（請選）")), *called_units()]  # type: ignore[attr-defined]
        if row is not None:
            self.fields["reason"] = reason_field()


def shown_case(row: FailedTenderCase) -> dict[str, Any]:
    """What stands in a case, as the form shows it."""
    return {
        "version": row.version, "series_id": row.series_id, "tender_no": row.tender_no, "name": row.name,
        "agency_id": row.agency_id, "category": row.category, "amount": plain(row.amount),
        "listed_on": row.listed_on, "note": row.note,
    }  # fmt: skip


class EventForm(VersionedForm):
    """What happened. `kinds`: what can be told here."""

    kind = forms.ChoiceField(label=gettext_lazy("事件"))
    on = RocDateField(label=gettext_lazy("日期"))
    bidders = forms.IntegerField(
        label=gettext_lazy("投標家數"), required=False, min_value=0, max_value=1000, widget=short_box("numeric"),
        help_text=gettext_lazy("流標、廢標與決標時填。"),
    )  # fmt: skip
    causes = forms.MultipleChoiceField(
        label=gettext_lazy("原因"), required=False, choices=CAUSES, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("流標與廢標選，可以不只一項。"),
    )  # fmt: skip
    amount = MoneyField(
        label=gettext_lazy("決標金額（元）"), required=False, help_text=gettext_lazy("決標時填。")
    )
    text = _long(gettext_lazy("說明"), gettext_lazy("不續辦要說明原因。"))

    def __init__(
        self, *args: Any, kinds: tuple[Kind, ...], correcting: bool = False, followed: bool = False, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        if followed:
            for name in ("kind", "on", "bidders", "amount"):
                del self.fields[name]
        else:
            choices = [(each.value, _(KIND_LABELS[each])) for each in kinds]
            self.fields["kind"].choices = [("", _("（請選）")), *choices]  # type: ignore[attr-defined]
        if correcting:
            self.fields["reason"] = reason_field()


def shown_event(row: CaseEvent) -> dict[str, Any]:
    """What was told, as the form shows it."""
    return {
        "kind": row.kind, "on": row.on, "bidders": row.bidders, "causes": row.causes, "text": row.text,
        "amount": "" if row.amount is None else plain(row.amount),
    }  # fmt: skip
