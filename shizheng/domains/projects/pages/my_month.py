"""我的月進度: one page for the month: what is filed, what is behind and wants a cause, what changed, what came back, by when.

Officers see their agency, supervisors what waits for them, who sees the whole city every agency. (B02, B04, B17.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.numbers import whole_number
from shizheng.common.routes import requires, shows_today
from shizheng.common.together import Steps, beside, reading, side_by_side
from shizheng.domains.projects.filing import months as month_filing
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.queries.judging import Judge, judge
from shizheng.domains.projects.queries.month_forms import MonthLine, lines_steps
from shizheng.domains.projects.rules import months as rules
from shizheng.domains.projects.rules.curves import lag
from shizheng.domains.projects.rules.judging import Course, course_of, is_severe
from shizheng.domains.projects.rules.life import State
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.pages.common import RETURN_ICONS, RETURN_TONES
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.rulebook import queries as rulebook

AGENCY_MEETING = "TC-14"
MOST = 200
MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One tender in this month's return. Progress and lag in percent and percentage points; `before`: the last filed month."""

    line: MonthLine
    filled: bool
    actual: Decimal | None
    gap: Decimal | None
    course: Course
    severe: bool
    wants_cause: bool
    before: MonthRecord | None

    @property
    def moved(self) -> Decimal | None:
        """How far it came since the last filed month, in percentage points."""
        then = self.before.actual if self.before else None
        return None if self.actual is None or then is None else self.actual - then

    @property
    def new(self) -> bool:
        """Whether no month was filed about it before."""
        return self.before is None

    @property
    def another_state(self) -> bool:
        """Whether its state is another one than in the last filed month."""
        return self.before is not None and self.before.state != self.line.state.value


@dataclass(frozen=True, slots=True)
class Sheet:
    """The return of one agency, with its items."""

    filing: Any
    items: Sequence[Item]
    came_back: str

    @property
    def filled(self) -> int:
        """Items with progress that was saved or sent, not only offered from the month before."""
        return sum(each.filled for each in self.items)

    @property
    def behind(self) -> list[Item]:
        """Those behind, the furthest first."""
        found = [each for each in self.items if each.course is Course.BEHIND or each.severe]
        return sorted(found, key=lambda each: each.gap or Decimal(0))

    @property
    def severe(self) -> int:
        """How many are severely behind."""
        return sum(each.severe for each in self.items)

    @property
    def wanting(self) -> list[Item]:
        """Those whose cause, remedy or day is still missing."""
        return [each for each in self.items if each.wants_cause]

    @property
    def empty(self) -> list[Item]:
        """Those about which nothing was filed yet."""
        return [each for each in self.items if not each.filled]

    @property
    def changed(self) -> list[Item]:
        """Those that are new, in another state, or moved since the last filed month."""
        return [each for each in self.items if each.new or each.another_state or each.moved]


@shows_today
@requires("projects.view")
@require_safe
def my_month(request: HttpRequest) -> HttpResponse:
    """The month that is being filed, else the newest."""
    user: Any = request.user
    rounds = filing.rounds_visible_to(user).filter(kind=month_filing.CODE).exclude(state="planned")
    recent = list(rounds.order_by("-period")[:12])
    wanted = whole_number(request.GET.get("round", ""))
    found = next(
        (each for each in recent if each.pk == wanted),
        next((each for each in recent if each.state == "open"), recent[0] if recent else None),
    )
    if found is None:
        return render(request, "projects/my_month.html", {"round": None})
    period = parse_period(found.period)
    returns = list(filing.listed(filing.returns_visible_to(user).filter(round=found)))
    for each in returns:
        each.round = found
    own = _own(user, returns)
    rule = judge(period)
    asked = filing.corrections(user).filter(filing__round__kind=month_filing.CODE, state="asked")[:MOST_ASKED]
    sheets, waiting, rates, _read = side_by_side(
        [
            _sheets(own, rule),
            filing.work_steps(user, clock.today()),
            filing.rates_steps([found.pk]),
            reading(asked),
        ]
    )
    context = {
        "round": found,
        "period": period,
        "chips": _chips(recent, found),
        "sheets": sheets,
        "cells": _cells(sheets, found),
        "to_sign": [each for each in waiting.to_sign if each.round_id == found.pk],
        "agencies": _agencies(returns) if len(returns) > len(own) else [],
        "corrections": asked,
        "deadlines": _deadlines(found, period, returns, own),
        "grid": reverse("filing:grid", args=[found.pk]),
        "rate": rates[found.pk],
        "moved_on": found.state == "locked",
    }
    return render(request, "projects/my_month.html", context)


def _own(user: Any, returns: Sequence[Any]) -> list[Any]:
    """Those that the reader fills in, or answers for: of his or her units, not of the whole city."""
    units = user.units_where("filing.file")
    if not units:
        units = (
            user.units_where("filing.view") if user.units_where("filing.view") is not None else frozenset()
        )
    return [each for each in returns if each.unit_id in (units or ()) or each.holder_id == user.pk]


