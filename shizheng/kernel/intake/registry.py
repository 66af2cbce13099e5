"""Targets: what can be taken in. A domain registers each in its `apps.py`; intake knows no domain (B13)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import read, tell
from shizheng.kernel.intake.rules.mapping import Given, Problem, Row
from shizheng.kernel.intake.rules.typing import Kind

Choices = Callable[[], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class TargetField:
    """One field of a target. `title` and `aliases` are what columns are called.

    `choices`: code and label of what a `CHOICE` may be; a `UNIT` knows its own. `words`: foreign words for a code.
    `empty`: words that say that there is nothing (未公告). `lenient`: what cannot be read stays missing, with a note, and
    the row is taken all the same.
    """

    code: str
    title: str
    aliases: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    required: bool = False
    help: str = ""
    choices: Choices | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    lenient: bool = False

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return read(self.title)

    @property
    def names(self) -> tuple[str, ...]:
        """All that a column of this field may be called."""
        return (self.title, self.code, *self.aliases)


@dataclass(frozen=True, slots=True)
class KnownMapping:
    """How a file that others publish is read: ships with its domain, by names of columns instead of places.

    `name` is what commands call it; `columns`: field → heading; `constants`, `values` as in a mapping.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def fits(self, headings: Sequence[str]) -> bool:
        """Whether a file has every column that is asked for."""
        return set(self.columns.values()) <= set(headings)

    def given(self, headings: Sequence[str]) -> Given:
        """The mapping for a file with these headings; a heading that occurs twice is the first."""
        places = {code: headings.index(name) for code, name in self.columns.items() if name in headings}
        return Given(places, dict(self.constants), {code: dict(each) for code, each in self.values.items()})


@dataclass(frozen=True, slots=True)
class Plan:
    """What rows do, or did: lines (from 1, the heading included) by what becomes of them, and what is wrong or noted."""

    new: Sequence[int] = ()
    changed: Sequence[int] = ()
    same: Sequence[int] = ()
    problems: Sequence[Problem] = ()


Check = Callable[[Actor, Sequence[Row]], Plan]
Apply = Callable[[Actor, Sequence[Row], str], Plan]


@dataclass(frozen=True, slots=True)
class Target:
    """Something that files are taken into. `check` writes nothing; `apply(actor, rows, reason)` runs inside one
    transaction and takes all of the rows, or raises.

    `permission` is needed beside `intake.use`. `url`: where what was taken in is found. `known`: mappings that ship.
    """

    code: str
    title: str
    fields: Sequence[TargetField]
    check: Check
    apply: Apply
    permission: str
    note: str = ""
    url: Callable[[], str] | None = None
    known: Sequence[KnownMapping] = ()

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return read(self.title)

    def field(self, code: str) -> TargetField | None:
        """A field by its code."""
        return next((each for each in self.fields if each.code == code), None)


_targets: dict[str, Target] = {}
_other_ways: dict[str, str] = {}


def register_way(code: str, title: str) -> None:
    """Name what a domain takes in by a way of its own, whose reports stand here too (`actions.keep_report`)."""
    _other_ways[code] = title


def names() -> dict[str, str]:
    """Code → what is taken in, in the reader's language; targets and other ways."""
    return {each.code: each.label for each in targets()} | {
        code: read(title) for code, title in _other_ways.items()
    }


def register_target(target: Target) -> None:
    """Add a target (call it from `AppConfig.ready`); the same code again replaces it."""
    _targets[target.code] = target


def forget_target(code: str) -> None:
    """Take a target away (for tests)."""
    _targets.pop(code, None)


def targets() -> list[Target]:
    """All targets, in the order of registration."""
    return list(_targets.values())


def targets_of(actor: Any) -> list[Target]:
    """Those that the actor may take files into."""
    return [each for each in targets() if actor.may("intake.use") and actor.may(each.permission)]


def target_of(code: str) -> Target:
    """A target by its code. Raises NotFound."""
    if code not in _targets:
        raise NotFound(tell("沒有這種匯入。請從匯入的首頁選一種。"))
    return _targets[code]
