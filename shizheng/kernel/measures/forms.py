"""Forms: file numbers, correct one, revise a definition, choose a reading. Values are checked again by the actions."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import plain
from shizheng.common.roc import DateNotUnderstood, in_words, parse_date
from shizheng.kernel.measures.actions import Content
from shizheng.kernel.measures.models import (
    DefinitionVersion,
    Direction,
    Fact,
    MissingKind,
    OverTime,
    OverUnits,
    PeriodKind,
    Progress,
)
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import Period, PeriodNotUnderstood, parse_period
from shizheng.kernel.measures.rules.render import to_text
from shizheng.kernel.measures.rules.storing import from_json
from shizheng.kernel.measures.rules.tree import FormulaError, Node, inputs_of

ROWS_HELP = gettext_lazy(
    "一行一筆：編號, 值, 名稱, 完成日。後兩欄可不填；沒有數字時，值寫缺值種類（例如 未填報）。"
)


class RocDate(forms.CharField):
    """A day in ROC or Gregorian writing."""

    def prepare_value(self, value: Any) -> Any:
        return in_words(value, "short").replace(".", "-") if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except DateNotUnderstood as error:
            raise forms.ValidationError(str(error)) from error


class Number(forms.CharField):
    """A decimal number; thousands separators and a typographic minus are accepted, a float never is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=60, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        text = (super().clean(value) or "").replace(",", "").replace("，", "").replace("\u2212", "-").strip()
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise forms.ValidationError(
                _("「%(text)s」不是數字。請只填數字，例如 167 或 92.5。") % {"text": text}
            ) from error
        if not number.is_finite():
            raise forms.ValidationError(_("請填一個數字。"))
        return number


