"""The deadline calculator, versions side by side, and the year as a file."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.numbers import LARGEST_INTEGER, whole_number
from shizheng.common.roc import year_number
from shizheng.common.routes import requires
from shizheng.kernel.calendar import queries
from shizheng.kernel.calendar.forms import DeadlineForm
from shizheng.kernel.calendar.pages.common import (
    STATES,
    chosen_calendar,
    chosen_district,
    tell_form,
    version_choices,
)
from shizheng.kernel.calendar.pages.year import named_days
from shizheng.kernel.calendar.rules import (
    Deadline,
    Unit,
    WorkCalendar,
    as_ics,
    compare,
    deadline,
    hours_deadline,
)
from shizheng.kernel.calendar.rules.changes import years_only_in
from shizheng.kernel.calendar.rules.views import state_json
from shizheng.web import exports


def counted(work: WorkCalendar, given: dict[str, Any]) -> Deadline:
    """The deadline that a valid form asks for. Raises BadInput (a year without data, a period too long)."""
    unit, district = Unit(given["unit"]), given["district"] or None
    if unit in (Unit.HOURS, Unit.OFFICE_HOURS):
        start = datetime.combine(given["start"], given["time"] or time(0), clock.TAIPEI)
        return hours_deadline(work, start, given["amount"], unit, district)
    return deadline(work, given["start"], given["amount"], unit, district, roll=not given["keep"])


@requires("calendar.view")
def calculator(request: HttpRequest) -> HttpResponse:
    """Start, length, kind and district in; the last day out, with every day on the way and its reason."""
    versions, found, other, status = version_choices(), None, None, 200
    if "start" in request.GET:
        form = DeadlineForm(request.GET, versions=versions)
        if form.is_valid():
            given = form.cleaned_data
            asked = given["version"]
            try:
                work = queries.calendar_as_of(asked) if asked else queries.calendar_on(request.as_of)  # type: ignore[attr-defined]
                found = counted(work, given)
            except CannotDo as failure:
                tell_form(form, failure)
                status = failure.status
            else:
                other = _other(found, given)
        else:
            status = 422
    else:
        form = DeadlineForm(initial={"start": clock.today(), "amount": 6}, versions=versions)
    context = {"form": form, "found": found, "other": other, "rows": _rows(found) if found else []}
    return render(request, "calendar/deadline.html", context, status=status)


def _other(found: Deadline, given: dict[str, Any]) -> Deadline | None:
    """What the version in force gives, where an older one was asked."""
    newest = queries.current_calendar()
    if newest.version == found.version:
        return None
    try:
        return counted(newest, given)
    except CannotDo:
        return None


def _rows(found: Deadline) -> list[dict[str, Any]]:
    """The days with their running count; days that do not count have none."""
    rows, count = [], 0
    hours = found.unit in (Unit.HOURS, Unit.OFFICE_HOURS)
    for state in found.days:
        counts = state.working if found.unit is Unit.WORKING_DAYS else not hours
        count += counts
        moved = found.rolled_from is not None and state.day > found.rolled_from
        rows.append(
            {"state": state, "shown": STATES[state.state], "count": count if counts and not moved else None,
             "due": state.day == found.due}
        )  # fmt: skip
    return rows


@requires("calendar.view")
def versions(request: HttpRequest) -> HttpResponse:
    """Every version with what it brought; two of them day by day."""
    lines = queries.version_lines()
    numbers = [line.version.number for line in lines]
    after = whole_number(request.GET.get("after"), LARGEST_INTEGER) or (numbers[0] if numbers else 0)
    before = whole_number(request.GET.get("before"), LARGEST_INTEGER) or next(
        (n for n in numbers if n < after), after
    )
    context: dict[str, Any] = {"lines": lines, "numbers": numbers, "before": before, "after": after}
    if numbers:
        old, new = queries.calendar_as_of(before), queries.calendar_as_of(after)
        found = compare(old, new)
        context |= {
            "differences": found,
            "moving": sum(one.moves_deadlines for one in found),
            "added": years_only_in(new, old),
            "gone": years_only_in(old, new),
        }
    return render(request, "calendar/versions.html", context)


@requires("calendar.view")
def export(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """A year as CSV (each day), JSON (each day) or iCalendar (days with a name)."""
    work, district = chosen_calendar(request), chosen_district(request)
    if not 1 <= year <= 9999 or kind not in ("csv", "json", "ics"):
        raise Http404
    first = date(year, 1, 1)
    work.state(first)  # a year without data is refused here, with the reason
    length = (date(year, 12, 31) - first).days + 1
    name = f"calendar-{year}-v{work.version}"
    if kind == "ics":
        text = as_ics(
            named_days(work, year, district), name=_("工作日曆 %(year)s 年") % {"year": year_number(year - 1911)},
            version=work.version, stamp=clock.now(), host=request.get_host().split(":")[0],
        )  # fmt: skip
        return HttpResponse(
            text,
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.ics"'},
        )
    states = [work.state(first + timedelta(days=n), district) for n in range(length)]
    if kind == "json":
        days = [{**state_json(state), "source": state.source} for state in states]
        answer = {"year": year, "calendar_version": work.version, "district": district, "days": days}
        response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return response
    head = [_("日期"), _("民國日期"), _("星期"), _("上班"), _("說明"), _("依據")]
    rows = (
        [s.day, state_json(s)["roc"], s.weekday, _("是") if s.working else _("否"), s.reason, s.source]
        for s in states
    )
    return exports.response("csv", [head, *rows], name, name)
