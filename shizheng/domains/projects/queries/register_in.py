"""Rows of foreign sheets as rows of the register: which tender each is, by its number, tender number or name."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from shizheng.common.sheets import NumberedRow
from shizheng.common.words import N_, written
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.rules.reconciling import name_key, number_key
from shizheng.domains.projects.rules.sheets import COLUMNS, value_of
from shizheng.kernel.intake.rules.mapping import Problem, Row
from shizheng.kernel.organisations import queries as organisations


def read_for_register(rows: Sequence[Row]) -> tuple[list[NumberedRow], list[Problem]]:
    """Rows as the register takes them. Empty cells say nothing: they clear no value that is there.

    The same tender: the same number; else the same agency and tender number (and name, where an agency has several of one
    number); else the same agency, year and name. The same tender twice in one file is refused.
    """
    there = _Known()
    read: list[NumberedRow] = []
    problems: list[Problem] = []
    seen: dict[Any, int] = {}
    for row in rows:
        texts = {code: row.texts.get(code, "") for code in COLUMNS}
        values = {
            code: row.values[code] for code in ("type", "agency", "unit", "level") if row.values.get(code)
        }
        number = texts.pop("number")
        identity = number or there.identity(values.get("agency"), row, texts)
        if identity in seen:
            text = written("與第 %(line)s 列是同一個標案（機關、案號、名稱都相同）。", line=seen[identity])
            problems.append(Problem(row.line, "name", text, N_("同一個標案重複出現")))
            continue
        seen[identity] = row.line
        typed: dict[str, Any] = dict(values)
        for code, text in texts.items():
            if code in typed or not text:
                continue
            known = row.values.get(code)
            try:
                typed[code] = value_of(code, text) if known is None or isinstance(known, str) else known
            except ValueError as failure:
                problems.append(Problem(row.line, code, str(failure)))
        number = number or there.number(values.get("agency"), row, texts)
        read.append(NumberedRow(row.line, number, typed))
    wrong = {each.line for each in problems if each.refuses}
    return [each for each in read if each.line not in wrong], problems


class _Known:
    """Tenders of the register by what tells them apart."""

    def __init__(self) -> None:
        self.units = organisations.UnitNames()
        self.by_number: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
        self.by_name: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        rows = Project.objects.values_list("number", "agency_id", "roc_year", "tender_no", "name")
        for number, agency_id, year, tender_no, name in rows:
            if tender_no:
                self.by_number[agency_id, number_key(tender_no)].append((number, name_key(name)))
            self.by_name[agency_id, year, name_key(name)].append(number)

    def identity(self, agency: Any, row: Row, texts: dict[str, str]) -> Any:
        """What tells a row apart from the others of its file."""
        return (agency, number_key(texts["tender_no"]) or row.values.get("roc_year"), name_key(texts["name"]))

    def number(self, agency: Any, row: Row, texts: dict[str, str]) -> str:
        """The number of the tender that a row is; empty for a new one."""
        unit_id = self.units.find(str(agency)) if agency else None
        if unit_id is None:
            return ""
        name = name_key(texts["name"])
        if texts["tender_no"]:
            same = self.by_number.get((unit_id, number_key(texts["tender_no"])), [])
            named = [number for number, theirs in same if theirs == name]
            return named[0] if len(named) == 1 else same[0][0] if len(same) == 1 and not named else ""
        year = row.values.get("roc_year")
        found = self.by_name.get((unit_id, int(year), name), []) if isinstance(year, int) else []
        return found[0] if len(found) == 1 else ""
