"""What people type while a meeting is prepared and runs: items, resolutions, attendance, proof."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.kernel.files.forms import StoredFileField
from shizheng.kernel.meetings.forms import agency_choices, rows, version_field
from shizheng.kernel.meetings.models import Presence, ResolutionKind, Role
from shizheng.kernel.organisations.forms import unit_choices
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field


class ItemForm(forms.Form):
    """An item of one's own."""

    title = forms.CharField(label=gettext_lazy("案由"), max_length=300)
    reason = forms.CharField(label=gettext_lazy("列入理由"), max_length=2000, required=False, widget=rows(2))
    units = forms.MultipleChoiceField(
        label=gettext_lazy("相關單位"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = agency_choices()  # type: ignore[attr-defined]


class ResolutionForm(forms.Form):
    """What was resolved. `first`: units that stand first in the list, those that the item concerns."""

    text = forms.CharField(label=gettext_lazy("決議內容"), max_length=5000, widget=rows(3))
    kind = forms.ChoiceField(
        label=gettext_lazy("種類"), choices=ResolutionKind.choices, widget=forms.RadioSelect
    )
    main_unit = forms.ChoiceField(label=gettext_lazy("主辦單位"), required=False)
    due_on = RocDateField(label=gettext_lazy("期限"), required=False)
    joint_units = forms.MultipleChoiceField(
        label=gettext_lazy("協辦單位"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, first: tuple[int, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = ResolutionKind.DIRECTIVE
        every = unit_choices()
        near = [(pk, name.strip()) for pk, name in every if int(pk) in first]
        groups: list[Any] = [("", _("（請選）"))]
        if near:
            groups += [(_("這一案的單位"), near), (_("所有單位"), every)]
            self.fields["main_unit"].initial = near[0][0]
        else:
            groups += every
        self.fields["main_unit"].choices = groups  # type: ignore[attr-defined]
        self.fields["joint_units"].choices = agency_choices()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {
            name: self.cleaned_data[name] for name in ("text", "kind", "main_unit", "joint_units", "due_on")
        }


class ChangeResolutionForm(ResolutionForm):
    """What was resolved otherwise, with a reason."""

    reason = reason_field()


class SeatForm(forms.Form):
    """One line of the attendance."""

    version = version_field()
    unit = forms.ChoiceField(label=gettext_lazy("單位"), required=False)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, required=False)
    post = forms.CharField(label=gettext_lazy("職稱"), max_length=60, required=False)
    role = forms.ChoiceField(label=gettext_lazy("身分"), choices=Role.choices, initial=Role.MEMBER)
    presence = forms.ChoiceField(
        label=gettext_lazy("出席情形"), choices=Presence.choices, initial=Presence.PRESENT
    )
    deputy = forms.CharField(label=gettext_lazy("代理人"), max_length=60, required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("（無）")), *units]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ProofForm(forms.Form):
    """What proves the meeting."""

    proof = StoredFileField(
        label=gettext_lazy("簽到單等開會證明"), multiple=True, help_text=gettext_lazy("PDF 或照片。")
    )
