"""Design reviews out of a spreadsheet: all of them or none, with a report for each row (E04)."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.sheets import NumberedRow, RowProblem
from shizheng.domains.procurement.actions.reviews import edit_review, submit_review
from shizheng.domains.procurement.actions.shared import one_at_a_time
from shizheng.domains.procurement.models import ReviewCase
from shizheng.domains.procurement.queries.review_sheets import submitted_days
from shizheng.domains.procurement.rules.review_sheets import COLUMNS, FOLLOWS, read_rows
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.sheets import ImportReport, need_all, problems_of, read_in

MOST_ROWS = 1000
COLUMN_OF = {"agency_id": "agency"}


def import_reviews(actor: Actor, data: bytes, filename: str, *, reason: str) -> ImportReport:
    """Submit and change reviews by the rows of a CSV, XLSX or ODS file; a row without a number is submitted anew.

    All or nothing: `RowsRefused` names every row that is wrong. An exported file read in again changes nothing.
    """
    require(actor, "procurement.submit_review")
    text = need_reason(reason)
    found, problems = read_in(data, filename, MOST_ROWS, read_rows)
    report = ImportReport()
    with recorded(by=actor, action="procurement.import_reviews", reason=text):
        one_at_a_time()
        numbers = [row.number for row in found if row.number]
        there = {each.number: each for each in ReviewCase.objects.filter(number__in=numbers)}
        days = submitted_days(each.pk for each in there.values())
        units = organisations.UnitNames()
        for row in found:
            problems += _one(actor, there.get(row.number), row, (units, days), report, text)
        need_all(found, problems)
    return report


def _one(
    actor: Actor, known: ReviewCase | None, row: NumberedRow, names: Any, report: ImportReport, reason: str
) -> list[RowProblem]:
    units, days = names
    if row.number and known is None:
        text = _("沒有這個審議編號。新送審的請把這一欄留空，編號由系統給。")
        return [RowProblem(row.line, COLUMNS["number"], text)]
    values = {name: value for name, value in row.values.items() if name not in FOLLOWS}
    day = values.pop("on", None)
    if "agency" in values:
        try:
            values["agency_id"] = units.id_of(values.pop("agency"))
        except NotFound as failure:
            return [RowProblem(row.line, COLUMNS["agency"], failure.message)]
    try:
        if known is None:
            report.created.append(submit_review(actor, values, on=day).number)
            return []
        if day is not None and day != days.get(known.pk):
            return [RowProblem(row.line, COLUMNS["on"], _("已經送審的案，送審日不能從這裡改。"))]
        if all(getattr(known, name) == value for name, value in values.items()):
            report.unchanged.append(known.number)
            return []
        edit_review(actor, known.pk, version=None, changes=values, reason=reason)
    except CannotDo as failure:
        return problems_of(failure, row.line, _column, COLUMNS["number"])
    report.changed.append(known.number)
    return []


def _column(name: str) -> str:
    return COLUMNS.get(COLUMN_OF.get(name, name), COLUMNS["number"])
