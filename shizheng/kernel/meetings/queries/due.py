"""When meetings are due: the rule of a series, on a month, with the versions that say so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo
from shizheng.common.words import called
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import Unit as DayUnit
from shizheng.kernel.calendar.rules import deadline
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.models import MeetingSeries, SeriesLevel
from shizheng.kernel.meetings.rules.due import RuleSaysNoDay, due_in, last_day
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.rules import Deadline, DeadlineUnit

COUNTED = {
    DeadlineUnit.DAYS: DayUnit.CALENDAR_DAYS,
    DeadlineUnit.WORKING_DAYS: DayUnit.WORKING_DAYS,
    DeadlineUnit.MONTHS: DayUnit.MONTHS,
}


@dataclass(frozen=True, slots=True)
class Due:
    """By which day a meeting is due, or its minutes; `versions` names the version of the rule that says so."""

    on: date | None
    versions: dict[str, int]


def due_of(series: MeetingSeries, year: int, month: int) -> Due:
    """By which day the meeting of a month is due; no day where the series has no rule or the rule none in that month.

    The rule is the one in force on the last day of the month. Raises CannotDo where it cannot be read.
    """
    if not series.due_rule:
        return Due(None, {})
    found = rulebook.value_or_none(series.due_rule, last_day(year, month))
    if found is None:
        return Due(None, {})
    try:
        day = due_in(found.value, year, month)
    except RuleSaysNoDay as failure:
        raise CannotDo(
            _("規則「%(rule)s」不能用來排「%(series)s」：%(why)s")
            % {"rule": series.due_rule, "series": series.name, "why": failure}
        ) from failure
    return Due(day, {found.code: found.version_id})


def minutes_due(series: MeetingSeries, held_on: date) -> Due:
    """By which day the minutes of a meeting held on a day are due (domain rules, section 2)."""
    found = rulebook.value_or_none(series.minutes_rule, held_on) if series.minutes_rule else None
    if found is None or not isinstance(found.value, Deadline):
        return Due(None, {})
    ends = deadline(calendar.current_calendar(), held_on, found.value.n, COUNTED[found.value.unit])
    return Due(ends.due, {found.code: found.version_id})


def hosts_of(series: MeetingSeries, period: str, *, members: Collection[int]) -> list[int]:
    """The units that hold a meeting of the series in a month: one, or every agency that owes one."""
    if series.unit_id is not None:
        return [series.unit_id]
    tree = organisations.tree(date(int(period[:4]), int(period[5:]), 1))
    if series.level != SeriesLevel.AGENCY:
        return [node.id for node in tree.roots if node.kind == "city"]
    agencies = [node.id for node in tree.first_level()]
    if members:
        agencies = [each for each in agencies if each in members]
    source = registry.agenda_source(series.agenda) if series.agenda else None
    if source is not None and source.hosts is not None:
        owing = set(source.hosts(period, None))
        agencies = [each for each in agencies if each in owing]
    return agencies


def rule_name(code: str) -> str:
    """A rule by its code and what it is called; the code alone where the rulebook does not know it."""
    found = rulebook.book().names.get(code)
    return f"{code} {called(found)}" if found else code


def source_name(code: str) -> str:
    """What a source of agendas is called, or its code where nobody registers it any more."""
    found = {each.code: each for each in registry.agenda_sources()}.get(code)
    return str(found.title) if found else code
