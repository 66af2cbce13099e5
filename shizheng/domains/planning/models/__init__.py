"""The plan and all that is printed in it: goals with weights, KPIs, work plans with items and points, results."""

from shizheng.domains.planning.models.goals import Direction, Goal, Kpi
from shizheng.domains.planning.models.outcomes import Outcome
from shizheng.domains.planning.models.plans import ImportWarning, Plan, PlanState, Printed, SourceDocument
from shizheng.domains.planning.models.promises import (
    JointAgency,
    Programme,
    Promise,
    PromiseKind,
    PromiseProgress,
)
from shizheng.domains.planning.models.results import FigureRole, ResultFigure, ResultRow, ResultStatus
from shizheng.domains.planning.models.work import Item, Point, WorkPlan

__all__ = [
    "Direction",
    "FigureRole",
    "Goal",
    "ImportWarning",
    "Item",
    "JointAgency",
    "Kpi",
    "Outcome",
    "Plan",
    "PlanState",
    "Point",
    "Printed",
    "Programme",
    "Promise",
    "PromiseKind",
    "PromiseProgress",
    "ResultFigure",
    "ResultRow",
    "ResultStatus",
    "SourceDocument",
    "WorkPlan",
]
