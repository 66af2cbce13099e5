"""Who handles a case now and did before; until when, and how often, it may be handed back."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.kernel.calendar.rules import CalendarYearMissing, Unit, WorkCalendar
from shizheng.kernel.cases.models import Case, CaseAssignment, CaseLink, How, LinkKind, Part
from shizheng.kernel.cases.queries.whole import held
from shizheng.kernel.cases.registry import CaseKind
from shizheng.kernel.cases.rules import Due, Facts, Period, due
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.rules import Deadline

UNITS = {"days": Unit.CALENDAR_DAYS, "working_days": Unit.WORKING_DAYS, "months": Unit.MONTHS}
"""Units of the rulebook's deadlines as the clock counts them."""


def period_of_rule(said: Deadline) -> Period:
    """A deadline of the rulebook as the clock knows it."""
    return Period(said.n, UNITS[said.unit.value])


def period_said(value: rulebook.RuleValue) -> Period:
    """The deadline that a rule says, as the clock knows it. Raises CannotDo where the rule says no deadline."""
    if not isinstance(value.value, Deadline):
        raise CannotDo(
            _("規則「%(rule)s」不是期限，不能用來計算案件的期限，沒有執行。請到「規則」改正。")
            % {"rule": value.name},
            code="no_deadline",
        )
    return period_of_rule(value.value)


def limit_of_rule(rule: str, day: date) -> tuple[Period, int]:
    """How long a case received that day may take by a rule, and the version that says so. Raises NoRuleInForce, CannotDo."""
    found = rulebook.value_of(rule, day)
    return period_said(found), found.version_id


def assignments_of(case: Case) -> Sequence[CaseAssignment]:
    """Every assignment, oldest first."""
    there = held(case, "assignments")
    if there is not None:
        return there
    rows = case.assignments.select_related("unit", "officer", "suggested", "by")
    return list(rows.order_by("since", "id"))


GIVEN = (How.AUTOMATIC.value, How.PROPOSED.value, How.MANUAL.value, How.RULED.value)
"""Ways in which a case is given to a main unit; receipt and handing back are none."""


def first_given(kind: str) -> QuerySet[CaseAssignment]:
    """The first time that each case of a kind was given to a main unit; `moved`: whether another unit had it, or it was handed
    back, since. Without order, for counting."""
    given = CaseAssignment.objects.filter(part=Part.MAIN, how__in=GIVEN)
    before = given.filter(case=OuterRef("case"), pk__lt=OuterRef("pk"))
    later = CaseAssignment.objects.filter(case=OuterRef("case"), part=Part.MAIN, pk__gt=OuterRef("pk"))
    rows = given.filter(~Exists(before), case__kind=kind)
    return rows.annotate(moved=Exists(later.exclude(unit=OuterRef("unit")))).order_by()


def links_of(case: Case) -> Sequence[CaseLink]:
    """Links of both directions that hold, oldest first; who reads them on filters what may be seen."""
    out, into = held(case, "links"), held(case, "linked")
    if out is not None and into is not None:
        return sorted((each for each in [*out, *into] if each.undone_at is None), key=lambda each: each.pk)
    rows = CaseLink.objects.filter(undone_at=None).select_related("case", "other")
    return list((rows.filter(case=case) | rows.filter(other=case)).order_by("id"))


def beside(case: Case) -> dict[int, str]:
    """Units that handle a case beside the main one now: key → name."""
    there = held(case, "assignments")
    if there is not None:
        return {each.unit_id: each.unit.name for each in there if each.part == Part.CO and each.until is None}
    rows = CaseAssignment.objects.filter(case=case, part=Part.CO, until=None).order_by("since", "id")
    return dict(rows.values_list("unit_id", "unit__name"))


def is_merger(link: CaseLink) -> bool:
    """Whether a link is a merger, which is undone by an act of its own."""
    return link.kind == LinkKind.MERGED


def hand_back_times(kind: CaseKind, case: Case) -> int:
    """How often a case may be handed back, by the rule in force today. Raises NoRuleInForce."""
    value = rulebook.value_of(kind.rules.hand_back_times, clock.today()).value
    assert isinstance(value, int)
    return value


def hand_back_ends(kind: CaseKind, case: Case, working: WorkCalendar) -> Due | None:
    """Until when the unit that has the case may hand it back, by the rule in force today; None: no day is known."""
    there = held(case, "assignments")
    if there is None:
        there = list(CaseAssignment.objects.filter(case=case, part=Part.MAIN, until=None)[:1])
    main = next((each for each in there if each.part == Part.MAIN and each.until is None), None)
    if main is None:
        return None
    said = rulebook.value_of(kind.rules.hand_back_within, clock.today()).value
    assert isinstance(said, Deadline)
    try:
        return due(Facts(main.since, period_of_rule(said)), working, main.since)
    except CalendarYearMissing:
        return None
