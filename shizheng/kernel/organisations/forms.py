"""Forms on units. What was typed stays when an action refuses; its message stands beside the field."""

from collections.abc import Container
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.words import called, tell
from shizheng.kernel.organisations import queries
from shizheng.kernel.organisations.actions import NewUnit
from shizheng.kernel.organisations.models import ControlLevel, UnitKind
from shizheng.kernel.organisations.rules import Node
from shizheng.web.dates import RocDateField as DayField


def unit_choices(on: date | None = None, *, without: int | None = None) -> list[tuple[str, str]]:
    """The tree of a day as choices, each below its parent, without a unit and what is below it."""
    tree = queries.tree(on)
    left_out = tree.subtree_ids(without) if without else frozenset()
    return [(str(n.id), "　" * tree.depth(n.id) + n.name) for n in tree if n.id not in left_out]


def called_units(reach: Container[int] | None = None) -> list[tuple[int, str]]:
    """Agencies and units of today as choices, as the reader's language calls them; within `reach` where it is given."""
    return [
        (node.id, called(node))
        for node in queries.tree()
        if node.kind != UnitKind.CITY and (reach is None or node.id in reach)
    ]


class ActionForm(forms.Form):
    """A form whose action may refuse."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def refuse(self, failure: CannotDo) -> None:
        """Put what the action said beside the fields that it names, the rest at the top."""
        if isinstance(failure, BadInput) and failure.fields:
            for name, texts in failure.fields.items():
                target = name if name in self.fields else None
                for text in texts:
                    self.add_error(target, text)
        else:
            self.add_error(None, failure.message)


class ChangeForm(ActionForm):
    """Shared: effective day, basis, reason."""

    on = DayField(label=_("生效日"))
    legal_basis = forms.CharField(
        label=_("依據"), max_length=300, required=False, help_text=_("法規條文或函號；沒有就寫理由。")
    )
    reason = forms.CharField(
        label=_("理由"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()
        self.order_fields(
            [
                *[n for n in self.fields if n not in ("on", "legal_basis", "reason")],
                "on",
                "legal_basis",
                "reason",
            ]
        )

    def why(self) -> dict[str, Any]:
        """Day, basis and reason as the actions take them."""
        return {name: self.cleaned_data[name] for name in ("on", "legal_basis", "reason")}


class NamesForm(ChangeForm):
    name = forms.CharField(label=_("名稱"), max_length=100)
    short_name = forms.CharField(label=_("簡稱"), max_length=50, required=False)
    name_en = forms.CharField(label=_("英文名稱"), max_length=200, required=False)


class OpenForm(NamesForm):
    code = forms.CharField(
        label=_("代碼"), max_length=40, help_text=_("英文、數字、點、底線、連字號；裁撤後也不重複使用。")
    )
    kind = forms.ChoiceField(label=_("種類"), choices=[c for c in UnitKind.choices if c[0] != UnitKind.CITY])
    parent = forms.ChoiceField(label=_("上級機關"))
    control_level = forms.ChoiceField(
        label=_("管制層級"), choices=ControlLevel.choices, initial=ControlLevel.AGENCY
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = unit_choices()  # type: ignore[attr-defined]
        self.order_fields(["kind", "parent", "code", "name", "short_name", "name_en", "control_level"])


class MoveForm(ChangeForm):
    parent = forms.ChoiceField(label=_("新的上級機關"))

    def __init__(self, *args: Any, node: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = unit_choices(without=node.id)  # type: ignore[attr-defined]


class LevelForm(ChangeForm):
    control_level = forms.ChoiceField(label=_("管制層級"), choices=ControlLevel.choices)


class CloseForm(ChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("裁撤日")
        self.fields["on"].help_text = _("從這一天起不存在。例如 115-01-01")


class MergeForm(ChangeForm):
    others = forms.MultipleChoiceField(
        label=_("一起整併的機關"), required=False, widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("除了這個機關以外，還有哪些一起。"),
    )  # fmt: skip
    into = forms.ChoiceField(label=_("承接的機關"), help_text=_("選既有的機關，或設立新的。"))
    code = forms.CharField(label=_("新機關的代碼"), max_length=40, required=False)
    name = forms.CharField(label=_("新機關的名稱"), max_length=100, required=False)
    short_name = forms.CharField(label=_("新機關的簡稱"), max_length=50, required=False)

    def __init__(self, *args: Any, node: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = unit_choices()
        self.fields["others"].choices = [c for c in choices if c[0] != str(node.id)]  # type: ignore[attr-defined]
        self.fields["into"].choices = [("", _("設立新的機關")), *choices]  # type: ignore[attr-defined]
        self.fields["into"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("into"):
            for name in ("code", "name"):
                if not cleaned.get(name):
                    self.add_error(name, tell("設立新的機關要寫代碼和名稱。"))
        return cleaned

    def successor(self) -> int | NewUnit:
        """The unit that takes over."""
        data = self.cleaned_data
        return int(data["into"]) if data["into"] else NewUnit(data["code"], data["name"], data["short_name"])


class SplitForm(ChangeForm):
    keeps = forms.BooleanField(label=_("原機關保留"), required=False)
    parts = forms.CharField(
        label=_("新的機關"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一個：代碼,名稱,簡稱。原機關不保留時，沒有指定的下級都給第一個。"),
    )  # fmt: skip

    def __init__(self, *args: Any, node: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children = queries.tree().children(node.id)
        for child in self.children:
            self.fields[f"child_{child.id}"] = forms.CharField(
                label=_now("「%(name)s」給哪一個（代碼）") % {"name": child.name},
                required=False,
                max_length=40,
            )
        self.order_fields(["parts", "keeps"])

    def clean_parts(self) -> list[NewUnit]:
        parts = []
        for line in self.cleaned_data["parts"].splitlines():
            cells = [cell.strip() for cell in line.replace("，", ",").split(",")]
            if not any(cells):
                continue
            if len(cells) < 2 or len(cells) > 3:
                raise ValidationError(tell("這一行看不懂：%(line)s。要寫成：代碼,名稱,簡稱。", line=line))
            parts.append(NewUnit(*cells))
        return parts

    def given(self) -> dict[int, str]:
        """Which part takes which unit below."""
        values = {child.id: self.cleaned_data.get(f"child_{child.id}", "").strip() for child in self.children}
        return {child: code for child, code in values.items() if code}


class AliasForm(ActionForm):
    aliases = forms.CharField(
        label=_("別名"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一個。匯入文件時，寫這些名字也認得。台、臺視為相同，不必兩種都寫。"),
    )  # fmt: skip
    reason = forms.CharField(label=_("理由"), max_length=500, required=False)


class LoadForm(ActionForm):
    file = forms.FileField(label=_("CSV 檔"), help_text=_("UTF-8；欄位同匯出的檔。沒有寫到的機關不動。"))
    on = DayField(
        label=_("生效日"), help_text=_("有改變的機關從這一天起改；新的機關可以在檔案裡寫自己的 start_date。")
    )
    reason = forms.CharField(label=_("理由"), max_length=500)
    rehearse = forms.BooleanField(label=_("先試讀，不要存"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()
