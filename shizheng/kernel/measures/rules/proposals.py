"""What reading a printed 衡量標準 yields: inputs, readings, which is in force, and what an officer must settle."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shizheng.common.words import written
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.render import to_text
from shizheng.kernel.measures.rules.storing import to_json
from shizheng.kernel.measures.rules.tree import Node


class Certainty(StrEnum):
    """How sure the reading is. Anything but `CLEAR` is shown as 待確認 until an officer settles it."""

    CLEAR = "clear"
    AMBIGUOUS = "ambiguous"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class ProposedInput:
    """An input that the text names. `steps` lists (key, label, planned day or "") for milestone lists."""

    name: str
    label: str
    is_list: bool = False
    unit: str = ""
    steps: tuple[tuple[str, str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "unit": self.unit,
            "list": self.is_list,
        }
        if self.steps:
            found["steps"] = [{"key": key, "label": label, "due": due} for key, label, due in self.steps]
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the text, with a formula of its own and why one might read it so."""

    code: str
    label: str
    tree: Node
    note: str = ""
    source: str = ""

    @property
    def text(self) -> str:
        return to_text(self.tree)

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "label": self.label,
            "formula": to_json(self.tree),
            "note": self.note,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """A definition read out of a printed text; `in_force` is the first reading's code unless told otherwise."""

    certainty: Certainty
    inputs: tuple[ProposedInput, ...] = ()
    readings: tuple[Reading, ...] = ()
    in_force: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def tree(self) -> Node | None:
        """The formula in force, or None when an officer has to write it."""
        return next((reading.tree for reading in self.readings if reading.code == self.in_force), None)

    @property
    def text(self) -> str | None:
        return None if self.tree is None else to_text(self.tree)

    @property
    def needs_confirmation(self) -> bool:
        return self.certainty is not Certainty.CLEAR

    @property
    def labels(self) -> dict[str, str]:
        return {each.name: each.label for each in self.inputs}


def reading(code: str, label: str, formula: str, note: str = "", source: str = "") -> Reading:
    """A reading from the text of its formula."""
    return Reading(code, label, parse(formula), note, source)


def clear(inputs: tuple[ProposedInput, ...], formula: str, *notes: str) -> Proposal:
    """A text that can be read in one way only."""
    return Proposal(
        Certainty.CLEAR, inputs, (reading("printed", written("照印出的算式"), formula),), "printed", notes
    )


def ambiguous(inputs: tuple[ProposedInput, ...], readings: tuple[Reading, ...], *notes: str) -> Proposal:
    """A text with several readings (or one that rests on an assumption); the first is in force, 待確認."""
    return Proposal(Certainty.AMBIGUOUS, inputs, readings, readings[0].code, notes)


def unsure(*notes: str) -> Proposal:
    """A text that has to be read by a person."""
    return Proposal(Certainty.UNSURE, notes=notes)
