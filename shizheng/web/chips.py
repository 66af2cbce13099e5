"""Ready-made filters above a list, and how many rows each would show within what else narrows the list now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django_filters import FilterSet

from shizheng.common.together import counts

MOST = 50_000
"""Of longer lists nothing is counted anew: where they are narrowed their chips carry no number."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A ready-made filter above the list: parameters that it sets, and how many rows it shows of the whole list."""

    label: str | Promise
    params: dict[str, str]
    count: int | None = None
    icon: str = ""


def counts_within(
    chips: Sequence[Chip],
    filterset: FilterSet | None,
    asked: QueryDict,
    search: Callable[[Any], Any] | None,
    most: int | None = None,
) -> list[int | None]:
    """How many rows each chip would show: as it says itself, or counted anew where a filter beside the chips' own, or a
    search, narrows the list (one query for all). A chip without a number stays without one.
    `most`: the list is not counted further.
    """
    own = {name for chip in chips for name in chip.params}
    known = set(filterset.filters) if filterset is not None else set()
    if filterset is None or not chips or not own <= known or not filterset.is_valid():
        return [chip.count for chip in chips]
    if search is None and not any(any(asked.getlist(name)) for name in known - own):
        return [chip.count for chip in chips]
    if max((chip.count or 0 for chip in chips), default=0) > (most or MOST):
        return [None] * len(chips)
    shown = [_rows(filterset, own, chip, search) for chip in chips if chip.count is not None]
    if all(isinstance(rows, QuerySet) for rows in shown):
        found = iter(counts(*shown) if shown else ())
    else:
        found = iter([len(rows) for rows in shown])
    return [None if chip.count is None else next(found) for chip in chips]


def _rows(filterset: FilterSet, own: set[str], chip: Chip, search: Callable[[Any], Any] | None) -> Any:
    """What the list would show with this chip pressed."""
    form, pressed = filterset.form, QueryDict(mutable=True)
    pressed.update(chip.params)
    before = form.cleaned_data
    try:
        form.cleaned_data = before | {
            name: field.clean(field.widget.value_from_datadict(pressed, {}, name))
            for name, field in form.fields.items()
            if name in own
        }
        rows = filterset.filter_queryset(filterset.queryset.all())
    except ValidationError:  # what the filter does not know shows nothing
        return filterset.queryset.none()
    finally:
        form.cleaned_data = before
    return rows if search is None else search(rows)
