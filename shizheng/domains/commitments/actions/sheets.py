"""Commitments out of a spreadsheet: all of them or none, with a report for each row."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.sheets import NumberedRow, RowProblem
from shizheng.domains.commitments.actions.commitments import create_commitment, set_fields
from shizheng.domains.commitments.actions.shared import one_at_a_time, require_control
from shizheng.domains.commitments.models import Commitment, CommitmentList
from shizheng.domains.commitments.queries.commitments import OPEN_STATES
from shizheng.domains.commitments.rules.fields import own_fields
from shizheng.domains.commitments.rules.sheets import COLUMNS, read_rows
from shizheng.domains.commitments.rules.workflow import EDIT
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.sheets import ImportReport, need_all, problems_of, read_in

MOST_ROWS = 5000
COLUMN_OF = {"list_id": "list", "main_id": "main", "joint_ids": "joint"}


def import_commitments(actor: Actor, data: bytes, filename: str, *, reason: str) -> ImportReport:
    """Enter and change commitments by the rows of a CSV, XLSX or ODS file; a row without a number is a new one.

    All or nothing: `RowsRefused` names every row that is wrong. An exported file read in again changes nothing.
    """
    require(actor, EDIT)
    found, problems = read_in(data, filename, MOST_ROWS, read_rows)
    report = ImportReport()
    with recorded(by=actor, action="commitments.import", reason=need_reason(reason)):
        one_at_a_time()
        names = _Names()
        numbers = [row.number for row in found if row.number]
        known = Commitment.objects.select_for_update(of=("self",)).select_related("list")
        there = {each.number: each for each in known.filter(number__in=numbers)}
        for row in found:
            problems += _one(actor, there, row, names, report, reason)
        need_all(found, problems)
    return report


def _one(
    actor: Actor,
    there: dict[str, Commitment],
    row: NumberedRow,
    names: "_Names",
    report: ImportReport,
    reason: str,
) -> list[RowProblem]:
    known = there.get(row.number)
    if row.number and known is None:
        text = _("沒有這個列管編號。新的事項請把這一欄留空，編號由系統給。")
        return [RowProblem(row.line, COLUMNS["number"], text)]
    values, problems = names.resolved(row, known)
    if problems:
        return problems
    try:
        if known is None:
            report.created.append(create_commitment(actor, values).number)
            return []
        require_control(actor, EDIT, known)
        if known.state not in OPEN_STATES:
            values = {name: value for name, value in values.items() if name in ("text", "note")}
            if all(getattr(known, name) == value for name, value in values.items()):
                report.unchanged.append(known.number)
                return []
            raise CannotDo(_("已經解列或撤銷，不能修改，沒有存。要改請先重新列管或恢復列管。"))
        changed = set_fields(actor, known, values, reason=reason)
    except CannotDo as failure:
        return problems_of(failure, row.line, _column, COLUMNS["main"])
    (report.changed if changed else report.unchanged).append(known.number)
    return []


def _column(name: str) -> str:
    return COLUMNS.get("extra" if name.startswith("extra") else COLUMN_OF.get(name, name), name)


class _Names:
    """Units and lists by every name and code, read once for a whole file."""

    def __init__(self) -> None:
        self.units = organisations.UnitNames()
        self.lists = {name: each for each in CommitmentList.objects.all() for name in (each.code, each.name)}

    def resolved(self, row: NumberedRow, known: Commitment | None) -> tuple[dict[str, Any], list[RowProblem]]:
        """The fields of a commitment, names replaced by what they name."""
        values: dict[str, Any] = dict(row.values)
        problems: list[RowProblem] = []

        def wrong(column: str, text: str) -> None:
            problems.append(RowProblem(row.line, COLUMNS[column], text))

        of_list = known.list if known else None
        if "list" in values:
            name = values.pop("list")
            of_list = self.lists.get(name)
            if of_list is None:
                wrong("list", _("沒有「%(name)s」這份列管清單。") % {"name": name[:60]})
            elif known is not None and of_list.pk != known.list_id:
                wrong("list", _("清單已經在列管編號裡，不能改。"))
            elif known is None:
                values["list_id"] = of_list.pk
        if "main" in values:
            values["main_id"] = self._unit("main", values.pop("main"), wrong)
        if "joint" in values:
            values["joint_ids"] = [self._unit("joint", each, wrong) for each in values.pop("joint")]
        if "extra" in values and of_list is not None:
            codes = {
                name: each.code for each in own_fields(of_list.fields) for name in (each.name, each.code)
            }
            unknown = [name for name in values["extra"] if name not in codes]
            if unknown:
                wrong("extra", _("這份清單沒有「%(name)s」這個欄位。") % {"name": unknown[0][:60]})
            values["extra"] = {codes[name]: value for name, value in values["extra"].items() if name in codes}
        return values, problems

    def _unit(self, column: str, name: str, wrong: Any) -> int | None:
        if not name:
            return None
        try:
            return self.units.id_of(name)
        except NotFound as failure:
            wrong(column, failure.message)
            return None
