"""Cases as rows of a spreadsheet; `actions.sheets` reads them in again."""

from collections.abc import Iterable, Sequence
from typing import Any

from shizheng.domains.procurement.models import FailedTenderCase
from shizheng.domains.procurement.queries.failed import standing_of
from shizheng.domains.procurement.rules.failed import OUTCOME_LABELS, Outcome
from shizheng.domains.procurement.rules.failed_sheets import CATEGORIES, COLUMNS, events_text, series_text


def sheet_rows(cases: Iterable[FailedTenderCase]) -> list[Sequence[Any]]:
    """Heading and rows of an export: read in again, it changes nothing."""
    rows: list[Sequence[Any]] = [list(COLUMNS.values())]
    shown = list(cases)
    told = standing_of([each.pk for each in shown])
    for each in shown:
        values = {
            "series": series_text(each.series.roc_year, each.series.edition),
            "tender_no": each.tender_no,
            "name": each.name,
            "agency": each.agency.name,
            "category": CATEGORIES[each.category],
            "amount": each.amount,
            "listed_on": each.listed_on,
            "events": events_text(told.get(each.pk, ())),
            "outcome": OUTCOME_LABELS[Outcome(each.outcome)],
            "note": each.note,
        }
        rows.append([values[name] for name in COLUMNS])
    return rows
