"""Lives of things as frozen tables: which act leads from which state to which; and their picture for a README."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

START, GONE = "", "gone"


@dataclass(frozen=True, slots=True)
class Transition:
    """One act. `sources` are states (START: there was none); it leads to one of `targets` (GONE: there is none any more).

    `name` is the action's; `permission` is what the actor holds. `fields` are the names of what must be told with it,
    `legal_basis` the article that allows it.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    permission: str
    needs_reason: bool = False
    fields: tuple[str, ...] = ()
    legal_basis: str = ""

    @property
    def target(self) -> str:
        """Where it leads, for an act that leads to one state only."""
        (only,) = self.targets
        return only


def diagram(states: Mapping[str, str], transitions: Iterable[Transition], ends: Iterable[str] = ()) -> str:
    """A table as a Mermaid state diagram, for the README. `ends`: states after which nothing more has to happen."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {code} : {label}" for code, label in states.items()]
    outside = {START: "[*]", GONE: "[*]"}
    for each in transitions:
        lines += [
            f"    {outside.get(source, source)} --> {outside.get(target, target)} : {each.name} {each.label}"
            for source in each.sources
            for target in each.targets
        ]
    lines += [f"    {end} --> [*]" for end in ends]
    return "\n".join(lines)
