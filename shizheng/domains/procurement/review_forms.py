"""What people type about design reviews. The actions check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import plain
from shizheng.domains.procurement.forms import VersionedForm
from shizheng.domains.procurement.models import MemberSource, Opinion, PanelMember, ReviewCase, Stage
from shizheng.domains.procurement.rules.reviews import TOPIC_LABELS, VERDICT_LABELS, Topic, Verdict
from shizheng.kernel.files.forms import StoredFileField
from shizheng.kernel.files.rules import EVIDENCE
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.dates import RocDateField
from shizheng.web.forms import MoneyField, reason_field, short_box
from shizheng.web.picking import Picker


def _long(label: Any, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=20_000, help_text=help_text, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip


class FiledForm(VersionedForm):
    """A form that takes files; `held` gives the ids of what was uploaded."""

    def __init__(self, *args: Any, actor: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "files" in self.fields:
            self.fields["files"].actor = actor  # type: ignore[attr-defined]

    def held(self) -> list[Any]:
        """Uploads that wait for the form to be sent through."""
        return [row.pk for row in self.cleaned_data.get("files") or []]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "files"}


def files_field(label: Any) -> Any:
    return StoredFileField(label=label, allow=EVIDENCE, multiple=True, required=False)


class ReviewForm(FiledForm):
    """送審, or what is known of a review changed. `units`: those for which the reader may submit (None: all)."""

    name = forms.CharField(label=gettext_lazy("工程名稱"), max_length=300)
    agency_id = forms.TypedChoiceField(label=gettext_lazy("主辦機關"), coerce=int)
    stage = forms.ChoiceField(label=gettext_lazy("審議階段"), choices=Stage.choices, initial=Stage.BASIC)
    control_number = forms.CharField(
        label=gettext_lazy("列管編號"), required=False, max_length=20, widget=Picker("tenders"),
        help_text=gettext_lazy("打標案名稱、編號或機關的一部分，從清單選；還沒有登錄的留空。"),
    )  # fmt: skip
    amount = MoneyField(label=gettext_lazy("送審金額（元）"))
    note = _long(gettext_lazy("說明"))
    files = files_field(gettext_lazy("送審文件"))

    def __init__(
        self, *args: Any, row: ReviewCase | None = None, units: frozenset[int] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            del self.fields["agency_id"], self.fields["files"]
            self.fields["reason"] = reason_field()
            return
        self.fields["agency_id"].choices = [("", _("（請選）")), *called_units(units)]  # type: ignore[attr-defined]


def shown_review(row: ReviewCase) -> dict[str, Any]:
    """What stands in a review, as the form shows it."""
    return {
        "version": row.version, "name": row.name, "stage": row.stage, "control_number": row.control_number,
        "amount": plain(row.amount), "note": row.note,
    }  # fmt: skip


class StepForm(FiledForm):
    """One step of a review: its day, what is said about it, and what the step asks besides."""

    on = RocDateField(label=gettext_lazy("日期"))
    there = forms.MultipleChoiceField(
        label=gettext_lazy("收到的文件"), required=False, widget=forms.CheckboxSelectMultiple
    )
    amount = MoneyField(label=gettext_lazy("金額（元）"), required=False)
    text = _long(gettext_lazy("說明"))
    reason = reason_field()
    files = files_field(gettext_lazy("附件"))

    def __init__(
        self, *args: Any, takes: tuple[str, ...], documents: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("there", "amount", "text", "reason", "files"):
            if name not in takes:
                del self.fields[name]
        if "there" in self.fields:
            self.fields["there"].choices = [(each, each) for each in documents]  # type: ignore[attr-defined]


class MemberForm(VersionedForm):
    """An expert: name, affiliation, speciality and the declaration."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, widget=short_box())
    affiliation = forms.CharField(label=gettext_lazy("服務單位"), max_length=120, required=False)
    speciality = forms.CharField(label=gettext_lazy("專長"), max_length=120)
    source = forms.ChoiceField(label=gettext_lazy("來源"), choices=MemberSource.choices)
    declared_on = RocDateField(
        label=gettext_lazy("利益衝突聲明日"), required=False, help_text=gettext_lazy("組成小組之前要聲明。")
    )
    conflict = forms.BooleanField(label=gettext_lazy("有利益衝突"), required=False)
    conflict_note = forms.CharField(
        label=gettext_lazy("利益衝突說明"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("有衝突時要填。"),
    )

    def __init__(self, *args: Any, row: PanelMember | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            self.fields["reason"] = reason_field()


def shown_member(row: PanelMember) -> dict[str, Any]:
    return {
        "version": row.version, "name": row.name, "affiliation": row.affiliation, "speciality": row.speciality,
        "source": row.source, "declared_on": row.declared_on, "conflict": row.conflict,
        "conflict_note": row.conflict_note,
    }  # fmt: skip


class OpinionForm(VersionedForm):
    """審議意見 of one member about one topic. `members`: those who may give one."""

    member_id = forms.TypedChoiceField(label=gettext_lazy("審議委員"), coerce=int)
    topic = forms.ChoiceField(label=gettext_lazy("面向"))
    text = _long(gettext_lazy("意見"), required=True)

    def __init__(self, *args: Any, members: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        experts = [("", _("（請選）")), *((each.pk, each.name) for each in members)]
        topics = [("", _("（請選）")), *((each.value, _(TOPIC_LABELS[each])) for each in Topic)]
        self.fields["member_id"].choices = experts  # type: ignore[attr-defined]
        self.fields["topic"].choices = topics  # type: ignore[attr-defined]
        if correcting:
            self.fields["reason"] = reason_field()


def shown_opinion(row: Opinion) -> dict[str, Any]:
    """What was told, as the form shows it."""
    return {"member_id": row.member_id, "topic": row.topic, "text": row.text}


class AnswerForm(VersionedForm):
    """機關回應 to one opinion."""

    verdict = forms.ChoiceField(label=gettext_lazy("參採情形"))
    text = _long(gettext_lazy("回應"), required=True, help_text=gettext_lazy("怎麼修正；未參採的寫理由。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdicts = [("", _("（請選）")), *((each.value, _(VERDICT_LABELS[each])) for each in Verdict)]
        self.fields["verdict"].choices = verdicts  # type: ignore[attr-defined]


class ConfirmForm(VersionedForm):
    """複核 of one answer."""

    accepted = forms.ChoiceField(
        label=gettext_lazy("複核"),
        choices=[("yes", gettext_lazy("同意")), ("no", gettext_lazy("不同意，再請修正"))],
        widget=forms.RadioSelect,
    )
    text = _long(gettext_lazy("複核意見"), help_text=gettext_lazy("不同意的寫還缺什麼。"))

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if correcting:
            self.fields["reason"] = reason_field()

    def values(self) -> dict[str, Any]:
        """Whether the answer is accepted, and what is said of it."""
        given = super().values()
        return {**given, "accepted": given["accepted"] == "yes"}
