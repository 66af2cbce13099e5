"""What all actions on failed tenders need: the row locked, its version, and what follows from its events."""

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common.checks import compare
from shizheng.common.errors import NotFound
from shizheng.common.retelling import standing
from shizheng.domains.procurement.models import CaseEvent, FailedTenderCase
from shizheng.domains.procurement.queries.failed import GONE
from shizheng.domains.procurement.rules.failed import course_of

VIEW, EDIT, SUPERVISE = "procurement.view", "procurement.edit", "procurement.supervise"
LOCK = 0x5A_50_52_43


def one_at_a_time() -> None:
    """Wait until nobody else lists cases; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def locked_case(case_id: int, version: int | None = None) -> FailedTenderCase:
    """The case, locked until the transaction ends. Raises NotFound, or Conflict where it was changed since."""
    found = (
        FailedTenderCase.objects.select_for_update(of=("self",))
        .select_related("agency", "series")
        .filter(pk=case_id)
        .first()
    )
    if found is None:
        raise NotFound(_(GONE))
    compare(found.version, version)
    return found


def agency_of(case_id: int) -> int:
    """Whose people write about a case. Raises NotFound."""
    found = FailedTenderCase.objects.filter(pk=case_id).values_list("agency_id", flat=True).first()
    if found is None:
        raise NotFound(_(GONE))
    return found


def follow(row: FailedTenderCase) -> None:
    """The outcome and the counts as the events leave them (helper: the caller records and locks)."""
    left = course_of(standing(CaseEvent.objects.filter(case=row)))
    row.outcome, row.settled_on, row.award_amount = left.outcome.value, left.settled_on, left.amount
    row.failed, row.void = left.failed, left.void
    row.first_failed_on, row.last_failed_on = left.first_failed_on, left.last_failed_on
    row.version += 1
    row.save()
