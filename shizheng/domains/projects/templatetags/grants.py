"""`{% load grants %}`: rates, stage targets and duties of grant years."""

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shizheng.common.numbers import format_decimal
from shizheng.domains.projects.queries.grants import AgencySums
from shizheng.domains.projects.rules.grants import (
    DONE_LABELS,
    LABELS,
    STANDING_LABELS,
    Done,
    Rate,
    Ratio,
    Standing,
)
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web.templatetags import ui

LONG = 100_000
"""From here on the two numbers of a rate stand on lines of their own."""
register = template.Library()

STANDING_TONES = {
    Standing.MET: ("good", "circle-check"),
    Standing.MISSED: ("bad", "alert-triangle"),
    Standing.TO_COME: ("calm", "clock"),
    Standing.NOT_FILED: ("warn", "hourglass"),
}
DONE_TONES = {
    Done.DONE: ("good", "circle-check"),
    Done.DONE_LATE: ("warn", "circle-check"),
    Done.LATE: ("bad", "alert-triangle"),
    Done.TO_COME: ("calm", "clock"),
}


@register.filter
def period_name(code: str) -> str:
    """A kept period in words: `114 年第 2 季`."""
    return parse_period(code).label


@register.filter
def rate_name(rate: Rate) -> str:
    """發包率, 完工率 … in the reader's language."""
    return _(LABELS[Rate(rate)])


@register.simple_tag
def stage_state(standing: Standing) -> SafeString:
    """How a stage target stands: icon, word and colour."""
    tone, icon = STANDING_TONES[standing]
    return ui.state(tone, _(STANDING_LABELS[standing]), icon)


@register.simple_tag
def duty_state(done: Done) -> SafeString:
    """How a duty stands: icon, word and colour."""
    tone, icon = DONE_TONES[done]
    return ui.state(tone, _(DONE_LABELS[done]), icon)


@register.simple_tag
def ratio_of(row: AgencySums, rate: str, traces: Mapping[tuple[int, str], str]) -> SafeString | str:
    """A rate of an agency, opening its trace; below it what it is made of: `55.00%`, `11 ÷ 20`."""
    ratio = row.ratio(Rate(rate))
    if ratio.percent is None:
        return "—"
    percent = f"{format_decimal(ratio.percent, 2)}%"
    url = traces.get((row.agency_id, rate))
    return format_html(
        '{}<span class="meta defs-note">{}</span><span class="meta defs-note">÷ {}</span>'
        if ratio.whole >= LONG
        else '{}<span class="meta defs-note">{} ÷ {}</span>',
        format_html('<a href="{}">{}</a>', url, percent) if url else percent,
        format_decimal(ratio.part), format_decimal(ratio.whole),
    )  # fmt: skip


@register.filter
def ratio_words(ratio: Ratio | None) -> str:
    """`55.00%（11 ÷ 20）`; a dash where there is nothing to divide by."""
    if ratio is None or ratio.percent is None:
        return "—"
    return _("%(rate)s%%（%(part)s ÷ %(whole)s）") % {
        "rate": format_decimal(ratio.percent, 2),
        "part": format_decimal(ratio.part),
        "whole": format_decimal(ratio.whole),
    }


@register.filter
def short_by(value: Decimal | None) -> str:
    """Missing percentage points with two decimals, never shown as none where some are missing."""
    if value is None:
        return ""
    shown = format_decimal(value, 2)
    return shown if Decimal(shown) > 0 else format_decimal(value.normalize())
