"""The states of a job (procrastinate's), and what may be done in each."""

from dataclasses import dataclass

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
