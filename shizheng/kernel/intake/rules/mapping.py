"""A mapping: which column is which field, what stands for columns that are missing, what foreign words mean here."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from shizheng.common.words import N_, tell
from shizheng.kernel.intake.rules.typing import LOOKED_UP, Kind, Unreadable, Value, clean, typed

MOST_VALUES = 2000
LONGEST = 500
"""Characters of a constant or a translated value."""


class Field(Protocol):
    """What is asked of a field of a target."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def required(self) -> bool: ...
    @property
    def lenient(self) -> bool: ...
    @property
    def empty(self) -> tuple[str, ...]: ...
    @property
    def label(self) -> str: ...


class BadMapping(ValueError):
    """A mapping that is none; the message is for people."""


@dataclass(frozen=True, slots=True)
class Given:
    """`columns`: field → place of the column (from 0); `constants`: field → text; `values`: field → foreign → ours."""

    columns: Mapping[str, int] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "values": {name: dict(each) for name, each in self.values.items() if each},
        }


def from_json(data: Any, fields: Collection[str], width: int) -> Given:
    """A mapping out of what was kept or sent, of these fields and so many columns. Raises BadMapping."""
    if not isinstance(data, Mapping):
        raise BadMapping(tell("欄位對應不是一份對照表。"))
    columns, constants, values = (data.get(name) or {} for name in ("columns", "constants", "values"))
    if not all(isinstance(each, Mapping) for each in (columns, constants, values)):
        raise BadMapping(tell("欄位對應不是一份對照表。"))
    for name in {*columns, *constants, *values} - set(fields):
        raise BadMapping(tell("沒有「%(name)s」這個欄位。", name=str(name)[:40]))
    for place in columns.values():
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < width:
            raise BadMapping(tell("檔案沒有這麼多欄。"))
    for text in constants.values():
        _need_text(text)
    for each in values.values():
        if not isinstance(each, Mapping) or len(each) > MOST_VALUES:
            raise BadMapping(tell("值的對照最多 %(n)s 個。", n=MOST_VALUES))
        for foreign, ours in each.items():
            _need_text(foreign)
            _need_text(ours)
    return Given(dict(columns), dict(constants), {name: dict(each) for name, each in values.items()})


def _need_text(text: Any) -> None:
    if not isinstance(text, str) or len(text) > LONGEST or "\x00" in text:
        raise BadMapping(tell("固定的值與對照的值最多 %(n)s 字，不能有控制字元。", n=LONGEST))


def signature(headings: Sequence[str]) -> str:
    """The headings of a file as one short text: the same for the same headings in the same order."""
    return hashlib.sha256("\x1f".join(clean(each).casefold() for each in headings).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row (counted from 1, the heading included). `refuses`: the row cannot be taken.

    `sort` groups alike problems in the report.
    """

    line: int
    field: str
    text: str
    sort: str = ""
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row as translated. `values`: typed, `texts`: as written; a field without column and constant is in neither."""

    line: int
    values: Mapping[str, Value]
    texts: Mapping[str, str]


Find = Callable[[str, str], str | None]
"""`find(field, text) -> code`: what a foreign word is called here; None where nobody or more than one is."""


def translated(
    fields: Sequence[Field], given: Given, rows: Sequence[tuple[int, Sequence[str]]], find: Find
) -> tuple[list[Row], list[Problem]]:
    """The rows of a file by a mapping: typed values, and what is wrong with which row."""
    used = [each for each in fields if each.code in given.columns or each.code in given.constants]
    known: dict[tuple[str, str], str | None] = {}
    made: list[Row] = []
    problems: list[Problem] = []
    for line, cells in rows:
        values: dict[str, Value] = {}
        texts: dict[str, str] = {}
        for each in used:
            text = _text(each, given, cells)
            texts[each.code] = text
            try:
                values[each.code] = _value(each, given, text, find, known)
            except Unreadable as failure:
                values[each.code] = None
                problems.append(
                    Problem(
                        line, each.code, str(failure), failure.sort, refuses=not each.lenient or each.required
                    )
                )
        made.append(Row(line, values, texts))
    return made, problems


def _text(each: Field, given: Given, cells: Sequence[str]) -> str:
    place = given.columns.get(each.code)
    text = clean(cells[place]) if place is not None and place < len(cells) else ""
    return text or given.constants.get(each.code, "")


def _value(
    each: Field, given: Given, text: str, find: Find, known: dict[tuple[str, str], str | None]
) -> Value:
    ours = given.values.get(each.code, {}).get(text)
    if ours is not None:
        text = ours
    if not text:
        if each.required:
            raise Unreadable(N_("沒有值"), tell("「%(name)s」要有值，這一列沒有。", name=each.label))
        return None
    if each.empty and text in each.empty:
        raise Unreadable(N_("寫明還沒有"), tell("寫的是「%(text)s」，當作沒有值。", text=text[:40]))
    if each.kind not in LOOKED_UP:
        return typed(each.kind, text)
    if (each.code, text) not in known:
        known[each.code, text] = find(each.code, text)
    found = known[each.code, text]
    if found is None:
        raise Unreadable(
            N_("不認得的值"),
            tell("不認得「%(text)s」，或不只一個。請在值的對照裡指定它是哪一個。", text=text[:60]),
        )
    return found
