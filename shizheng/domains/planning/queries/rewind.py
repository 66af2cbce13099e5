"""Rows as they stood at a moment, from the record of changes: one query for all rows that have changed since."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import DecimalField, Model, Q, QuerySet

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.queries import AsOf

Row = TypeVar("Row", bound=Model)
First = TypeVar("First", bound=Model)


def rewound(rows: Iterable[Row], as_of: AsOf | None) -> list[Row]:
    """The rows with the values that they had then; those made later are left out."""
    found = list(rows)
    if as_of is None or not found:
        return found
    return _taken_back(found, states_before(found[0]._meta.label_lower, [row.pk for row in found], as_of))


def rewound_both(first: First, second: Row, as_of: AsOf | None) -> tuple[First | None, Row | None]:
    """Two rows of different kinds in the same way (one query); None for one that did not exist."""
    if as_of is None:
        return first, second
    labels = [row._meta.label_lower for row in (first, second)]
    found = _first_since(
        as_of, Q(model=labels[0], object_id=str(first.pk)) | Q(model=labels[1], object_id=str(second.pk))
    )
    before = [{pk: state for label, pk, state in found if label == each} for each in labels]
    firsts, seconds = _taken_back([first], before[0]), _taken_back([second], before[1])
    return firsts[0] if firsts else None, seconds[0] if seconds else None


def _taken_back(rows: Iterable[Row], before: Mapping[str, dict[str, Any] | None]) -> list[Row]:
    out = []
    for row in rows:
        if str(row.pk) in before:
            state = before[str(row.pk)]
            if state is None:
                continue
            _take_back(row, state)
        out.append(row)
    return out


def states_before(label: str, pks: Sequence[int], as_of: AsOf) -> dict[str, dict[str, Any] | None]:
    """Of each row that changed after the moment: its columns then, None where it did not exist."""
    found = _first_since(as_of, Q(model=label, object_id__in=[str(pk) for pk in pks]))
    return {pk: state for _label, pk, state in found}


def _first_since(as_of: AsOf, which: Q) -> "QuerySet[Any, tuple[str, str, dict[str, Any] | None]]":
    """Of each row that changed after the moment: its model, its key, its columns before the first change since."""
    later = Q(recorded_at__gt=as_of.moment)
    if as_of.horizon is not None:
        later |= Q(transaction_id__gte=as_of.horizon)
    return (
        history.visible_to(SYSTEM)
        .filter(later, which)
        .order_by("model", "object_id", "id")
        .distinct("model", "object_id")
        .values_list("model", "object_id", "before")
    )


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
