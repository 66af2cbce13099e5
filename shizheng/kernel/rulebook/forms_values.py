"""A form for the value of each kind, and of what is typed the JSON that the rule keeps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shizheng.common.words import read
from shizheng.kernel.rulebook.forms import RefusableForm
from shizheng.kernel.rulebook.rules import SIGNERS
from shizheng.kernel.rulebook.words import (
    CHANNEL_WORDS,
    DEADLINE_WORDS,
    PERIOD_WORDS,
    PERSON_WORDS,
    UNIT_WORDS,
)

MOST_ROWS = 40
MOST_LEVELS = len(SIGNERS)
SPARE_ROWS = 2
SHORT = {"class": "inp inp-short"}
MONTHS = [(str(month), str(month)) for month in range(1, 13)]

Fields = dict[str, Callable[[], forms.Field]]


def _number(label: Any, low: int, high: int, **more: Any) -> Callable[[], forms.Field]:
    return lambda: forms.IntegerField(
        label=label, min_value=low, max_value=high, widget=forms.NumberInput(attrs=SHORT), **more
    )


def _text(label: Any, most: int = 40, help_text: Any = "", **more: Any) -> Callable[[], forms.Field]:
    short = forms.TextInput(attrs=SHORT | {"autocomplete": "off"}) if most <= 40 else forms.TextInput()
    return lambda: forms.CharField(label=label, max_length=most, widget=short, help_text=help_text, **more)


def _select(label: Any, words: Mapping[str, Any], **more: Any) -> Callable[[], forms.Field]:
    return lambda: forms.ChoiceField(label=label, choices=list(words.items()), **more)


def _several(label: Any, choices: list[tuple[str, Any]], **more: Any) -> Callable[[], forms.Field]:
    return lambda: forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **more
    )


def _level(number: int) -> Callable[[], forms.Field]:
    """Who signs off at this place of the order; the first is needed."""
    signers = [(code, PERSON_WORDS[code]) for code in SIGNERS]
    return lambda: forms.ChoiceField(
        label=_now("第 %(n)s 關核章") % {"n": number}, required=number == 1,
        choices=[("", _("沒有這一關")), *signers] if number > 1 else signers,
    )  # fmt: skip


MONTH_DAY = _("月日，例如 04-30。")
_WAYS = {"times": _("每段時間幾次"), "every": _("每隔多久一次"), "regular": _("定期（沒有寫次數）")}

SINGLE: dict[str, Fields] = {
    "threshold": {"value": _text(_("數值"))},
    "kpi_target": {"value": _text(_("目標值"))},
    "count": {"value": _number(_("數量"), 0, 10**9)},
    "rank": {"value": _number(_("名次"), 1, 10_000)},
    "range": {"min": _text(_("下限（含）")), "max": _text(_("上限（含）"))},
    "deadline": {"n": _number(_("期間"), 0, 3_660), "unit": _select(_("單位"), DEADLINE_WORDS)},
    "date": {"value": _text(_("日期"), help_text=_("例如 115-04-30 或 2026-04-30。"))},
    "monthly_deadline": {
        "day": _number(_("每月幾日前"), 1, 31, help_text=_("該月沒有這一天時，算月底。")),
        "months": _several(_("哪些月份"), MONTHS),
    },
    "quarterly_deadline": {
        "month": _select(_("季的第幾個月"), {"1": "1", "2": "2", "3": "3"}),
        "day": _number(_("幾日前"), 1, 31),
    },
    "yearly_deadline": {"value": _text(_("每年哪一天前"), help_text=MONTH_DAY)},
    "frequency": {
        "way": _select(_("怎麼說"), _WAYS),
        "times": _number(_("幾次"), 1, 10_000, required=False),
        "per": _select(_("每段時間"), PERIOD_WORDS, required=False),
        "every": _number(_("每隔"), 1, 1_000, required=False),
        "unit": _select(_("間隔的單位"), UNIT_WORDS, required=False),
        "months": _several(_("固定在哪些月份"), MONTHS, required=False),
        "days": _text(_("固定在每月哪幾日"), help_text=_("以空白分開，例如 15 30。"), required=False),
    },
    "composition": {
        "min": _number(_("最少"), 0, 100_000, required=False),
        "max": _number(_("最多"), 0, 100_000, required=False),
        "parts": lambda: forms.CharField(
            label=_("或：由哪些組成"), required=False, max_length=4_000, help_text=_("一行一個；填了這裡就不填人數。"),
            widget=forms.Textarea(attrs={"rows": 6}),
        ),
    },
    "text": {"value": _text(_("文字"), 500)},
    "stage_target": {},
    "ladder": {},
    "table": {},
    "filing_round": {
        **{f"level_{n}": _level(n) for n in range(1, MOST_LEVELS + 1)},
        "ladder": _text(_("稽催規則的代碼"), 60, help_text=_("逾期時依哪一條規則通知誰，例如 filing.ladder。")),
    },
}  # fmt: skip

ROWS: dict[str, Fields] = {
    "stage_target": {
        "at": _text(_("到哪一天"), help_text=MONTH_DAY, required=False),
        "value": _text(_("目標值"), required=False),
    },
    "ladder": {
        "after": _number(_("到期後幾個工作天"), -250, 250, required=False, help_text=_("到期前用負數。")),
        "to": _select(_("通知誰"), PERSON_WORDS, required=False),
        "channel": _several(_("怎麼通知"), list(CHANNEL_WORDS.items()), required=False),
    },
    "table": {
        "min": _text(_("分數下限（含）"), required=False),
        "label": _text(_("等第"), required=False),
    },
    "filing_round": {
        "period": _text(_("期別"), 4, required=False, help_text=_("H1、Y、Q1 到 Q4。")),
        "opens": _text(_("開始"), help_text=MONTH_DAY, required=False),
        "due": _text(_("到期"), help_text=MONTH_DAY, required=False),
        "closes": _text(_("關閉"), help_text=MONTH_DAY, required=False),
        "next_year": lambda: forms.BooleanField(label=_("在次年"), required=False),
    },
}
LEADS = {"stage_target": "at", "ladder": "after", "table": "min", "filing_round": "period"}
"""The field of a row without which the row counts as empty."""


def _of_row(field: forms.Field, number: int) -> forms.Field:
    """A field in a table: its label stands over the column, so the input is called by row and column."""
    if not isinstance(field.widget, forms.CheckboxSelectMultiple):
        field.widget.attrs["aria-label"] = f"{row_word(number)} {field.label}"
    return field


@dataclass(frozen=True, slots=True)
class FormRow:
    """The bound fields of one row, for the page."""

    number: int
    fields: list[Any]

    @property
    def name(self) -> str:
        """What the row is called on the page."""
        return row_word(self.number)

    @property
    def errors(self) -> bool:
        """Whether anything in it has to be changed."""
        return any(field.errors for field in self.fields)


class ValueForm(RefusableForm):
    """The value of a rule, in fields of its kind. `cleaned_value()` is the JSON."""

    prefix = "value"

    def __init__(self, data: Any = None, *, kind: str, shape: Mapping[str, Any], value: Any = None) -> None:
        super().__init__(data)
        self.kind = kind
        if kind == "choice":
            choices = [(code, read(text)) for code, text in shape["options"].items()]
            self.fields["value"] = forms.ChoiceField(
                label=_("讀法"), choices=choices, widget=forms.RadioSelect
            )
        for name, make in SINGLE.get(kind, {}).items():
            self.fields[name] = make()
        given = initial_of(kind, value)
        rows = given.pop("rows", [])
        self.count = self._rows_sent() if self.is_bound else min(len(rows) + SPARE_ROWS, MOST_ROWS)
        if kind in ROWS:
            for number in range(self.count):
                for name, make in ROWS[kind].items():
                    self.fields[f"{number}-{name}"] = _of_row(make(), number + 1)
            for number, row in enumerate(rows):
                given |= {f"{number}-{name}": content for name, content in row.items()}
        self.initial = given

    def _rows_sent(self) -> int:
        lead = LEADS.get(self.kind)
        numbers = [number for number in range(MOST_ROWS) if f"value-{number}-{lead}" in self.data]
        return max(numbers) + 1 if numbers else SPARE_ROWS

    def singles(self) -> list[Any]:
        """Fields that stand once."""
        return [self[name] for name in self.fields if not name[0].isdigit()]

    def rows(self) -> list[FormRow]:
        """The rows, each with its fields."""
        names = ROWS.get(self.kind, {})
        if not names:
            return []
        return [FormRow(n + 1, [self[f"{n}-{name}"] for name in names]) for n in range(self.count)]

    def cleaned_value(self) -> Any:
        """What was typed, as the rule keeps it; `rules.read_value` judges it."""
        given = self.cleaned_data
        rows = []
        for number in range(self.count if self.kind in ROWS else 0):
            row = {name: given.get(f"{number}-{name}") for name in ROWS[self.kind]}
            if row[LEADS[self.kind]] not in (None, ""):
                rows.append(row)
        return value_from(self.kind, given, rows)

    def refuse_value(self, texts: list[str]) -> None:
        """Say beside the value what is wrong with it."""
        name = next(iter(self.fields))
        for text in texts:
            self.add_error("value" if "value" in self.fields else name, text)


def initial_of(kind: str, value: Any) -> dict[str, Any]:
    """What a stored value looks like in the form."""
    if value is None:
        return {"months": [month for month, _label in MONTHS]} if kind == "monthly_deadline" else {}
    if kind in ("stage_target", "ladder", "table"):
        return {"rows": list(value)}
    if kind == "filing_round":
        levels = {f"level_{n}": level for n, level in enumerate(value["levels"], 1)}
        return levels | {"ladder": value["ladder"], "rows": value["windows"]}
    if kind == "composition" and isinstance(value, list):
        return {"parts": "\n".join(value)}
    if not isinstance(value, dict):
        return {"value": value}
    given = dict(value)
    if kind == "monthly_deadline":
        given.setdefault("months", [month for month, _label in MONTHS])
    if kind == "frequency":
        given["way"] = next((way for way in _WAYS if way in value), "regular")
        given["days"] = " ".join(str(day) for day in value.get("days", ()))
    return given


def value_from(kind: str, given: Mapping[str, Any], rows: list[dict[str, Any]]) -> Any:
    """The JSON of what was typed in the form of a kind."""
    match kind:
        case "stage_target" | "table" | "ladder":
            return rows
        case "filing_round":
            levels = [given.get(f"level_{n}") for n in range(1, MOST_LEVELS + 1)]
            return {"windows": rows, "levels": [each for each in levels if each], "ladder": given["ladder"]}
        case "range":
            return {"min": given["min"], "max": given["max"]}
        case "deadline":
            return {"n": given["n"], "unit": given["unit"]}
        case "date":
            return _day(given["value"])
        case "quarterly_deadline":
            return {"day": given["day"], "month": int(given["month"])}
        case "monthly_deadline":
            months = [int(each) for each in given["months"]]
            return {"day": given["day"]} if len(months) == 12 else {"day": given["day"], "months": months}
        case "composition":
            parts = [line.strip() for line in given.get("parts", "").splitlines() if line.strip()]
            return parts or {"min": given.get("min"), "max": given.get("max")}
        case "frequency":
            return _frequency(given)
        case _:
            return given["value"]


def _frequency(given: Mapping[str, Any]) -> dict[str, Any]:
    ways = {"times": ("times", "per"), "every": ("every", "unit"), "regular": ()}
    found: dict[str, Any] = {name: given[name] for name in ways[given["way"]]} or {"regular": True}
    if given.get("months"):
        found["months"] = [int(each) for each in given["months"]]
    days = given.get("days", "").split()
    if days:
        found["days"] = [int(day) if day.isascii() and day.isdigit() else day for day in days]
    return found


def _day(text: str) -> str:
    from shizheng.common.roc import DateNotUnderstood, parse_date

    try:
        return parse_date(text).isoformat()
    except DateNotUnderstood:
        return text


def row_word(number: int) -> str:
    """The heading of a row."""
    return _now("第 %(n)s 列") % {"n": number}
