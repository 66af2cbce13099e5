"""Tenders without a plan, and until when each has to have one (B01; TC-12, TC-27)."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from shizheng.common.api_fields import DayText, actor_of
from shizheng.common.words import N_
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.queries.unplanned import unplanned
from shizheng.kernel.measures import view as measure_view


class UnplannedOut(Schema):
    """One tender. `due` is null where nobody has told since when its funds are held; `late` in days of the calendar."""

    project_id: int
    project: str
    agency_id: int
    state: str
    funds_held_on: date | None
    due: date | None
    late: int


class AllUnplannedOut(Schema):
    """Those of a day, the latest first; `controlled` is every tender under control, the denominator."""

    on: date
    rules: list[str]
    controlled: int
    count: int
    late: int
    items: list[UnplannedOut]


@router.get("/unplanned", permission="projects.view", response=AllUnplannedOut, summary=N_("未訂作業計畫"))
def list_unplanned(request: HttpRequest, as_of: DayText = "") -> Any:
    """Without a plan, with the day until which each has to have one, out of all that are controlled (TC-12, TC-27)."""
    found = unplanned(actor_of(request), measure_view.day_from(as_of))
    return {
        "on": found.on,
        "rules": [each.label for each in found.rules],
        "controlled": found.controlled,
        "count": len(found.rows),
        "late": len(found.late),
        "items": [
            {
                "project_id": each.project.pk,
                "project": each.project.number,
                "agency_id": each.project.agency_id,
                "state": each.state.value,
                "funds_held_on": each.held_on,
                "due": each.due,
                "late": each.late,
            }
            for each in found.rows
        ],
    }
