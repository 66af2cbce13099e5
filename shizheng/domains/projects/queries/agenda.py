"""Agendas by rule: of the city's tender meeting (B03, B05, B09, B10; TC-05, TC-08, TC-17 to TC-19) and of each agency's (B02).

Every line says why it stands there and which versions of the rules put it there. The month looked at is judged by the rules
of its last day; what is due or failed, as of the day of the meeting as far as that is over.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.permissions import SYSTEM
from shizheng.common.together import Steps, done, reading, side_by_side
from shizheng.common.words import called, read, tell
from shizheng.domains.projects.models import CrossAgencyMatter, CurveKind, EarlyWarning, Project
from shizheng.domains.projects.queries import matters, programmes, tendering
from shizheng.domains.projects.queries.boards import (
    AgencyRow,
    Case,
    MonthBoard,
    agencies_steps,
    agency_board,
    case_of,
    day_of,
)
from shizheng.domains.projects.queries.judging import (
    COUNTS,
    GAPS,
    MARGIN,
    OVERALL,
    REPORT,
    STREAK,
    STREAK_MONTHS,
    TENDER,
    TOLERANCE,
    WORKS,
    Judge,
    judge,
)
from shizheng.domains.projects.queries.months import known, owed
from shizheng.domains.projects.queries.ranking import Proposal, proposals_steps
from shizheng.domains.projects.queries.situations import threshold
from shizheng.domains.projects.queries.tallying import judged
from shizheng.domains.projects.queries.warnings import listed_share, percent, sentence
from shizheng.domains.projects.rules import agenda as words
from shizheng.domains.projects.rules.judging import Course
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.meetings.registry import Line, MeetingFrame, Section
from shizheng.kernel.rulebook import queries as rulebook

PROJECT, AGENCY = "projects.project", "projects.agency"
"""Kinds of subjects: a tender, an agency with its tenders."""
QUARTERS_BEGIN = (1, 4, 7, 10)
"""Months; the one before each ends a quarter."""


def city_sections(frame: MeetingFrame, as_of: AsOf | None) -> list[Section]:
    """Agencies that report, severe tenders, after a quarter those of programmes, cross-agency matters, failed ones, those due, proposals; at most seven queries."""
    period, day = parse_period(frame.about), _day(frame, as_of)
    with rulebook.asked_once():
        asked = matters.open_on(day or day_of(None))
        rule = judge(period, as_of)
        board, proposals, severe, controlled, of_programmes, _read = side_by_side(
            [
                agencies_steps(SYSTEM, period, as_of),
                proposals_steps(period, rule, as_of),
                severe_steps(period, as_of),
                tendering.controlled_steps(SYSTEM, day),
                _programmes(period, as_of),
                reading(asked),
            ]
        )
        return [
            Section("reports", tell("整體執行績效未達標準的機關"), _reporting(board)),
            Section("severe", tell("嚴重落後案件逐案檢討"), [lagging_line(each, rule) for each in severe]),
            Section("programmes", tell("專案計畫季檢討"), of_programmes),
            Section("matters", tell("跨機關協調事項"), _matters(asked)),
            Section("failed", tell("流廢標追蹤"), _failed(day, controlled)),
            Section("due", tell("應發包而未發包案件"), _due(day, controlled)),
            Section("streaks", tell("連續超前或落後的獎懲建議"), _streaks(proposals, rule)),
        ]


def agency_sections(frame: MeetingFrame, as_of: AsOf | None) -> list[Section]:
    """Of one agency: its lagging tenders, those about to lag, early warnings, and how it filed."""
    period = parse_period(frame.about)
    board = agency_board(SYSTEM, frame.unit_id, period, as_of)
    rule = board.rule or judge(period, as_of)
    lagging = [each for each in board.cases if each.severe or each.course is Course.BEHIND]
    agencies = sorted({each.agency_id for each in board.agencies} | {frame.unit_id})
    near, chances = _warned(period, agencies, rule, as_of)
    return [
        Section(
            "lagging",
            tell("落後案件改進對策"),
            [lagging_line(each, rule) for each in worst_first(lagging, rule)],
        ),
        Section("near", tell("即將落後案件"), near),
        Section("warnings", tell("落後預警"), chances),
        Section("filing", tell("填報情形"), [_filed(each, period) for each in board.agencies]),
    ]


def agency_hosts(period: str, as_of: AsOf | None) -> frozenset[int]:
    """Agencies that owe a meeting in a month: those with a tender controlled in the month before."""
    about = parse_period(period).previous()
    rows = known(as_of).filter(period=about.code).order_by()
    locked = frozenset(rows.values_list("project__agency_id", flat=True).distinct())
    return locked or frozenset(owed(about))


def _day(frame: MeetingFrame, as_of: AsOf | None) -> date | None:
    """The day of the meeting; None where it is not over yet, for then what is known today counts."""
    today = day_of(as_of)
    if frame.day < today:
        return frame.day
    return today if as_of is not None else None


def _versions(rule: Judge, *codes: str) -> list[int]:
    return [each.version_id for each in rule.of(*codes)]


def _about(project: Project) -> tuple[str, int]:
    return (PROJECT, project.pk)


def _reporting(board: MonthBoard) -> list[Line]:
    rule = board.rule
    if rule is None or rule.report is None:
        return []
    return [
        Line(
            title=tell("%(agency)s標案辦理情形", agency=read(each.name)),
            subject=(AGENCY, each.agency_id),
            reason=words.report_reason(
                each.matching, each.tally.execution, each.tally.executed, each.tally.allocated, rule.report, rule.overall
            ),
            rule_versions=_versions(rule, REPORT, OVERALL, COUNTS, TOLERANCE),
            unit_ids=[each.agency_id],
        )
        for each in board.reporting
    ]  # fmt: skip


def severe_cases(period: Period, as_of: AsOf | None = None) -> list[Case]:
    """Every severely lagging tender of a month, the worst first: by how many thresholds it is behind (two queries)."""
    return done(severe_steps(period, as_of))


def severe_steps(period: Period, as_of: AsOf | None = None) -> Steps[list[Case]]:
    """The same beside what else is read."""
    rule = judge(period, as_of)
    found: Any = judged({period.code: rule}, as_of)
    rows = found.filter(is_severe=True).select_related("project")
    yield rows
    return worst_first([case_of(each, rule) for each in rows], rule)


def worst_first(cases: Collection[Case], rule: Judge) -> list[Case]:
    return sorted(
        cases,
        key=lambda each: (
            not each.severe,
            -words.distance(each.lag, each.works_lag, rule.thresholds),
            each.record.project.number,
        ),
    )


def lagging_line(case: Case, rule: Judge) -> Line:
    """A lagging tender as a line, with by how much and the versions of the rules that say so."""
    project = case.record.project
    if case.severe:
        reason = words.severe_reason(case.lag, case.works_lag, rule.thresholds)
        versions = _versions(rule, TENDER, WORKS)
    else:
        reason = words.behind_reason(case.lag, rule.thresholds.tolerance)
        versions = _versions(rule, TOLERANCE)
    return Line(str(project), _about(project), reason, versions, [project.agency_id])


def _programmes(period: Period, as_of: AsOf | None) -> Steps[list[Line]]:
    """After a quarter: tenders of programmes with a third level that lag lastingly, or need other agencies (B15, TC-26)."""
    if period.end.month not in QUARTERS_BEGIN:
        return []
    quarter = programmes.quarter_of(period.last_day)
    rule = rulebook.value_or_none(programmes.LASTING, quarter.last_day, as_of)
    versions = [rule.version_id] if rule is not None else []
    found = yield from programmes.all_to_city_meeting_steps(quarter, as_of)
    return [
        Line(
            title=str(each.project),
            subject=_about(each.project),
            reason=tell(
                "%(programme)s：%(why)s",
                programme=programme.name,
                why=words.lasting_reason(
                    [(one.short_label, gap) for one, gap in each.months], each.coordination
                ),
            ),
            rule_versions=versions if each.lasting else [],
            unit_ids=[each.project.agency_id],
        )
        for programme, tenders in found
        for each in tenders
    ]


def _matters(asked: Iterable[CrossAgencyMatter]) -> list[Line]:
    return [
        Line(
            title=str(each.project),
            subject=_about(each.project),
            reason=tell("請%(unit)s協助：%(text)s", unit=called(each.unit, short=True), text=each.text),
            unit_ids=[each.project.agency_id, each.unit_id],
        )
        for each in asked
    ]


def _failed(day: date | None, controlled: tendering.Controlled) -> list[Line]:
    found = tendering.failed(SYSTEM, day, among=controlled)
    least = int(found.rule.value) if isinstance(found.rule.value, Decimal) else 0
    return [
        Line(
            title=str(each.project),
            subject=_about(each.project),
            reason=words.failed_reason(each.failures, least, each.last_failed_on),
            rule_versions=[found.rule.version_id],
            unit_ids=[each.project.agency_id],
        )
        for each in found.rows
    ]


def _due(day: date | None, controlled: tendering.Controlled) -> list[Line]:
    found = tendering.due(SYSTEM, day, among=controlled)
    return [
        Line(
            title=str(each.project),
            subject=_about(each.project),
            reason=words.due_reason(each.planned_on, found.on),
            unit_ids=[each.project.agency_id],
        )
        for each in found.due
        if each.planned_on is not None
    ]


def _streaks(proposals: Iterable[Proposal], rule: Judge) -> list[Line]:
    if rule.streak is None:
        return []
    limit, versions = rule.streak.threshold, _versions(rule, STREAK, STREAK_MONTHS, *GAPS.values())
    return [
        Line(
            title=str(each.record.project),
            subject=_about(each.record.project),
            reason=words.streak_reason(
                each.ahead, [(one.period.short_label, one.lag) for one in each.months], limit
            ),
            rule_versions=versions,
            unit_ids=[each.agency_id],
        )
        for each in proposals
    ]


def _warned(
    period: Period, agency_ids: Sequence[int], rule: Judge, as_of: AsOf | None
) -> tuple[list[Line], list[Line]]:
    """即將落後 by the rule list, then those whose chance is as high as the rule says (one query and one rule)."""
    share = listed_share(period, as_of)
    least = Decimal(str(share.value)) / 100 if share is not None else None
    rows = EarlyWarning.objects.filter(period=period.code, project__agency_id__in=agency_ids)
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of.moment)
    near: dict[int, list[str]] = {}
    chances: dict[int, list[str]] = {}
    projects: dict[int, Project] = {}
    for each in rows.select_related("project").order_by("-share", "lag", "project__number"):
        projects[each.project_id] = each.project
        if each.near and rule.margin is not None:
            limit = threshold(rule, CurveKind(each.curve))
            said = words.near_reason(each.lag, each.projected, limit, rule.margin)
            near.setdefault(each.project_id, []).append(_of_curve(each, said))
        if least is not None and each.share is not None and each.share >= least:
            said = tell(
                "兩個月內嚴重落後的機會 %(share)s：%(why)s", share=percent(each.share), why=sentence(each)
            )
            chances.setdefault(each.project_id, []).append(_of_curve(each, said))
    found = _versions(rule, MARGIN, TENDER, WORKS)
    versions = [share.version_id] if share is not None else []
    return _told(near, projects, found), _told(chances, projects, versions)


def _of_curve(warning: EarlyWarning, said: str) -> str:
    return tell("%(curve)s：%(said)s", curve=warning.get_curve_display(), said=said)


def _told(
    said: Mapping[int, list[str]], projects: Mapping[int, Project], versions: Sequence[int]
) -> list[Line]:
    return [
        Line(str(projects[pk]), _about(projects[pk]), "；".join(reasons), versions, [projects[pk].agency_id])
        for pk, reasons in said.items()
    ]


def _filed(row: AgencyRow, period: Period) -> Line:
    filed = row.tally.filed
    return Line(
        title=tell("%(agency)s %(period)s標案月進度填報", agency=read(row.name), period=period.label),
        subject=(AGENCY, row.agency_id),
        reason=tell(
            "應填 %(whole)s 件，已填 %(part)s 件，填報率 %(rate)s%%",
            whole=filed.whole, part=filed.part, rate=words.below(filed.percent or Decimal(0), Decimal(100)),
        ),
        unit_ids=[row.agency_id],
    )  # fmt: skip
