"""Defining a measure, revising its definition, and choosing among its readings."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.kernel.measures.actions import Content
from shizheng.kernel.measures.forms.fields import Number
from shizheng.kernel.measures.models import (
    DefinitionVersion,
    Direction,
    OverTime,
    OverUnits,
    PeriodKind,
    Progress,
)
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.render import to_text
from shizheng.kernel.measures.rules.storing import from_json
from shizheng.kernel.measures.rules.tree import FormulaError, Node, inputs_of
from shizheng.web.dates import RocDateField


class ReadingForm(forms.Form):
    """Which configured reading is in force from now on."""

    reading = forms.ChoiceField(label=gettext_lazy("採用的讀法"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("誰確認的、依據哪一份文件。選定後會成為新的一版定義，舊的一版留著。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, definition: DefinitionVersion, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reading"].choices = [  # type: ignore[attr-defined]
            (
                each["code"],
                _("%(label)s：%(formula)s") % {"label": each.get("label", ""), "formula": text_of(each)},
            )
            for each in definition.readings
        ]


def text_of(reading: dict[str, Any]) -> str:
    """The formula of a stored reading as text."""
    return to_text(from_json(reading["formula"])) if reading.get("formula") else ""


class DefinitionForm(forms.Form):
    """A revision of a definition, or the first one with code and name."""

    name = forms.CharField(label=gettext_lazy("名稱"), max_length=300)
    formula = forms.CharField(
        label=gettext_lazy("公式"), required=False, max_length=4000,
        help_text=gettext_lazy("例如 100*a/b、(a+b)/2、sum(a_i*b_i)、mean(scores)。代號是小寫英文，名稱填在下面。"),
    )  # fmt: skip
    labels = forms.CharField(
        label=gettext_lazy("輸入的名稱"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000,
        help_text=gettext_lazy("一行一個：代號 = 名稱，例如 a = 進度相符案件。公式用到的每個代號都要有。"),
    )  # fmt: skip
    formula_text = forms.CharField(
        label=gettext_lazy("印出的衡量標準"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
    )
    unit = forms.CharField(label=gettext_lazy("單位"), required=False, max_length=20)
    places = forms.IntegerField(label=gettext_lazy("小數位數（四捨五入）"), min_value=0, max_value=12)
    direction = forms.ChoiceField(label=gettext_lazy("方向"), choices=Direction.choices)
    target = Number(label=gettext_lazy("目標值"), required=False)
    target_period = forms.ChoiceField(label=gettext_lazy("目標的期間"), choices=PeriodKind.choices)
    aggregation_time = forms.ChoiceField(label=gettext_lazy("各期彙總"), choices=OverTime.choices)
    aggregation_units = forms.ChoiceField(label=gettext_lazy("各單位彙總"), choices=OverUnits.choices)
    progress = forms.ChoiceField(label=gettext_lazy("進度算法"), choices=Progress.choices)
    valid_from = RocDateField(label=gettext_lazy("適用期間，起"))
    valid_to = RocDateField(
        label=gettext_lazy("適用期間，迄"),
        required=False,
        help_text=gettext_lazy("這一天起不再適用；一直適用就留空。"),
    )
    source = forms.CharField(label=gettext_lazy("出處"), required=False, max_length=1000)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("改了什麼、為什麼。已發布的數字不會變；這一版只影響適用期間內的數字。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    tree: Node | None = None

    def __init__(self, *args: Any, kept_inputs: Sequence[dict[str, Any]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.kept = {each["name"]: each for each in kept_inputs}

    def clean_formula(self) -> str:
        text: str = self.cleaned_data["formula"]
        if text.strip():
            try:
                self.tree = parse(text)
            except FormulaError as error:
                raise forms.ValidationError(error.message) from error
        return text

    def clean_labels(self) -> dict[str, str]:
        found = {}
        for number, line in enumerate(self.cleaned_data["labels"].splitlines(), 1):
            if not line.strip():
                continue
            name, sign, label = line.replace("＝", "=").partition("=")
            if not sign or not name.strip() or not label.strip():
                raise forms.ValidationError(
                    _("第 %(number)s 行看不懂，請寫成：代號 = 名稱。") % {"number": number}
                )
            found[name.strip()] = label.strip()[:200]
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        labels = data.get("labels") or {}
        if self.tree is not None and "labels" not in self.errors:
            unnamed = [use.name for use in inputs_of(self.tree) if use.name not in labels]
            if unnamed:
                self.add_error("labels", _("還沒有名稱：%(names)s。") % {"names": "、".join(unnamed)})
        return data

    def content(self, before: Content | None = None) -> Content:
        """The content to write; what the form does not show is kept from `before`, readings only while they hold."""
        data = self.cleaned_data
        used = {use.name: use.is_list for use in inputs_of(self.tree)} if self.tree else {}
        inputs = [
            {**self.kept.get(name, {"unit": ""}), "name": name, "label": label,
             "list": used.get(name, self.kept.get(name, {}).get("list", False))}
            for name, label in data["labels"].items()
        ]  # fmt: skip
        same = before is not None and before.formula == self.tree
        names = set(data["labels"])
        readings = [
            each for each in (before.readings if before and same else ())
            if each.get("formula") and {use.name for use in inputs_of(from_json(each["formula"]))} <= names
        ]  # fmt: skip
        codes = [each["code"] for each in readings]
        kept = before.reading_in_force if before and before.reading_in_force in codes else ""
        return Content(
            valid_from=data["valid_from"], valid_to=data["valid_to"], unit=data["unit"], direction=data["direction"],
            target=data["target"], target_period=data["target_period"], targets=before.targets if before else {},
            places=data["places"], formula=self.tree, formula_text=data["formula_text"], inputs=inputs,
            aggregation_time=data["aggregation_time"], aggregation_units=data["aggregation_units"],
            progress=data["progress"], readings=readings if kept else [], reading_in_force=kept,
            needs_confirmation=bool(before and same and before.needs_confirmation) or self.tree is None,
            notes=list(before.notes) if before and same else [], source=data["source"],
        )  # fmt: skip


class NewMeasureForm(DefinitionForm):
    """The first definition, with the measure's code and owner."""

    code = forms.CharField(label=gettext_lazy("代碼"), max_length=80)
    owner = forms.TypedChoiceField(label=gettext_lazy("主管單位"), coerce=int)
    field_order = ["code", "name", "owner"]

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].choices = units  # type: ignore[attr-defined]
        self.fields.pop("version")


def initial_of(name: str, version: int, content: Content) -> dict[str, Any]:
    """Form values of a stored definition."""
    return {
        **{key: getattr(content, key) for key in (
            "unit", "places", "direction", "target", "target_period", "aggregation_time", "aggregation_units",
            "progress", "valid_from", "valid_to", "source", "formula_text",
        )},
        "name": name,
        "version": version,
        "formula": to_text(content.formula) if content.formula else "",
        "labels": "\n".join(f"{each['name']} = {each.get('label') or each['name']}" for each in content.inputs),
    }  # fmt: skip
