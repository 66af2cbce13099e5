"""What citizens type. Nothing is refused for its form where it can be understood; each step can be left and come back to."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.citizens.actions.commenting import LONGEST as LONGEST_COMMENT
from shizheng.citizens.rules.survey import MARKS, QUESTIONS
from shizheng.common.words import called, read
from shizheng.domains.petitions.queries.petitions import categories
from shizheng.kernel.organisations.forms import called_units
from shizheng.web.forms import reason_field, short_box, version_field
from shizheng.web.geography import districts

LONGEST = 5000


class TrapField(forms.CharField):
    """A box that people do not see and programs fill in."""

    def __init__(self) -> None:
        super().__init__(
            required=False, max_length=200, label=gettext_lazy("請留空"),
            widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        )  # fmt: skip

    def clean(self, value: Any) -> Any:
        if str(value or "").strip():
            raise forms.ValidationError(_("這一欄要留空，沒有送出。"))
        return ""


class Trapped(forms.Form):
    """A public form with the box for programs at its end."""

    website = TrapField()

    def asked(self) -> list[Any]:
        """The fields that people see."""
        return [field for field in self.visible_fields() if field.name != "website"]


def category_choices() -> list[Any]:
    """Categories below their headings."""
    return [
        ("", _("（不確定，由我們分類）")),
        *((called(top), [(each.pk, called(each)) for each in below]) for top, below in categories()),
    ]


class MultipleFiles(forms.FileInput):
    allow_multiple_selected = True


class WhatForm(Trapped):
    """第一步：什麼事、在哪裡."""

    words = forms.CharField(
        label=gettext_lazy("什麼事"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("寫看到什麼、從什麼時候開始、希望怎麼處理。這段只有辦理的人看得到。"),
    )  # fmt: skip
    category_id = forms.TypedChoiceField(
        label=gettext_lazy("哪一類"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("不確定就留著，我們依您寫的內容建議。"),
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("地點"), max_length=200, required=False,
        help_text=gettext_lazy("地址、路口或地標，例如「中山路 12 號前」。地點會出現在機關的案件清單。"),
    )  # fmt: skip
    district = forms.ChoiceField(label=gettext_lazy("行政區"), required=False)
    longitude = forms.FloatField(
        label=gettext_lazy("經度"), required=False, min_value=119, max_value=123, widget=short_box("decimal")
    )
    latitude = forms.FloatField(
        label=gettext_lazy("緯度"), required=False, min_value=21, max_value=26.5, widget=short_box("decimal"),
        help_text=gettext_lazy("點地圖會自動填；不知道就留空。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category_id"].choices = category_choices()  # type: ignore[attr-defined]
        self.fields["district"].choices = [  # type: ignore[attr-defined]
            ("", _("（不確定）")), *((each.code, called(each)) for each in districts()),
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if ("longitude" in given and "latitude" in given) and (given["longitude"] is None) != (
            given["latitude"] is None
        ):
            self.add_error("latitude", _("經度和緯度要一起填，或都留空。"))
        return given


class PhotographsForm(forms.Form):
    """Files chosen in step one; each is checked by itself."""

    photographs = forms.FileField(
        label=gettext_lazy("照片"), required=False,
        widget=MultipleFiles(attrs={"accept": ".jpg,.jpeg,.png,.webp", "multiple": True}),
        help_text=gettext_lazy("最多 5 張 JPEG、PNG 或 WebP。照片裡的拍攝時間與位置讀過就移除。"),
    )  # fmt: skip


class WhoForm(Trapped):
    """第二步：怎麼回復您."""

    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=100, required=False,
        help_text=gettext_lazy("不寫也可以送出；但沒有真實姓名或聯絡方式的，機關依法可以不處理（行政程序法第 173 條）。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=gettext_lazy("電子郵件"), max_length=254, required=False,
        help_text=gettext_lazy("會寄一封確認信；按了信裡的連結，才會寄進度與答復通知。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("電話"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    restricted = forms.BooleanField(
        label=gettext_lazy("請保密：案件只讓承辦人和必要的主管看到"), required=False
    )
    tell_answer = forms.BooleanField(label=gettext_lazy("答復時寄信通知我"), required=False, initial=True)
    tell_progress = forms.BooleanField(label=gettext_lazy("有進度時寄信通知我"), required=False, initial=True)


class SendForm(Trapped):
    """第三步：送出."""


class LookUpForm(Trapped):
    """查詢進度."""

    number = forms.CharField(label=gettext_lazy("案號"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "inp-short"}))  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("查詢碼"), max_length=40, help_text=gettext_lazy("收案時給您的 10 個字；大小寫都可以。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "inp-short"}),
    )  # fmt: skip


class CommentForm(Trapped):
    """補充說明, and why it should be taken up once more."""

    text = forms.CharField(
        label=gettext_lazy("補充說明"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("只有辦理的人看得到。"),
    )  # fmt: skip


class ReopenForm(CommentForm):
    """申請重啟."""

    text = forms.CharField(
        label=gettext_lazy("哪裡還沒有解決"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class WishesForm(Trapped):
    """通知方式."""

    tell_answer = forms.BooleanField(label=gettext_lazy("答復時寄信通知我"), required=False)
    tell_progress = forms.BooleanField(label=gettext_lazy("有進度時寄信通知我"), required=False)


class SurveyForm(Trapped):
    """滿意度調查: a mark for each question that was asked then."""

    def __init__(self, *args: Any, questions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for name in questions:
            self.fields[name] = forms.TypedChoiceField(
                label=read(QUESTIONS[name]), coerce=int, widget=forms.RadioSelect,
                choices=[(mark, read(label)) for mark, label in MARKS.items()],
            )  # fmt: skip
        self.order_fields([*questions, "website"])

    def marks(self) -> dict[str, int]:
        """Question → mark."""
        return {name: self.cleaned_data[name] for name in self.questions}


class VerifyForm(forms.Form):
    """驗證收據."""

    file = forms.FileField(label=gettext_lazy("收據檔案"), required=False, widget=forms.FileInput(attrs={"accept": ".json"}))  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("或貼上收據的內容"), required=False, max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )  # fmt: skip


class FaqForm(forms.Form):
    """常見問題."""

    version = version_field()
    code = forms.CharField(
        label=gettext_lazy("代碼"),
        max_length=40,
        help_text=gettext_lazy("小寫英文、數字與連字號；匯入時用來認。"),
    )
    question = forms.CharField(label=gettext_lazy("問題"), max_length=200)
    answer = forms.CharField(
        label=gettext_lazy("答案"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("用民眾看得懂的話，先寫結果。不要寫個人資料。"),
    )  # fmt: skip
    keywords = forms.CharField(
        label=gettext_lazy("其他說法"), max_length=300, required=False,
        help_text=gettext_lazy("民眾會怎麼說，用空格分開；搜尋也找這裡。"),
    )  # fmt: skip
    question_en = forms.CharField(label=gettext_lazy("英文問題"), max_length=300, required=False)
    answer_en = forms.CharField(
        label=gettext_lazy("英文答案"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    category = forms.ChoiceField(label=gettext_lazy("分類"), required=False)
    unit_id = forms.TypedChoiceField(
        label=gettext_lazy("負責機關"), required=False, coerce=int, empty_value=None
    )
    order = forms.IntegerField(
        label=gettext_lazy("順序"), min_value=0, max_value=9999, initial=100, widget=short_box("numeric")
    )
    published = forms.BooleanField(label=gettext_lazy("公開"), required=False)
    reason = reason_field()

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not new
        self.fields["unit_id"].choices = [("", _("（沒有）")), *called_units()]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("（沒有）")), *faq_categories()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Fields of the question."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}


def faq_categories() -> list[tuple[str, str]]:
    """Headings of the categories, by code."""
    return [(top.code, called(top)) for top, _below in categories()]
