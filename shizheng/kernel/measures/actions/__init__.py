"""What people do with measures: define, revise, choose a reading, file, correct. Each is one transaction with its reason."""

from shizheng.kernel.measures.actions.bringing import Brought, bring_facts
from shizheng.kernel.measures.actions.content import Content, content_from, content_of
from shizheng.kernel.measures.actions.defining import choose_reading, define_measure, revise_definition
from shizheng.kernel.measures.actions.filing import Filing, correct_fact, record_fact, record_facts

__all__ = [
    "Brought",
    "Content",
    "Filing",
    "bring_facts",
    "choose_reading",
    "content_from",
    "content_of",
    "correct_fact",
    "define_measure",
    "record_fact",
    "record_facts",
    "revise_definition",
]
