"""What people say about photographs, and what they bring back from the site."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.domains.projects.forms.tenders import short, version_field
from shizheng.domains.projects.models import ProjectPhoto, SiteVisit
from shizheng.domains.projects.rules.planning import months_between
from shizheng.domains.projects.templatetags.projects import month_label
from shizheng.kernel.files.forms import StoredFileField
from shizheng.kernel.files.rules import IMAGES
from shizheng.web.templatetags import ui

YEARS_BACK = 3


def degree(label: Any, example: Any) -> forms.DecimalField:
    """Longitude or latitude."""
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=9,
        decimal_places=6,
        help_text=example,
        widget=short("decimal"),
    )


class AboutPhotoForm(forms.Form):
    """What is said of one photograph or of several."""

    caption = forms.CharField(
        label=gettext_lazy("說明"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("拍的是什麼，例如「P3 橋墩樁基完成」。"),
    )
    period = forms.ChoiceField(
        label=gettext_lazy("月份"),
        required=False,
        help_text=gettext_lazy("放進哪個月的會議資料；不選就照拍攝時間。"),
    )
    checkpoint = forms.ChoiceField(label=gettext_lazy("檢核點"), required=False)
    visit_id = forms.TypedChoiceField(
        label=gettext_lazy("實地查訪"), required=False, coerce=int, empty_value=None
    )
    public = forms.BooleanField(
        label=gettext_lazy("可以對外公開"),
        required=False,
        help_text=gettext_lazy(
            "勾選就刊登在這件標案的公開頁，取消就撤下；沒勾的只在府內看得到。看得到人臉或車牌的請勿勾選。"
        ),
    )

    def __init__(
        self,
        *args: Any,
        checkpoints: dict[str, str],
        visits: Sequence[SiteVisit] = (),
        month: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        months = months_between(today.replace(year=today.year - YEARS_BACK, day=1), today)
        months = sorted({*months, month} - {""}, reverse=True)
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            ("", _("（照拍攝時間）")),
            *((each, month_label(each)) for each in months),
        ]
        self.fields["checkpoint"].choices = [("", _("（不指定）")), *checkpoints.items()]  # type: ignore[attr-defined]
        if visits:
            self.fields["visit_id"].choices = [  # type: ignore[attr-defined]
                ("", _("（不是查訪時拍的）")),
                *((each.pk, f"{ui.day_text(each.visit_on)} {each.called_by}") for each in visits),
            ]
        else:
            del self.fields["visit_id"]

    def values(self) -> dict[str, Any]:
        """The fields, as the actions take them."""
        left_out = ("version", "photos")
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


class AddPhotosForm(AboutPhotoForm):
    """Photographs, several at a time; what is said goes with all of them."""

    photos = StoredFileField(
        label=gettext_lazy("相片"),
        allow=IMAGES,
        multiple=True,
        help_text=gettext_lazy(
            "可以一次選十張：JPEG、PNG、WebP。拍攝時間與位置會讀出來，然後從存的相片裡拿掉。"
        ),
    )
    field_order = ("photos",)


class EditPhotoForm(AboutPhotoForm):
    """What is said of one photograph, with its place."""

    version = version_field()
    longitude = degree(gettext_lazy("經度"), gettext_lazy("例如 120.679123；也可以在地圖上點。"))
    latitude = degree(gettext_lazy("緯度"), gettext_lazy("例如 24.138567。"))
    field_order = (
        "version",
        "caption",
        "period",
        "checkpoint",
        "visit_id",
        "longitude",
        "latitude",
        "public",
    )

    def values(self) -> dict[str, Any]:
        """The fields; a month that was left open stays as it is."""
        found = super().values()
        if not found["period"]:
            del found["period"]
        return found


def shown(row: ProjectPhoto) -> dict[str, Any]:
    """What stands there, as the form shows it."""
    return {
        "version": row.version,
        "caption": row.caption,
        "period": row.period,
        "checkpoint": row.checkpoint,
        "visit_id": row.visit_id,
        "longitude": row.longitude,
        "latitude": row.latitude,
        "public": row.public,
    }


class SiteForm(forms.Form):
    """What is brought back from the site in one go: a photograph, a note, or both. `key` says which sending it is."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{8,60}$", widget=forms.HiddenInput)
    session = forms.RegexField(r"^[A-Za-z0-9_-]{8,60}$", required=False, widget=forms.HiddenInput)
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    photo = forms.FileField(
        label=gettext_lazy("相片"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    caption = forms.CharField(label=gettext_lazy("相片說明"), required=False, max_length=300)
    text = forms.CharField(
        label=gettext_lazy("現場情形"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy("看到什麼、與預定差在哪裡、要誰處理。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    works = forms.DecimalField(
        label=gettext_lazy("現場研判施工進度（%）"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=gettext_lazy("供對照；每月的進度仍以填報為準。"),
        widget=short("decimal"),
    )
    longitude = degree(gettext_lazy("經度"), gettext_lazy("按「目前位置」就會填。"))
    latitude = degree(gettext_lazy("緯度"), "")

    def clean(self) -> dict[str, Any]:
        """Something has to be brought."""
        given = super().clean() or {}
        if not given.get("photo") and not (given.get("text") or "").strip() and "photo" not in self.errors:
            raise forms.ValidationError(_("還沒有相片，也沒有寫現場情形。至少要有一樣。"))
        return given
