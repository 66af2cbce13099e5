"""The page of one tender: where it stands, its curves and checkpoints, what happened, its months, who changed what."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.routes import requires
from shizheng.common.together import reading, side_by_side
from shizheng.domains.projects.models import Happening, Project, ProjectPhoto
from shizheng.domains.projects.queries import course, matters, photos, visits, warnings
from shizheng.domains.projects.queries import planned as plans
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.boards import shown_of
from shizheng.domains.projects.queries.happenings import timeline_steps
from shizheng.domains.projects.queries.linked import promises_linked
from shizheng.domains.projects.queries.linking import inputs_fed
from shizheng.domains.projects.rules.life import CONTINUING, Kind, State, possible_in
from shizheng.domains.projects.templatetags.projects import month_label
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.rules.workflow import EDITABLE
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web.maps import map_spec


@requires("projects.view")
@require_safe
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """One tender, as of today or of the day looked at; only today it is written about."""
    user: Any = request.user
    day = getattr(request, "as_of", None)
    as_of = as_of_day(day)
    moment = as_of.moment if as_of else None
    found = queries.project(user, project_id, as_of)
    today = day or clock.today()
    notes, warned = photos.notes_of(found.pk, moment), warnings.newest_of(found, as_of)
    untagged = course.taken_off(found)
    made, told, taken, asked, seen, _read = side_by_side(
        [
            plans.plans_steps(found, as_of),
            timeline_steps(found, moment),
            photos.all_of_steps(found.pk, as_of),
            matters.of_project_steps(found.pk, as_of),
            visits.of_project_steps(found.pk, as_of),
            reading(notes, warned, untagged),
        ]
    )
    rows, at = plans.gantt(made, today, told.standing)
    pictures = [each for each in taken if not each.removed]
    may_edit = as_of is None and user.may("projects.edit", queries.unit_in_charge(found))
    return render(
        request,
        "projects/project.html",
        {
            "project": found,
            "acts": acts(user, found, bool(made.versions)) if as_of is None else [],
            "timeline": told,
            "may_correct": may_edit,
            "plans": made,
            "end": planned_end(made),
            "contract": contract_now(told.standing, found.award_amount),
            "charts": [each for each in (chart(made, False), chart(made, True)) if each],
            "gantt": rows,
            "feeds": found.measure_id is not None and inputs_fed(found.measure_id) is not None,
            "linked": promises_linked(user, found.promise_codes) if found.promise_codes else [],
            "today_at": at,
            "gantt_width": plans.WIDTH,
            "compared": compared(made),
            "months": shown_of(made.told, as_of),
            "entries": list(course.course(found, taken, seen, asked, untagged, moment)[:60]),
            "beside": course.beside(found, pictures, seen, asked, untagged),
            "alongside": course.happened(found, told),
            "matters": asked,
            "may_edit": may_edit,
            "photos": pictures,
            "visits": seen,
            "notes": notes,
            "warned": warnings.of_one_month(warned),
            "map": pin_map(found, pictures),
        },
    )


def chart(made: plans.Plans, works: bool) -> dict[str, Any] | None:
    """The S-curve as a chart island: planned of each version, actual as locked."""
    x = plans.axis(made)
    series = plans.drawn(made, x, works=works)
    if not series:
        return None
    names = {0: _("實際")}
    for version in made.versions:
        names[version.number] = _("預定（第 %(n)s 版）") % {"n": version.number}
    return {
        "id": "works-curve" if works else "tender-curve",
        "kind": "line",
        "title": _("施工進度") if works else _("標案進度"),
        "note": _("累計 %，每月底；實際是鎖定的月份"),
        "unit": "%",
        "places": 2,
        "from": 0,
        "top": 100,
        "x": [month_label(period) for period in x],
        "x_label": _("月份"),
        "gap": True,
        "series": [
            {"name": names[each["number"]], "role": each["role"], "data": each["data"]} for each in series
        ],
    }


def compared(made: plans.Plans) -> list[tuple[Any, list[Any]]]:
    """Checkpoints by version: each code of any version with its place in every one (None where it has none)."""
    if len(made.versions) < 2:
        return []
    codes: dict[str, Any] = {}
    for version in reversed(made.versions):
        for each in made.points[version.pk]:
            codes.setdefault(each.code, each)
    by_version = [{each.code: each for each in made.points[version.pk]} for version in made.versions]
    out = []
    for code, named in codes.items():
        cells: list[Any] = []
        before = None
        for points in by_version:
            here = points.get(code)
            moved = (
                (here.planned_on - before.planned_on).days
                if here is not None and before is not None and here.planned_on != before.planned_on
                else None
            )
            cells.append((here, moved))
            before = here or before
        out.append((named, cells))
    return out


def planned_end(made: plans.Plans) -> tuple[date, date] | None:
    """The day of the last checkpoint in the version that stands, and in the first; None where nothing is planned."""
    ends = [max((each.planned_on for each in made.points[row.pk]), default=None) for row in made.versions]
    known = [each for each in ends if each is not None]
    if not known:
        return None
    return known[-1], known[0]


def contract_now(standing: Sequence[Happening], awarded: Decimal | None) -> Decimal | None:
    """The contract's amount in NTD after its last change; that of the award where it did not change."""
    changed = [each.amount for each in standing if each.kind == Kind.CHANGED and each.amount is not None]
    return changed[-1] if changed and awarded is not None else awarded


