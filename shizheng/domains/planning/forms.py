"""What people type about plans. The actions check again; these say it earlier and beside the field."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.permissions import Actor
from shizheng.domains.planning.models import Direction
from shizheng.kernel.files.rules import Refused, checked_name
from shizheng.kernel.organisations import queries as organisations

MAX_BYTES = 5 * 1024 * 1024


class ImportForm(forms.Form):
    """A file or pasted text, and whose plan it is where the document does not say."""

    file = forms.FileField(
        label=gettext_lazy("檔案"),
        required=False,
        help_text=gettext_lazy("ODT、Word（.docx）、PDF、純文字（.txt），或本系統匯出的 JSON，5 MB 以內。"),
        error_messages={
            "empty": gettext_lazy("檔案是空的（0 位元組），沒有讀取。請確認選對檔案，或重新匯出後再上傳。")
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".odt,.docx,.pdf,.txt,.json,text/plain"}),
    )
    text = forms.CharField(
        label=gettext_lazy("或貼上全文"),
        required=False,
        strip=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    agency = forms.TypedChoiceField(
        label=gettext_lazy("機關"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("文件印有機關名稱時可以不選。"),
    )
    roc_year = forms.IntegerField(
        label=gettext_lazy("民國年度"),
        required=False,
        min_value=1,
        max_value=300,
        help_text=gettext_lazy("文件印有年度時可以不填。"),
        widget=forms.NumberInput(attrs={"class": "inp-short"}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = actor.units_where("planning.import")
        nodes = [node for node in organisations.tree() if units is None or node.id in units]
        self.fields["agency"].choices = [("", _("（依文件所印）")), *((node.id, node.name) for node in nodes)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file, text = data.get("file"), (data.get("text") or "").strip()
        if bool(file) == bool(text) and "file" not in self.errors:
            self.add_error("file", _("請選一個檔案，或貼上全文，兩者擇一。"))
        if file:
            try:
                file.name = checked_name(file.name)
            except Refused as failure:
                self.add_error("file", failure.message)
        if file and file.size > MAX_BYTES:
            self.add_error("file", _("檔案超過 5 MB，沒有讀取。請只留計畫本文，或先縮小內嵌的圖片。"))
        return data

    def content(self) -> tuple[bytes, str]:
        """The document's bytes and name."""
        file = self.cleaned_data.get("file")
        if file:
            return file.read(), file.name
        return self.cleaned_data["text"].encode(), str(_("貼上的文字.txt"))


class Versioned(forms.Form):
    """A form over a row that others may edit too: carries the version read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("計畫採認後才改，要寫改了什麼、依據什麼。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]
        if "reason" in self.fields:
            self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])

    def changes(self) -> dict[str, Any]:
        """The fields of the row, as the action takes them."""
        return {name: self.cleaned_data[name] for name in self.names}


def _line(label: Any, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=2000, help_text=help_text)


def _text(label: Any, required: bool = False, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=20_000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _number(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=24,
        decimal_places=6,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "inp-short"}),
    )


class GoalForm(Versioned):
    """策略績效目標."""

    name = _line(gettext_lazy("名稱（衡量指標表所印）"), required=True)
    name_in_part_one = _line(gettext_lazy("第一部分所印名稱"), help_text=gettext_lazy("與上面相同就留空。"))
    weight = _number(gettext_lazy("權重（%）"))
    description = _text(gettext_lazy("說明"), rows=5)
    names = ("name", "name_in_part_one", "weight", "description")


class KpiForm(Versioned):
    """衡量指標."""

    name = _line(gettext_lazy("名稱"), required=True)
    weight = _number(gettext_lazy("權重（%）"))
    system = _line(gettext_lazy("評估體制"))
    method = _line(gettext_lazy("評估方式"), help_text=gettext_lazy("例如統計數據、文件資料。"))
    formula_text = _text(gettext_lazy("衡量標準（照印出的寫）"))
    target_text = _line(gettext_lazy("年度目標值（照印出的寫）"))
    target_value = _number(gettext_lazy("目標值（數字）"), gettext_lazy("印的不是數字就留空。"))
    unit = forms.CharField(
        label=gettext_lazy("單位"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("例如 %、件、公里。"),
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("方向"), required=False, choices=[("", "—"), *Direction.choices]
    )
    names = (
        "name", "weight", "system", "method", "formula_text", "target_text", "target_value", "unit", "direction",
    )  # fmt: skip


class WorkPlanForm(Versioned):
    """工作計畫."""

    name = _line(gettext_lazy("名稱"), help_text=gettext_lazy("文件沒有印就留空。"))
    names = ("name",)


class ItemForm(Versioned):
    """施政計畫項目 with its points, one a line."""

    number = forms.CharField(label=gettext_lazy("印出的編號"), required=False, max_length=40)
    title = _line(gettext_lazy("項目"), required=True)
    points = _text(gettext_lazy("實施內容"), rows=10, help_text=gettext_lazy("一點一行。"))
    names = ("number", "title")

    def lines(self) -> list[str]:
        """The points as typed, without empty lines."""
        return [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]


class ReasonForm(forms.Form):
    """An act that needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ActForm(forms.Form):
    """An act on the version that was read."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class MatchForm(forms.Form):
    """Which KPI a result row reports on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    kpi = forms.TypedChoiceField(
        label=gettext_lazy("對應的指標"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, kpis: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kpi"].choices = [("", _("（不對應任何指標）")), *kpis]  # type: ignore[attr-defined]


class FiguresForm(forms.Form):
    """For every input of the formula: which printed number it is, or a number typed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(
        self, *args: Any, inputs: list[tuple[str, str]], printed: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.inputs = [name for name, _label in inputs]
        choices = [("", _("（自行填寫）")), *printed]
        for name, label in inputs:
            self.fields[f"pick_{name}"] = forms.TypedChoiceField(
                label=f"{name}　{label}", required=False, coerce=int, empty_value=None, choices=choices
            )
            self.fields[f"typed_{name}"] = forms.DecimalField(
                label=_("%(name)s 自行填寫") % {"name": name},
                required=False,
                max_digits=24,
                decimal_places=6,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "inp-short"}),
                help_text=_("敘述裡沒有印出時才填，並在下面寫明出處。"),
            )
        self.fields["reason"] = forms.CharField(
            label=_("說明或出處"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
        )

    def chosen(self) -> dict[str, int]:
        """Inputs taken from printed figures, by position."""
        found = {name: self.cleaned_data.get(f"pick_{name}") for name in self.inputs}
        return {name: position for name, position in found.items() if position is not None}

    def typed(self) -> dict[str, Decimal]:
        """Inputs typed by hand; a printed one wins."""
        chosen = self.chosen()
        found = {name: self.cleaned_data.get(f"typed_{name}") for name in self.inputs if name not in chosen}
        return {name: value for name, value in found.items() if value is not None}
