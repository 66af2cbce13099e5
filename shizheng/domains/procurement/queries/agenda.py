"""Agenda of the supervision group by rule (F01): the rate, re-tenders of which nothing was told, the other open cases, failures unexplained."""

from collections.abc import Mapping, Sequence
from datetime import date

from shizheng.common import clock
from shizheng.common.words import tell
from shizheng.domains.procurement.models import CaseMonth
from shizheng.domains.procurement.queries.failed import RULE
from shizheng.domains.procurement.queries.months import Standing, cases_at, known
from shizheng.domains.procurement.rules import agenda as words
from shizheng.domains.procurement.rules.failed import FAILURES, Outcome, settled_of
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.meetings.registry import Line, MeetingFrame, Section
from shizheng.kernel.rulebook import queries as rulebook

CASE = "procurement.case"
"""The kind of the subject of a line."""


def sections(frame: MeetingFrame, as_of: AsOf | None) -> list[Section]:
    """What the group discusses, as it stands on the day of the meeting or today, whichever is first (five queries)."""
    day = seen_on(frame, as_of)
    cases = cases_seen(frame, as_of)
    still = worst_first([each for each in cases if each.course.outcome is Outcome.OPEN])
    said = last_said([each.case.pk for each in still], frame.about, as_of)
    rule = rulebook.value_or_none(RULE, day)
    versions = [rule.version_id] if rule is not None else []
    late = {each.case.pk: planned for each in still if (planned := _missed(each, said, day))}
    return [
        Section("rate", tell("列管與決標情形"), _rates(cases)),
        Section(
            "overdue",
            tell("再招標日已過、沒有結果的案件"),
            [
                _line(each, words.overdue_reason(late[each.case.pk], each.course), versions)
                for each in still
                if each.case.pk in late
            ],
        ),
        Section(
            "open",
            tell("其他未決標案件逐案檢討"),
            [
                _line(each, words.open_reason(each.course, _text(said, each)), versions)
                for each in still
                if each.case.pk not in late
            ],
        ),
        Section("unexplained", tell("沒有填原因的流廢標"), _unexplained(still, versions)),
    ]


def seen_on(frame: MeetingFrame, as_of: AsOf | None) -> date:
    """The day on which cases are looked at: that of the meeting, or today (the day of `as_of`) where it is not over yet."""
    return min(frame.day, as_of.moment.astimezone(clock.TAIPEI).date() if as_of else clock.today())


def cases_seen(frame: MeetingFrame, as_of: AsOf | None) -> list[Standing]:
    """Every case as the meeting sees it (two queries)."""
    return cases_at(seen_on(frame, as_of), known_by=as_of.moment if as_of else None)


def worst_first(cases: Sequence[Standing]) -> list[Standing]:
    """Those with a cause that came back first, then by how often they failed, then the older ones."""
    return sorted(
        cases,
        key=lambda each: (
            not each.course.repeated,
            -each.course.failures,
            each.course.first_failed_on or each.case.listed_on,
            each.case.tender_no,
        ),
    )


def last_said(case_ids: Sequence[int], until: str, as_of: AsOf | None) -> Mapping[int, CaseMonth]:
    """The newest month up to `until` that the agency filed about each case (one query)."""
    rows = known(as_of).filter(case_id__in=case_ids, filed=True, period__lte=until)
    return {each.case_id: each for each in rows.order_by("case_id", "period")}


def _text(said: Mapping[int, CaseMonth], each: Standing) -> str:
    return said[each.case.pk].text if each.case.pk in said else ""


def _missed(each: Standing, said: Mapping[int, CaseMonth], day: date) -> date | None:
    """The day on which it was to be tendered again, where that is over and nothing happened since."""
    month = said.get(each.case.pk)
    if month is None or month.next_on is None or month.next_on >= day:
        return None
    return None if any(event.on >= month.next_on for event in each.events) else month.next_on


def _line(each: Standing, reason: str, versions: Sequence[int]) -> Line:
    case = each.case
    return Line(f"{case.tender_no} {case.name}", (CASE, case.pk), reason, versions, [case.agency_id])


def _rates(cases: Sequence[Standing]) -> list[Line]:
    """Of each series that still has an open case, the newest first."""
    found: dict[int, list[Standing]] = {}
    for each in cases:
        found.setdefault(each.case.series_id, []).append(each)
    lines = []
    for some in sorted(found.values(), key=lambda rows: rows[0].case.series.opened_on, reverse=True):
        settled = settled_of(each.course.outcome for each in some)
        if settled.open:
            lines.append(Line(str(some[0].case.series), reason=words.rate_reason(settled)))
    return lines


def _unexplained(cases: Sequence[Standing], versions: Sequence[int]) -> list[Line]:
    lines = []
    for each in cases:
        days = [event.on for event in each.events if event.kind in FAILURES and not event.causes]
        if days:
            lines.append(_line(each, words.unexplained_reason(days), versions))
    return lines
