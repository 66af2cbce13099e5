"""A programme out of a spreadsheet: all of it or nothing, with a report for each row."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.planning.actions.promises import MANAGE, locked_programme, set_fields
from shizheng.domains.planning.models.promises import Programme, Promise
from shizheng.domains.planning.rules.promise_sheets import (
    COLUMNS,
    NotReadable,
    ReadRow,
    RowProblem,
    read_rows,
)
from shizheng.domains.planning.rules.promises import level_of, order_of, parent_of
from shizheng.kernel.filing.sheets import read_sheet
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.exports import guarded

MOST_ROWS = 5000
COLUMN_OF = {"main_agency_id": "main_agency", "measure_id": "measure", "measure_unit_id": "measure_unit"}


class RowsRefused(BadInput):
    """Nothing was read in: `problems` says what is wrong with which row."""

    code = "rows_refused"

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = sorted(problems, key=lambda each: each.line)
        lines = [
            _("第 %(line)s 列，%(column)s：%(text)s")
            % {"line": each.line, "column": _(each.column), "text": each.text}
            for each in self.problems
        ]
        message = _("有 %(n)s 處不對，整份沒有讀入。請改好再匯入一次。") % {"n": len(lines)}
        super().__init__(message, fields={"file": lines})


@dataclass(slots=True)
class ImportReport:
    """What an import did, code by code."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def import_promises(
    actor: Actor, programme_id: int, data: bytes, filename: str, *, reason: str
) -> ImportReport:
    """Add and change promises by the rows of a CSV, XLSX or ODS file; what the file does not name stays as it is.

    All or nothing: `RowsRefused` names every row that is wrong. An exported file read in again changes nothing.
    """
    require(actor, MANAGE)
    rows = _rows(data, filename)
    try:
        found, problems = read_rows(rows)
    except NotReadable as failure:
        raise BadInput(str(failure), fields={"file": [str(failure)]}) from failure
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
        if problems:
            raise RowsRefused(problems)
        if not found:
            message = _("檔案裡沒有任何一列，沒有讀入。")
            raise BadInput(message, fields={"file": [message]})
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
        return [
            RowProblem(row.line, COLUMNS[COLUMN_OF.get(name, name)], text)
            for name, texts in failure.fields.items()
            for text in texts
        ]
    (report.created if known is None else report.changed if changed else report.unchanged).append(row.code)
    return []


class _Names:
    """Units by every name and code, measures by code and name, read once for a whole file."""

    def __init__(self) -> None:
        self.units: dict[str, int | None] = {}
        for node in organisations.tree():
            for name in {node.name, node.short_name, node.code} - {""}:
                self.units[name] = None if name in self.units else node.id

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
        found = self.units.get(name)
        if found is None:
            known = organisations.unit_by_name(name)
            found = self.units[name] = known.pk if known else None
        if found is None:
            text = _("沒有「%(name)s」這個機關，或不只一個。請寫全名。") % {"name": name[:60]}
            problems.append(RowProblem(line, COLUMNS[column], text))
        return found

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


def _rows(data: bytes, filename: str) -> list[list[str]]:
    if data[:2] == b"PK":
        rows = read_sheet(data)
    else:
        try:
            text = data.decode("utf-8-sig")
            rows = [
                [_unguarded(cell) for cell in row]
                for row in csv.reader(io.StringIO(text, newline=""), strict=True)
            ]
        except (UnicodeDecodeError, csv.Error) as failure:
            message = _(
                "「%(name)s」不是 UTF-8 的 CSV，也不是 XLSX 或 ODS，沒有讀入。請用從這裡匯出的檔案。"
            ) % {"name": filename[:80]}
            raise BadInput(message, fields={"file": [message]}) from failure
    if len(rows) > MOST_ROWS:
        message = _("超過 %(n)s 列，沒有讀入。") % {"n": MOST_ROWS}
        raise BadInput(message, fields={"file": [message]})
    if any("\x00" in cell for row in rows for cell in row):
        message = _("檔案裡有控制字元，沒有讀入。")
        raise BadInput(message, fields={"file": [message]})
    return rows


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell
