"""A commitment that is linked to a tender shows how the tender stands, so that nobody types it again (C01, C02)."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from shizheng.common.permissions import SYSTEM
from shizheng.common.together import Steps
from shizheng.common.words import read as said
from shizheng.common.words import tell
from shizheng.domains.commitments.progress import Progress, register_progress_source
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.projects.queries import projects
from shizheng.domains.projects.queries.months import newest
from shizheng.domains.projects.rules.life import STATE_LABELS, State
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web import parts

KIND = "projects.project"
DONE = (State.ACCEPTED, State.CLOSED)
"""From acceptance on, what the tender was for is there."""


def register() -> None:
    """Called once at the start."""
    register_progress_source(
        KIND,
        read,
        label=gettext_lazy("標案"),
        find=find,
        hint=gettext_lazy("標案的列管編號"),
    )
    parts.register("projects.tender", "commitments.commitment", commitments_of_tender, 40)


def find(actor: Any, text: str) -> str | None:
    """The tender with this number, as far as the reader may see tenders."""
    found = (
        projects.visible_to(actor).filter(number__iexact=text.strip()).values_list("pk", flat=True).first()
    )
    return None if found is None else str(found)


def read(keys: Collection[str]) -> Mapping[str, Progress]:
    """State, and progress of the last month that was locked, of each tender (two queries)."""
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    rows = {each.pk: each for each in projects.visible_to(SYSTEM).filter(pk__in=ids)}
    months = newest(list(rows)) if rows else {}
    found: dict[str, Progress] = {}
    for pk, row in rows.items():
        state, month = State(row.state), months.get(pk)
        told = month is not None and month.actual is not None
        found[str(pk)] = Progress(
            label=f"{row.number} {row.name}",
            typed=row.number,
            state=said(STATE_LABELS[state]),
            url=reverse("projects:project", args=[pk]),
            percent=month.actual if month is not None and told else None,
            done=state in DONE,
            note=tell("%(month)s鎖定的標案進度", month=parse_period(month.period).label)
            if month is not None and told
            else tell("還沒有鎖定的月進度"),
        )
    return found


def commitments_of_tender(actor: Any, project: Any) -> Steps[parts.Part | None]:
    """On the page of a tender: the commitments that follow it."""
    if not actor.may("commitments.view"):
        return None
    rows = queries.linked_to(KIND, str(project.pk))
    yield rows
    return parts.Part("journeys/commitments_of_tender.html", {"rows": rows}) if rows else None
