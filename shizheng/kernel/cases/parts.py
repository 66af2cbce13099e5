"""Parts that the page of any kind of case includes: what each template of this app needs.

`{% include "cases/_clock.html" %}` after `context.update(parts.clock_part(case))`, and so on; each part asks for itself.
"""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.permissions import Actor
from shizheng.kernel.calendar.rules import Unit
from shizheng.kernel.cases import queries
from shizheng.kernel.cases.models import Case, CaseExtension, CaseLink
from shizheng.kernel.cases.registry import kind_of, state_label
from shizheng.kernel.cases.rules import left_words
from shizheng.kernel.cases.rules.explaining import amount_words
from shizheng.kernel.cases.rules.facts import IN_HOURS
from shizheng.web.templatetags.ui import day_text


def clock_part(case: Case) -> dict[str, Any]:
    """For `cases/_clock.html`: the deadline, what is left, and 為什麼是這一天."""
    standing = queries.standing_of(case)
    tone = "calm"
    if standing is not None and case.closed_at is None:
        tone = "bad" if standing.late else "warn" if standing.paused_now or standing.left <= 1 else "good"
    return {
        "case": case,
        "standing": standing,
        "clock_tone": tone,
        "clock_left": left_words(standing, ended=case.closed_at is not None) if standing else "",
        "clock_told": queries.why_this_day(case),
        "extensions": [(each, _more(case, each)) for each in queries.extensions_of(case)],
    }


def _more(case: Case, asked: CaseExtension) -> str:
    """How much more time, in words."""
    if asked.until is not None:
        return _("延到 %(day)s") % {"day": day_text(asked.until)}
    unit = Unit(case.clock.unit)
    minutes = asked.amount * 60 if unit in IN_HOURS else asked.amount
    counted = Unit.CALENDAR_DAYS if unit is Unit.MONTHS else unit
    return _("延長 %(amount)s") % {"amount": amount_words(minutes, counted)}


def assignment_part(case: Case) -> dict[str, Any]:
    """For `cases/_assignments.html`: who handles the case now, and who did before."""
    rows = queries.assignments_of(case)
    return {"case": case, "assigned": [row for row in rows if row.until is None], "assigned_before": [row for row in rows if row.until][::-1]}  # fmt: skip


def links_part(actor: Actor, case: Case) -> dict[str, Any]:
    """For `cases/_links.html`: cases that belong to it, as far as the reader may see them; how many more there are."""
    found = queries.links_of(case)
    others = {_other(each, case).pk for each in found}
    seen = set(queries.visible_to(actor).filter(pk__in=others).values_list("pk", flat=True))
    rows = [
        {
            "kind": each.get_kind_display(),
            "into": each.kind == "merged" and each.case_id == case.pk,
            "reason": each.reason,
            "number": other.number,
            "title": other.title,
            "state": state_label(other.kind, other.state),
            "url": kind_of(other.kind).url(other.pk),
        }
        for each in found
        if (other := _other(each, case)).pk in seen
    ]
    return {"case": case, "links": rows, "links_hidden": len(others - seen)}


def timeline_part(case: Case) -> dict[str, Any]:
    """For `web/components/timeline.html`: what happened, newest first."""
    return {"entries": queries.timeline(case)}


def _other(each: CaseLink, case: Case) -> Case:
    return each.other if each.case_id == case.pk else each.case
