"""設計審議關卡 (E05): works of fifty million and more have their basic design approved before they are tendered.

Shown on the page of the tender; those that were announced without an approval are listed. Below the threshold of the
rulebook the agencies review themselves.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, beside, done, reading
from shizheng.domains.procurement.pages.reviews import offer
from shizheng.domains.procurement.queries import reviews
from shizheng.domains.procurement.rules.reviews import must_be_reviewed
from shizheng.domains.projects.queries import projects
from shizheng.domains.projects.queries.happenings import standing_steps
from shizheng.domains.projects.rules.life import CONTINUING, Kind, State
from shizheng.web import parts

APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Gate:
    """One tender at the gate. `state`: of its newest review by then, None without one; `announced_on`: when it was tendered."""

    project: Any
    state: str | None
    announced_on: date | None

    @property
    def passed(self) -> bool:
        return self.state == APPROVED

    @property
    def flagged(self) -> bool:
        """Tendered without an approval."""
        return self.announced_on is not None and not self.passed


def register() -> None:
    """Called once at the start."""
    parts.register("projects.tender", "procurement.gate", gate_of_tender, 10)
    offer(lambda actor: (_("設計審議關卡"), reverse("journeys:design_gate"), "flag-check"))


def gates(actor: Actor, on: date | None = None) -> list[Gate]:
    """Every work under control that must be reviewed, as of a day (four queries)."""
    day = on or clock.today()
    limit = reviews.threshold_amount(day)
    if limit is None or not actor.may("procurement.view"):
        return []
    rows = projects.visible_to(actor).filter(
        type__has_works=True, budget__gte=limit, state__in=[each.value for each in CONTINUING]
    )
    return judged(list(rows.select_related("agency", "type").order_by("number")), day)


def judged(rows: Collection[Any], day: date) -> list[Gate]:
    """Each tender with the state of its review on the day on which it was announced (or on `day`, before that)."""
    announced = done(_announced(rows, day))
    now = reviews.reviewed_of_all([each.number for each in rows], day)
    return [
        Gate(each, _state_then(each.number, announced[each.pk], now), announced[each.pk]) for each in rows
    ]


def _announced(rows: Collection[Any], day: date) -> Steps[Mapping[int, date | None]]:
    """When each tender was first announced; nothing is asked about those that are still being prepared."""
    told = yield from standing_steps([each.pk for each in rows if each.state != State.PREPARING], day)
    return {
        each.pk: next((one.on for one in told.get(each.pk, ()) if one.kind == Kind.ANNOUNCED), None)
        for each in rows
    }


def _state_then(number: str, announced: date | None, now: Mapping[str, str]) -> str | None:
    """What stood on the day of announcing; a tender without any review needs no second look."""
    if announced is None or number not in now:
        return now.get(number)
    return reviews.reviewed(number, announced)


def gate_of_tender(actor: Any, project: Any) -> Steps[parts.Part | None]:
    """On the page of a tender of works: whether its basic design has to be approved, and is."""
    if not project.type.has_works or not actor.may("procurement.view"):
        return None
    day = clock.today()
    limit = reviews.threshold_amount(day)
    if not must_be_reviewed(project.budget, limit):
        return None
    found = reviews.reviews_of(project.number)
    told, _read = yield from beside([_announced([project], day), reading(found)])
    announced = told[project.pk]
    state = reviews.reviewed(project.number, announced or day) if found else None
    gate = Gate(project, state, announced)
    new = ""
    if not found and actor.may("procurement.submit_review", project.agency_id):
        new = f"{reverse('procurement:new_review')}?control_number={project.number}"
    return parts.Part(
        "journeys/gate_of_tender.html", {"gate": gate, "reviews": found, "limit": limit, "new": new}
    )
