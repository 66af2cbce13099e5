"""Reading measures: definitions and facts as of a moment, figures in bulk, roll-ups, traces."""

from shizheng.kernel.measures.queries.again import Cause, Made, causes, figures_again, made_of
from shizheng.kernel.measures.queries.figures import Key, figures
from shizheng.kernel.measures.queries.knowledge import AsOf, as_of_day, definitions, definitions_in_force
from shizheng.kernel.measures.queries.lists import (
    current_definition,
    current_facts,
    fact,
    facts_of,
    ids_by_code,
    ids_by_code_steps,
    measure,
    measure_by_code,
    measure_to_file,
    readable,
    readable_by,
    to_be_confirmed,
    versions_of,
    visible_to,
)
from shizheng.kernel.measures.queries.of_units import (
    figure_and_series,
    figures_of_unit,
    figures_of_unit_and_others,
    series,
)
from shizheng.kernel.measures.queries.roll_up import figure, rolled_up
from shizheng.kernel.measures.queries.roll_ups import Group, rolled_up_by_group
from shizheng.kernel.measures.queries.ruling import rules_for
from shizheng.kernel.measures.queries.traces import trace, value_of

__all__ = [
    "AsOf",
    "Cause",
    "Group",
    "Key",
    "Made",
    "as_of_day",
    "causes",
    "current_definition",
    "current_facts",
    "definitions",
    "definitions_in_force",
    "fact",
    "facts_of",
    "figure",
    "figure_and_series",
    "figures",
    "figures_again",
    "figures_of_unit",
    "figures_of_unit_and_others",
    "ids_by_code",
    "ids_by_code_steps",
    "made_of",
    "measure",
    "measure_by_code",
    "measure_to_file",
    "readable",
    "readable_by",
    "rolled_up",
    "rolled_up_by_group",
    "rules_for",
    "series",
    "to_be_confirmed",
    "trace",
    "value_of",
    "versions_of",
    "visible_to",
]
