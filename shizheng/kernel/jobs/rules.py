"""The states of a job (procrastinate's), and what may be done in each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """`tone` is the design system's; `retry` and `cancel` say what is possible."""

    code: str
    label: str
    tone: str
    retry: bool = False
    cancel: bool = False


STATES = (
    State("todo", "等待中", "calm", cancel=True),
    State("doing", "執行中", "accent", retry=True, cancel=True),
    State("succeeded", "完成", "good"),
    State("failed", "失敗", "bad", retry=True),
    State("cancelled", "已取消", "calm"),
    State("aborted", "已中止", "warn"),
)


def state_of(code: str) -> State:
    """The state of that code; an unknown one is shown as it is."""
    return next((state for state in STATES if state.code == code), State(code, code, "calm"))
