"""What people type about visits to sites."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.projects.forms.tenders import version_field
from shizheng.domains.projects.models import VisitWhy
from shizheng.domains.projects.visit_items import FollowUp
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field


class VisitForm(forms.Form):
    """A visit that is called, or changed (`changing`: then with a reason)."""

    version = version_field()
    visit_on = RocDateField(label=gettext_lazy("查訪日"))
    called_by = forms.CharField(
        label=gettext_lazy("召集人"), max_length=60, help_text=gettext_lazy("召集的參事或主管。")
    )
    why = forms.ChoiceField(label=gettext_lazy("查訪原因"), choices=VisitWhy.choices)
    grounds = forms.CharField(
        label=gettext_lazy("依據"),
        max_length=2000,
        help_text=gettext_lazy("哪個月、落後多少、照哪條規則；或哪裡異常。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("參加單位"),
        coerce=int,
        required=False,
        help_text=gettext_lazy("標案自己的機關不用選。"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )

    def __init__(self, *args: Any, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = called_units()  # type: ignore[attr-defined]
        if changing:
            self.fields["reason"] = reason_field()

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {
            name: self.cleaned_data[name] for name in ("visit_on", "called_by", "why", "grounds", "units")
        }


class RecordForm(forms.Form):
    """What was found and concluded."""

    version = version_field()
    findings = forms.CharField(
        label=gettext_lazy("查訪發現"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    conclusions = forms.CharField(
        label=gettext_lazy("結論"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5})
    )


class ItemForm(forms.Form):
    """One thing to be followed up; left empty, there is none."""

    text = forms.CharField(label=gettext_lazy("要做什麼"), required=False, max_length=1000)
    unit_id = forms.TypedChoiceField(
        label=gettext_lazy("負責單位"), required=False, coerce=int, empty_value=None
    )
    due_on = RocDateField(label=gettext_lazy("期限"), required=False, help_text="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = [("", _("（請選）")), *called_units()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Text and unit go together."""
        given = super().clean() or {}
        if given.get("text") and not given.get("unit_id"):
            self.add_error("unit_id", _("請選負責的單位。"))
        if (given.get("unit_id") or given.get("due_on")) and not given.get("text"):
            self.add_error("text", _("請寫要做什麼；不要這一項就全部留空。"))
        return given


ItemForms = forms.formset_factory(ItemForm, extra=3, max_num=30, absolute_max=30)


def items_of(sent: Any) -> list[FollowUp]:
    """The items that were written."""
    return [
        FollowUp(each["text"].strip(), each["unit_id"], each["due_on"])
        for each in sent.cleaned_data
        if each.get("text")
    ]
