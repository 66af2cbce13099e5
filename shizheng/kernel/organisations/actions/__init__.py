"""What is done to units: each with its effective day, its basis, and the version that the actor had read."""

from shizheng.kernel.organisations.actions.changing import change_unit, move_unit, rename_unit, set_aliases
from shizheng.kernel.organisations.actions.loading import Report, ReportRow, load_agencies, load_taichung
from shizheng.kernel.organisations.actions.opening import (
    close_unit,
    open_unit,
    set_up_city,
    show_todays_names,
)
from shizheng.kernel.organisations.actions.reorganising import NewUnit, merge_units, split_unit

__all__ = [
    "NewUnit",
    "Report",
    "ReportRow",
    "change_unit",
    "close_unit",
    "load_agencies",
    "load_taichung",
    "merge_units",
    "move_unit",
    "open_unit",
    "rename_unit",
    "set_aliases",
    "set_up_city",
    "show_todays_names",
    "split_unit",
]
