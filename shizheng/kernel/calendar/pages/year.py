"""The year at a glance, one day, and what an officer may do to them."""

import calendar as months_of
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, Conflict
from shizheng.common.numbers import LARGEST_INTEGER, whole_number
from shizheng.common.roc import DateNotUnderstood, in_words, parse_date, year_number
from shizheng.common.routes import requires
from shizheng.kernel.calendar import actions, queries
from shizheng.kernel.calendar.forms import AddYearForm, ReviseDayForm, district_choices
from shizheng.kernel.calendar.models import CalendarDay
from shizheng.kernel.calendar.pages.common import (
    STATES,
    chosen_calendar,
    chosen_district,
    hours_of,
    tell_form,
    version_choices,
)
from shizheng.kernel.calendar.rules import CalendarYearMissing, DayKind, DayState, WorkCalendar
from shizheng.kernel.calendar.shipped import district_name, districts
from shizheng.kernel.history.queries import entries_of
from shizheng.web.templatetags.ui import weekday_text

SUNDAY_FIRST = months_of.Calendar(firstweekday=6)
WEEK_HEADS = "日一二三四五六"


def week_heads() -> list[str]:
    """The days of the week, Sunday first, in the reader's language."""
    if (get_language() or "").startswith("en"):
        return [str(WEEKDAYS_ABBR[(number + 6) % 7]) for number in range(7)]
    return list(WEEK_HEADS)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day in the grid: its mark, what is said of it after its number; `today` is drawn with a frame."""

    day: date
    state: str
    mark: str
    spoken: str
    today: bool

    @property
    def label(self) -> str:
        return f"{self.month}{self.day.day}{self.spoken}"

    @property
    def month(self) -> str:
        """The month before the number of the day, in the reader's language."""
        english = (get_language() or "").startswith("en")
        return f"{MONTHS[self.day.month]} " if english else f"{self.day.month}月"


@dataclass(frozen=True, slots=True)
class Month:
    """One month: weeks of cells (None outside of the month) and how many days work."""

    month: int
    weeks: list[list[Cell | None]]
    working: int


def months(work: WorkCalendar, year: int, district: str | None) -> list[Month]:
    """The twelve months of a year as grids. Raises CalendarYearMissing."""
    return [_month(work, year, month, district) for month in range(1, 13)]


def _month(work: WorkCalendar, year: int, month: int, district: str | None) -> Month:
    today, working = clock.today(), 0
    weeks: list[list[Cell | None]] = []
    for week in SUNDAY_FIRST.monthdatescalendar(year, month):
        row: list[Cell | None] = []
        for day in week:
            if day.month != month:
                row.append(None)
                continue
            state = work.state(day, district)
            working += state.working
            row.append(_cell(state, today))
        weeks.append(row)
    return Month(month, weeks, working)


def _cell(state: DayState, today: date) -> Cell:
    mark = STATES[state.state][1]
    works = _("上班") if state.working else _("不上班")
    english = (get_language() or "").startswith("en")
    spoken = f", {WEEKDAYS[state.day.weekday()]}, {works}" if english else f"日 {state.weekday} {works}"
    if state.name or state.closures:
        spoken = f"{spoken}{', ' if english else '，'}{state.reason}"
    if state.name and not mark:
        mark = "・"
    return Cell(state.day, state.state, mark, spoken, state.day == today)


def named_days(work: WorkCalendar, year: int, district: str | None) -> list[DayState]:
    """The days of a year that have a name or a closure, in order."""
    states = work.state
    days = {day for day in work.facts if day.year == year}
    days |= {closure.day for closure in work.closures if closure.day.year == year}
    found = [states(day, district) for day in sorted(days)]
    return [state for state in found if state.name or state.closures]


