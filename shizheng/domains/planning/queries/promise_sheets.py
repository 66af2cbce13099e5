"""A programme as rows of a spreadsheet; `actions.promise_sheets` reads them in again."""

from collections.abc import Mapping, Sequence
from typing import Any

from shizheng.domains.planning.models.promises import Promise
from shizheng.domains.planning.rules.promise_sheets import COLUMNS


def sheet_rows(promises: Sequence[Promise]) -> list[Sequence[Any]]:
    """Heading and rows of an export, in the order of the codes: read in again, it changes nothing."""
    rows: list[Sequence[Any]] = [list(COLUMNS.values())]
    for each in promises:
        values: Mapping[str, Any] = {
            "code": each.code,
            "kind": each.get_kind_display(),
            "title": each.title,
            "description": each.description,
            "happiness": "是" if each.happiness else "",
            "main_agency": each.main_agency.name if each.main_agency else "",
            "joint": "、".join(row.agency.name for row in each.joint.all()),
            "starts_on": each.starts_on,
            "ends_on": each.ends_on,
            "target_quantity": each.target_quantity,
            "unit": each.unit,
            "measure": each.measure.code if each.measure else "",
            "measure_unit": each.measure_unit.name if each.measure_unit else "",
        }
        rows.append([values[name] for name in COLUMNS])
    return rows
