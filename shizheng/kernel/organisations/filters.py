"""Filters of lists by a unit of the tree."""

from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter
from django_filters.constants import EMPTY_VALUES

from shizheng.kernel.organisations import queries
from shizheng.kernel.organisations.forms import called_units


class UnitFilter(ChoiceFilter):
    """By a unit with all that is below it today; ``field_name`` holds the unit's id (`agency_id`, `project__agency_id`).

    With ``method`` the filter set says what belongs to the unit.
    """

    @property
    def field(self) -> Any:
        """The field with the units of today, read once for each filter set."""
        self.extra.setdefault("choices", called_units())
        return super().field

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Rows of the unit and below it."""
        if value in EMPTY_VALUES:
            return rows
        return rows.filter(**{f"{self.field_name}__in": queries.subtree_ids(int(value))})
