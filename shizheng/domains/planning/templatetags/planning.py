"""`{% load planning %}`: states of plans and KPIs, weights, and lines of the source."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shizheng.common.numbers import MINUS, plain
from shizheng.domains.planning.models import Plan, PlanState, ResultStatus
from shizheng.domains.planning.models.outcomes import STATUS_LABELS
from shizheng.domains.planning.rules.tallies import Status
from shizheng.web.templatetags import ui

register = template.Library()

PLAN_STATES = {
    PlanState.DRAFT: ("warn", "pencil"),
    PlanState.ACCEPTED: ("accent", "circle-check"),
    PlanState.PUBLISHED: ("good", "world"),
    PlanState.SUPERSEDED: ("calm", "versions"),
}
STATUS_WORDS = STATUS_LABELS
SIGNS = {">=": "≥", "<=": "≤", "=": "="}
STATUS_TONES = {
    Status.MET: ("good", "circle-check"),
    Status.ON_TRACK: ("good", "trending-up"),
    Status.AT_RISK: ("warn", "clock-exclamation"),
    Status.NOT_MET: ("bad", "alert-triangle"),
    Status.NO_TARGET: ("calm", "circle-minus"),
}


@register.simple_tag
def plan_state(plan: Plan) -> SafeString:
    """The state of a plan: icon, word and soft colour."""
    tone, icon = PLAN_STATES[PlanState(plan.state)]
    return ui.state(tone, str(PlanState(plan.state).label), icon)


@register.simple_tag
def kpi_status(status: Status | str, word: str = "") -> SafeString:
    """The status of a KPI; a missing one as its kind."""
    known = Status(status)
    shown = word or str(STATUS_WORDS[known])
    if known in STATUS_TONES:
        tone, icon = STATUS_TONES[known]
        return ui.state(tone, shown, icon)
    return ui.missing(known.value, shown)


@register.filter
def status_word(status: Status | str) -> str:
    """The word of a status."""
    return str(STATUS_WORDS[Status(status)])


@register.simple_tag
def result_status(status: str) -> SafeString:
    """The status of a result row, in the words of boards and documents."""
    return kpi_status(ResultStatus(status).value)


@register.filter
def short(value: Decimal | None) -> str:
    """A number without needless zeros: 10.0000 → 10; nothing for none."""
    if value is None:
        return ""
    return plain(value).replace("-", MINUS)


STEP = re.compile(r"(?<=[^\d\s.、])\s*(?=\d{1,2}[.、](?:\d{2,3}年|[^\d\s]))")


@register.filter
def printed(text: str | None) -> SafeString | str:
    """A printed standard; steps that the document numbers (1.… 2.…) stand one a line."""
    if not text:
        return "—"
    lines = STEP.split(text) if re.match(r"\s*1[.、]", text) else [text]
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))


@register.simple_tag
def weight(value: Decimal | None) -> SafeString | str:
    """A weight in percent, or that none is printed."""
    if value is None:
        return format_html('<span class="meta">{}</span>', _("未印出"))
    return format_html('<span class="num">{}<span class="unit">%</span></span>', short(value))


@register.simple_tag(takes_context=True)
def as_of_query(context: dict[str, Any], first: bool = True) -> str:
    """`?as_of=…` (or `&as_of=…`) while the reader looks at another day, so that links keep it."""
    text = (
        context["request"].GET.get("as_of", "").strip() if getattr(context["request"], "as_of", None) else ""
    )
    if not text:
        return ""
    return ("?" if first else "&") + urlencode({"as_of": text})


@register.filter
def lines(row: Any) -> str:
    """The lines of the source that a row was read from."""
    if not row.line_from:
        return ""
    if row.line_to and row.line_to != row.line_from:
        return _("第 %(a)s–%(b)s 行") % {"a": row.line_from, "b": row.line_to}
    return _("第 %(a)s 行") % {"a": row.line_from}


@register.filter
def sign(direction: str | None) -> str:
    """A KPI's direction as people write it: ≥, ≤ or =; nothing where none is known."""
    return SIGNS.get(direction or "", "")
