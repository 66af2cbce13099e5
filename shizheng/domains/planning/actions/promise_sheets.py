"""A programme out of a spreadsheet: all of it or nothing, with a report for each row."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.sheets import RowProblem
from shizheng.domains.planning.actions.promises import MANAGE, locked_programme, set_fields
from shizheng.domains.planning.models.promises import Programme, Promise
from shizheng.domains.planning.rules.promise_sheets import (
    COLUMNS,
    ReadRow,
    read_rows,
)
from shizheng.domains.planning.rules.promises import level_of, order_of, parent_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.sheets import ImportReport, need_all, problems_of, read_in

MOST_ROWS = 5000
COLUMN_OF = {"main_agency_id": "main_agency", "measure_id": "measure", "measure_unit_id": "measure_unit"}


def import_promises(
    actor: Actor, programme_id: int, data: bytes, filename: str, *, reason: str
) -> ImportReport:
    """Add and change promises by the rows of a CSV, XLSX or ODS file; what the file does not name stays as it is.

    All or nothing: `RowsRefused` names every row that is wrong. An exported file read in again changes nothing.
    """
    require(actor, MANAGE)
    found, problems = read_in(data, filename, MOST_ROWS, read_rows)
    report = ImportReport()
    with recorded(by=actor, action="planning.import_promises", reason=need_reason(reason)):
        programme = locked_programme(programme_id)
        names = _Names()
        there = {
            each.code: each
            for each in Promise.objects.select_for_update(of=("self",)).filter(programme=programme)
        }
        for row in sorted(found, key=lambda each: order_of(each.code)):
            problems += _one(programme, there, row, names, report)
        need_all(found, problems)
    return report


def _one(
    programme: Programme, there: dict[str, Promise], row: ReadRow, names: "_Names", report: ImportReport
) -> list[RowProblem]:
    values, problems = names.resolved(row)
    above = there.get(parent_of(row.code)) if parent_of(row.code) else None
    if parent_of(row.code) and above is None:
        text = _("沒有上層 %(code)s，沒有存。請先新增它。") % {"code": parent_of(row.code)}
        return [*problems, RowProblem(row.line, COLUMNS["code"], text)]
    known = there.get(row.code)
    made = known or Promise(
        programme=programme, parent=above, code=row.code, order=order_of(row.code), version=0
    )
    if known is None:
        made.kind = level_of(row.code).value
        there[row.code] = made
    if problems:
        return problems
    try:
        changed = set_fields(made, values, new=known is None)
    except BadInput as failure:
        return problems_of(
            failure, row.line, lambda name: COLUMNS[COLUMN_OF.get(name, name)], COLUMNS["code"]
        )
    (report.created if known is None else report.changed if changed else report.unchanged).append(row.code)
    return []


class _Names:
    """Units by every name and code, measures by code and name, read once for a whole file."""

    def __init__(self) -> None:
        self.units = organisations.UnitNames()

    def resolved(self, row: ReadRow) -> tuple[dict[str, Any], list[RowProblem]]:
        """The fields of a promise, names replaced by what they name."""
        values: dict[str, Any] = dict(row.values)
        problems: list[RowProblem] = []
        for column, target in (("main_agency", "main_agency_id"), ("measure_unit", "measure_unit_id")):
            if column in values:
                values[target] = self._unit(row.line, column, values.pop(column), problems)
        if "joint" in values:
            joint = [self._unit(row.line, "joint", name, problems) for name in values["joint"]]
            values["joint"] = [pk for pk in joint if pk is not None]
        if "measure" in values:
            values["measure_id"] = self._measure(row.line, values.pop("measure"), problems)
        return values, problems

    def _unit(self, line: int, column: str, name: str, problems: list[RowProblem]) -> int | None:
        if not name:
            return None
        try:
            return self.units.id_of(name)
        except NotFound as failure:
            problems.append(RowProblem(line, COLUMNS[column], failure.message))
            return None

    @staticmethod
    def _measure(line: int, code: str, problems: list[RowProblem]) -> int | None:
        if not code:
            return None
        found = measures.measure_by_code(code)
        if found is None:
            text = _("沒有代碼是「%(code)s」的指標。") % {"code": code[:60]}
            problems.append(RowProblem(line, COLUMNS["measure"], text))
            return None
        return int(found.pk)
