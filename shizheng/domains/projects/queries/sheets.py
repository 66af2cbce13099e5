"""Tenders as rows of a spreadsheet; `actions.sheets` reads them in again."""

from collections.abc import Iterable, Sequence
from typing import Any

from shizheng.common.numbers import plain
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.rules.sheets import COLUMNS, LEVELS


def sheet_rows(projects: Iterable[Project]) -> list[Sequence[Any]]:
    """Heading and rows of an export: read in again, it changes nothing."""
    rows: list[Sequence[Any]] = [list(COLUMNS.values())]
    for each in projects:
        tags = [
            tag.programme.name + ("" if tag.quantity is None else f":{plain(tag.quantity)}")
            for tag in each.tags.all()
        ]
        values = {
            "number": each.number,
            "name": each.name,
            "type": each.type.name,
            "agency": each.agency.name,
            "unit": each.unit.name if each.unit else "",
            "officer": each.officer.username if each.officer else "",
            "level": LEVELS[each.level],
            "roc_year": each.roc_year,
            "tender_no": each.tender_no,
            "budget": each.budget,
            "funds_held_on": each.funds_held_on,
            "place": each.place,
            "longitude": None if each.longitude is None else plain(each.longitude),
            "latitude": None if each.latitude is None else plain(each.latitude),
            "programmes": "、".join(tags),
            "note": each.note,
        }
        rows.append([values[name] for name in COLUMNS])
    return rows
