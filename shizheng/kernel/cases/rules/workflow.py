"""The life of a kind of cases as a frozen table, and whether that table is sound.

A state says whether the clock runs in it, whether the case is over with it, and what the public is told of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from shizheng.common import workflow
from shizheng.common.workflow import GONE, START, Transition

Tone = Literal["accent", "good", "warn", "bad", "calm"]


class WorkflowNotSound(ValueError):
    """A table that leads nowhere, or names what does not exist. It is for programmers: the product does not start with it."""

    def __init__(self, kind: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"workflow of {kind}: {'; '.join(self.problems)}")


@dataclass(frozen=True, slots=True)
class State:
    """One state. `clock_runs`: time counts against the deadline; `public`: what a citizen is told, "" where nothing."""

    code: str
    label: str
    tone: Tone = "accent"
    clock_runs: bool = True
    terminal: bool = False
    public: str = ""


@dataclass(frozen=True)
class Workflow:
    """States and acts of one kind; a case begins in `start`. Raises WorkflowNotSound when it is made."""

    kind: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    start: str

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise WorkflowNotSound(self.kind, problems)

    @cached_property
    def by_code(self) -> dict[str, State]:
        """State code → state."""
        return {state.code: state for state in self.states}

    @cached_property
    def by_name(self) -> dict[str, Transition]:
        """Name of an act → the act."""
        return {each.name: each for each in self.transitions}

    @property
    def open_states(self) -> tuple[str, ...]:
        """States in which a case is not over."""
        return tuple(state.code for state in self.states if not state.terminal)

    def possible_in(self, state: str) -> tuple[Transition, ...]:
        """What can be done next."""
        return tuple(each for each in self.transitions if state in each.sources)

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the README of the kind's app."""
        labels = {state.code: state.label for state in self.states}
        begins = Transition("open_case", "受理", (START,), (self.start,), "")
        ends = [state.code for state in self.states if state.terminal]
        return workflow.diagram(labels, (begins, *self.transitions), ends)


def _problems(table: Workflow) -> Iterable[str]:
    codes = [state.code for state in table.states]
    names = [each.name for each in table.transitions]
    yield from (f"state {code} stands twice" for code in _twice(codes))
    yield from (f"act {name} stands twice" for name in _twice(names))
    yield from (
        f"state {state.code!r} has no code or no label"
        for state in table.states
        if not (state.code and state.label)
    )
    if table.start not in codes:
        yield f"it begins in {table.start!r}, which is no state"
    known = True
    for each in table.transitions:
        wrong = list(_wrong(each, set(codes)))
        known &= not wrong
        yield from wrong
    if known and table.start in codes:
        yield from _dead(table)


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _wrong(act: Transition, codes: set[str]) -> Iterable[str]:
    if not (act.name and act.label and act.permission):
        yield f"act {act.name!r} has no name, label or permission"
    if not act.sources:
        yield f"act {act.name} begins nowhere"
    if len(act.targets) != 1:
        yield f"act {act.name} must lead to one state"
    unknown = {*act.sources, *act.targets} - codes
    yield from (f"act {act.name} names {code!r}, which is no state" for code in sorted(unknown))
    if {START, GONE} & {*act.sources, *act.targets}:
        yield f"act {act.name}: cases are opened by open_case, and none is ever gone"


def _dead(table: Workflow) -> Iterable[str]:
    """States that are never reached, and those from which no end is."""
    ways = [(source, act.target) for act in table.transitions for source in act.sources]
    reached = _closure({table.start}, ways)
    yield from (f"state {state.code} is never reached" for state in table.states if state.code not in reached)
    ends = {state.code for state in table.states if state.terminal}
    ending = _closure(ends, [(target, source) for source, target in ways])
    yield from (f"state {state.code} leads to no end" for state in table.states if state.code not in ending)


def _closure(begin: set[str], ways: list[tuple[str, str]]) -> set[str]:
    found, waiting = set(begin), list(begin)
    while waiting:
        here = waiting.pop()
        for source, target in ways:
            if source == here and target not in found:
                found.add(target)
                waiting.append(target)
    return found
