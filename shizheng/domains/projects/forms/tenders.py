"""What people type about tenders. The actions check again; these say it earlier and beside the field."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import called
from shizheng.domains.projects.models import Level, Programme, Project, ProjectType
from shizheng.domains.projects.rules.life import GROUND_LABELS, KIND_LABELS, Ground, Kind
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people import queries as people
from shizheng.web.dates import RocDateField, RocYearField
from shizheng.web.forms import MoneyField, reason_field, version_field
from shizheng.web.forms import short_box as short
from shizheng.web.picking import Picker


class ReasonForm(forms.Form):
    """An act that needs a reason."""

    version = version_field()
    reason = reason_field()


class WithdrawForm(ReasonForm):
    """撤銷列管: on which ground."""

    ground = forms.ChoiceField(label=gettext_lazy("事由"))
    on = RocDateField(label=gettext_lazy("日期"))
    field_order = ("version", "ground", "on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            ("", _("（請選）")),
            *((each.value, _(GROUND_LABELS[each])) for each in Ground),
        ]


class RestoreForm(ReasonForm):
    """恢復列管."""

    on = RocDateField(label=gettext_lazy("日期"))
    field_order = ("version", "on", "reason")


class ProjectForm(forms.Form):
    """One tender. `units`: those for which the reader may enter tenders (None: all)."""

    version = version_field()
    name = forms.CharField(label=gettext_lazy("標案名稱"), max_length=300)
    type_id = forms.TypedChoiceField(label=gettext_lazy("類型"), coerce=int)
    agency_id = forms.TypedChoiceField(label=gettext_lazy("主辦機關"), coerce=int)
    unit_id = forms.TypedChoiceField(
        label=gettext_lazy("承辦單位"), required=False, coerce=int, empty_value=None
    )
    officer_id = forms.CharField(
        label=gettext_lazy("承辦人"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("打姓名或帳號的一部分，從清單選；也可以直接填帳號。"),
        widget=Picker("officers"),
    )
    level = forms.ChoiceField(label=gettext_lazy("列管層級"), choices=Level.choices)
    roc_year = RocYearField(
        label=gettext_lazy("列管年度"),
        widget=short("numeric"),
        help_text=gettext_lazy("民國年；與機關一起成為列管編號，之後不能改。"),
    )
    budget = MoneyField(label=gettext_lazy("預算金額（元）"))
    funds_held_on = RocDateField(label=gettext_lazy("經費持有日"), required=False)
    tender_no = forms.CharField(label=gettext_lazy("採購案號"), required=False, max_length=60, widget=short())
    place = forms.CharField(label=gettext_lazy("地點"), required=False, max_length=200)
    longitude = forms.DecimalField(
        label=gettext_lazy("經度"),
        required=False,
        max_digits=9,
        decimal_places=6,
        help_text=gettext_lazy("例如 120.679123；也可以在地圖上點。"),
        widget=short("decimal"),
    )
    latitude = forms.DecimalField(
        label=gettext_lazy("緯度"),
        required=False,
        max_digits=9,
        decimal_places=6,
        help_text=gettext_lazy("例如 24.138567。"),
        widget=short("decimal"),
    )
    programmes = forms.CharField(
        label=gettext_lazy("專案計畫"),
        required=False,
        max_length=5000,
        help_text=gettext_lazy("一行一個；有貢獻數量的寫成「社會住宅 8 年 1 萬戶：120」。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    measure_id = forms.CharField(
        label=gettext_lazy("連結的指標"),
        required=False,
        max_length=100,
        help_text=gettext_lazy(
            "打指標名稱的一部分，從清單選；也可以直接填代碼。每月鎖定後，標案進度就是這個指標的數，不用再填。"
        ),
        widget=Picker("measures"),
    )
    promise_codes = forms.CharField(
        label=gettext_lazy("連結的政見"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "打政見的名稱或編號，從清單選；可以好幾個，用頓號隔開，例如「8-1-1、13-8-1」。"
        ),
        widget=Picker("promises", many=True),
    )
    note = forms.CharField(
        label=gettext_lazy("說明"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, row: Project | None = None, units: frozenset[int] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        nodes = [node for node in organisations.tree() if node.kind != "city"]
        above = nodes if units is None else _with_above(units, nodes)
        city = {node.id for node in organisations.tree() if node.kind == "city"}
        agencies = [node for node in above if node.parent_id in city] or above
        own = nodes if units is None else [node for node in nodes if node.id in units]
        types = ProjectType.objects.filter(in_use=True) if row is None else ProjectType.objects.all()
        choices: dict[str, list[tuple[Any, str]]] = {
            "type_id": [("", _("（請選）")), *((each.pk, called(each)) for each in types)],
            "agency_id": [("", _("（請選）")), *((node.id, called(node)) for node in agencies)],
            "unit_id": [("", _("（沒有）")), *((node.id, called(node)) for node in own)],
        }
        for name, given in choices.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]
        if len(agencies) == 1:
            self.fields["agency_id"].initial = agencies[0].id
        if row is not None:
            del self.fields["agency_id"], self.fields["roc_year"]
            self.fields["reason"] = reason_field()

    def clean_officer_id(self) -> int | None:
        """The officer by account."""
        username = self.cleaned_data["officer_id"].strip()
        if not username:
            return None
        found = people.user_by_username(username)
        if found is None:
            raise forms.ValidationError(_("沒有帳號是「%(name)s」的人。") % {"name": username})
        return int(found.pk)

    def clean_measure_id(self) -> int | None:
        """The measure by its code."""
        code = self.cleaned_data["measure_id"].strip()
        if not code:
            return None
        found = measures.measure_by_code(code)
        if found is None:
            raise forms.ValidationError(_("沒有這個代碼的指標。代碼在指標頁的編號旁。"))
        return int(found.pk)

    def clean_programmes(self) -> dict[int, Decimal | None]:
        """Programmes by name, with the quantity that the tender brings."""
        known = {
            name: each.pk for each in Programme.objects.all() for name in (each.name, each.name_en, each.code)
        }
        found: dict[int, Decimal | None] = {}
        for line in self.cleaned_data["programmes"].splitlines():
            name, _colon, quantity = line.strip().replace("：", ":").partition(":")
            if not name:
                continue
            if name.strip() not in known:
                raise forms.ValidationError(_("沒有「%(name)s」這個專案計畫。") % {"name": name.strip()})
            found[known[name.strip()]] = decimal_from(quantity) if quantity.strip() else None
        return found

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        left_out = {"version", "reason"}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


def _with_above(units: frozenset[int], nodes: list[Any]) -> list[Any]:
    """The units and the agencies that they belong to."""
    parents = {node.id: node.parent_id for node in nodes}
    wanted = set(units)
    for unit_id in units:
        here = parents.get(unit_id)
        while here is not None:
            wanted.add(here)
            here = parents.get(here)
    return [node for node in nodes if node.id in wanted]


def decimal_from(text: str) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise forms.ValidationError(_("「%(text)s」不是數字。") % {"text": text.strip()[:40]})
    return value


def shown_values(row: Project) -> dict[str, Any]:
    """What stands in a tender, as the form shows it."""
    tags = [
        called(tag.programme) + ("" if tag.quantity is None else f"：{plain_text(tag.quantity)}")
        for tag in row.tags.all()
    ]
    return {
        "version": row.version,
        "name": row.name,
        "type_id": row.type_id,
        "unit_id": row.unit_id,
        "officer_id": row.officer.username if row.officer else "",
        "level": row.level,
        "budget": plain_text(row.budget),
        "funds_held_on": row.funds_held_on,
        "tender_no": row.tender_no,
        "place": row.place,
        "longitude": plain_text(row.longitude),
        "latitude": plain_text(row.latitude),
        "programmes": "\n".join(tags),
        "measure_id": row.measure.code if row.measure else "",
        "promise_codes": row.promise_codes,
        "note": row.note,
    }


def plain_text(value: Decimal | None) -> str:
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class HappeningForm(forms.Form):
    """What happened. `kinds`: what can happen now; all where a past one is corrected."""

    version = version_field()
    kind = forms.ChoiceField(
        label=gettext_lazy("事件"), widget=forms.Select(attrs={"data-happening": True})
    )  # the style sheet shows the fields that the chosen kind takes
    on = RocDateField(label=gettext_lazy("日期"))
    contractor = forms.CharField(
        label=gettext_lazy("得標廠商"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("決標時填。"),
    )
    amount = MoneyField(
        label=gettext_lazy("金額（元）"),
        required=False,
        help_text=gettext_lazy("決標金額、變更後的契約金額，或結算金額。"),
    )
    bidders = forms.IntegerField(
        label=gettext_lazy("投標家數"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("流標、廢標與決標時填。"),
        widget=short("numeric"),
    )
    tender_no = forms.CharField(
        label=gettext_lazy("採購案號"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("公告招標時填。"),
        widget=short(),
    )
    text = forms.CharField(
        label=gettext_lazy("說明"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy("廢標、停工、契約變更、終止契約要說明原因；沒有結算或進度未滿就結案也要。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kinds: tuple[Kind, ...], correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.value, _(KIND_LABELS[each])) for each in kinds]
        self.fields["kind"].choices = [("", _("（請選）")), *choices]  # type: ignore[attr-defined]
        if correcting:
            self.fields["reason"] = reason_field()

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}
