"""What a visit to a site asks of units becomes commitments on the list 現勘後續 (B07); the visit's page shows how they stand."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from shizheng.common.permissions import Actor, Carrying
from shizheng.common.roc import format_roc
from shizheng.common.words import written
from shizheng.domains.commitments.actions.commitments import Source, add_from_source
from shizheng.domains.commitments.queries.commitments import of_sources
from shizheng.domains.projects import visit_items
from shizheng.domains.projects.visit_items import FollowUp
from shizheng.web import parts

KIND, LIST = "projects.visit", "visit"
MOST = 90
"""Items of one visit, all its corrections together."""


def register() -> None:
    """Called once at the start."""
    visit_items.register("commitments", keep)
    parts.register("projects.visit", "commitments", commitments_of_visit)


def keep(actor: Actor, visit: Any, items: Sequence[FollowUp]) -> None:
    """Put the items on the list. Whoever may record the visit may thereby commit units."""
    carrying = Carrying(actor, frozenset({"commitments.edit"}))
    before = len(_there(visit))
    label = written("%(day)s實地查訪：%(name)s", day=format_roc(visit.visit_on), name=visit.project.name)
    for number, each in enumerate(items, before + 1):
        add_from_source(
            carrying,
            LIST,
            text=each.text,
            main=each.unit_id,
            due=each.due_on,
            agreed_on=visit.visit_on,
            source=Source(KIND, f"{visit.pk}-{number}", label, reverse("projects:visit", args=[visit.pk])),
        )


def commitments_of_visit(actor: Any, visit: Any) -> parts.Part | None:
    """On the page of a visit: what units owe since."""
    found = _there(visit) if actor.may("commitments.view") else []
    return parts.Part("journeys/commitments_of_visit.html", {"commitments": found}) if found else None


def _there(visit: Any) -> list[Any]:
    keys = [f"{visit.pk}-{number}" for number in range(1, MOST + 1)]
    found = of_sources(KIND, keys)
    return [found[key] for key in keys if key in found]
