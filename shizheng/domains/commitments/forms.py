"""What people type about commitments. The actions check again; these say it earlier and beside the field."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import called
from shizheng.domains.commitments import progress
from shizheng.domains.commitments.models import Commitment, CommitmentList, CommitmentUnit
from shizheng.domains.commitments.queries.commitments import main_of
from shizheng.domains.commitments.rules.fields import OwnField, own_fields, shown_own
from shizheng.domains.commitments.rules.workflow import GROUND_LABELS, Ground, UnitState
from shizheng.kernel.files.forms import StoredFileField
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field


def version_field() -> forms.IntegerField:
    """The version that was read."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)


def short(mode: str = "text") -> forms.TextInput:
    """A short box."""
    return forms.TextInput(attrs={"class": "inp-short", "inputmode": mode})


def long_text(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def own_field(field: OwnField) -> forms.Field:
    """The form's field of a list's own one."""
    options: dict[str, Any] = {"label": field.label, "required": field.required}
    if field.kind == "date":
        return RocDateField(**options)
    if field.kind == "number":
        return forms.DecimalField(max_digits=24, decimal_places=6, widget=short("decimal"), **options)
    if field.kind == "choice":
        return forms.ChoiceField(
            choices=[("", _("（請選）")), *((each, each) for each in field.choices)], **options
        )
    return forms.CharField(max_length=500, **options)


class CommitmentForm(forms.Form):
    """One commitment of a list. `units`: those for which the reader may enter (None: all)."""

    version = version_field()
    text = long_text(
        gettext_lazy("列管事項"), 4, help_text=gettext_lazy("要辦什麼、辦到什麼程度；一件寫一件事。")
    )
    agreed_on = RocDateField(label=gettext_lazy("決定日"))
    agreed_due = RocDateField(
        label=gettext_lazy("原訂期限"),
        required=False,
        help_text=gettext_lazy("沒有期限就留空；例如 115-06-30。"),
    )
    main_id = forms.TypedChoiceField(label=gettext_lazy("主辦單位"), coerce=int)
    joint_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("協辦單位"),
        required=False,
        coerce=int,
        help_text=gettext_lazy("每個單位各自申請解列；全部解列，這件才結束。"),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    target_quantity = forms.DecimalField(
        label=gettext_lazy("目標數量"),
        required=False,
        max_digits=24,
        decimal_places=6,
        help_text=gettext_lazy("有數量目標才填，例如 1000000。"),
        widget=short("decimal"),
    )
    quantity_unit = forms.CharField(
        label=gettext_lazy("數量單位"), required=False, max_length=20, widget=short()
    )
    source_label = forms.CharField(
        label=gettext_lazy("來源"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("例如「114 年 3 月標案督導會報決議三」。"),
    )
    source_url = forms.CharField(label=gettext_lazy("來源網址"), required=False, max_length=300)
    link_kind = forms.ChoiceField(label=gettext_lazy("進度來源"), required=False)
    link_text = forms.CharField(
        label=gettext_lazy("進度來源的編號"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("連結後進度由那裡帶入，不用再填；標案寫列管編號，指標寫代碼或「代碼@機關」。"),
        widget=short(),
    )
    note = long_text(gettext_lazy("說明"), 2, required=False)
    near_seen = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        of_list: CommitmentList,
        actor: Any,
        row: Commitment | None = None,
        units: frozenset[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.own = actor, own_fields(of_list.fields)
        all_units = called_units()
        mine = all_units if units is None else [each for each in all_units if each[0] in units]
        choices: dict[str, Iterable[tuple[Any, str]]] = {
            "main_id": [("", _("（請選）")), *mine],
            "joint_ids": all_units,
            "link_kind": [
                ("", _("（不連結）")),
                *((each.kind, str(each.label)) for each in progress.sources()),
            ],
        }
        for name, given in choices.items():
            self.fields[name].choices = list(given)  # type: ignore[attr-defined]
        for each in self.own:
            self.fields[f"extra_{each.code}"] = own_field(each)
        if row is not None:
            self.fields["reason"] = reason_field()
            if row.source_kind:
                del self.fields["source_label"], self.fields["source_url"]
        if not progress.sources():
            del self.fields["link_kind"], self.fields["link_text"]
        self.order_fields(
            [name for name in self.fields if name not in ("note", "reason")] + ["note", "reason"]
        )

    def clean(self) -> dict[str, Any]:
        """The thing that progress comes from, by what was typed."""
        given = super().clean() or {}
        kind, text = given.get("link_kind", ""), given.get("link_text", "").strip()
        given["link_key"] = ""
        if bool(kind) != bool(text):
            self.add_error("link_text", _("進度來源的種類與編號要一起填，或都留空。"))
        elif kind:
            source = progress.source(kind)
            given["link_key"] = (source.find(self.actor, text) if source else None) or ""
            if not given["link_key"]:
                self.add_error("link_text", _("找不到「%(text)s」，或您不能看。") % {"text": text})
        return given

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        left_out = {"version", "reason", "link_text", "near_seen"}
        given = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        extra = {each.code: given.pop(f"extra_{each.code}", None) for each in self.own}
        if "link_kind" not in self.fields:
            given.pop("link_key", None)
        return {**given, "extra": {name: value for name, value in extra.items() if value not in (None, "")}}


def shown_values(row: Commitment) -> dict[str, Any]:
    """What stands in a commitment, as the form shows it."""
    main = main_of(row)
    standing = [each for each in row.units.all() if each.state != UnitState.DROPPED.value]
    known = progress.source(row.link_kind) if row.link_kind else None
    there = known.read([row.link_key]).get(row.link_key) if known else None
    names = ("version", "text", "agreed_on", "agreed_due", "quantity_unit", "source_label", "source_url", "link_kind", "note")  # fmt: skip
    return {
        **{name: getattr(row, name) for name in names},
        "target_quantity": None if row.target_quantity is None else row.target_quantity.normalize(),
        "main_id": main.unit_id if main else None,
        "joint_ids": [each.unit_id for each in standing if each.part == "joint"],
        "link_text": there.typed if there else row.link_key,
        **{f"extra_{each.code}": shown_own(each, row.extra) for each in own_fields(row.list.fields)},
    }


class TellForm(forms.Form):
    """辦理情形 of one unit."""

    on = RocDateField(label=gettext_lazy("截至日"))
    text = long_text(
        gettext_lazy("辦理情形"), 5, help_text=gettext_lazy("做了什麼、到哪裡、接下來什麼時候做什麼。")
    )
    progress = forms.DecimalField(
        label=gettext_lazy("進度（%）"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=short("decimal"),
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("累計完成數量"),
        required=False,
        min_value=0,
        max_digits=24,
        decimal_places=6,
        widget=short("decimal"),
    )
    evidence = StoredFileField(
        label=gettext_lazy("佐證"),
        required=False,
        multiple=True,
        help_text=gettext_lazy("公文、照片、報表；一次最多 10 個。"),
    )

    def __init__(self, *args: Any, row: Commitment, linked: bool, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].actor = actor  # type: ignore[attr-defined]
        if linked or row.target_quantity is not None:
            del self.fields["progress"]
        if linked or row.target_quantity is None:
            del self.fields["quantity"]
        else:
            self.fields["quantity"].label = _("累計完成數量（%(unit)s）") % {"unit": row.quantity_unit}


class ReasonForm(forms.Form):
    """An act that needs a reason."""

    version = version_field()
    reason = reason_field()


class ExtensionForm(ReasonForm):
    """申請展延."""

    until = RocDateField(label=gettext_lazy("展延至"))
    field_order = ("version", "until", "reason")


class DecisionForm(ReasonForm):
    """A request granted or not, with the reason."""

    answer = forms.ChoiceField(label=gettext_lazy("決定"), widget=forms.RadioSelect)
    field_order = ("version", "answer", "reason")

    def __init__(self, *args: Any, yes: str, no: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = [("yes", yes), ("no", no)]  # type: ignore[attr-defined]


class ReopenForm(ReasonForm):
    """重新列管: which of the released units. `released`: their parts."""

    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("重新列管的單位"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("沒有選的單位維持已解列。"),
    )  # fmt: skip
    field_order = ("version", "units", "reason")

    def __init__(self, *args: Any, released: Iterable[CommitmentUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = [(each.pk, called(each.unit)) for each in released]  # type: ignore[attr-defined]


class WithdrawForm(ReasonForm):
    """撤銷列管: on which ground."""

    ground = forms.ChoiceField(label=gettext_lazy("撤銷事由"))
    field_order = ("version", "ground", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            ("", _("（請選）")),
            *((each.value, _(GROUND_LABELS[each])) for each in Ground),
        ]
