"""Forms of the calendar. What they let through is checked again by the actions."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.kernel.calendar.rules import DayKind, Unit
from shizheng.kernel.calendar.shipped import districts
from shizheng.web.dates import RocDateField

MOST_DAYS_OF_A_TABLE = 200


def district_choices() -> list[tuple[str, str]]:
    """The districts by code, in the official order."""
    return [(district.code, district.name) for district in districts().values()]


class ReviseDayForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("這一天"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=gettext_lazy("名稱"), required=False, max_length=100,
        help_text=gettext_lazy("例如：國慶日、農曆除夕。改回平常的日子不必填。"),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("依據"), max_length=500,
        help_text=gettext_lazy("公文的日期與字號，或法規的條次。"),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("修訂理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("會寫進歷程和版本說明，所有人都看得到。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, weekend: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        words = {
            DayKind.HOLIDAY: _("放假：國定假日、紀念日"),
            DayKind.SUBSTITUTE: _("補假：假日逢例假日，補在這一天"),
            DayKind.ADJUSTED: _("調整放假：另擇日補行上班"),
            DayKind.MAKE_UP: _("補行上班：週末要上班"),
            DayKind.OBSERVED: _("照常：有名稱，不影響上班"),
            DayKind.ORDINARY: _("平常：照週休二日，沒有名稱"),
        }
        unfit = (DayKind.SUBSTITUTE, DayKind.ADJUSTED) if weekend else (DayKind.MAKE_UP,)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(one.value, text) for one, text in words.items() if one not in unfit]


class AddYearForm(forms.Form):
    year = forms.IntegerField(
        label=gettext_lazy("年度（民國）"), min_value=1, max_value=999,
        widget=forms.NumberInput(attrs={"class": "inp inp-short"}),
    )  # fmt: skip
    table = forms.CharField(
        label=gettext_lazy("有名稱或與週休二日不同的日子"),
        widget=forms.Textarea(attrs={"rows": 14}), max_length=20_000,
        help_text=gettext_lazy(
            "一行一天：日期、種類、名稱，以空白分開。例如「117-01-01 放假 開國紀念日」。"
            "種類：放假、補假、調整放假、補行上班、照常上班。"
        ),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("依據"), max_length=500, help_text=gettext_lazy("行政院函的日期與字號。")
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)

    def clean_table(self) -> list[tuple[date, str, str]]:
        """Each line as (day, kind, name); every line that cannot be read is told with its number."""
        lines = [line.split(maxsplit=2) for line in self.cleaned_data["table"].splitlines() if line.strip()]
        if len(lines) > MOST_DAYS_OF_A_TABLE:
            raise forms.ValidationError(_("超過 %(n)s 天，請確認內容。") % {"n": MOST_DAYS_OF_A_TABLE})
        found: list[tuple[date, str, str]] = []
        wrong: list[str] = []
        kinds = {kind.value for kind in DayKind}
        for number, words in enumerate(lines, 1):
            try:
                day = parse_date(words[0])
            except DateNotUnderstood:
                wrong.append(_("第 %(n)s 行的日期看不懂") % {"n": number})
                continue
            if len(words) < 2 or words[1] not in kinds:
                wrong.append(_("第 %(n)s 行的種類看不懂") % {"n": number})
                continue
            found.append((day, words[1], words[2] if len(words) > 2 else ""))
        if wrong:
            raise forms.ValidationError("；".join(wrong[:10]) + "。")
        return found


class ClosureForm(forms.Form):
    day = RocDateField(label=gettext_lazy("日期"), help_text=gettext_lazy("例如 115-10-05。"))
    scope = forms.ChoiceField(
        label=gettext_lazy("範圍"), widget=forms.RadioSelect, initial="city",
        choices=[("city", gettext_lazy("全市")), ("districts", gettext_lazy("部分行政區"))],
    )  # fmt: skip
    district_codes = forms.MultipleChoiceField(
        label=gettext_lazy("行政區"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("選「部分行政區」時勾選。"),
    )  # fmt: skip
    start = forms.TimeField(
        label=gettext_lazy("停止上班起"), required=False, input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "inp inp-short", "placeholder": "13:00"}),
        help_text=gettext_lazy("起訖都不填就是全日。只停下午填 12:00，迄不填。"),
    )  # fmt: skip
    end = forms.TimeField(
        label=gettext_lazy("停止上班迄"), required=False, input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "inp inp-short", "placeholder": "17:00"}),
    )  # fmt: skip
    cause = forms.CharField(
        label=gettext_lazy("事由"), max_length=100, help_text=gettext_lazy("例如：康芮颱風。")
    )
    source = forms.CharField(
        label=gettext_lazy("依據"), max_length=500, help_text=gettext_lazy("市府停班公告的日期、時間。")
    )
    reason = forms.CharField(label=gettext_lazy("補充說明"), required=False, max_length=500)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["district_codes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = district_choices()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("scope") == "districts" and not given.get("district_codes"):
            self.add_error("district_codes", _("請至少勾選一個行政區，或改選全市。"))
        if given.get("scope") == "city":
            given["district_codes"] = [""]
        start, end = given.get("start"), given.get("end")
        if isinstance(start, time) and isinstance(end, time) and end <= start:
            self.add_error("end", _("要晚於開始時間。"))
        return given


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("撤回理由"), max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


def _clock(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()


class OfficeHoursForm(forms.Form):
    since_date = RocDateField(label=gettext_lazy("自哪一天起"))
    sessions = forms.CharField(
        label=gettext_lazy("辦公時段"), max_length=100, widget=forms.TextInput(attrs={"class": "inp"}),
        help_text=gettext_lazy("依先後，以空白分開。例如 08:00-12:00 13:00-17:00。"),
    )  # fmt: skip
    partly_closed_counts = forms.BooleanField(
        label=gettext_lazy("只停止上班幾個小時的日子，仍算一個工作天"), required=False, initial=True
    )
    source = forms.CharField(label=gettext_lazy("依據"), max_length=500)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)

    def clean_sessions(self) -> list[tuple[time, time]]:
        """Pairs of opening and closing times."""
        try:
            pairs = [one.split("-") for one in self.cleaned_data["sessions"].split()]
            return [(_clock(start), _clock(end)) for start, end in pairs]
        except ValueError as failure:
            raise forms.ValidationError(_("看不懂辦公時段，請寫成 08:00-12:00 13:00-17:00。")) from failure


class DeadlineForm(forms.Form):
    start = RocDateField(
        label=gettext_lazy("起算日"), help_text=gettext_lazy("收文日、送達日；這一天不計入。")
    )
    time = forms.TimeField(
        label=gettext_lazy("時刻"), required=False, input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "inp inp-short", "placeholder": "14:30"}),
        help_text=gettext_lazy("以小時計才要填；不填就是零時。"),
    )  # fmt: skip
    amount = forms.IntegerField(
        label=gettext_lazy("期間"), min_value=0, max_value=87_600,
        widget=forms.NumberInput(attrs={"class": "inp inp-short"}),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=gettext_lazy("單位"), initial=Unit.WORKING_DAYS.value,
        choices=[
            (Unit.WORKING_DAYS.value, gettext_lazy("工作天")),
            (Unit.CALENDAR_DAYS.value, gettext_lazy("日曆天")),
            (Unit.MONTHS.value, gettext_lazy("個月")),
            (Unit.HOURS.value, gettext_lazy("小時（全天候）")),
            (Unit.OFFICE_HOURS.value, gettext_lazy("小時（上班時間）")),
        ],
    )  # fmt: skip
    keep = forms.BooleanField(label=gettext_lazy("末日遇假日不順延（指定日期、含例假日）"), required=False)
    district = forms.ChoiceField(label=gettext_lazy("行政區"), required=False)
    version = forms.TypedChoiceField(
        label=gettext_lazy("日曆版本"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, versions: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        district, version = self.fields["district"], self.fields["version"]
        assert isinstance(district, forms.ChoiceField) and isinstance(version, forms.TypedChoiceField)
        district.choices = [("", _("全市")), *district_choices()]
        version.choices = [("", _("最新的一版")), *versions]
