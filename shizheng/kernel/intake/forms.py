"""What people type when they take files in: the file, the mapping, the reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.kernel.intake.queries import MOST_SHOWN_VALUES, Words
from shizheng.kernel.intake.reading import LARGEST, too_large
from shizheng.kernel.intake.registry import Target, TargetField
from shizheng.kernel.intake.rules.mapping import LONGEST, Given
from shizheng.kernel.intake.rules.proposing import WHY_LABELS, Why
from shizheng.kernel.intake.rules.typing import KIND_LABELS, LOOKED_UP
from shizheng.web.forms import reason_field


class UploadForm(forms.Form):
    """A file for one target."""

    file = forms.FileField(
        label=gettext_lazy("檔案"),
        help_text=gettext_lazy("CSV、TSV（UTF-8 或 Big5，可以壓成 .gz）、XLSX、ODS、JSON 或 XML，5 MB 以內。欄名不必與這裡相同。"),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.tsv,.txt,.gz,.xlsx,.ods,.json,.xml"}
        ),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(too_large())
        return file


class ApplyForm(forms.Form):
    """Take it in, with a reason; rows that cannot be taken may be left out in so many words."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    leave_out = forms.BooleanField(
        label=gettext_lazy("略過不能讀入的列，其餘照樣讀入"),
        help_text=gettext_lazy("略過了哪些列、為什麼，都會寫在報告裡。"),
        required=False,
    )
    reason = reason_field()

    def __init__(self, *args: Any, refused: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not refused:
            del self.fields["leave_out"]


class ForgetForm(forms.Form):
    """Forget a mapping."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    reason = reason_field()


class MappingForm(forms.Form):
    """Each field of the target: its column, or a constant; and what foreign words mean here."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    def __init__(
        self,
        *args: Any,
        target: Target,
        headings: Sequence[str],
        given: Given,
        samples: Sequence[Sequence[str]] = (),
        why: Mapping[str, str] | None = None,
        unknown: Mapping[str, Mapping[str, int]] | None = None,
        reason: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.given, self.headings = target, given, headings
        self.samples, self.why, self.words = samples, why or {}, Words(target)
        self.translations: dict[str, tuple[str, str]] = {}
        columns = [
            ("", _("（沒有這一欄）")),
            *((str(n), heading_label(headings, n)) for n in range(len(headings))),
        ]
        for each in target.fields:
            self.fields[f"column_{each.code}"] = forms.ChoiceField(
                label=each.label,
                choices=columns,
                required=False,
                initial=str(given.columns.get(each.code, "")),
            )
            self.fields[f"constant_{each.code}"] = self._constant(each)
        wanted = {code: list(words)[:MOST_SHOWN_VALUES] for code, words in (unknown or {}).items()}
        for code, known in given.values.items():
            wanted[code] = [*known, *(each for each in wanted.get(code, ()) if each not in known)]
        for code, words in wanted.items():
            self._translate(code, words, (unknown or {}).get(code, {}))
        if reason:
            self.fields["reason"] = reason_field()

    def _constant(self, each: TargetField) -> forms.Field:
        label = _("%(name)s：固定的值") % {"name": each.label}
        now = self.given.constants.get(each.code, "")
        if each.kind in LOOKED_UP:
            choices = [("", _("（不固定）")), *self.words.options(each)]
            return forms.ChoiceField(label=label, choices=choices, required=False, initial=now)
        return forms.CharField(label=label, max_length=LONGEST, required=False, initial=now)

    def _translate(self, code: str, words: Sequence[str], counts: Mapping[str, int]) -> None:
        field = self.target.field(code)
        if field is None or field.kind not in LOOKED_UP:
            return
        choices = [("", _("（沒有指定）")), *self.words.options(field)]
        for n, word in enumerate(words):
            name = f"value_{code}_{n}"
            self.translations[name] = (code, word)
            rows = _("（%(n)s 列）") % {"n": counts[word]} if word in counts else ""
            self.fields[name] = forms.ChoiceField(
                label=f"{field.label}「{word[:80]}」{rows}",
                choices=choices,
                required=False,
                initial=self.given.values.get(code, {}).get(word, ""),
            )

    def rows(self) -> list[dict[str, Any]]:
        """The fields of the target as the page lists them."""
        out = []
        for each in self.target.fields:
            place = self.given.columns.get(each.code)
            out.append(
                {
                    "field": each,
                    "kind": _(KIND_LABELS[each.kind]),
                    "column": self[f"column_{each.code}"],
                    "constant": self[f"constant_{each.code}"],
                    "why": _(WHY_LABELS[Why(self.why[each.code])]) if each.code in self.why else "",
                    "samples": self.samples[place] if place is not None and place < len(self.samples) else (),
                }
            )
        return out

    def value_rows(self) -> list[Any]:
        """The foreign words and what they mean here."""
        return [self[name] for name in self.translations]

    def mapping(self) -> dict[str, Any]:
        """What was typed, as the actions take it."""
        data = self.cleaned_data
        values: dict[str, dict[str, str]] = {}
        for name, (code, word) in self.translations.items():
            if data.get(name):
                values.setdefault(code, {})[word] = data[name]
        return {
            "columns": {
                each.code: int(data[f"column_{each.code}"])
                for each in self.target.fields
                if data.get(f"column_{each.code}")
            },
            "constants": {
                each.code: data[f"constant_{each.code}"]
                for each in self.target.fields
                if data.get(f"constant_{each.code}")
            },
            "values": values,
        }


def heading_label(headings: Sequence[str], place: int) -> str:
    """A column as the page names it: where a heading is empty or there twice, with its place."""
    name = headings[place].strip()
    if not name:
        return _("第 %(n)s 欄（沒有欄名）") % {"n": place + 1}
    if list(headings).count(headings[place]) > 1:
        return _("%(name)s（第 %(n)s 欄）") % {"name": name[:60], "n": place + 1}
    return name[:60]
