"""What people do with plans. Each is one transaction: permission, lock, rule, write, history."""

from shizheng.domains.planning.actions.editing import (
    add_goal,
    add_item,
    add_kpi,
    add_work_plan,
    edit_goal,
    edit_item,
    edit_kpi,
    edit_work_plan,
    move,
    remove,
)
from shizheng.domains.planning.actions.importing import Imported, discard_plan, import_plan, read_document
from shizheng.domains.planning.actions.results import (
    Recording,
    confirm_figures,
    confirm_from_figure,
    mark_not_yet_measurable,
    match_result,
    record_exact_results,
)
from shizheng.domains.planning.actions.states import accept_plan, publish_plan, withdraw_plan

__all__ = [
    "Imported",
    "Recording",
    "accept_plan",
    "add_goal",
    "add_item",
    "add_kpi",
    "add_work_plan",
    "confirm_figures",
    "confirm_from_figure",
    "discard_plan",
    "edit_goal",
    "edit_item",
    "edit_kpi",
    "edit_work_plan",
    "import_plan",
    "mark_not_yet_measurable",
    "match_result",
    "move",
    "publish_plan",
    "read_document",
    "record_exact_results",
    "remove",
    "withdraw_plan",
]
