"""What the pages share: which calendar a request looks at, and putting failures back into a form."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.numbers import LARGEST_INTEGER, whole_number
from shizheng.common.words import N_, read
from shizheng.kernel.calendar import queries
from shizheng.kernel.calendar.models import Closure
from shizheng.kernel.calendar.rules import UnknownDistrict, WorkCalendar
from shizheng.kernel.calendar.shipped import district_code

# state of a day → word, mark in the grid, icon, tone; colour is never alone
STATES: dict[str, tuple[Any, str, str, str]] = {
    "working": (gettext_lazy("上班"), "", "building", "calm"),
    "weekend": (gettext_lazy("週末"), "", "calendar", "calm"),
    "holiday": (gettext_lazy("放假"), N_("假"), "star", "bad"),
    "make_up": (gettext_lazy("補行上班"), N_("班"), "building", "accent"),
    "closed": (gettext_lazy("停止上班"), N_("停"), "alert-triangle", "warn"),
    "partly_closed": (gettext_lazy("部分時段停班"), N_("半"), "clock-exclamation", "warn"),
}


def chosen_calendar(request: HttpRequest) -> WorkCalendar:
    """The version named by `?version=`, else the one known on the as-of day, else the one in force."""
    version = whole_number(request.GET.get("version"), LARGEST_INTEGER)
    if version is not None:
        return queries.calendar_as_of(version)
    return queries.calendar_on(getattr(request, "as_of", None))


def chosen_district(request: HttpRequest) -> str | None:
    """The district named by `?district=` (code or name); one that does not exist counts as none."""
    try:
        return district_code(request.GET.get("district", ""))
    except UnknownDistrict:
        return None


def version_choices() -> list[tuple[int, str]]:
    """Every version, newest first, as choices."""
    return [
        (number, _("第 %(n)s 版　%(note)s") % {"n": number, "note": read(note)[:60]})
        for number, note in queries.versions().values_list("number", "note")
    ]


def tell_form(form: forms.Form, failure: CannotDo) -> None:
    """Show a failure in the form: the whole at the top, and beside the fields that it names."""
    form.add_error(None, failure.message)
    fields: dict[str, Any] = failure.fields if isinstance(failure, BadInput) else {}
    for name, texts in fields.items():
        for text in texts if name in form.fields else ():
            form.add_error(name, text)


def hours_of(record: Closure) -> str:
    """全日, or from and to."""
    if record.start_time is None and record.end_time is None:
        return _("全日")
    start = record.start_time.strftime("%H:%M") if record.start_time else _("上班起")
    end = record.end_time.strftime("%H:%M") if record.end_time else _("下班")
    return f"{start}–{end}"
