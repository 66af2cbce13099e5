"""Choosing files in a form: what was chosen is checked at once and stays chosen when the form is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor
from shizheng.kernel.files import actions, queries
from shizheng.kernel.files.models import HeldFile
from shizheng.kernel.files.rules import EVIDENCE, extensions

MOST_AT_ONCE = 10


@dataclass(slots=True)
class Sent:
    """What a browser sent for one field: new files, and numbers of those that were held before."""

    uploads: list[Any] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


class StoredFileWidget(forms.Widget):
    """The box with the files that are held and a plain file input; a script adds dropping files onto it."""

    needs_multipart_form = True
    input_type = "files"

    def __init__(self, allow: frozenset[str] = EVIDENCE, multiple: bool = False) -> None:
        super().__init__()
        self.allow, self.multiple = allow, multiple

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        """New files and held ones; a held one whose tick was taken away is let go by leaving it out."""
        held = data.getlist(f"{name}.held") if hasattr(data, "getlist") else data.get(f"{name}.held", [])
        uploads = files.getlist(name) if hasattr(files, "getlist") else [files[name]] if name in files else []
        return Sent([each for each in uploads if each], [str(each)[:36] for each in held][:MOST_AT_ONCE])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}.held" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """The field as HTML."""
        rows = value if isinstance(value, list | tuple) else []
        context = {
            "name": name, "held": [each for each in rows if isinstance(each, HeldFile)], "multiple": self.multiple,
            "accept": ",".join(f".{each}" for each in extensions(self.allow)),
            "attrs": {**(attrs or {}), "class": f"{(attrs or {}).get('class', '')} inp-file".strip()},
        }  # fmt: skip
        return render_to_string("files/_upload.html", context)


class StoredFileField(forms.Field):
    """Files chosen in a form. Its value is a list of `HeldFile` for `actions.keep_held(actor, [row.pk …], …)`.

    The form gives the person who chooses: `form.fields["evidence"].actor = request.user`. A file that is refused is said
    beside the field, with why and what to do; the others stay.
    """

    default_error_messages = {
        "required": gettext_lazy("請選擇檔案。"),
    }

    def __init__(self, *, allow: frozenset[str] = EVIDENCE, multiple: bool = False, **kwargs: Any) -> None:
        self.allow, self.multiple = allow, multiple
        self.actor: Actor | None = None
        self.chosen: list[HeldFile] = []
        super().__init__(widget=StoredFileWidget(allow, multiple), **kwargs)

    def clean(self, value: Any) -> list[HeldFile]:
        """Hold what was chosen. Raises ValidationError with what each refused file is refused for."""
        if self.actor is None:
            raise TypeError("StoredFileField needs the actor")
        sent = value if isinstance(value, Sent) else Sent()
        self.chosen = queries.held(self.actor, sent.held)
        problems = self._hold(sent.uploads)
        if len(self.chosen) < len(set(sent.held)):
            problems.append(_("先前選的檔案已經過期清除（保留一天），請重新選擇。"))
        if problems:
            raise forms.ValidationError(problems)
        if self.required and not self.chosen:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return self.chosen

    def _hold(self, uploads: Sequence[Any]) -> list[str]:
        assert self.actor is not None
        problems = []
        if len(uploads) > MOST_AT_ONCE:
            problems.append(_("一次最多 %(n)s 個檔案，其餘沒有收下。") % {"n": MOST_AT_ONCE})
        for each in uploads[:MOST_AT_ONCE]:
            try:
                row = actions.hold(self.actor, each, name=each.name, allow=self.allow)
            except CannotDo as failure:
                problems.append(failure.message)
            else:
                self.chosen = [*self.chosen, row] if self.multiple else [row]
        return problems

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again: the files that are held now."""
        return self.chosen

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(isinstance(data, Sent) and (data.uploads or data.held))


class SealForm(forms.Form):
    """Why a file is sealed, or opened again."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
