"""Reading cases: who may see which, where their time stands and why, who handles them."""

from shizheng.kernel.cases.queries.boards import BoardRow, Forecast, board, forecast, late, open_cases
from shizheng.kernel.cases.queries.clocks import (
    dues_under,
    extension_asked,
    extensions_of,
    facts_of,
    is_paused,
    pauses_of,
    standing_of,
    why_this_day,
)
from shizheng.kernel.cases.queries.handling import (
    GIVEN,
    assignments_of,
    beside,
    first_given,
    hand_back_ends,
    hand_back_times,
    is_merger,
    links_of,
)
from shizheng.kernel.cases.queries.sealed import readings_of, sealed_names
from shizheng.kernel.cases.queries.timeline import steps, timeline
from shizheng.kernel.cases.queries.visible import case_of, may_read, seen, visible_to, where
from shizheng.kernel.cases.queries.whole import read_whole
from shizheng.kernel.cases.queries.work import Waiting, extensions_asked, work_steps

__all__ = [
    "GIVEN",
    "BoardRow",
    "Forecast",
    "Waiting",
    "assignments_of",
    "beside",
    "board",
    "case_of",
    "dues_under",
    "extension_asked",
    "extensions_asked",
    "extensions_of",
    "facts_of",
    "first_given",
    "forecast",
    "hand_back_ends",
    "hand_back_times",
    "is_merger",
    "is_paused",
    "late",
    "links_of",
    "may_read",
    "open_cases",
    "pauses_of",
    "read_whole",
    "readings_of",
    "sealed_names",
    "seen",
    "standing_of",
    "steps",
    "timeline",
    "visible_to",
    "where",
    "why_this_day",
    "work_steps",
]
