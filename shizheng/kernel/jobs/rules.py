"""The states of a job (procrastinate's), what may be done in each, and how its attempts went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shizheng.common.words import N_


@dataclass(frozen=True, slots=True)
class State:
    """`tone` is the design system's; `retry` and `cancel` say what is possible."""

    code: str
    label: str
    tone: str
    retry: bool = False
    cancel: bool = False


STATES = (
    State("todo", N_("等待中"), "calm", cancel=True),
    State("doing", N_("執行中"), "accent", cancel=True),
    State("succeeded", N_("完成"), "good"),
    State("failed", N_("執行失敗"), "bad", retry=True),
    State("cancelled", N_("已取消"), "calm"),
    State("aborted", N_("已中止"), "warn"),
)


def state_of(code: str) -> State:
    """The state of that code; an unknown one is shown as it is."""
    return next((state for state in STATES if state.code == code), State(code, code, "calm"))


# how an attempt ends, by the event that says so
ENDINGS = {
    "succeeded": state_of("succeeded"),
    "failed": state_of("failed"),
    "aborted": state_of("aborted"),
    "deferred_for_retry": State("deferred_for_retry", N_("沒有做完，已重新排入"), "warn"),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a job by a worker; `ended_at` is None while it runs."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    ending: State

    def seconds(self, now: datetime) -> float:
        """How long it took, or has been running."""
        return max(0.0, ((self.ended_at or now) - self.started_at).total_seconds())


def attempts_of(events: Iterable[tuple[str, datetime]]) -> list[Attempt]:
    """The runs among a job's events (kind, moment), which come in the order in which they were written."""
    found: list[Attempt] = []
    for kind, at in events:
        if kind == "started":
            found.append(Attempt(len(found) + 1, at, None, state_of("doing")))
        elif kind in ENDINGS and found and found[-1].ended_at is None:
            found[-1] = Attempt(found[-1].number, found[-1].started_at, at, ENDINGS[kind])
    return found
