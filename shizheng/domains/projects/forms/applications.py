"""What people type about applications to change, withdraw or restore control."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.projects.forms.tenders import version_field
from shizheng.domains.projects.models import Asked, ControlApplication, Level
from shizheng.domains.projects.rules.life import GROUND_LABELS, Ground
from shizheng.kernel.files.forms import StoredFileField


class ApplyForm(forms.Form):
    """What is asked for. `over`: the tender is closed or withdrawn, so that only restoring can be asked for."""

    version = version_field()
    asked = forms.ChoiceField(label=gettext_lazy("申請事項"))
    ground = forms.ChoiceField(
        label=gettext_lazy("事由"), required=False, help_text=gettext_lazy("申請撤銷時選。")
    )
    level = forms.ChoiceField(
        label=gettext_lazy("改為"), required=False, help_text=gettext_lazy("申請調整層級時選。")
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    late_reason = forms.CharField(
        label=gettext_lazy("逾期申請的原因"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    papers = StoredFileField(
        label=gettext_lazy("附件"),
        multiple=True,
        required=False,
        help_text=gettext_lazy("簽呈、函文、會議紀錄。"),
    )

    def __init__(self, *args: Any, over: bool, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [Asked.RESTORE] if over else [Asked.WITHDRAW, Asked.ADJUST]
        choices: dict[str, list[tuple[str, Any]]] = {
            "asked": [(each.value, each.label) for each in possible],
            "ground": [("", _("（請選）")), *((each.value, _(GROUND_LABELS[each])) for each in Ground)],
            "level": [("", _("（請選）")), *Level.choices],
        }
        for name, given in choices.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]
        if over:
            del self.fields["ground"], self.fields["level"]
        if over or not late:
            del self.fields["late_reason"]
        else:
            self.fields["late_reason"].required = True

    def clean(self) -> dict[str, Any]:
        """What the chosen act needs, said together with the rest."""
        given = super().clean() or {}
        if given.get("asked") == Asked.WITHDRAW and not given.get("ground"):
            self.add_error("ground", _("申請撤銷要選事由。"))
        if given.get("asked") == Asked.ADJUST and not given.get("level"):
            self.add_error("level", _("申請調整要選改為哪一層級。"))
        return given

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "papers")}


class DecisionForm(forms.Form):
    """Why it is approved, or what is missing."""

    version = version_field()
    decision = forms.CharField(
        label=gettext_lazy("核定意見"),
        max_length=2000,
        help_text=gettext_lazy("核定的依據；退回時寫要補什麼。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OpinionForm(forms.Form):
    """What the agency's supervisor thinks of it."""

    version = version_field()
    opinion = forms.CharField(
        label=gettext_lazy("機關主管意見"),
        max_length=2000,
        help_text=gettext_lazy("同意與否，為什麼；研考會核定時會看到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def shown(row: ControlApplication) -> dict[str, Any]:
    """What stands there, as the form shows it."""
    return {
        "version": row.version, "asked": row.asked, "ground": row.ground, "level": row.level, "reason": row.reason,
        "late_reason": row.late_reason,
    }  # fmt: skip
