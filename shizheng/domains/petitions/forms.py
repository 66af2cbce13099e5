"""What people type about petitions. The actions check again; these say it earlier and beside the field."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.common.words import called
from shizheng.domains.petitions.actions.receiving import SEALED, NewPetition
from shizheng.domains.petitions.channels import channels
from shizheng.domains.petitions.models.petitions import GROUNDS, SOURCES
from shizheng.domains.petitions.models.reference import CLASSES
from shizheng.domains.petitions.queries.petitions import categories
from shizheng.domains.petitions.rules.classes import PetitionClass, Source
from shizheng.kernel.files.forms import StoredFileField
from shizheng.kernel.files.rules import IMAGES
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.dates import RocDateField
from shizheng.web.forms import reason_field, short_box, version_field

LANGUAGES = [
    ("zh-Hant", gettext_lazy("國語")),
    ("nan", gettext_lazy("臺語")),
    ("hak", gettext_lazy("客語")),
    ("en", gettext_lazy("英語")),
    ("vi", gettext_lazy("越南語")),
    ("id", gettext_lazy("印尼語")),
    ("th", gettext_lazy("泰語")),
]


def long_text(label: Any, rows: int = 4, **options: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=8000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def category_choices() -> list[Any]:
    """Categories in use below their headings."""
    return [
        ("", _("（之後再分類）")),
        *((called(top), [(each.pk, called(each)) for each in below]) for top, below in categories()),
    ]


class NewPetitionForm(forms.Form):
    """登錄陳情: what an officer takes in at the counter, on the phone, or from a letter."""

    channel = forms.ChoiceField(label=gettext_lazy("管道"))
    source = forms.ChoiceField(
        label=gettext_lazy("來源"), required=False, choices=[("", gettext_lazy("（依管道）")), *SOURCES],
        help_text=gettext_lazy("各來源分別編檔號。"),
    )  # fmt: skip
    unit_id = forms.TypedChoiceField(
        label=gettext_lazy("收件機關"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("民眾到您的機關陳情，選您的機關；其他留空，由研考會受理分案。"),
    )  # fmt: skip
    petition_class = forms.ChoiceField(
        label=gettext_lazy("類別"),
        choices=CLASSES,
        initial="petition",
        help_text=gettext_lazy("處理期限依類別計算。"),
    )
    category_id = forms.TypedChoiceField(
        label=gettext_lazy("分類"), required=False, coerce=int, empty_value=None
    )
    subject = forms.CharField(
        label=gettext_lazy("案由"), max_length=300,
        help_text=gettext_lazy("一句話寫什麼事、在哪裡；不要寫姓名、電話等個人資料，案由永久保存。"),
    )  # fmt: skip
    words = long_text(
        gettext_lazy("陳情內容"),
        6,
        help_text=gettext_lazy("照民眾說的寫；只有辦理的人看得到，保存期滿清除。"),
    )
    place = forms.CharField(label=gettext_lazy("地點"), max_length=200, required=False)
    received_on = RocDateField(
        label=gettext_lazy("收件日"), required=False, help_text=gettext_lazy("今天收的留空；來文寫收文日。")
    )
    language = forms.ChoiceField(label=gettext_lazy("語言"), choices=LANGUAGES, initial="zh-Hant")
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=300, required=False,
        help_text=gettext_lazy("姓名與聯絡方式彌封保存，開啟要寫用途並留紀錄；不具名的留空。"),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("電話"), max_length=300, required=False, widget=short_box("tel")
    )
    email = forms.EmailField(label=gettext_lazy("電子郵件"), max_length=300, required=False)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=300, required=False)
    id_number = forms.CharField(
        label=gettext_lazy("身分證字號"), max_length=300, required=False, widget=short_box()
    )
    read_back = forms.BooleanField(
        label=gettext_lazy("言詞陳情：已向陳情人朗讀或使其閱覽，確認無誤"), required=False
    )
    signed = forms.BooleanField(label=gettext_lazy("言詞陳情：陳情人已簽名或蓋章"), required=False)
    letter_from = forms.CharField(label=gettext_lazy("來文或交查機關"), max_length=100, required=False)
    letter_number = forms.CharField(label=gettext_lazy("來文字號"), max_length=100, required=False)
    restricted = forms.BooleanField(
        label=gettext_lazy("限閱"),
        required=False,
        help_text=gettext_lazy("只有承辦人和可以開啟彌封資料的人看得到這件。"),
    )
    photographs = StoredFileField(
        label=gettext_lazy("照片"), allow=IMAGES, multiple=True, required=False,
        help_text=gettext_lazy("照片裡的拍攝資料會移除。"),
    )  # fmt: skip
    near_seen = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = actor.units_where("petitions.open")
        units = [each for each in called_units() if reach is None or each[0] in reach]
        choices: dict[str, Any] = {
            "channel": [(each.code, each.name) for each in channels(counter=True)],
            "unit_id": [*([("", _("（研考會受理）"))] if reach is None else []), *units],
            "category_id": category_choices(),
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]
        self.fields["photographs"].actor = actor  # type: ignore[attr-defined]

    def values(self, photographs: list[Any]) -> NewPetition:
        """What the action takes in."""
        given = self.cleaned_data
        day, now = given["received_on"], clock.now()
        received = None
        if day is not None and day != clock.today():
            received = datetime.combine(day, time(12), clock.TAIPEI)
        return NewPetition(
            subject=given["subject"],
            words=given["words"],
            petition_class=PetitionClass(given["petition_class"]),
            channel=given["channel"],
            source=Source(given["source"]) if given["source"] else None,
            category_id=given["category_id"],
            unit_id=given["unit_id"],
            received_at=received or now,
            language=given["language"],
            place=given["place"],
            petitioner={name: given[name] for name in SEALED},
            read_back=given["read_back"],
            signed=given["signed"],
            letter_number=given["letter_number"],
            letter_from=given["letter_from"],
            restricted=given["restricted"],
            photographs=photographs,
        )


class ActForm(forms.Form):
    """One act: the version that was read; reason and fields as the act asks for them."""

    version = version_field()

    def __init__(
        self,
        *args: Any,
        needs_reason: bool = False,
        asked: tuple[str, ...] = (),
        labels: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for name in asked:
            label = (labels or {}).get(name, name)
            self.fields[name] = (
                forms.ChoiceField(label=label, choices=GROUNDS)
                if name == "ground"
                else forms.CharField(label=label, max_length=300)
            )
        self.fields["reason"] = reason_field()
        self.fields["reason"].required = needs_reason

    def told(self) -> dict[str, Any]:
        """What the act asks for beside the reason."""
        return {name: self.cleaned_data[name] for name in self.asked}


class UnitForm(ActForm):
    """An act that names a unit."""

    unit_id = forms.TypedChoiceField(label=gettext_lazy("機關"), coerce=int)

    def __init__(
        self, *args: Any, units: Any = None, needed: bool = True, label: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit_id"]
        field.choices = [("", _("（請選）")), *(called_units() if units is None else units)]
        field.required, field.empty_value = needed, None
        if label:
            field.label = label


class DispatchForm(UnitForm):
    """分案: the unit, and its officer where one is known."""

    officer_id = forms.TypedChoiceField(
        label=gettext_lazy("承辦人"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer_id"].choices = [("", _("（由機關再分）")), *people]  # type: ignore[attr-defined]
        self.order_fields(["version", "unit_id", "officer_id", "reason"])


class DraftForm(forms.Form):
    """擬答復: the text; what it promises has a day."""

    version = version_field()
    template_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = long_text(gettext_lazy("答復內容"), 12, help_text=gettext_lazy("用民眾看得懂的話，先寫結果。"))
    promise = forms.CharField(
        label=gettext_lazy("答應辦的事"), max_length=300, required=False,
        help_text=gettext_lazy("答復裡答應哪一天以前辦好什麼，要寫在這裡；辦好之前這件不會結案。"),
    )  # fmt: skip
    promise_on = RocDateField(label=gettext_lazy("哪一天以前辦好"), required=False)


class FactsForm(forms.Form):
    """What a template asks of the officer."""

    def __init__(self, *args: Any, names: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        for place, name in enumerate(names):
            self.fields[f"fact{place}"] = forms.CharField(label=name, max_length=500)

    def told(self) -> dict[str, str]:
        """Name → what was told."""
        return {name: self.cleaned_data[f"fact{place}"] for place, name in enumerate(self.names)}


class ExtensionForm(forms.Form):
    """申請展延: how much more, of what the period counts."""

    version = version_field()
    amount = forms.IntegerField(
        label=gettext_lazy("延長多少"), min_value=1, max_value=400, widget=short_box("numeric")
    )
    reason = reason_field()


class DecideExtensionForm(forms.Form):
    """核定展延: yes with the notice to the citizen, or no."""

    version = version_field()
    answer = forms.ChoiceField(
        label=gettext_lazy("決定"), choices=[("yes", gettext_lazy("同意")), ("no", gettext_lazy("不同意"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    told = forms.CharField(
        label=gettext_lazy("怎麼通知民眾"), max_length=300, required=False,
        help_text=gettext_lazy("同意時要寫；期限屆滿前要通知到。"),
    )  # fmt: skip
    reason = reason_field()


class PurposeForm(forms.Form):
    """開啟彌封資料: which part, and for what."""

    name = forms.ChoiceField(label=gettext_lazy("項目"))
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=500,
        help_text=gettext_lazy("誰、什麼時候、為什麼開啟，都會留下紀錄。"),
    )

    def __init__(self, *args: Any, names: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = names  # type: ignore[attr-defined]


class OtherCaseForm(ActForm):
    """Another petition, by its number."""

    number = forms.CharField(label=gettext_lazy("另一件的案號"), max_length=40, widget=short_box())


class EditForm(ActForm):
    """修改分類與地點."""

    category_id = forms.TypedChoiceField(
        label=gettext_lazy("分類"), required=False, coerce=int, empty_value=None
    )
    place = forms.CharField(label=gettext_lazy("地點"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, needs_reason=True, **kwargs)
        self.fields["category_id"].choices = category_choices()  # type: ignore[attr-defined]


class UnlinkForm(ActForm):
    """解除關聯: one of the links that hold."""

    link_id = forms.TypedChoiceField(label=gettext_lazy("關聯的案件"), coerce=int)

    def __init__(self, *args: Any, links: Any, **kwargs: Any) -> None:
        super().__init__(*args, needs_reason=True, **kwargs)
        self.fields["link_id"].choices = links  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """會辦意見."""

    unit_id = forms.TypedChoiceField(label=gettext_lazy("會辦機關"), coerce=int)
    text = long_text(gettext_lazy("會辦意見"), 5)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = units  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """答復範本."""

    version = version_field()
    name = forms.CharField(label=gettext_lazy("名稱"), max_length=80)
    category_id = forms.TypedChoiceField(
        label=gettext_lazy("分類"), required=False, coerce=int, empty_value=None
    )
    text = long_text(
        gettext_lazy("範本"), 10,
        help_text=gettext_lazy("大括號裡是要填的事；案號、案由、收件日、主辦機關、地點、類別由案件帶入，其他的在擬答復時問承辦人。"),
    )  # fmt: skip
    in_use = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("（不限）"))]
        for top, below in categories():
            choices += [(str(top.pk), called(top)), *((str(each.pk), f"　{called(each)}") for each in below)]
        self.fields["category_id"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Fields of the template."""
        return {name: self.cleaned_data[name] for name in ("name", "category_id", "text", "in_use")}
