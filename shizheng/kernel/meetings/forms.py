"""What people type about meetings. The actions check again; these say it earlier and beside the field."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.clock import TAIPEI
from shizheng.kernel.measures.rules.periods import PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.kernel.meetings.models import MeetingSeries, SeriesLevel
from shizheng.kernel.meetings.registry import agenda_sources
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.forms import unit_choices
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field

MOST_VERSION = 2**31 - 1


def version_field() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSION, required=False)


def rows(count: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": count})


def agency_choices() -> list[tuple[str, str]]:
    """First-level agencies and district offices of today."""
    tree = organisations.tree()
    return [(str(each.id), each.short_name or each.name) for each in (*tree.first_level(), *tree.districts())]


class ReasonForm(forms.Form):
    """An act that needs a reason."""

    version = version_field()
    reason = reason_field()


class SureForm(forms.Form):
    """An act that may have a reason."""

    version = version_field()
    reason = forms.CharField(label=gettext_lazy("說明"), max_length=2000, required=False, widget=rows(2))


class SeriesForm(forms.Form):
    """A series of meetings."""

    version = version_field()
    code = forms.CharField(
        label=gettext_lazy("代碼"),
        max_length=40,
        help_text=gettext_lazy("英文小寫、數字與連字號，之後不能改。"),
    )
    name = forms.CharField(label=gettext_lazy("名稱"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("英文名稱"), max_length=150, required=False)
    level = forms.ChoiceField(label=gettext_lazy("層級"), choices=SeriesLevel.choices)
    unit = forms.ChoiceField(
        label=gettext_lazy("主辦單位"),
        required=False,
        help_text=gettext_lazy("不選：機關層級的由每個機關各開一場，其他的由市政府開。"),
    )
    chair = forms.CharField(label=gettext_lazy("主席職稱"), max_length=60, required=False)
    due_rule = forms.CharField(
        label=gettext_lazy("期限規則"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("規則的代碼，例如 TC-14；到了那個月就自動開立會議。留空的自己排定。"),
    )
    minutes_rule = forms.CharField(label=gettext_lazy("紀錄期限規則"), max_length=60, required=False)
    agenda = forms.ChoiceField(label=gettext_lazy("議程來源"), required=False)
    looks_back = forms.IntegerField(
        label=gettext_lazy("檢討前幾個月"), min_value=0, max_value=12, help_text=gettext_lazy("0 是當月。")
    )
    starts_on = RocDateField(
        label=gettext_lazy("起始日"), required=False, help_text=gettext_lazy("這一天以前不自動開立。")
    )
    members = forms.MultipleChoiceField(
        label=gettext_lazy("成員單位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=gettext_lazy("說明"), max_length=20_000, required=False, widget=rows(3))
    in_use = forms.BooleanField(label=gettext_lazy("使用中"), required=False)
    reason = reason_field()

    def __init__(self, *args: Any, row: MeetingSeries | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("（不選）")), *unit_choices()]  # type: ignore[attr-defined]
        self.fields["members"].choices = agency_choices()  # type: ignore[attr-defined]
        sources = [(each.code, each.title) for each in agenda_sources()]
        self.fields["agenda"].choices = [("", _("（自己排議程）")), *sources]  # type: ignore[attr-defined]
        del self.fields["code" if row is not None else "reason"]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "reason", "code")
        }


class WhenForm(forms.Form):
    """Day, time, place, chair, who records."""

    version = version_field()
    title = forms.CharField(label=gettext_lazy("名稱"), max_length=200, required=False)
    on = RocDateField(label=gettext_lazy("開會日期"), required=False)
    clock = forms.TimeField(
        label=gettext_lazy("開會時間"),
        required=False,
        help_text=gettext_lazy("例如 14:30"),
        widget=forms.TextInput(attrs={"class": "inp-short", "autocomplete": "off"}),
    )
    place = forms.CharField(label=gettext_lazy("地點"), max_length=200, required=False)
    chair = forms.CharField(label=gettext_lazy("主席"), max_length=100, required=False)
    secretary = forms.ChoiceField(label=gettext_lazy("紀錄人員"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]] = [], **kwargs: Any) -> None:  # noqa: B006
        super().__init__(*args, **kwargs)
        self.fields["secretary"].choices = [("", _("主辦單位能記錄的人都可以")), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("on")) != bool(data.get("clock")) and not self.errors:
            self.add_error("clock" if data.get("on") else "on", _("日期與時間要一起填。"))
        return data

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        day, at = data.get("on"), data.get("clock")
        when = datetime.combine(day, at, TAIPEI) if isinstance(day, date) and isinstance(at, time) else None
        return {
            "title": data["title"], "at": when, "place": data["place"], "chair": data["chair"],
            "secretary": data["secretary"],
        }  # fmt: skip


class PlanForm(WhenForm):
    """A meeting outside of what the rules open by themselves."""

    series = forms.TypedChoiceField(label=gettext_lazy("會議系列"), coerce=int)
    unit = forms.TypedChoiceField(
        label=gettext_lazy("機關"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("由各機關自己召開的會議才要選。"),
    )  # fmt: skip
    month = forms.CharField(
        label=gettext_lazy("月份"), max_length=12, help_text=gettext_lazy("年與月，例如 114-04、114年4月 或 2025-04。"),
        widget=forms.TextInput(attrs={"class": "inp-short", "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("series", "unit", "month", "on", "clock", "place", "chair")

    def __init__(self, *args: Any, units: frozenset[int] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "secretary", "version"):
            del self.fields[name]
        found = [
            each
            for each in MeetingSeries.objects.filter(in_use=True)
            if units is None or each.by_agency or each.unit_id in units
        ]
        self.fields["series"].choices = [(each.pk, each.name) for each in found]  # type: ignore[attr-defined]
        mine = [(pk, name) for pk, name in agency_choices() if units is None or int(pk) in units]
        self.fields["unit"].choices = [("", _("（不選）")), *mine]  # type: ignore[attr-defined]

    def clean_month(self) -> str:
        """The month as series keep it: `2025-04`."""
        try:
            found = parse_period(self.cleaned_data["month"])
        except PeriodNotUnderstood:
            found = None
        if found is None or found.kind is not PeriodKind.MONTH:
            raise forms.ValidationError(_("看不懂這個月份。請寫年與月，例如 114-04 或 114年4月。"))
        return found.code

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        self.cleaned_data |= {"title": "", "secretary": ""}
        return {name: value for name, value in super().values().items() if value}
