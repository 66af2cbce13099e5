"""The meetings that control programmes: the lead agency's each month (TC-25), the city's after a quarter (TC-26) (B15, C02)."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q

from shizheng.common.numbers import plain, with_unit
from shizheng.common.together import side_by_side
from shizheng.common.words import tell
from shizheng.domains.projects.models import Programme, ProgrammeProgress
from shizheng.domains.projects.models.programmes import ControlLevels
from shizheng.domains.projects.queries import programmes
from shizheng.domains.projects.queries.agenda import lagging_line, worst_first
from shizheng.domains.projects.queries.boards import case_of
from shizheng.domains.projects.queries.judging import Judge, judge
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.rules.judging import Course
from shizheng.domains.projects.rules.programmes import Target
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.meetings.registry import Line, MeetingFrame, Section

LEAD, CITY = "tender-programme", "tender-city"
"""The series of meetings in which a programme is looked at."""


def led(period: Period, unit_id: int | None = None) -> list[Programme]:
    """Programmes in use with a second level that run in a month and have a lead agency (this one); one query."""
    rows = Programme.objects.filter(in_use=True, control_levels__gte=ControlLevels.TWO, lead__isnull=False)
    rows = rows.filter(Q(starts_on=None) | Q(starts_on__lte=period.last_day))
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=period.start))
    return list((rows if unit_id is None else rows.filter(lead_id=unit_id)).order_by("code"))


def hosts(period: str) -> frozenset[int]:
    """Lead agencies that owe a meeting in a month: those of programmes that ran in the month before."""
    about = parse_period(period).previous()
    return frozenset(each.lead_id for each in led(about) if each.lead_id is not None)


def sections(frame: MeetingFrame, as_of: AsOf | None) -> list[Section]:
    """A section for each programme of the agency: its quantity where it is short of the plan, then its lagging tenders."""
    period = parse_period(frame.about)
    rule = judge(period, as_of)
    return [
        Section(f"programme-{each.code}", each.name, _lines(each, period, rule, as_of))
        for each in led(period, frame.unit_id)
    ]


def _lines(programme: Programme, period: Period, rule: Judge, as_of: AsOf | None) -> list[Line]:
    belonging, told, targets = side_by_side(
        [
            programmes.members_steps(programme.pk, as_of),
            programmes.progress_steps([programme.pk], as_of),
            programmes.targets_steps([programme.pk]),
        ]
    )
    rows = known(as_of).filter(programmes.belonged(programme.pk, belonging), period=period.code)
    cases = [case_of(each, rule) for each in rows.select_related("project")]
    lagging = [each for each in cases if each.severe or each.course is Course.BEHIND]
    short = _short(programme, targets[programme.pk], told, period)
    return [*short, *(lagging_line(each, rule) for each in worst_first(lagging, rule))]


def _short(
    programme: Programme, targets: Sequence[Target], told: Sequence[ProgrammeProgress], period: Period
) -> list[Line]:
    planned = programmes.planned(programme, targets, period.last_day)
    if not planned:
        return []
    last = programmes.latest(told, period.last_day)
    reached = last.quantity if last is not None and last.quantity is not None else None
    if reached is not None and reached >= planned:
        return []
    amount = with_unit(Decimal(plain(round(planned, 2))), programme.unit)
    if reached is None or last is None:
        reason = tell("到 %(period)s底預定累計 %(planned)s，還沒有填報", period=period.label, planned=amount)
    else:
        reason = tell(
            "%(told)s填報累計 %(reached)s，不及 %(period)s底預定的 %(planned)s",
            told=parse_period(last.period).label, reached=with_unit(reached, programme.unit), period=period.label,
            planned=amount,
        )  # fmt: skip
    return [Line(programme.name, None, reason, (), [programme.lead_id] if programme.lead_id else [])]