def _sheets(returns: Sequence[Any], rule: Judge) -> Steps[list[Sheet]]:
    """The items of these returns, in four steps beside what else the page reads."""
    if not returns:
        return []
    ids = [each.pk for each in returns]
    lines, entries, decided = yield from beside(
        [lines_steps(returns), filing.entries_steps(ids), filing.sign_offs_steps(ids)]
    )
    found = []
    for each in returns:
        shown = filing.shown_entries(lines[each.pk], entries.get(each.pk, {}))
        texts = filing.values_by_row(shown)
        kept = {row for row, _name in entries.get(each.pk, {})}
        items = [_item(line, texts.get(line.key, {}), rule, line.key in kept) for line in lines[each.pk]]
        last = next((one for one in reversed(decided.get(each.pk, [])) if one.decision == "returned"), None)
        found.append(Sheet(each, items, last.reason if last and each.state == "returned" else ""))
    return found


def _item(line: MonthLine, texts: Mapping[str, str], rule: Judge, kept: bool) -> Item:
    """`kept`: whether anything was saved of it; what the month before only offers is not filed yet."""
    before, suspended = line.earlier, line.state is State.SUSPENDED
    try:
        typed = rules.read(texts)
    except rules.NotReadable:
        return Item(line, False, None, None, Course.NOT_FILED, False, False, before)
    actual = month_filing.actual_of(line, typed)
    gap, works = lag(actual, line.planned), lag(typed.works, line.planned_works)
    course = course_of(gap, rule.thresholds.tolerance, suspended=suspended)
    severe = is_severe(gap, works, rule.thresholds)
    late = not suspended and (course is Course.BEHIND or severe)
    missing = late and not (typed.cause and typed.remedy and typed.catch_up_on)
    return Item(line, kept and actual is not None, actual, gap, course, severe, missing, before)


def _cells(sheets: Sequence[Sheet], found: Any) -> list[dict[str, Any]]:
    """The row of numbers above."""
    if not sheets:
        return []
    items = sum(len(each.items) for each in sheets)
    filled = sum(each.filled for each in sheets)
    wanting = sum(len(each.wanting) for each in sheets)
    behind = sum(len(each.behind) for each in sheets)
    severe = sum(each.severe for each in sheets)
    left = items - filled
    return [
        {"label": _("標案"), "text": str(items), "note": _("繼續列管、這個月要填的")},
        {
            "label": _("已填"),
            "text": f"{filled} ÷ {items}",
            "note": _("還有 %(n)s 件") % {"n": left} if left else _("都填了"),
            "tone": "bad" if left else "good",
        },
        {
            "label": _("落後"),
            "text": str(behind),
            "note": _("其中嚴重落後 %(n)s 件") % {"n": severe},
            "tone": "bad" if severe else "",
        },
        {
            "label": _("缺原因、對策或趕上日"),
            "text": str(wanting),
            "note": _("沒補齊不能送出") if wanting else _("不缺"),
            "tone": "bad" if wanting else "good",
        },
    ]


def _agencies(returns: Sequence[Any]) -> list[dict[str, Any]]:
    """Every agency that the reader sees, those that are late first, else in their order."""
    today = clock.today()
    rows = [
        {
            "filing": each,
            "late": filing.is_late(each, today),
            "tone": RETURN_TONES[each.state],
            "icon": RETURN_ICONS[each.state],
            "board": reverse("projects:agency_board", args=[each.unit_id]),
        }
        for each in returns[:MOST]
    ]
    return sorted(rows, key=lambda each: not each["late"])


def _deadlines(
    found: Any, period: Period, returns: Sequence[Any], own: Sequence[Any]
) -> list[dict[str, Any]]:
    """By when: the return, the agency's meeting, the close."""
    extended = {each.extended_due for each in own if each.extended_due}
    due = max(extended) if extended else found.due_on
    rows = [
        {
            "on": due,
            "what": _("送出這個月的填報"),
            "note": _("展延後") if extended else _("規則 %(rule)s") % {"rule": _label(found)},
            "rule": "" if extended else month_filing.RULE,
        }
    ]
    rule = rulebook.value_or_none(AGENCY_MEETING, period.end)
    if rule is not None:
        day = date(period.end.year, period.end.month, int(getattr(rule.value, "day", 10)))
        rows.append(
            {
                "on": day,
                "what": _("召開機關標案會報"),
                "note": _("規則 %(rule)s") % {"rule": rule.title},
                "rule": rule.code,
            }
        )
    rows.append({"on": found.closes_on, "what": _("截止受理，之後鎖定"), "note": found.get_state_display()})
    today = clock.today()
    over: Mapping[bool, str] = {True: _("過了"), False: ""}
    return [{**each, "over": over[each["on"] < today]} for each in sorted(rows, key=lambda each: each["on"])]


def _label(found: Any) -> str:
    """The version of the rule that set the due day."""
    return next(
        (each.title for each in filing.rules_of(found) if each.code == month_filing.RULE), month_filing.RULE
    )


def _chips(recent: Sequence[Any], found: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": parse_period(each.period).label,
            "url": f"?round={each.pk}",
            "active": each.pk == found.pk,
            "count": None,
        }
        for each in recent[:6]
    ]