class PeriodField(forms.CharField):
    """A period: its code or ROC words."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return parse_period(text) if text else None
        except PeriodNotUnderstood as error:
            raise forms.ValidationError(str(error)) from error


def rows_from(text: str) -> list[Row]:
    """Rows of a list input from lines `key, value, name, day`. Raises `forms.ValidationError` naming the line."""
    found: list[Row] = []
    labels = {str(kind.label): kind.value for kind in MissingKind}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("，", ",").split(",")]
        key, value, name, day = ([*parts, "", "", ""])[:4]
        try:
            done_on = parse_date(day) if day else None
            given: Decimal | Missing | None = None
            if value in labels:
                given = Missing(labels[value])  # type: ignore[arg-type]
            elif value:
                given = Decimal(value.replace("\u2212", "-"))
        except (DateNotUnderstood, InvalidOperation) as error:
            raise forms.ValidationError(
                _("第 %(number)s 行看不懂：值要是數字，完成日要是日期。") % {"number": number}
            ) from error
        if not key:
            raise forms.ValidationError(_("第 %(number)s 行沒有編號。") % {"number": number})
        found.append(Row(key, given, name, done_on))
    return found


def rows_text(rows: Iterable[dict[str, Any]]) -> str:
    """Stored rows as lines for the form."""
    labels = {kind.value: str(kind.label) for kind in MissingKind}
    lines = []
    for row in rows:
        value = row.get("value") or labels.get(row.get("missing", ""), "")
        parts = [row["key"], value, row.get("name", ""), row.get("done_on", "")]
        lines.append(", ".join(parts).rstrip(", "))
    return "\n".join(lines)


def _missing_field(label: str) -> forms.ChoiceField:
    choices = [("", _("有數字")), *MissingKind.choices]
    return forms.ChoiceField(label=label, choices=choices, required=False)


class FilingForm(forms.Form):
    """One period of one unit: a number or a kind of missing for each input; what is left empty is not filed."""

    unit = forms.TypedChoiceField(label=gettext_lazy("單位"), coerce=int)
    period = PeriodField(
        label=gettext_lazy("期間"),
        help_text=gettext_lazy("例如 106 年上半年、106 年第 2 季、106 年 6 月，或 2017-H1。"),
    )

    def __init__(
        self, *args: Any, definition: DefinitionVersion, units: Sequence[tuple[int, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.listed = [each for each in definition.inputs]
        for each in self.listed:
            name, label = each["name"], each.get("label") or each["name"]
            if each.get("list"):
                self.fields[f"rows_{name}"] = forms.CharField(
                    label=label, required=False, widget=forms.Textarea(attrs={"rows": 6}), help_text=ROWS_HELP,
                    max_length=200_000,
                )  # fmt: skip
                steps = [{"key": step["key"], "name": step["label"]} for step in each.get("steps", ())]
                self.fields[f"rows_{name}"].initial = rows_text(steps)
            else:
                self.fields[f"value_{name}"] = Number(label=f"{name}　{label}", required=False)
                self.fields[f"missing_{name}"] = _missing_field(_("%(name)s 沒有數字時") % {"name": name})
        self.fields["source"] = forms.CharField(
            label=_("數字從哪裡來"),
            max_length=300,
            help_text=_("例如：列管系統 106-06-30 月結清單。別人要能照著找到。"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = 0
        for each in self.listed:
            name = each["name"]
            if each.get("list"):
                try:
                    data[f"rows_{name}"] = rows_from(data.get(f"rows_{name}") or "")
                except forms.ValidationError as error:
                    self.add_error(f"rows_{name}", error)
                    continue
                given += bool(data[f"rows_{name}"])
            elif data.get(f"value_{name}") is not None and data.get(f"missing_{name}"):
                self.add_error(f"missing_{name}", _("已經填了數字，就不能再選缺值種類。"))
            else:
                given += data.get(f"value_{name}") is not None or bool(data.get(f"missing_{name}"))
        if not given and not self.errors:
            self.add_error(None, _("沒有填任何數字。0 也是數字，請直接填 0；沒有數字請選是哪一種沒有。"))
        return data

    def filled(self) -> list[dict[str, Any]]:
        """What was filled in: input name with `value`, `missing` or `rows`."""
        out: list[dict[str, Any]] = []
        for each in self.listed:
            name = each["name"]
            if each.get("list"):
                if self.cleaned_data.get(f"rows_{name}"):
                    out.append({"input": name, "rows": self.cleaned_data[f"rows_{name}"]})
            elif self.cleaned_data.get(f"value_{name}") is not None:
                out.append({"input": name, "value": self.cleaned_data[f"value_{name}"]})
            elif self.cleaned_data.get(f"missing_{name}"):
                out.append({"input": name, "missing": self.cleaned_data[f"missing_{name}"]})
        return out


class CorrectionForm(forms.Form):
    """The corrected number of one fact, and why."""

    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("改了什麼、為什麼、依據什麼。理由會和更正前後的數一起公開在數字的來歷。"),
    )

    def __init__(self, *args: Any, fact: Fact, is_list: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        reason = self.fields.pop("reason")
        if is_list:
            self.fields["rows"] = forms.CharField(
                label=_("更正後的明細"), widget=forms.Textarea(attrs={"rows": 8}), help_text=ROWS_HELP, required=False,
                initial=rows_text(fact.rows or []), max_length=200_000,
            )  # fmt: skip
        else:
            self.fields["value"] = Number(label=_("更正後的數"), required=False)
            self.fields["missing"] = _missing_field(_("沒有數字時"))
        self.fields["source"] = forms.CharField(
            label=_("數字從哪裡來"),
            max_length=300,
            required=False,
            initial=(fact.source or {}).get("text", ""),
        )
        self.fields["reason"] = reason

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "rows" in self.fields:
            try:
                data["rows"] = rows_from(data.get("rows") or "")
            except forms.ValidationError as error:
                self.add_error("rows", error)
        elif (data.get("value") is None) == (not data.get("missing")) and "value" not in self.errors:
            self.add_error("value", _("請填更正後的數，或選是哪一種沒有數字；兩者只能一個。"))
        return data


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
    valid_from = RocDate(label=gettext_lazy("適用期間，起"))
    valid_to = RocDate(
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


def period_default(today: date) -> Period:
    """The half year that ended last: what is filed most often."""
    half = 1 if today.month > 6 else 2
    return parse_period(f"{today.year if half == 1 else today.year - 1}-H{half}")
