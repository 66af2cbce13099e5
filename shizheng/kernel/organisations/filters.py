"""Filters of lists by a unit of the tree."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.choices import BaseChoiceIterator
from django_filters import ChoiceFilter
from django_filters.constants import EMPTY_VALUES

from shizheng.kernel.organisations import queries
from shizheng.kernel.organisations.forms import called_units


class Units(BaseChoiceIterator):
    """Hundreds of choices that nobody changes: a form copies its fields, and would copy each of these."""

    def __init__(self, choices: Sequence[tuple[int, str]]) -> None:
        self._choices = tuple(choices)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return iter(self._choices)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Units":
        return self


class UnitFilter(ChoiceFilter):
    """By a unit with all that is below it today; ``field_name`` holds the unit's id (`agency_id`, `project__agency_id`).

    With ``method`` the filter set says what belongs to the unit.
    """

    @property
    def field(self) -> Any:
        """The field with the units of today, read once for each filter set."""
        self.extra.setdefault("choices", Units(called_units()))
        return super().field

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Rows of the unit and below it."""
        if value in EMPTY_VALUES:
            return rows
        return rows.filter(**{f"{self.field_name}__in": queries.subtree_ids(int(value))})
