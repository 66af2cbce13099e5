"""Who has to do what about a programme in a quarter, by its control levels (B15, TC-25, TC-26)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.common.together import Steps, done
from shizheng.domains.projects.models import Programme, ProgrammeProgress
from shizheng.domains.projects.models.programmes import ControlLevels, Cycle
from shizheng.domains.projects.queries.programme_meetings import CITY, LEAD
from shizheng.domains.projects.queries.programmes import CYCLES, progress
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import WorkCalendar
from shizheng.kernel.filing.queries import rounds_visible_to
from shizheng.kernel.filing.queries.rounds import terms_for
from shizheng.kernel.filing.registry import kind_of
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.meetings.queries import held_in
from shizheng.kernel.rulebook import queries as rulebook

TENDER_MONTH, PROGRAMME = "projects.month", "projects.programme"
MEETING, REPORT = "TC-25", "TC-26"


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done by a day. `done`: None where this product does not know."""

    level: int
    title: str
    due: date | None
    done: bool | None
    rule: str = ""


def duties_of(programme: Programme, quarter: Period) -> list[Duty]:
    """The duties of a quarter, in the order of their days."""
    return done(duties_steps(programme, quarter, progress([programme.pk])))


def duties_steps(
    programme: Programme, quarter: Period, told: Iterable[ProgrammeProgress]
) -> Steps[list[Duty]]:
    """The same beside what else is read, with what was filed about the programme at hand."""
    months, cal = quarter.parts(PeriodKind.MONTH), calendar.current_calendar()
    codes = [each.code for each in months]
    rounds = rounds_visible_to(SYSTEM).filter(kind=TENDER_MONTH, period__in=codes, state="locked")
    closed = rounds.values_list("period", flat=True)
    led = held_in(LEAD, codes, programme.lead_id)
    reported = held_in(CITY, [quarter.next().parts(PeriodKind.MONTH)[0].code])
    yield closed, led, reported
    locked, met = set(closed), set(led)
    found = [
        Duty(
            1,
            _("執行單位填報 %(period)s標案進度") % {"period": each.label},
            _due(TENDER_MONTH, each, cal),
            each.code in locked,
            "filing.tender_month",
        )
        for each in months
    ]
    if programme.cycle != Cycle.NONE:
        found += _filings(programme, quarter, cal, told)
    if programme.control_levels >= ControlLevels.TWO and _in_force(MEETING, quarter):
        title = _("主政機關召開 %(period)s進度管控會議")
        found += [
            Duty(
                2,
                title % {"period": each.label},
                each.last_day,
                each.code in met if programme.lead_id else None,
                MEETING,
            )
            for each in months
        ]
    if programme.control_levels >= ControlLevels.THREE and _in_force(REPORT, quarter):
        title = _("研考會將 %(period)s持續落後與需協調的案件提報市府會議") % {"period": quarter.label}
        found.append(Duty(3, title, quarter.next().last_day, bool(reported), REPORT))
    return sorted(found, key=lambda each: (each.due or date.max, each.level))


def _filings(
    programme: Programme, quarter: Period, cal: WorkCalendar, told: Iterable[ProgrammeProgress]
) -> list[Duty]:
    kind = CYCLES[Cycle(programme.cycle)]
    periods = quarter.parts(kind) or (quarter,)
    filed: set[str] = {each.period for each in told if each.filed}
    title = _("主政機關填報 %(period)s計畫進度")
    rule = "filing.programme_month" if kind is PeriodKind.MONTH else "filing.programme_quarter"
    return [
        Duty(2, title % {"period": each.label}, _due(PROGRAMME, each, cal), each.code in filed, rule)
        for each in periods
    ]


def _due(kind: str, period: Period, cal: WorkCalendar) -> date | None:
    try:
        return terms_for(kind_of(kind), period, cal=cal).terms.due_on
    except CannotDo:
        return None


def _in_force(code: str, quarter: Period) -> bool:
    return rulebook.value_or_none(code, quarter.last_day) is not None
