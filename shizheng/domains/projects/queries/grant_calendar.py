"""The deadlines of a grant year: what is done, what is late, and by which rule (GR-01, GR-07, GR-08, GR-12, GR-13)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common import together as steps
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.common.roc import year_number
from shizheng.common.together import Steps
from shizheng.domains.projects.models import GrantReport, GrantYear
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.rules.grants import Done, done
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import WorkCalendar
from shizheng.kernel.filing.queries import returns_visible_to, rounds_visible_to
from shizheng.kernel.filing.queries.rounds import ON_HOLIDAY, terms_for
from shizheng.kernel.filing.registry import kind_of
from shizheng.kernel.filing.rules.terms import settle
from shizheng.kernel.filing.rules.workflow import FILED
from shizheng.kernel.measures.rules.periods import ROC_OFFSET, Period, PeriodKind, parse_period
from shizheng.kernel.publication import queries as publication
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

SETUP, MONTH = "projects.grant_setup", "projects.grant_month"
FILED_BY_AGENCIES = ("GR-07", "GR-08")
PUBLISH_BY = "grant.publish_by"
QUARTERLY, REPORT = "projects.grant_quarter", "projects.grant_report"
SUBJECT = "projects.grantyear"


@dataclass(frozen=True, slots=True)
class Duty:
    """Something due in a grant year, for a `period`. `parts`: how many returns are in of how many, where it is a filing."""

    code: str
    title: str
    who: str
    due: date
    done_on: date | None
    standing: Done
    rule: RuleValue | None
    url: str = ""
    parts: tuple[int, int] | None = None
    period: str = ""


def duties_of(year: GrantYear, today: date | None = None) -> list[Duty]:
    """Every duty of a grant year, the first one first; a rule that was not in force yet asks for nothing."""
    return steps.done(duties_steps(year, today or clock.today(), calendar.current_calendar()))


def duties_steps(year: GrantYear, now: date, cal: WorkCalendar) -> Steps[list[Duty]]:
    """The same beside what else is read, in one step."""
    rounds = rounds_visible_to(SYSTEM).filter(kind__in=[SETUP, MONTH], roc_year=year.roc_year)
    returns = returns_visible_to(SYSTEM).filter(
        subject_label=SUBJECT, subject_pk=year.pk, round__kind__in=[SETUP, MONTH]
    )
    issued = publication.of_subject(SUBJECT, year.pk).filter(kind__in=[QUARTERLY, REPORT])
    yield rounds, returns, issued
    with rulebook.asked_once():
        gregorian = year.roc_year + ROC_OFFSET
        found = [
            *_selection(year, gregorian, now, cal),
            *_filings(year, gregorian, now, cal, rounds, returns),
            *_publications(year, gregorian, now, [each for each in issued if each.kind == QUARTERLY]),
            *_report(year, gregorian, now, cal, [each for each in issued if each.kind == REPORT]),
        ]
        return sorted(found, key=lambda each: (each.due, each.code))


def _moved(day: date, cal: WorkCalendar) -> date:
    rule = rulebook.value_or_none(ON_HOLIDAY, day)
    if rule is None or day.year not in cal.years:
        return day
    return settle(day, str(rule.value), cal)


def _in_year(code: str, year: int, cal: WorkCalendar) -> tuple[date, RuleValue] | None:
    """The day of a yearly deadline in a year, by the version in force on it."""
    for looked_at in (date(year, 12, 31), date(year, 1, 1)):
        rule = rulebook.value_or_none(code, looked_at)
        if rule is None:
            continue
        nominal = rule.value.in_year(year)  # type: ignore[union-attr, call-arg]
        own = rulebook.value_or_none(code, nominal)
        if own is not None:
            return _moved(own.value.in_year(year), cal), own  # type: ignore[union-attr, call-arg]
    return None


def _selection(year: GrantYear, gregorian: int, now: date, cal: WorkCalendar) -> list[Duty]:
    found = _in_year("GR-13", gregorian, cal)
    if found is None:
        return []
    due, rule = found
    edit = reverse("projects:edit_grant_year", args=[year.pk])
    title = _("召開選案審查會議")
    return [
        Duty("GR-13", title, _("研考會"), due, year.selected_on, done(due, year.selected_on, now), rule, edit)
    ]


def _filings(
    year: GrantYear,
    gregorian: int,
    now: date,
    cal: WorkCalendar,
    all_rounds: Iterable[Any],
    rows: Iterable[Any],
) -> list[Duty]:
    """Set-up and the months or quarters of the year, as rounds or as the rules will have them."""
    periods = [
        *(Period(PeriodKind.MONTH, gregorian, number) for number in range(1, 13)),
        *(Period(PeriodKind.QUARTER, gregorian, number) for number in range(1, 5)),
    ]
    rounds = {(each.kind, each.period): each for each in all_rounds}
    returns: dict[int, list[Any]] = {}
    for one in rows:
        returns.setdefault(one.round_id, []).append(one)
    found = []
    whole = Period(PeriodKind.YEAR, gregorian)
    for kind, period in [(SETUP, whole), *((MONTH, each) for each in periods)]:
        made = rounds.get((kind, period.code))
        try:
            due = made.due_on if made is not None else terms_for(kind_of(kind), period, cal=cal).terms.due_on
        except CannotDo:  # the rule in force does not ask for this period
            continue
        found.append(_filing(year, kind, period, due, made, returns.get(made.pk, []) if made else [], now))
    return found


def _filing(
    year: GrantYear,
    kind: str,
    period: Period,
    due: date,
    made: Any,
    mine: Sequence[Any],
    now: date,
) -> Duty:
    rule_code = "GR-07" if kind == SETUP else "GR-08"
    rule = rulebook.value_or_none(rule_code, due)
    if kind == SETUP:
        title = _("補助案建檔與各月預算分配")
    else:
        title = _("填報 %(period)s執行與支用") % {"period": period.label}
    filed = [each for each in mine if each.state in FILED]
    last = None
    if mine and len(filed) == len(mine):
        last = max(_day(each.first_submitted_at or each.submitted_at) for each in filed)
    url = reverse("filing:round", args=[made.pk]) if made is not None else ""
    return Duty(
        rule_code, title, _("各執行機關"), due, last, done(due, last, now), rule, url,
        (len(filed), len(mine)) if mine else None, period.code,
    )  # fmt: skip


def _day(moment: datetime | None) -> date:
    assert moment is not None
    return moment.astimezone(clock.TAIPEI).date()


def _publications(year: GrantYear, gregorian: int, now: date, made: Iterable[Any]) -> list[Duty]:
    """Once a quarter, on the web (GR-12), by a day of the quarter that follows; without a rule for it, by its end."""
    issued: dict[str, date] = {}
    for each in made:
        issued[each.period] = _day(
            each.issued_at
        )  # the newest first: the last to be set is the first edition
    found = []
    for number in range(1, 5):
        quarter = Period(PeriodKind.QUARTER, gregorian, number)
        rule = rulebook.value_or_none("GR-12", quarter.last_day)
        if rule is None:
            continue
        by, after = rulebook.value_or_none(PUBLISH_BY, quarter.last_day), quarter.next()
        due = by.value.in_quarter(after.year, after.number) if by is not None else after.last_day  # type: ignore[union-attr]
        url = reverse("projects:grant_year", args=[year.pk]) + f"?period={quarter.code}"
        title = _("公布 %(period)s成效") % {"period": quarter.label}
        day = issued.get(quarter.code)
        standing = done(due, day, now)
        found.append(
            Duty("GR-12", title, _("研考會"), due, day, standing, by or rule, url, None, quarter.code)
        )
    return found


def _report(
    year: GrantYear, gregorian: int, now: date, cal: WorkCalendar, issued: Sequence[Any]
) -> list[Duty]:
    found = _in_year("GR-01", gregorian + 1, cal)
    if found is None:
        return []
    due, rule = found
    day = _day(issued[-1].issued_at) if issued else None
    url = reverse("projects:grant_report", args=[year.pk])
    title = _("提送 %(year)s 年度績效報告") % {"year": year_number(year.roc_year)}
    return [Duty("GR-01", title, _("研考會"), due, day, done(due, day, now), rule, url)]


def to_do(actor: Any, today: date, ahead: int = 30) -> list[tuple[GrantYear, Duty]]:
    """What RDEC itself has to do soon or has let pass, of the years that are not reported yet."""
    return steps.done(to_do_steps(actor, today, ahead))


def to_do_steps(actor: Any, today: date, ahead: int = 30) -> Steps[list[tuple[GrantYear, Duty]]]:
    """The same beside what else is read, in two steps for any number of years."""
    plans, issues = actor.may("projects.grants"), actor.may("publication.issue")
    if not plans and not issues:
        return []
    years = queries.grant_years(actor).filter(roc_year__gte=today.year - ROC_OFFSET - 2)
    yield years
    if not years:
        return []
    locked = queries.periods_of_years([year.pk for year in years])
    written = GrantReport.objects.filter(year__in=[year.pk for year in years]).exclude(achievements="")
    cal = calendar.current_calendar()
    duties, *_read = yield from steps.beside(
        [
            steps.beside([duties_steps(year, today, cal) for year in years]),
            steps.reading(locked),
            steps.reading(written),
        ]
    )
    told = {each.year_id for each in written} if issues else set()
    found = []
    for year, of_year in zip(years, duties, strict=True):
        for each in of_year:
            late, soon = each.standing is Done.LATE, each.standing is Done.TO_COME
            ours = issues if each.code == "GR-12" else plans and each.code in ("GR-13", "GR-01")
            near = soon and (each.due - today).days <= ahead
            if ours and (late or near) and (each.code != "GR-12" or _locked(year, each, locked)):
                found.append((year, each))
            if each.code == "GR-01" and each.done_on is None and year.pk in told and _over(year, locked):
                found.append((year, _to_publish(year, each)))
    return found


def _over(year: GrantYear, locked: Iterable[tuple[int, str]]) -> bool:
    """Whether the last quarter of the year was locked: its report can be published."""
    codes = {period for pk, period in locked if pk == year.pk}
    return queries.period_until(date(year.roc_year + ROC_OFFSET, 12, 31), codes) is not None


def _to_publish(year: GrantYear, duty: Duty) -> Duty:
    """The report is written and waits for who publishes it."""
    title = _("發布 %(year)s 年度績效報告") % {"year": year_number(year.roc_year)}
    return replace(duty, title=title, url=reverse("publication:issue", args=[REPORT, year.pk]))


def _locked(year: GrantYear, duty: Duty, locked: Iterable[tuple[int, str]]) -> bool:
    """Whether the quarter that is to be published was locked: before that there is nothing to publish."""
    codes = {period for pk, period in locked if pk == year.pk}
    return queries.period_until(parse_period(duty.period).last_day, codes) is not None


def to_come(actor: Any, first: date, last: date, today: date) -> list[tuple[GrantYear, Duty]]:
    """What is not done of grant years and due from `first` to `last`: RDEC's own duties for who has them, and days of
    filing of rounds that are not open yet for who files or watches over it (open ones are told by filing itself)."""
    plans, issues = actor.may("projects.grants"), actor.may("publication.issue")
    rows = queries.grant_years(actor).filter(
        roc_year__range=(first.year - ROC_OFFSET - 1, last.year - ROC_OFFSET)
    )
    found = []
    for year in rows:
        mine = plans or _files(actor, year)
        for each in duties_of(year, today):
            if each.code in FILED_BY_AGENCIES:
                wanted = mine and not each.url
            else:
                wanted = issues if each.code == "GR-12" else plans
            if wanted and each.done_on is None and first <= each.due <= last:
                found.append((year, each))
    return found


def _files(actor: Any, year: GrantYear) -> bool:
    units = actor.units_where("filing.file")
    items = year.items.filter(dropped_on=None)
    return bool(units is None or items.filter(project__agency_id__in=units).exists())
