"""The life of a plan as one frozen table: which act leads from which state to which (X-33)."""

from shizheng.common import workflow
from shizheng.common.words import N_
from shizheng.common.workflow import GONE, START, Transition

STATES = {
    "draft": N_("草稿"),
    "accepted": N_("已採認"),
    "published": N_("已公布"),
    "superseded": N_("已被新版取代"),
}

TRANSITIONS = {  # `permission` is empty where nobody does it by hand: it follows from another act
    each.name: each
    for each in (
        Transition("import_plan", N_("匯入"), (START,), ("draft",), "planning.import"),
        Transition("discard_plan", N_("捨棄"), ("draft",), (GONE,), "planning.import", needs_reason=True),
        Transition("accept_plan", N_("採認"), ("draft",), ("accepted",), "planning.accept"),
        Transition("publish_plan", N_("公布"), ("accepted",), ("published",), "planning.publish"),
        Transition(
            "withdraw_plan", N_("撤回"), ("published",), ("accepted",), "planning.publish", needs_reason=True
        ),
        Transition("supersede", N_("新版採認"), ("accepted", "published"), ("superseded",), ""),
    )
}


def diagram() -> str:
    """The table as a Mermaid state diagram, for the README."""
    return workflow.diagram(STATES, TRANSITIONS.values())
