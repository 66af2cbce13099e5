"""Tenders out of a spreadsheet: all of them or none, with a report for each row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.sheets import NumberedRow, RowProblem
from shizheng.domains.projects.actions.projects import set_fields
from shizheng.domains.projects.actions.shared import EDIT, one_at_a_time
from shizheng.domains.projects.models import Level, Programme, Project, ProjectType
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.domains.projects.rules.sheets import (
    COLUMNS,
    LEVELS,
    read_rows,
)
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people import queries as people
from shizheng.web.sheets import ImportReport, need_all, problems_of, read_in

MOST_ROWS = 5000
COLUMN_OF = {"type_id": "type", "agency_id": "agency", "unit_id": "unit", "officer_id": "officer"}


@dataclass(slots=True)
class Taken:
    """What became of rows: `lines` (line → created, changed, unchanged) of those that can be taken, and what is wrong."""

    report: ImportReport = field(default_factory=ImportReport)
    lines: dict[int, str] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)


def import_projects(actor: Actor, data: bytes, filename: str, *, reason: str) -> ImportReport:
    """Enter and change tenders by the rows of a CSV, XLSX or ODS file; a row without a number is a new tender.

    All or nothing: `RowsRefused` names every row that is wrong. An exported file read in again changes nothing.
    """
    require(actor, EDIT)
    found, problems = read_in(data, filename, MOST_ROWS, read_rows)
    return import_rows(actor, found, problems, reason=reason).report


def import_rows(
    actor: Actor, found: Sequence[NumberedRow], problems: Sequence[RowProblem] = (), *, reason: str
) -> Taken:
    """Enter and change tenders by rows that were read, all or nothing. Raises RowsRefused."""
    require(actor, EDIT)
    with recorded(by=actor, action="projects.import_projects", reason=need_reason(reason)):
        taken = _taken(actor, found)
        need_all(found, [*problems, *taken.problems])
    return taken


def checked_rows(actor: Actor, found: Sequence[NumberedRow]) -> Taken:
    """What `import_rows` would do with each row: it is done and taken back at once, so that both always agree."""
    require(actor, EDIT)
    taken = Taken()

    class _Enough(Exception):
        pass

    try:
        with recorded(by=actor, action="projects.import_projects"):
            taken = _taken(actor, found)
            raise _Enough
    except _Enough:
        return taken


def _taken(actor: Actor, found: Sequence[NumberedRow]) -> Taken:
    one_at_a_time()
    taken, names = Taken(), _Names()
    numbers = [row.number for row in found if row.number]
    there = {
        each.number: each
        for each in Project.objects.select_for_update(of=("self",)).filter(number__in=numbers)
    }
    for row in found:
        taken.problems += _one(actor, there, row, names, taken)
    return taken


def _one(
    actor: Actor, there: dict[str, Project], row: NumberedRow, names: "_Names", taken: Taken
) -> list[RowProblem]:
    if row.number and row.number not in there:
        text = _("沒有這個列管編號。新的標案請把這一欄留空，編號由系統給。")
        return [RowProblem(row.line, COLUMNS["number"], text)]
    values, problems = names.resolved(row)
    if problems:
        return problems
    known = there.get(row.number)
    made = known or Project(version=0, level=Level.AGENCY)
    try:
        if known is not None:
            require(actor, EDIT, unit_in_charge(known))
        changed = set_fields(actor, made, values, names.tree)
    except CannotDo as failure:
        return problems_of(failure, row.line, _column, COLUMNS["agency"])
    verdict = "created" if known is None else "changed" if changed else "unchanged"
    getattr(taken.report, verdict).append(made.number)
    taken.lines[row.line] = verdict
    return []


def _column(name: str) -> str:
    return COLUMNS.get(COLUMN_OF.get(name, name), name)


class _Names:
    """Units, types, people and programmes by every name and code, read once for a whole file."""

    def __init__(self) -> None:
        self.units, self.tree = organisations.UnitNames(), organisations.tree()
        self.types = {name: each.pk for each in ProjectType.objects.all() for name in (each.code, each.name)}
        self.programmes = {
            name: each.pk for each in Programme.objects.all() for name in (each.code, each.name)
        }
        self.levels = {
            name: code for code, label in Level.choices for name in (code, str(label), LEVELS[code])
        }
        self.people: dict[str, int | None] = {}

    def resolved(self, row: NumberedRow) -> tuple[dict[str, Any], list[RowProblem]]:
        """The fields of a tender, names replaced by what they name."""
        values: dict[str, Any] = dict(row.values)
        problems: list[RowProblem] = []

        def wrong(column: str, text: str) -> None:
            problems.append(RowProblem(row.line, COLUMNS[column], text))

        for column in ("agency", "unit"):
            if column in values:
                values[f"{column}_id"] = self._unit(column, values.pop(column), wrong)
        if "type" in values:
            name = values.pop("type")
            values["type_id"] = self.types.get(name)
            if values["type_id"] is None:
                wrong("type", _("沒有「%(name)s」這個類型。") % {"name": name[:60]})
        if "officer" in values:
            values["officer_id"] = self._person(values.pop("officer"), wrong)
        if values.get("level"):
            name = values["level"]
            values["level"] = self.levels.get(name)
            if values["level"] is None:
                wrong("level", _("沒有這個列管層級。"))
        if "programmes" in values:
            values["programmes"] = self._programmes(values["programmes"], wrong)
        return values, problems

    def _unit(self, column: str, name: str, wrong: Any) -> int | None:
        if not name:
            return None
        try:
            return self.units.id_of(name)
        except NotFound as failure:
            wrong(column, failure.message)
            return None

    def _person(self, username: str, wrong: Any) -> int | None:
        if not username:
            return None
        if username not in self.people:
            known = people.user_by_username(username)
            self.people[username] = known.pk if known else None
        if self.people[username] is None:
            wrong("officer", _("沒有帳號是「%(name)s」的人。") % {"name": username[:60]})
        return self.people[username]

    def _programmes(self, given: dict[str, Decimal | None], wrong: Any) -> dict[int, Decimal | None]:
        found: dict[int, Decimal | None] = {}
        for name, quantity in given.items():
            pk = self.programmes.get(name)
            if pk is None:
                wrong("programmes", _("沒有「%(name)s」這個專案計畫。") % {"name": name[:60]})
            else:
                found[pk] = quantity
        return found
