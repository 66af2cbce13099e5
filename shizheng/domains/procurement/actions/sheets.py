"""Cases out of a spreadsheet: all of them or none, with a report for each row."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.sheets import RowProblem
from shizheng.domains.procurement.actions.cases import edit_case, list_case
from shizheng.domains.procurement.actions.events import record_event
from shizheng.domains.procurement.actions.shared import SUPERVISE, one_at_a_time
from shizheng.domains.procurement.models import FailedTenderCase, SupervisionSeries
from shizheng.domains.procurement.queries.failed import standing_of
from shizheng.domains.procurement.rules.failed_sheets import COLUMNS, ReadRow, read_rows, same_events
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.sheets import ImportReport, need_all, problems_of, read_in

MOST_ROWS = 2000
COLUMN_OF = {"series_id": "series", "agency_id": "agency"}


def import_cases(actor: Actor, data: bytes, filename: str, *, reason: str) -> ImportReport:
    """List and change cases by the rows of a CSV, XLSX or ODS file; year and tender number say which case.

    All or nothing: `RowsRefused` names every row that is wrong. An exported file read in again changes nothing.
    """
    require(actor, SUPERVISE)
    text = need_reason(reason)
    found, problems = read_in(data, filename, MOST_ROWS, read_rows)
    report = ImportReport()
    with recorded(by=actor, action="procurement.import_cases", reason=text):
        one_at_a_time()
        there = {
            (each.series.roc_year, each.series.edition, each.tender_no): each
            for each in FailedTenderCase.objects.select_related("series").filter(
                tender_no__in=[row.tender_no for row in found]
            )
        }
        series = {(each.roc_year, each.edition): each.pk for each in SupervisionSeries.objects.all()}
        units = organisations.UnitNames()
        for row in found:
            problems += _one(
                actor, there.get((*row.series, row.tender_no)), row, (series, units), report, text
            )
        need_all(found, problems)
    return report


def _one(
    actor: Actor, known: FailedTenderCase | None, row: ReadRow, names: Any, report: ImportReport, reason: str
) -> list[RowProblem]:
    series, units = names
    values: dict[str, Any] = {**row.values, "tender_no": row.tender_no}
    events = values.pop("events", None)
    if row.series not in series:
        return [RowProblem(row.line, COLUMNS["series"], _("沒有這個督導年度。請先開立。"))]
    values["series_id"] = series[row.series]
    if "agency" in values:
        try:
            values["agency_id"] = units.id_of(values.pop("agency"))
        except CannotDo as failure:
            return [RowProblem(row.line, COLUMNS["agency"], failure.message)]
    try:
        if known is None:
            known = list_case(actor, values)
            for each in sorted(events or (), key=lambda event: event["on"]):
                record_event(actor, known.pk, version=None, values=each)
            report.created.append(row.tender_no)
            return []
        if events is not None and not same_events(standing_of([known.pk]).get(known.pk, ()), events):
            return [RowProblem(row.line, COLUMNS["events"], _("已經列管的案，事件請在案件頁登錄或更正。"))]
        before = known.version
        after = edit_case(actor, known.pk, version=None, changes=values, reason=reason)
    except CannotDo as failure:
        return problems_of(failure, row.line, _column, COLUMNS["tender_no"])
    (report.unchanged if after.version == before else report.changed).append(row.tender_no)
    return []


def _column(name: str) -> str:
    return COLUMNS.get(COLUMN_OF.get(name, name), COLUMNS["events"])
