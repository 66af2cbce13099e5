"""Design reviews as rows of a spreadsheet; `actions.review_sheets` reads them in again (E04)."""

from collections.abc import Iterable, Sequence
from typing import Any

from shizheng.domains.procurement.models import ReviewAct, ReviewCase
from shizheng.domains.procurement.rules.review_sheets import COLUMNS, STAGES
from shizheng.domains.procurement.rules.workflow import STATES


def submitted_days(case_ids: Iterable[int]) -> dict[int, Any]:
    """Review → the day on which it was submitted first (one query)."""
    rows = ReviewAct.objects.filter(case_id__in=list(case_ids), act="submit_review").order_by("-id")
    return dict(rows.values_list("case_id", "on"))


def sheet_rows(reviews: Iterable[ReviewCase]) -> list[Sequence[Any]]:
    """Heading and rows of an export: read in again, it changes nothing."""
    rows: list[Sequence[Any]] = [list(COLUMNS.values())]
    shown = list(reviews)
    days = submitted_days(each.pk for each in shown)
    for each in shown:
        values = {
            "number": each.number,
            "name": each.name,
            "agency": each.agency.name,
            "stage": STAGES[each.stage],
            "control_number": each.control_number,
            "amount": each.amount,
            "on": days.get(each.pk),
            "note": each.note,
            "state": STATES[each.state],
            "due_on": each.due_on,
            "amount_after": each.amount_after,
        }
        rows.append([values[name] for name in COLUMNS])
    return rows
