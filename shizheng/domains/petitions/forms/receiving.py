"""登錄陳情: what an officer takes in. The action checks again; the form says it earlier and beside the field."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.domains.petitions.actions.receiving import SEALED, NewPetition
from shizheng.domains.petitions.channels import channels
from shizheng.domains.petitions.forms.shared import category_choices, long_text
from shizheng.domains.petitions.models.petitions import SOURCES
from shizheng.domains.petitions.models.reference import CLASSES
from shizheng.domains.petitions.rules.classes import PetitionClass, Source
from shizheng.kernel.files.forms import StoredFileField
from shizheng.kernel.files.rules import IMAGES
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.dates import RocDateField
from shizheng.web.forms import short_box

LANGUAGES = [
    ("zh-Hant", gettext_lazy("國語")),
    ("nan", gettext_lazy("臺語")),
    ("hak", gettext_lazy("客語")),
    ("en", gettext_lazy("英語")),
    ("vi", gettext_lazy("越南語")),
    ("id", gettext_lazy("印尼語")),
    ("th", gettext_lazy("泰語")),
]


def degree(label: Any, most: int, example: Any) -> forms.DecimalField:
    """Longitude or latitude (WGS 84)."""
    return forms.DecimalField(
        label=label, required=False, min_value=-most, max_value=most, max_digits=9, decimal_places=6,
        help_text=example, widget=short_box("decimal"),
    )  # fmt: skip


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
    longitude = degree(gettext_lazy("經度"), 180, gettext_lazy("例如 120.679123；也可以在地圖上點。"))
    latitude = degree(gettext_lazy("緯度"), 90, gettext_lazy("例如 24.138567。"))
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

    def clean(self) -> dict[str, Any]:
        """A place on the map has both numbers."""
        given: dict[str, Any] = super().clean() or {}
        for name, other in (("longitude", "latitude"), ("latitude", "longitude")):
            if given.get(name) is None and given.get(other) is not None and name not in self.errors:
                self.add_error(name, _("經度和緯度要一起寫；不知道的兩個都留空。"))
        return given

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
            point=self._point(),
            petitioner={name: given[name] for name in SEALED},
            read_back=given["read_back"],
            signed=given["signed"],
            letter_number=given["letter_number"],
            letter_from=given["letter_from"],
            restricted=given["restricted"],
            photographs=photographs,
        )

    def _point(self) -> tuple[float, float] | None:
        there = self.cleaned_data["longitude"], self.cleaned_data["latitude"]
        return None if None in there else (float(there[0]), float(there[1]))
