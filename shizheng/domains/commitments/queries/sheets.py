"""Commitments as rows of a spreadsheet; `actions.sheets` reads them in again."""

from collections.abc import Iterable, Sequence
from typing import Any

from shizheng.common.numbers import plain
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.commitments.queries.commitments import main_of
from shizheng.domains.commitments.rules.fields import own_fields
from shizheng.domains.commitments.rules.sheets import COLUMNS, own_text
from shizheng.domains.commitments.rules.workflow import UnitState


def sheet_rows(commitments: Iterable[Commitment]) -> list[Sequence[Any]]:
    """Heading and rows of an export: read in again, it changes nothing."""
    rows: list[Sequence[Any]] = [list(COLUMNS.values())]
    for each in commitments:
        main = main_of(each)
        joint = [
            one.unit.name
            for one in each.units.all()
            if one.part == "joint" and one.state != UnitState.DROPPED.value
        ]
        own = {
            one.name: each.extra[one.code] for one in own_fields(each.list.fields) if one.code in each.extra
        }
        values = {
            "number": each.number,
            "list": each.list.name,
            "text": each.text,
            "agreed_on": each.agreed_on,
            "agreed_due": each.agreed_due,
            "main": main.unit.name if main else "",
            "joint": "、".join(joint),
            "target_quantity": None if each.target_quantity is None else plain(each.target_quantity),
            "quantity_unit": each.quantity_unit,
            "source_label": each.source_label,
            "extra": own_text(own),
            "note": each.note,
        }
        rows.append([values[name] for name in COLUMNS])
    return rows
