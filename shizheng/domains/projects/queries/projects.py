"""Tenders: who may see which, one of them, what was searched for."""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import N_, tell
from shizheng.domains.projects.models import Programme, Project, ProjectProgramme, ProjectType
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.rewinding import rewound_with_parts
from shizheng.kernel.organisations import queries as organisations

GONE = N_("找不到這個標案，或您不能看。請從標案清單進入。")
SEARCHED = ("number", "name", "tender_no", "contractor", "place", "agency__name", "agency__short_name")
MOST_WORDS = 10


def visible_to(actor: Actor) -> QuerySet[Project]:
    """All tenders for who holds `projects.view`, in whatever unit: agencies are compared with each other; else none."""
    return Project.objects.all() if actor.may("projects.view") else Project.objects.none()


def project(actor: Actor, project_id: int, as_of: AsOf | None = None) -> Project:
    """One tender with what its page names, as it stood then. Raises NotFound, also where the actor may not see it."""
    rows = visible_to(actor).select_related("type", "agency", "unit", "officer", "measure")
    tags = Prefetch("tags", ProjectProgramme.objects.select_related("programme"))
    found_one = rows.prefetch_related(tags).filter(pk=project_id).first()
    if found_one is None:
        raise NotFound(tell(GONE))
    then = rewound_with_parts([found_one], "tags", as_of)
    if not then:
        raise NotFound(tell("那一天這個標案還沒有建檔。請把「截至」改晚一點，或回到今天。"))
    _name_programmes(then)
    return then[0]


def register_then(actor: Actor, as_of: AsOf) -> list[Project]:
    """Every tender that was entered by then, as it stood then, with what the list names (four queries)."""
    rows = visible_to(actor).select_related("type", "agency", "unit", "officer")
    tags = Prefetch("tags", ProjectProgramme.objects.select_related("programme"))
    then = rewound_with_parts(rows.prefetch_related(tags), "tags", as_of)
    _name_programmes(then)
    return then


def _name_programmes(rows: Iterable[Project]) -> None:
    """The programmes of tags that came back, of all at once (one query, where any did)."""
    prefetch_related_objects([tag for row in rows for tag in row.tags.all()], "programme")


def found(actor: Actor, words: str) -> QuerySet[Project]:
    """Tenders in which every word occurs somewhere: number, name, tender number, contractor, place, agency."""
    rows = visible_to(actor).select_related("agency")
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in SEARCHED)))
    return rows


def types() -> QuerySet[ProjectType]:
    """Types with their checkpoints, in their order."""
    return ProjectType.objects.prefetch_related("checkpoints")


def project_type(type_id: int) -> ProjectType:
    """One type. Raises NotFound."""
    row = types().filter(pk=type_id).first()
    if row is None:
        raise NotFound(tell("找不到這個標案類型。請從類型清單進入。"))
    return row


def programmes() -> QuerySet[Programme]:
    """Programmes by name."""
    return Programme.objects.all()


def programme(programme_id: int) -> Programme:
    """One programme. Raises NotFound."""
    row = Programme.objects.filter(pk=programme_id).select_related("lead", "measure").first()
    if row is None:
        raise NotFound(tell("找不到這個專案計畫。請從專案計畫清單進入。"))
    return row


def brought(programme_ids: list[int] | None = None) -> dict[int, dict[str, Any]]:
    """Per programme how many tenders, how many still under control, and the quantity that they bring (one query)."""
    from django.db.models import Count, Sum

    from shizheng.domains.projects.rules.life import State

    rows = ProjectProgramme.objects.exclude(project__state=State.WITHDRAWN.value)
    if programme_ids is not None:
        rows = rows.filter(programme_id__in=programme_ids)
    done = Q(
        project__state__in=[State.COMPLETED.value, State.ACCEPTED.value, State.CLOSED.value],
    )
    return {
        each["programme_id"]: {
            "projects": each["projects"],
            "quantity": each["brought"] or Decimal(0),
            "done": each["done"] or Decimal(0),
        }
        for each in rows.order_by()
        .values("programme_id")
        .annotate(projects=Count("pk"), brought=Sum("quantity"), done=Sum("quantity", filter=done))
    }


def unit_in_charge(row: Project) -> int:
    """The unit whose people write about a tender: the one that carries it out, else its agency."""
    return row.unit_id or row.agency_id


def units_below(agency_id: int) -> frozenset[int]:
    """An agency and its units of today."""
    return organisations.subtree_ids(agency_id)


def editable_by(actor: Actor) -> QuerySet[Project]:
    """Tenders that the actor may change, with what a spreadsheet names."""
    rows = visible_to(actor)
    units = actor.units_where("projects.edit")
    if units is not None:
        own = Q(unit_id__in=units) | Q(unit=None, agency_id__in=units)
        rows = rows.filter(own)
    return rows.select_related("type", "agency", "unit", "officer").prefetch_related("tags__programme")
