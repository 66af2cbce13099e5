"""The life of a design review as one frozen table: which act leads from which state to which (E04)."""

from shizheng.common import workflow
from shizheng.common.words import N_
from shizheng.common.workflow import START, Transition

STATES = {
    "submitted": N_("已送審，待程序審查"),
    "incomplete": N_("退請補件"),
    "admitted": N_("已受理，待組成審議小組"),
    "panelled": N_("審議小組已組成，待開會"),
    "reviewing": N_("已開會，待送回審議意見"),
    "answering": N_("機關修正中"),
    "revised": N_("已修正，待複核"),
    "approved": N_("審議通過"),
    "rejected": N_("審議不通過"),
    "withdrawn": N_("機關撤回"),
}
TONES = {
    "submitted": ("accent", "file-check"),
    "incomplete": ("warn", "arrow-back-up"),
    "admitted": ("accent", "clipboard-check"),
    "panelled": ("accent", "users"),
    "reviewing": ("accent", "message"),
    "answering": ("warn", "edit"),
    "revised": ("accent", "file-text"),
    "approved": ("good", "flag-check"),
    "rejected": ("bad", "x"),
    "withdrawn": ("calm", "player-stop"),
}
"""State → colour and icon."""
ENDS = ("approved", "rejected", "withdrawn")
BY_AGENCY = ("incomplete", "answering")
"""States in which the agency is to act; in the others the commission is."""
DUE = {
    "submitted": "procurement.review_check",
    "incomplete": "procurement.review_supplement",
    "admitted": "procurement.review_panel",
    "panelled": "procurement.review_meeting",
    "reviewing": "procurement.review_opinions",
    "answering": "procurement.review_answer",
    "revised": "procurement.review_decide",
}
"""State → the rule that says how long it may last."""
SUBMIT, CONDUCT, DECIDE = (
    "procurement.submit_review",
    "procurement.conduct_review",
    "procurement.decide_review",
)
PERMISSIONS = (SUBMIT, CONDUCT, DECIDE)


_GOING = tuple(state for state in STATES if state not in ENDS)
TRANSITIONS = {
    each.name: each
    for each in (
        Transition("submit_review", N_("送審"), (START,), ("submitted",), SUBMIT),
        Transition("return_documents", N_("退請補件"), ("submitted",), ("incomplete",), CONDUCT, True),
        Transition("resubmit", N_("補件再送"), ("incomplete",), ("submitted",), SUBMIT),
        Transition("admit", N_("受理"), ("submitted",), ("admitted",), CONDUCT),
        Transition("appoint_panel", N_("組成審議小組"), ("admitted",), ("panelled",), CONDUCT),
        Transition("hold_meeting", N_("召開審議會議"), ("panelled",), ("reviewing",), CONDUCT),
        Transition("return_opinions", N_("送回審議意見"), ("reviewing",), ("answering",), CONDUCT),
        Transition("submit_revision", N_("送修正後基本設計"), ("answering",), ("revised",), SUBMIT),
        Transition("send_again", N_("再請修正"), ("revised",), ("answering",), CONDUCT, True),
        Transition("approve_review", N_("審議通過"), ("reviewing", "revised"), ("approved",), DECIDE, True),
        Transition("reject_review", N_("審議不通過"), ("reviewing", "revised"), ("rejected",), DECIDE, True),
        Transition("withdraw_review", N_("機關撤回"), _GOING, ("withdrawn",), SUBMIT, True),
    )
}


TAKES: dict[str, tuple[str, ...]] = {
    "return_documents": ("there", "reason"),
    "resubmit": ("text", "files"),
    "admit": ("there",),
    "appoint_panel": ("text",),
    "hold_meeting": ("text", "files"),
    "return_opinions": ("text",),
    "submit_revision": ("amount", "text", "files"),
    "send_again": ("reason",),
    "approve_review": ("amount", "reason"),
    "reject_review": ("reason",),
    "withdraw_review": ("reason",),
}
"""What each step asks besides its day."""


def possible_in(state: str) -> tuple[Transition, ...]:
    """What can be done next."""
    return tuple(each for each in TRANSITIONS.values() if state in each.sources)


def diagram() -> str:
    """The table as a Mermaid state diagram, for the README."""
    return workflow.diagram(STATES, TRANSITIONS.values(), ENDS)
