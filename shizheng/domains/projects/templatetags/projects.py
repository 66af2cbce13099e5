"""`{% load projects %}`: states of tenders, and what happened to them."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shizheng.common.words import called as called_words
from shizheng.common.words import english
from shizheng.domains.projects.models import (
    ApplicationState,
    ControlApplication,
    Happening,
    MonthRecord,
    Project,
    SiteVisit,
    VisitState,
)
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.domains.projects.rules import curves
from shizheng.domains.projects.rules.life import KIND_LABELS, STATE_LABELS, Kind, State
from shizheng.web.templatetags import ui

register = template.Library()

TONES = {
    State.PREPARING: ("calm", "circle-dashed"),
    State.TENDERING: ("accent", "gavel"),
    State.PERFORMING: ("accent", "progress"),
    State.SUSPENDED: ("warn", "player-pause"),
    State.COMPLETED: ("good", "flag-check"),
    State.ACCEPTED: ("good", "clipboard-check"),
    State.CLOSED: ("calm", "archive"),
    State.WITHDRAWN: ("calm", "player-stop"),
}
TONES_OF_KINDS = {
    Kind.FAILED: "bad", Kind.VOID: "bad", Kind.TERMINATED: "bad", Kind.SUSPENDED: "warn",
}  # fmt: skip


@register.simple_tag
def project_state(state: State | str, count: int | None = None) -> SafeString:
    """The state of a tender: icon, word and soft colour; `count` stands behind the word."""
    known = State(state)
    tone, icon = TONES[known]
    word = _(STATE_LABELS[known])
    return ui.state(tone, word if count is None else f"{word} {count}", icon)


@register.filter
def kind_word(happening: Happening) -> str:
    """The word of what happened, in the reader's language."""
    return _(KIND_LABELS[Kind(happening.kind)])


@register.filter
def kind_tone(happening: Any) -> str:
    """How what happened is marked on the timeline: `bad`, `warn` or nothing."""
    return TONES_OF_KINDS.get(Kind(happening.kind), "")


@register.filter
def by_approval(happening: Any) -> bool:
    """Whether only who may withdraw and restore writes about it."""
    return Kind(happening.kind) in (Kind.WITHDRAWN, Kind.RESTORED)


@register.filter
def called(thing: Any) -> str:
    """What a unit, a type, a checkpoint or a programme is called in the reader's language."""
    return called_words(thing)


@register.filter
def lag(month: MonthRecord) -> Decimal | None:
    """Actual less planned, in percentage points."""
    return curves.lag(month.actual, month.planned)


@register.filter
def month_label(period: str) -> str:
    """A month as it is written on the pages: 114-03, or 2025-03 for a reader of English."""
    return period if english() else f"{int(period[:4]) - 1911}-{period[5:]}"


@register.filter
def may_plan(project: Project, user: Any) -> bool:
    """Whether the reader may set planned progress of this tender."""
    return bool(user.may("projects.plan", unit_in_charge(project)))


VISIT_TONES = {
    VisitState.PLANNED: ("accent", "calendar"),
    VisitState.HELD: ("good", "clipboard-check"),
    VisitState.CANCELLED: ("calm", "x"),
}


@register.simple_tag
def visit_state(visit: SiteVisit) -> SafeString:
    """Whether a visit is to come, was held, or was called off."""
    tone, icon = VISIT_TONES[VisitState(visit.state)]
    return ui.state(tone, visit.get_state_display(), icon)


APPLICATION_TONES = {
    ApplicationState.SENT: ("accent", "clock"),
    ApplicationState.RETURNED: ("warn", "arrow-back-up"),
    ApplicationState.APPROVED: ("good", "check"),
    ApplicationState.CANCELLED: ("calm", "x"),
}


@register.simple_tag
def application_state(row: ControlApplication) -> SafeString:
    """Where an application stands."""
    tone, icon = APPLICATION_TONES[ApplicationState(row.state)]
    return ui.state(tone, row.get_state_display(), icon)
