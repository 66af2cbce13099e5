"""`{% load tender_months %}`: courses, rates with their parts, lags, and the months of one tender."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shizheng.common.numbers import format_decimal
from shizheng.common.words import read
from shizheng.domains.projects.models import Cause, MonthRecord
from shizheng.domains.projects.queries.boards import Case, MonthShown, months_shown
from shizheng.domains.projects.rules.judging import COURSE_LABELS, Course, Rate
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.view import trace_url
from shizheng.web.templatetags import ui

register = template.Library()

TONES = {
    Course.AHEAD: ("good", "trending-up"),
    Course.ON_PLAN: ("good", "circle-check"),
    Course.BEHIND: ("warn", "trending-down"),
    Course.SUSPENDED: ("calm", "player-pause"),
}


@register.simple_tag
def course_state(case: Case) -> SafeString:
    """How a tender went in a month: 嚴重落後 solid, else the course; a missing one as its kind."""
    if case.severe:
        return ui.state("severe", _("嚴重落後"), "alert-triangle")
    if case.course in TONES:
        tone, icon = TONES[case.course]
        return ui.state(tone, _(COURSE_LABELS[case.course]), icon)
    return ui.missing("not_filed")


@register.filter
def parts(rate: Rate) -> str:
    """`167 ÷ 216`: what the rate is made of."""
    return f"{rate.part:,} ÷ {rate.whole:,}"


@register.filter
def rate_percent(rate: Rate | Decimal | None) -> str:
    """`77.31%`; a dash where there is nothing to count."""
    value = rate.percent if isinstance(rate, Rate) else rate
    return "—" if value is None else f"{format_decimal(value, 2)}%"


@register.simple_tag(takes_context=True)
def traced_rate(
    context: Mapping[str, Any], measure_id: int | None, unit_id: int, period: str, value: Decimal | None
) -> str:
    """A rate of an agency as a link to its trace, as of the day looked at; a dash where there is nothing to count."""
    text = rate_percent(value)
    if value is None or measure_id is None:
        return text
    day = getattr(context.get("request"), "as_of", None)
    return format_html('<a class="fig" href="{}">{}</a>', trace_url(measure_id, unit_id, period, day), text)


@register.filter
def points(value: Decimal | None) -> str:
    """Percentage points with their sign: `−10.00`, `+3.25`."""
    if value is None:
        return "—"
    return ("+" if value > 0 else "") + format_decimal(value, 2)


@register.filter
def percent_of(value: Decimal | None) -> str:
    """Progress: `42.50%`."""
    return "—" if value is None else f"{format_decimal(value, 2)}%"


@register.filter
def said(name: str) -> str:
    """A kept name in the reader's language."""
    return read(name)


@register.filter
def cause_word(record: MonthRecord) -> str:
    """落後因素 in words."""
    return str(Cause(record.cause).label) if record.cause else ""


@register.filter
def at(names: Mapping[int, str], key: int) -> str:
    """A name by number."""
    return read(names.get(key, ""))


@register.simple_tag
def progress_of(record: MonthRecord, works: bool = False) -> SafeString | str:
    """Actual over planned: `42.50 / 45.00`."""
    actual, planned = (
        (record.actual_works, record.planned_works) if works else (record.actual, record.planned)
    )
    if planned is None:
        return "—"
    shown = "—" if actual is None else format_decimal(actual, 2)
    return format_html("{} / {}", shown, format_decimal(planned, 2))


@register.simple_tag(takes_context=True)
def months_of_tender(context: Mapping[str, Any], project: Any) -> Sequence[MonthShown]:
    """Every month of a tender that was locked, as of the day looked at, the newest first."""
    request = context["request"]
    return months_shown(request.user, project.pk, as_of_day(getattr(request, "as_of", None)))
