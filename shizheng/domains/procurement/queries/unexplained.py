"""Failures without a cause: those that followed the register, until the agency has said why."""

from django.db.models import QuerySet

from shizheng.common.permissions import Actor
from shizheng.domains.procurement.models import CaseEvent
from shizheng.domains.procurement.queries.failed import editable_by
from shizheng.domains.procurement.rules.failed import FAILURES, Outcome


def unexplained(actor: Actor) -> QuerySet[CaseEvent]:
    """Standing failures of open cases that the actor may write about and that have no cause."""
    return (
        CaseEvent.objects.filter(
            case__in=editable_by(actor).filter(outcome=Outcome.OPEN.value),
            kind__in=[each.value for each in FAILURES],
            causes=[],
            struck=False,
            superseded_by=None,
        )
        .select_related("case__agency")
        .order_by("on", "pk")
    )
