"""What people type about promises. The actions check again; these say it earlier and beside the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.planning.forms import ReasonForm
from shizheng.domains.planning.models.promises import Promise, PromiseKind
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field
from shizheng.web.picking import Picker


class ProgrammeForm(forms.Form):
    """A programme and its term."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    title = forms.CharField(label=gettext_lazy("名稱"), max_length=200)
    term_from = RocDateField(label=gettext_lazy("任期開始"))
    term_to = RocDateField(label=gettext_lazy("任期最後一天"))
    note = forms.CharField(
        label=gettext_lazy("說明"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            self.fields["reason"] = reason_field()

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        return {name: self.cleaned_data[name] for name in ("title", "term_from", "term_to", "note")}


class PromiseForm(forms.Form):
    """A promise, a part or an action plan; only an action plan has days, joint agencies and a target."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    code = forms.CharField(
        label=gettext_lazy("編號"),
        max_length=40,
        help_text=gettext_lazy("8 是政見，8-1 是子項，8-1-1 是行動計畫。"),
        widget=forms.TextInput(attrs={"class": "inp-short"}),
    )
    title = forms.CharField(label=gettext_lazy("名稱"), max_length=300)
    description = forms.CharField(
        label=gettext_lazy("說明"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    happiness = forms.BooleanField(label=gettext_lazy("幸福實踐方案"), required=False)
    main_agency_id = forms.TypedChoiceField(
        label=gettext_lazy("主辦機關"), required=False, coerce=int, empty_value=None
    )
    joint = forms.TypedMultipleChoiceField(
        label=gettext_lazy("協辦機關"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts_on = RocDateField(label=gettext_lazy("開始日"), required=False)
    ends_on = RocDateField(label=gettext_lazy("結束日"), required=False)
    target_quantity = forms.DecimalField(
        label=gettext_lazy("目標數量"),
        required=False,
        max_digits=24,
        decimal_places=6,
        help_text=gettext_lazy("沒有數量的就留空，每季改填進度百分比。"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "inp-short"}),
    )
    unit = forms.CharField(
        label=gettext_lazy("單位"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "inp-short"}),
    )
    measure_id = forms.CharField(
        label=gettext_lazy("連結的指標"),
        required=False,
        max_length=100,
        help_text=gettext_lazy(
            "打指標名稱的一部分，從清單選；也可以直接填代碼。連結後進度來自指標，不再填報數字。"
        ),
        widget=Picker("measures"),
    )
    measure_unit_id = forms.TypedChoiceField(
        label=gettext_lazy("指標的機關"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, row: Promise | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nodes = [(node.id, node.name) for node in organisations.tree() if node.kind != "city"]
        for name in ("main_agency_id", "measure_unit_id"):
            self.fields[name].choices = [("", _("（沒有）")), *nodes]  # type: ignore[attr-defined]
        self.fields["joint"].choices = nodes  # type: ignore[attr-defined]
        if row is not None:
            del self.fields["code"]
            self.fields["reason"] = reason_field()
            if row.kind != PromiseKind.ACTION:
                for name in (
                    "joint", "starts_on", "ends_on", "target_quantity", "unit", "measure_id", "measure_unit_id",
                ):  # fmt: skip
                    del self.fields[name]

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
        left_out = {"version", "code", "reason"}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


def shown_values(row: Promise) -> dict[str, Any]:
    """What stands in a promise, as the form shows it."""
    target = row.target_quantity
    return {
        "version": row.version,
        "title": row.title,
        "description": row.description,
        "happiness": row.happiness,
        "main_agency_id": row.main_agency_id,
        "joint": [each.agency_id for each in row.joint.all()],
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "target_quantity": None if target is None else format(target.normalize(), "f"),
        "unit": row.unit,
        "measure_id": row.measure.code if row.measure else "",
        "measure_unit_id": row.measure_unit_id,
    }


class MoveForm(ReasonForm):
    """Another code."""

    code = forms.CharField(
        label=gettext_lazy("新的編號"),
        max_length=40,
        help_text=gettext_lazy("下層各項跟著改。"),
        widget=forms.TextInput(attrs={"class": "inp-short"}),
    )
    field_order = ("version", "code", "reason")
