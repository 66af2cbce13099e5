"""Service requests as everybody may read them: category, place, state, agency, times; nobody's name, no words but where the service says so."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.words import called
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.open311.errors import NOT_FOUND, Refused
from shizheng.domains.petitions.open311.rules.answers import OPEN_TO_ALL
from shizheng.domains.petitions.open311.rules.reading import MOST
from shizheng.domains.petitions.open311.services import clock_text
from shizheng.domains.petitions.queries.petitions import is_open, public_state
from shizheng.domains.petitions.rules.workflow import KIND, WORKFLOW
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.cases.actions import Confidentiality
from shizheng.kernel.organisations import queries as organisations

NOT_YET = ("received", "supplement")
"""States before anybody at the city has read what was sent."""
NEVER = ("declined",)
"""What was sent stays unshown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for. `numbers` overrides everything else. `services` None: all."""

    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    changed_from: datetime | None = None
    changed_to: datetime | None = None
    states: frozenset[str] = frozenset({"open", "closed"})
    page: int = 1
    page_size: int = MOST


def readable() -> QuerySet[Petition]:
    """Petitions that everybody may know of: sent over Open311, or of a category that lists all; never restricted ones.

    One whose number is given later is there once it was accepted.
    """
    came_here = Q(service_request__isnull=False)
    hidden = Q(service_request__token_hash__gt="", case__state__in=NOT_YET)
    last = cases.steps().filter(case=OuterRef("case")).order_by("-id").values("at")[:1]
    return (
        Petition.objects.filter(came_here | Q(category__open_service__others_listed=True))
        .filter(
            case__kind=KIND, case__confidentiality=Confidentiality.ORDINARY, category__parent__isnull=False
        )
        .exclude(hidden)
        .annotate(changed=Coalesce("case__closed_at", Subquery(last), "case__received_at"))
        .select_related("case__unit", "case__merged_into", "category", "service_request")
    )


def listed(wanted: Wanted) -> list[Petition]:
    """A page of requests, the newest first (one query)."""
    rows = readable()
    rows = rows.filter(Q(case__number__in=wanted.numbers) if wanted.numbers else _asked(wanted))
    begins = (wanted.page - 1) * wanted.page_size
    return list(rows.order_by("-case__received_at", "-id")[begins : begins + wanted.page_size])


def _asked(wanted: Wanted) -> Q:
    asked = Q()
    for name, value in (
        ("case__received_at__gte", wanted.start),
        ("case__received_at__lte", wanted.end),
        ("changed__gte", wanted.changed_from),
        ("changed__lte", wanted.changed_to),
        ("category__code__in", wanted.services or None),
    ):
        if value is not None:
            asked &= Q(**{name: value})
    if len(wanted.states) == 1:
        asked &= is_open() if "open" in wanted.states else ~is_open()
    return asked


def one(number: str) -> Petition:
    """One request by its number. Raises Refused with 404, also for a petition that is not public."""
    row = readable().filter(case__number=number).first()
    if row is None:
        raise Refused(NOT_FOUND, _("找不到 service_request_id「%(id)s」的案件。") % {"id": number[:40]})
    return row


def documents(rows: Collection[Petition], *, extended: bool) -> list[dict[str, Any]]:
    """Requests as they are answered (one query for the agencies; one more for what happened, where that is asked for)."""
    agencies = _agencies({row.case.unit_id for row in rows})
    notes = _notes(row.case_id for row in rows) if extended else {}
    found = []
    for row in rows:
        document = _document(row, agencies.get(row.case.unit_id))
        if extended:
            document |= _extension(row) | {"notes": notes.get(row.case_id, [])}
        found.append(document)
    return found


def _document(row: Petition, agency: str | None) -> dict[str, Any]:
    case, came = row.case, getattr(row, "service_request", None)
    assert row.category is not None
    over = case.closed_at is not None or case.merged_into_id is not None
    spoken = words_shown(row)
    return {
        "service_request_id": case.number,
        "status": "closed" if over else "open",
        "status_notes": _state(row),
        "service_name": called(row.category),
        "service_code": row.category.code,
        "description": (row.words or None) if spoken else None,
        "agency_responsible": agency,
        "service_notice": None,
        "requested_datetime": clock_text(case.received_at),
        "updated_datetime": clock_text(row.changed),  # type: ignore[attr-defined]
        "expected_datetime": clock_text(case.due_at),
        "address": row.place or None,
        "address_id": case.district_code or None,
        "zipcode": None,
        "lat": case.latitude,
        "long": case.longitude,
        "media_url": (came.media_url or None) if came is not None and spoken else None,
    }


def words_shown(row: Petition) -> bool:
    """Whether what the citizen wrote is shown: the service said so when it was sent, and the city has accepted it."""
    came = getattr(row, "service_request", None)
    return (
        came is not None
        and came.words_public
        and row.case.anonymised_at is None
        and row.case.state not in (*NOT_YET, *NEVER)
    )


def _state(row: Petition) -> str:
    if row.case.merged_into is not None:
        return _("這件已併入同一件事的另一個案件一起處理。")
    return public_state(row.case)


def _agencies(unit_ids: Iterable[int]) -> dict[int, str]:
    """Unit → name of its agency; the city government itself, where petitions wait to be assigned, is nobody's yet."""
    tree = organisations.tree(clock.today())
    found = {}
    for unit_id in unit_ids:
        node = tree.by_id.get(unit_id)
        if node is not None and node.kind != "city":
            found[unit_id] = called([node, *tree.up_to_agency(unit_id)][-1])
    return found


def _extension(row: Petition) -> dict[str, Any]:
    came = getattr(row, "service_request", None)
    return {
        "attributes": [
            {"code": value["key"], "label": each["label"], "name": each["code"], "value": value["name"]}
            for each in (came.answers if came is not None else ())
            if each["datatype"] in OPEN_TO_ALL
            for value in each["values"]
        ],
        "extended_attributes": {
            "channel": row.case.channel,
            "petition_class": row.petition_class,
            "reopened": row.reopened,
            "state": row.case.state,
        },
    }


def _notes(case_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """What the public is told of each step that changed it, in order."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    steps = cases.steps().filter(case__in=list(case_ids)).order_by("case_id", "id")
    for step in steps.only("case_id", "target", "at"):
        state = WORKFLOW.by_code.get(step.target)
        said = found[step.case_id]
        if state is not None and not (said and said[-1]["description"] == _(state.public)):
            said.append({"datetime": clock_text(step.at), "description": _(state.public), "type": state.code})
    return found


def number_of_token(token_hash: str) -> str | None:
    """The number for a token, once the petition was accepted; None before. Raises Refused with 404."""
    row = Petition.objects.filter(service_request__token_hash=token_hash).select_related("case").first()
    if row is None or not token_hash:
        raise Refused(NOT_FOUND, _("找不到這個 token。"))
    return None if row.case.state in NOT_YET else str(row.case.number)
