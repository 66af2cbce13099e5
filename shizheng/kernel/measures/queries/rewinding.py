"""Rows as they stood at a moment, from the record of changes: one query for all rows that have changed since."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import DecimalField, Model, Q, QuerySet

from shizheng.common.permissions import SYSTEM
from shizheng.common.together import Steps, beside, done
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.queries import AsOf

Row = TypeVar("Row", bound=Model)
First = TypeVar("First", bound=Model)


def rewound(rows: Iterable[Row], as_of: AsOf | None) -> list[Row]:
    """The rows with the values that they had then; those made later are left out."""
    return done(rewound_steps(rows, as_of))


def rewound_steps(rows: Iterable[Row], as_of: AsOf | None) -> Steps[list[Row]]:
    """The same beside what else is read: the rows, then, as of a moment, what they were."""
    if isinstance(rows, QuerySet):
        yield rows
    found = list(rows)
    if as_of is None or not found:
        return found
    keys = [str(row.pk) for row in found]
    first = _first_since(as_of, Q(model=found[0]._meta.label_lower, object_id__in=keys))
    yield first
    return _taken_back(found, {pk: state for _label, pk, state in first})


def rewound_with_parts(rows: Iterable[Row], name: str, as_of: AsOf | None) -> list[Row]:
    """The rows as they stood then, each with its prefetched parts of then: one query for what changed of both."""
    return done(rewound_with_parts_steps(rows, name, as_of))


def rewound_with_parts_steps(rows: Iterable[Row], name: str, as_of: AsOf | None) -> Steps[list[Row]]:
    """The same beside what else is read."""
    if isinstance(rows, QuerySet):
        yield rows
    found = list(rows)
    if as_of is None or not found:
        return found
    then, _parts = yield from beside([rewound_steps(found, as_of), parts_then_steps(found, name, as_of)])
    kept: list[Row] = then
    return kept


def rewound_below(
    parents: Iterable[int], rows: Iterable[Row], model: type[Row], parent: str, as_of: AsOf | None
) -> list[Row]:
    """The rows that stood below these parents then, in their order; `rows` are those that stand there now.

    What was made or moved there since is left out; what was deleted or moved away since comes back (one query).
    """
    return done(rewound_below_steps(parents, rows, model, parent, as_of))


def rewound_below_steps(
    parents: Iterable[int], rows: Iterable[Row], model: type[Row], parent: str, as_of: AsOf | None
) -> Steps[list[Row]]:
    """The same beside what else is read."""
    found, ids = list(rows), set(parents)
    if as_of is None or not ids:
        return found
    field: Any = model._meta.get_field(parent)
    label, column = model._meta.label_lower, field.column
    gone = _since(as_of).filter(model=label, **{f"before__{column}__in": list(ids)}).values("object_id")
    here = [str(row.pk) for row in found]
    first = _first_since(as_of, Q(model=label) & (Q(object_id__in=here) | Q(object_id__in=gone)))
    yield first
    states = {pk: state for _label, pk, state in first}
    back = []
    for pk, state in states.items():
        if pk not in here and state is not None:
            row = model()
            _take_back(row, state)
            back.append(row)
    then = [row for row in (*_taken_back(found, states), *back) if getattr(row, column) in ids]
    return sorted(then, key=lambda row: getattr(row, "position", 0))


def parts_then(rows: Sequence[Any], name: str, as_of: AsOf | None) -> list[list[Any]]:
    """The prefetched parts of each row, as they stood then (one query for all); nothing to do for today."""
    return done(parts_then_steps(rows, name, as_of))


def parts_then_steps(rows: Sequence[Any], name: str, as_of: AsOf | None) -> Steps[list[list[Any]]]:
    """The same beside what else is read."""
    if as_of is None or not rows:
        return []
    relation: Any = rows[0]._meta.get_field(name)
    now = [part for row in rows for part in row.__dict__.get("_prefetched_objects_cache", {}).get(name, ())]
    below: dict[int, list[Any]] = {row.pk: [] for row in rows}
    then = yield from rewound_below_steps(below, now, relation.related_model, relation.field.name, as_of)
    for part in then:
        below[getattr(part, relation.field.attname)].append(part)
    for row in rows:
        row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = below[row.pk]
    return list(below.values())


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
    return (
        _since(as_of)
        .filter(which)
        .order_by("model", "object_id", "id")
        .distinct("model", "object_id")
        .values_list("model", "object_id", "before")
    )


def _since(as_of: AsOf) -> "QuerySet[Any]":
    """The changes that the moment did not know."""
    later = Q(recorded_at__gt=as_of.moment)
    if as_of.horizon is not None:
        later |= Q(transaction_id__gte=as_of.horizon)
    return history.visible_to(SYSTEM).filter(later)


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
