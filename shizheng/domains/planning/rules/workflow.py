"""The life of a plan as one frozen table: which act leads from which state to which (X-33)."""

from dataclasses import dataclass

from shizheng.common.words import N_

STATES = {
    "draft": N_("草稿"),
    "accepted": N_("已採認"),
    "published": N_("已公布"),
    "superseded": N_("已被新版取代"),
}
START, GONE = "", "gone"


@dataclass(frozen=True, slots=True)
class Transition:
    """One act on a plan. `sources` are states (START: there was no plan); `target` GONE: the plan is no more.

    `name` is the action's, or of what follows from another action; `permission` is empty where nobody does it by hand.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: str
    needs_reason: bool = False


TRANSITIONS = {
    each.name: each
    for each in (
        Transition("import_plan", N_("匯入"), (START,), "draft", "planning.import"),
        Transition("discard_plan", N_("捨棄"), ("draft",), GONE, "planning.import", needs_reason=True),
        Transition("accept_plan", N_("採認"), ("draft",), "accepted", "planning.accept"),
        Transition("publish_plan", N_("公布"), ("accepted",), "published", "planning.publish"),
        Transition(
            "withdraw_plan", N_("撤回"), ("published",), "accepted", "planning.publish", needs_reason=True
        ),
        Transition("supersede", N_("新版採認"), ("accepted", "published"), "superseded", ""),
    )
}


def diagram() -> str:
    """The table as a Mermaid state diagram, for the README."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {code} : {label}" for code, label in STATES.items()]
    ends = {START: "[*]", GONE: "[*]"}
    for each in TRANSITIONS.values():
        for source in each.sources:
            lines.append(
                f"    {ends.get(source, source)} --> {ends.get(each.target, each.target)} : {each.name} {each.label}"
            )
    return "\n".join(lines)
