"""What waits for one person beside what kernel/cases says: replies to approve and to sign, promises to be released."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.queries.petitions import visible_to
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases.registry import kind_of

MOST = 50
"""Rows in 我的工作; the list has all."""
AHEAD = 7
"""Days before a promised day from which its release waits for who controls."""


def to_decide(actor: Actor) -> QuerySet[Petition]:
    """Petitions whose reply waits for the actor's approval or signature, and whose promise is nearly or past due."""
    soon = Q(promise_due__lte=clock.today() + timedelta(days=AHEAD))
    wanted = (
        Q(case__state="reviewing") & _of(actor, "petitions.decide")
        | Q(case__state="signing") & _of(actor, "petitions.lead")
        | Q(case__state="tracking") & soon & _of(actor, "petitions.control")
    )
    return visible_to(actor).filter(wanted, case__merged_into=None).order_by("case__due_at", "id")[:MOST]


def _of(actor: Any, permission: str) -> Q:
    """Cases of the actor's units; who holds it in the whole city is meant by what lies at the dispatching unit."""
    units = actor.units_where(permission)
    if units is None:
        return kind_of(KIND).at_dispatch("case__unit")
    return Q(case__unit__in=units) if units else Q(pk=None)
