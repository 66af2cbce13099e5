"""What a change of a rule would alter in rounds to come: their days, who signs them, how they are chased (B17).

Rounds that exist keep what the rules said when they were set, so only those that the rulebook is still to set are told.
"""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.words import listed
from shizheng.kernel.filing.models import Round
from shizheng.kernel.filing.queries.rounds import RoundTerms, terms_for
from shizheng.kernel.filing.registry import FilingKind, kinds
from shizheng.kernel.filing.rules.levels import LEVELS
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.rulebook.effects import Effect, register
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.web.templatetags import ui

MONTHS_AHEAD = 24
"""Rounds of periods that end within so many months are told."""


def plug_in() -> None:
    """Called once when the app is ready."""
    register("filing.", changed_rounds)


def changed_rounds(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Rounds not set yet that would have other days, signers or reminders; the nearest first."""
    there = set(Round.objects.values_list("kind", "period"))
    for kind in kinds():
        for period in _coming(kind):
            covered = proposed.valid_from <= period.end and (
                proposed.valid_to is None or period.end < proposed.valid_to
            )
            if not covered or (kind.code, period.code) in there:
                continue
            before, after = _terms(kind, period, None), _terms(kind, period, proposed)
            if before != after:
                yield Effect(
                    text=_("%(period)s%(kind)s") % {"period": period.label, "kind": kind.name},
                    url=reverse("filing:rounds"),
                    before=before,
                    after=after,
                )


def _coming(kind: FilingKind) -> list[Period]:
    """The periods of a kind that are running or begin within the months ahead, and the one just over."""
    today = clock.today()
    until = today.year * 12 + today.month + MONTHS_AHEAD
    found = []
    for schedule in kind.schedules:
        each = Period(schedule.period, today.year - 1, 1)
        while each.end.year * 12 + each.end.month <= until:
            if schedule.covers(each) and each.next().end > today:
                found.append(each)
            each = each.next()
    return sorted(found, key=lambda each: each.end)


def _terms(kind: FilingKind, period: Period, proposed: RuleValue | None) -> str:
    """A round in words; where no rule can set it, why."""
    try:
        made = terms_for(kind, period, proposed=proposed)
    except CannotDo as failure:
        return failure.message
    return _words(made)


def _words(made: RoundTerms) -> str:
    terms = made.terms
    days = _("%(opens)s 開放，%(due)s 到期，%(closes)s 截止") % {
        "opens": ui.day_text(terms.opens_on),
        "due": ui.day_text(terms.due_on),
        "closes": ui.day_text(terms.closes_on),
    }
    levels = listed([_(LEVELS[code].label) for code in terms.levels])
    steps = listed([f"{step['after']:+d}" if step["after"] else "0" for step in made.ladder])
    return _("%(days)s；簽核：%(levels)s；稽催的工作日：%(steps)s") % {
        "days": days, "levels": levels, "steps": steps,
    }  # fmt: skip
