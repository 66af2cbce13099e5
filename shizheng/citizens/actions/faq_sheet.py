"""Frequent questions out of a spreadsheet: all of them or none, with a report for each row; what is exported reads in unchanged."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from shizheng.citizens.actions.faq import MANAGE, stored
from shizheng.citizens.models import Faq
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.sheets import NotReadable, RowProblem
from shizheng.common.words import N_
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.sheets import ImportReport, need_all, problems_of, read_in

COLUMNS = {
    "code": N_("代碼"),
    "question": N_("問題"),
    "answer": N_("答案"),
    "question_en": N_("英文問題"),
    "answer_en": N_("英文答案"),
    "category": N_("分類代碼"),
    "keywords": N_("其他說法"),
    "unit": N_("負責機關"),
    "published": N_("公開"),
    "order": N_("順序"),
}
MOST_ROWS = 20_000
YES, NO = N_("是"), N_("否")


class Line(NamedTuple):
    """A row as it was written; `number`: its line in the file."""

    number: int
    cells: dict[str, str]


def import_faq(actor: Actor, data: bytes, filename: str, *, reason: str) -> ImportReport:
    """Add and change questions by the rows of a CSV, XLSX or ODS file, known by their code. Raises RowsRefused, BadInput."""
    require(actor, MANAGE)
    found, problems = read_in(data, filename, MOST_ROWS, _lines)
    report = ImportReport()
    with recorded(by=actor, action="citizens.import_faq", reason=need_reason(reason)):
        there = {each.code: each for each in Faq.objects.select_for_update()}
        units = organisations.UnitNames()
        for line in found:
            problems += _one(line, there, units, report)
        need_all(found, problems)
    return report


def _lines(rows: Sequence[Sequence[str]]) -> tuple[list[Line], list[RowProblem]]:
    head = [cell.strip() for cell in rows[0]] if rows else []
    names = {label: name for name, label in COLUMNS.items()} | {
        _(label): name for name, label in COLUMNS.items()
    }
    if not {"code", "question", "answer"} <= {names.get(cell) for cell in head}:
        raise NotReadable(_("第一列要有欄名「代碼」「問題」「答案」，沒有讀入。請用從這裡匯出的檔案。"))
    found = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {names[label]: cell.strip() for label, cell in zip(head, row, strict=False) if label in names}
        if any(cells.values()):
            found.append(Line(number, cells))
    return found, []


def _one(line: Line, there: dict[str, Faq], units: Any, report: ImportReport) -> list[RowProblem]:
    known = there.get(line.cells["code"])
    row = known or Faq(code=line.cells["code"])
    before = None if known is None else _values(known)
    problems = _written(row, line, units)
    if problems:
        return problems
    if before == _values(row):
        report.unchanged.append(row.code)
        return []
    try:
        if known is not None:
            row.version += 1
        stored(row)
    except CannotDo as failure:
        return problems_of(failure, line.number, lambda name: COLUMNS.get(name, name), COLUMNS["code"])
    there[row.code] = row
    (report.created if known is None else report.changed).append(row.code)
    return []


def _written(row: Faq, line: Line, units: Any) -> list[RowProblem]:
    """Put the cells of a line into a question; what cannot be read is said."""
    cells, problems = dict(line.cells), []
    if (name := cells.pop("unit", None)) is not None:
        try:
            row.unit_id = units.id_of(name) if name else None
        except CannotDo as failure:
            problems.append(RowProblem(line.number, COLUMNS["unit"], failure.message))
    if "published" in cells:
        row.published = cells.pop("published") in (YES, _(YES), "1", "true", "yes")
    if order := cells.pop("order", ""):
        if order.isascii() and order.isdigit() and len(order) < 5:
            row.order = int(order)
        else:
            problems.append(RowProblem(line.number, COLUMNS["order"], _("順序要是 0 到 9999 的整數。")))
    for name, value in cells.items():
        setattr(row, name, value)
    return problems


def _values(row: Faq) -> tuple[Any, ...]:
    return tuple(getattr(row, "unit_id" if name == "unit" else name) for name in COLUMNS)
