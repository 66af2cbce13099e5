"""What holds for cases, pure: their workflow, their clock, why a deadline is that day. No Django, no clock, no database."""

from shizheng.kernel.cases.rules.clock import Due, Standing, due, stand
from shizheng.kernel.cases.rules.explaining import Told, explain, left_words
from shizheng.kernel.cases.rules.facts import Extension, Facts, FactsDoNotFit, Pause, Period, Revised
from shizheng.kernel.cases.rules.workflow import State, Workflow, WorkflowNotSound

__all__ = [
    "Due",
    "Extension",
    "Facts",
    "FactsDoNotFit",
    "Pause",
    "Period",
    "Revised",
    "Standing",
    "State",
    "Told",
    "Workflow",
    "WorkflowNotSound",
    "due",
    "explain",
    "left_words",
    "stand",
]