def month_to_file(user: Any, found: Project) -> list[dict[str, Any]]:
    """The act of filing the month that waits for this tender, where the reader may type into its return."""
    rows = filing.returns_visible_to(user).filter(
        round__kind="projects.month", round__state="open", unit_id=found.agency_id, state__in=EDITABLE
    )
    waiting = rows.select_related("round").order_by("round__due_on").first()
    if waiting is None or State(found.state) not in CONTINUING or not filing.may_write(user, waiting):
        return []
    month = parse_period(waiting.round.period).label
    url = f"{reverse('filing:return', args=[waiting.pk])}#f.{found.pk}.reached"
    return [{"label": _("填報 %(month)s進度") % {"month": month}, "url": url, "main": True}]


def pin_map(found: Project, pictures: Sequence[ProjectPhoto] = ()) -> dict[str, Any] | None:
    """The place on the map with where its photographs were taken; None where nothing has a place."""
    pins: list[dict[str, Any]] = []
    if found.longitude is not None and found.latitude is not None:
        pins.append(
            {"longitude": float(found.longitude), "latitude": float(found.latitude), "name": found.name}
        )
    pins += [photo_pin(each) for each in pictures if each.longitude is not None]
    return map_spec(found.place or found.name, pins) if pins else None


def photo_pin(row: ProjectPhoto) -> dict[str, Any]:
    """A photograph as a pin of a map; the caller has made sure that it has a place."""
    return {
        "longitude": float(row.longitude or 0),
        "latitude": float(row.latitude or 0),
        "name": row.caption or row.file.name,
        "url": reverse("projects:photo", args=[row.pk]),
        "look": "photo",
    }


def acts(user: Any, found: Project, planned: bool) -> list[dict[str, Any]]:
    """What the reader may do with a tender now, and what not with the reason."""
    unit = queries.unit_in_charge(found)
    state = State(found.state)
    over = state in (State.CLOSED, State.WITHDRAWN)
    edits, sets = user.may("projects.edit", unit), user.may("projects.plan", unit)
    out = month_to_file(user, found) if edits and planned else []

    def add(name: str, label: str, main: bool = False) -> None:
        out.append({"label": label, "url": reverse(f"projects:{name}", args=[found.pk]), "main": main})

    if edits and not over:
        add("happen", _("登錄事件"), main=not out)
        add("raise_matter", _("提請跨機關協調"))
    if sets and not over:
        add("plan", _("變更預定進度") if planned else _("訂定預定進度"), main=not edits)
    if edits:
        add("edit", _("修改"))
    if user.may("projects.visit") and not over:
        add("call_visit", _("排定實地查訪"))
    if user.may("projects.withdraw"):
        if over:
            add("restore", _("恢復列管"))
        elif possible_in(state):
            add("withdraw", _("撤銷列管"))
    elif edits:
        add("apply", _("申請恢復列管") if over else _("申請調整或撤銷列管"))
    return out
