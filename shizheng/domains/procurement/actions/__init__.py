"""What people do with failed tenders. Each is one transaction: permission, lock, rule, write, history."""

from shizheng.domains.procurement.actions.cases import edit_case, list_case
from shizheng.domains.procurement.actions.events import (
    Told,
    correct_event,
    follow_tender,
    record_event,
    strike_event,
)
from shizheng.domains.procurement.actions.series import edit_series, open_series
from shizheng.domains.procurement.actions.sheets import RowsRefused, import_cases

__all__ = [
    "RowsRefused",
    "Told",
    "correct_event",
    "edit_case",
    "edit_series",
    "follow_tender",
    "import_cases",
    "list_case",
    "open_series",
    "record_event",
    "strike_event",
]