@requires("calendar.view")
def year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """A year of the chosen version: twelve months, counts, named days; a year without data says what to do."""
    shown = year or whole_number(request.GET.get("year"), LARGEST_INTEGER) or clock.today().year
    shown = shown + 1911 if shown < 1000 else shown
    work, district = chosen_calendar(request), chosen_district(request)
    years = sorted(work.years)
    context: dict[str, Any] = {
        "year": shown, "roc": year_number(shown - 1911), "years": years, "work": work, "heads": week_heads(),
        "before": shown - 1 if shown - 1 in years else None,
        "after": shown + 1 if shown + 1 in years else None,
        "district": district or "", "districts": district_choices(), "versions": version_choices(),
        "asked_version": whole_number(request.GET.get("version"), LARGEST_INTEGER),
        "may_revise": request.user.may("calendar.revise"),  # type: ignore[union-attr]
        "legend": [{"state": code, "word": word, "mark": mark} for code, (word, mark, *_r) in STATES.items()],
    }  # fmt: skip
    if shown in work.years:
        grid = months(work, shown, district)
        context |= {
            "months": grid,
            "total": sum(one.working for one in grid),
            "off": (date(shown, 12, 31) - date(shown, 1, 1)).days + 1 - sum(one.working for one in grid),
            "named": [(state, STATES[state.state]) for state in named_days(work, shown, district)],
            "lines": [one for one in queries.version_lines() if one.version.number <= work.version][:5],
        }
    return render(request, "calendar/year.html", context)


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except DateNotUnderstood as failure:
        raise Http404 from failure


@requires("calendar.view")
def day(request: HttpRequest, day: str) -> HttpResponse:
    """One day: what it is, why, by which paper, what it was in other versions, and who changed it."""
    asked = _day(day)
    work, district = chosen_calendar(request), chosen_district(request)
    try:
        state = work.state(asked, district)
    except CalendarYearMissing as failure:
        raise Http404 from failure
    editions = list(queries.day_history(asked))
    row = queries.day_row(asked)
    closures = list(queries.closures_of(asked))
    known = districts() if closures else {}
    context = {
        "state": state, "shown": STATES[state.state], "work": work, "district": district,
        "closures": [(c, district_name(c.district_code, known), hours_of(c)) for c in closures], "editions": editions,
        "entries": entries_of(CalendarDay._meta.label_lower, row.pk)[:20] if row else [],
        "may_revise": request.user.may("calendar.revise"),  # type: ignore[union-attr]
        "title": f"{in_words(asked)}{weekday_text(asked)}",
    }  # fmt: skip
    return render(request, "calendar/day.html", context)


@requires("calendar.revise")
def revise_day(request: HttpRequest, day: str) -> HttpResponse:
    """Say what a day is from now on. What was typed stays; another officer's change is shown beside it."""
    asked = _day(day)
    work = queries.current_calendar()
    try:
        state = work.state(asked)
    except CalendarYearMissing as failure:
        raise Http404 from failure
    row, theirs, status = queries.day_row(asked), None, 200
    weekend = asked.weekday() >= 5
    if request.method == "POST":
        form = ReviseDayForm(request.POST, weekend=weekend)
        if form.is_valid():
            try:
                new = actions.revise_day(request.user, day=asked, **form.cleaned_data)  # type: ignore[arg-type]
            except Conflict as failure:
                theirs, status = {"message": failure.message, "state": state, "row": row}, 409
                typed = request.POST.copy()
                typed["version"] = str(work.version)
                form = ReviseDayForm(typed, weekend=weekend)
            except BadInput as failure:
                tell_form(form, failure)
            else:
                messages.success(request, _("已修訂，成為第 %(n)s 版。") % {"n": new.number})
                return HttpResponseRedirect(reverse("calendar:day", args=[asked.isoformat()]))
        status = status if status == 409 else 422
    else:
        initial = {
            "kind": row.kind if row else DayKind.ORDINARY.value, "name": row.name if row else "",
            "version": work.version,
        }  # fmt: skip
        form = ReviseDayForm(initial=initial, weekend=weekend)
    context = {
        "form": form, "day": asked, "state": state, "theirs": theirs, "work": work,
        "title": f"{in_words(asked)}{weekday_text(asked)}", "shown": STATES[state.state],
    }  # fmt: skip
    return render(request, "calendar/revise.html", context, status=status)


@requires("calendar.revise")
def add_year(request: HttpRequest) -> HttpResponse:
    """Enter the official table of a year that the calendar does not have yet."""
    status = 200
    if request.method == "POST":
        form = AddYearForm(request.POST)
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                new = actions.add_year(
                    request.user, year=given["year"] + 1911, days=given["table"], reason=given["reason"],  # type: ignore[arg-type]
                    source=given["source"],
                )  # fmt: skip
            except BadInput as failure:
                tell_form(form, failure)
            else:
                messages.success(request, _("已新增，成為第 %(n)s 版。") % {"n": new.number})
                return HttpResponseRedirect(reverse("calendar:year_of", args=[given["year"] + 1911]))
    else:
        years = queries.years_available()
        form = AddYearForm(initial={"year": (max(years) - 1910) if years else clock.today().year - 1911})
    return render(request, "calendar/add_year.html", {"form": form}, status=status)
