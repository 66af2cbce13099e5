"""Promises (A07): their codes (8, 8-1, 8-1-1), how far one has come, and what state that is at the end of a quarter."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum

from shizheng.common.words import N_, tell
from shizheng.kernel.measures.rules.evaluate import CONTEXT, HUNDRED
from shizheng.kernel.measures.rules.judging import VerdictCode

ZERO = Decimal(0)
_PART = r"[1-9]\d{0,2}"
_CODE = re.compile(rf"{_PART}(-{_PART}){{0,2}}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−－─.．", "-"))


class Level(StrEnum):
    """政見 8, 子項 8-1, 行動計畫 8-1-1: the number of parts of the code says which."""

    PROMISE = "promise"
    PART = "part"
    ACTION = "action"


LEVELS = tuple(Level)


class CodeNotUnderstood(ValueError):
    """A text that is no code; the message is 中文."""


def read_code(text: str) -> str:
    """The code as it is kept: `８－１` is 8-1. Raises CodeNotUnderstood."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).translate(_DASHES)
    if not _CODE.fullmatch(plain):
        raise CodeNotUnderstood(
            tell("「%(text)s」不是編號。請寫成 8（政見）、8-1（子項）或 8-1-1（行動計畫）。", text=text[:40])
        )
    return plain


def level_of(code: str) -> Level:
    """What a code names."""
    return LEVELS[code.count("-")]


def parent_of(code: str) -> str:
    """The code above: 8-1 of 8-1-1; empty for a promise."""
    return code.rpartition("-")[0]


def order_of(code: str) -> str:
    """A text that sorts codes as people count: 2-10 after 2-9, 10 after 2."""
    return "-".join(f"{int(part):03d}" for part in code.split("-"))


def recoded(code: str, old: str, new: str) -> str:
    """The code of something at or below `old` after that has become `new`."""
    return new + code[len(old) :]


class State(StrEnum):
    """Where an action plan stands at the end of a quarter; what wants attention first comes first."""

    BEHIND = "behind"
    NOT_FILED = "not_filed"
    NOT_YET_MEASURABLE = "not_yet_measurable"
    NOT_BEGUN = "not_begun"
    ON_TRACK = "on_track"
    DONE = "done"


EXCEPTIONS = (State.BEHIND, State.NOT_FILED)
SETTLED = (State.BEHIND, State.NOT_BEGUN, State.ON_TRACK, State.DONE)
STATE_LABELS = {
    State.BEHIND: N_("落後"),
    State.NOT_FILED: N_("未填報"),
    State.NOT_YET_MEASURABLE: N_("尚未可衡量"),
    State.NOT_BEGUN: N_("未開始"),
    State.ON_TRACK: N_("進度正常"),
    State.DONE: N_("已完成"),
}


def expected(starts_on: date, ends_on: date, on: date) -> Decimal:
    """The share of the term that is over at the end of `on`, in percent (0 to 100), by calendar days, both ends included."""
    whole = (ends_on - starts_on).days + 1
    gone = min(max((on - starts_on).days + 1, 0), whole)
    with localcontext(CONTEXT):
        return HUNDRED * gone / whole


def progress_of(quantity: Decimal | None, target: Decimal | None, percent: Decimal | None) -> Decimal | None:
    """How far in percent, unrounded: what was reached of the target (more than all is possible), else the percent filed."""
    if target is not None:
        if quantity is None or target <= 0:
            return None
        with localcontext(CONTEXT):
            return HUNDRED * quantity / target
    return percent


def state_of(
    progress: Decimal | None, starts_on: date, ends_on: date, on: date, share: Decimal, missing: str = ""
) -> State:
    """The state at the end of `on`. Behind is less than `share` percent of what a straight line would have reached.

    What should have begun and has not is behind; before its first day nothing is asked.
    """
    if progress is not None and progress >= HUNDRED:
        return State.DONE
    if on < starts_on:
        return State.NOT_BEGUN
    if progress is None:
        return State.NOT_YET_MEASURABLE if missing == "not_yet_measurable" else State.NOT_FILED
    with localcontext(CONTEXT):
        if progress < expected(starts_on, ends_on, on) * share / HUNDRED:
            return State.BEHIND
    return State.NOT_BEGUN if progress <= ZERO else State.ON_TRACK


_BY_VERDICT = {
    VerdictCode.MET: State.ON_TRACK,
    VerdictCode.ON_TRACK: State.ON_TRACK,
    VerdictCode.NO_TARGET: State.ON_TRACK,
    VerdictCode.AT_RISK: State.BEHIND,
    VerdictCode.NOT_MET: State.BEHIND,
    VerdictCode.NOT_YET_MEASURABLE: State.NOT_YET_MEASURABLE,
    VerdictCode.NOT_APPLICABLE: State.NOT_YET_MEASURABLE,
}


def state_by_kpi(verdict: VerdictCode, starts_on: date, ends_on: date, on: date) -> State:
    """The state of an action plan whose progress is a KPI's: as that is judged; done when it is met on the last day."""
    if on < starts_on:
        return State.NOT_BEGUN
    if verdict is VerdictCode.MET and on >= ends_on:
        return State.DONE
    return _BY_VERDICT.get(verdict, State.NOT_FILED)


@dataclass(slots=True)
class Tally:
    """How many action plans stand how."""

    counts: dict[State, int] = field(default_factory=dict)

    def of(self, state: State) -> int:
        """How many stand so."""
        return self.counts.get(state, 0)

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.of(State.DONE)

    @property
    def settled(self) -> int:
        """Those whose state is known: missing ones count in no share."""
        return sum(self.of(state) for state in SETTLED)

    @property
    def share(self) -> Decimal | None:
        """Percent of the settled that are done, unrounded; None where nothing is settled."""
        return HUNDRED * self.done / self.settled if self.settled else None

    @property
    def worst(self) -> State | None:
        """The state that wants attention first."""
        return next((state for state in State if self.of(state)), None)


def tally(states: Iterable[State]) -> Tally:
    """One tally of many."""
    found = Tally()
    for state in states:
        found.counts[state] = found.counts.get(state, 0) + 1
    return found
