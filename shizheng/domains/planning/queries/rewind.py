"""Rows as they stood at a moment, from the record of changes: one query for all rows that have changed since."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import DecimalField, Model, Q

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.queries import AsOf

Row = TypeVar("Row", bound=Model)


def rewound(rows: Iterable[Row], as_of: AsOf | None) -> list[Row]:
    """The rows with the values that they had then; those made later are left out."""
    found = list(rows)
    if as_of is None or not found:
        return found
    before = states_before(found[0]._meta.label_lower, [row.pk for row in found], as_of)
    out = []
    for row in found:
        if str(row.pk) in before:
            state = before[str(row.pk)]
            if state is None:
                continue
            _take_back(row, state)
        out.append(row)
    return out


def states_before(label: str, pks: Sequence[int], as_of: AsOf) -> dict[str, dict[str, Any] | None]:
    """Of each row that changed after the moment: its columns then, None where it did not exist."""
    later = Q(recorded_at__gt=as_of.moment)
    if as_of.horizon is not None:
        later |= Q(transaction_id__gte=as_of.horizon)
    entries = (
        history.visible_to(SYSTEM)
        .filter(later, model=label, object_id__in=[str(pk) for pk in pks])
        .order_by("object_id", "id")
        .distinct("object_id")
        .values_list("object_id", "before")
    )
    return dict(entries)


def _take_back(row: Model, state: dict[str, Any]) -> None:
    for field in row._meta.concrete_fields:
        if field.column not in state:
            continue
        value = state[field.column]
        if isinstance(field, DecimalField) and value is not None:
            value = Decimal(str(value))
        else:
            value = field.to_python(value)
        setattr(row, field.attname, value)
