"""What acts on a petition ask for. The actions check again; these say it earlier and beside the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.petitions.forms.shared import category_choices, long_text
from shizheng.domains.petitions.models.petitions import GROUNDS
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.forms import reason_field, short_box, version_field


class ActForm(forms.Form):
    """One act: the version that was read; reason and fields as the act asks for them."""

    version = version_field()

    def __init__(
        self,
        *args: Any,
        needs_reason: bool = False,
        asked: tuple[str, ...] = (),
        labels: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for name in asked:
            label = (labels or {}).get(name, name)
            self.fields[name] = (
                forms.ChoiceField(label=label, choices=GROUNDS)
                if name == "ground"
                else forms.CharField(label=label, max_length=300)
            )
        self.fields["reason"] = reason_field()
        self.fields["reason"].required = needs_reason

    def told(self) -> dict[str, Any]:
        """What the act asks for beside the reason."""
        return {name: self.cleaned_data[name] for name in self.asked}


class UnitForm(ActForm):
    """An act that names a unit."""

    unit_id = forms.TypedChoiceField(label=gettext_lazy("機關"), coerce=int)

    def __init__(
        self, *args: Any, units: Any = None, needed: bool = True, label: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit_id"]
        field.choices = [("", _("（請選）")), *(called_units() if units is None else units)]
        field.required, field.empty_value = needed, None
        if label:
            field.label = label


class DispatchForm(UnitForm):
    """分案: the unit, and its officer where one is known."""

    officer_id = forms.TypedChoiceField(
        label=gettext_lazy("承辦人"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer_id"].choices = [("", _("（由機關再分）")), *people]  # type: ignore[attr-defined]
        self.fields["reason"].help_text = _("分過的案件改給別的機關，要寫理由；只換承辦人可以不寫。")
        self.order_fields(["version", "unit_id", "officer_id", "reason"])


class OtherCaseForm(ActForm):
    """Another petition, by its number."""

    number = forms.CharField(label=gettext_lazy("另一件的案號"), max_length=40, widget=short_box())


class EditForm(ActForm):
    """修改分類與地點."""

    category_id = forms.TypedChoiceField(
        label=gettext_lazy("分類"), required=False, coerce=int, empty_value=None
    )
    place = forms.CharField(label=gettext_lazy("地點"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, needs_reason=True, **kwargs)
        self.fields["category_id"].choices = category_choices()  # type: ignore[attr-defined]


class UnlinkForm(ActForm):
    """解除關聯: one of the links that hold."""

    link_id = forms.TypedChoiceField(label=gettext_lazy("關聯的案件"), coerce=int)

    def __init__(self, *args: Any, links: Any, **kwargs: Any) -> None:
        super().__init__(*args, needs_reason=True, **kwargs)
        self.fields["link_id"].choices = links  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """會辦意見."""

    unit_id = forms.TypedChoiceField(label=gettext_lazy("會辦機關"), coerce=int)
    text = long_text(gettext_lazy("會辦意見"), 5)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = units  # type: ignore[attr-defined]


class ClassForm(ActForm):
    """改類別: each class with the day on which the petition would be due."""

    petition_class = forms.ChoiceField(
        label=gettext_lazy("類別"), help_text=gettext_lazy("期限依新的類別，仍從收件時起算。")
    )

    def __init__(self, *args: Any, classes: Any, **kwargs: Any) -> None:
        labels = {"told": _("怎麼通知民眾")}
        super().__init__(*args, needs_reason=True, asked=("told",), labels=labels, **kwargs)
        self.fields["told"].help_text = _("期限改了，要讓陳情人知道新的日期。")
        self.fields["petition_class"].choices = classes  # type: ignore[attr-defined]
        self.order_fields(["version", "petition_class", "told", "reason"])
