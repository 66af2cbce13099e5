"""The life of a petition as a frozen table: received, accepted or not, assigned, handled, drafted, approved, answered, tracked."""

from collections.abc import Iterable

from shizheng.common.words import N_
from shizheng.common.workflow import Transition
from shizheng.kernel.cases.rules import State, Workflow

KIND = "petitions.petition"
STATES = (
    State("received", N_("待受理"), public=N_("已收到您的陳情，正在確認內容。")),
    State("supplement", N_("待補充"), "warn", clock_runs=False, public=N_("需要您補充資料，補充前暫停計算處理期限。")),
    State("accepted", N_("待分案"), public=N_("已受理，正在確定由哪個機關辦理。")),
    State("assigned", N_("待承辦"), public=N_("已交給主辦機關。")),
    State("handling", N_("處理中"), public=N_("主辦機關正在處理。")),
    State("drafted", N_("擬答中"), public=N_("主辦機關正在擬答復。")),
    State("reviewing", N_("主管核閱"), "warn", public=N_("答復正在核定。")),
    State("signing", N_("首長核定"), "warn", public=N_("答復正在核定。")),
    State("approved", N_("待答復"), "warn", public=N_("答復已核定，即將送出。")),
    State("tracking", N_("追蹤中"), clock_runs=False, public=N_("已答復您；答應的事還在追蹤，辦完才結案。")),
    State("closed", N_("已結案"), "good", clock_runs=False, terminal=True, public=N_("已答復並結案。")),
    State("declined", N_("得不予處理"), "calm", clock_runs=False, terminal=True, public=N_("已通知您不予處理的理由。")),
    State("transferred", N_("已移送"), "calm", clock_runs=False, terminal=True, public=N_("已移送主管機關，並通知您。")),
    State("withdrawn", N_("已撤回"), "calm", clock_runs=False, terminal=True, public=N_("您已撤回這件陳情。")),
)  # fmt: skip
BEFORE_REPLY = (
    "received", "supplement", "accepted", "assigned", "handling", "drafted", "reviewing", "signing", "approved",
)  # fmt: skip
HANDLE, ASSIGN, DECIDE = "petitions.handle", "petitions.assign", "petitions.decide"
LEAD, CONTROL = "petitions.lead", "petitions.control"
ACTS = (
    Transition("accept", N_("受理"), ("received",), ("accepted",), ASSIGN),
    Transition("ask_supplement", N_("請民眾補充"), ("received",), ("supplement",), ASSIGN, fields=("what",), legal_basis="行政程序法第 171 條第 2 項"),
    Transition("supplemented", N_("補充到件"), ("supplement",), ("received",), ASSIGN),
    Transition("decline", N_("得不予處理"), ("received", "supplement", "accepted"), ("declined",), ASSIGN, needs_reason=True, fields=("ground", "told"), legal_basis="行政程序法第 173 條"),
    Transition("transfer", N_("移送"), ("received", "accepted"), ("transferred",), ASSIGN, needs_reason=True, fields=("to", "told"), legal_basis="行政程序法第 172 條"),
    Transition("dispatch", N_("分案"), ("accepted", "assigned", "handling", "drafted"), ("assigned",), ASSIGN),
    Transition("rule", N_("裁定權責"), ("accepted",), ("assigned",), "petitions.rule", needs_reason=True),
    Transition("hand_back", N_("退分"), ("assigned", "handling"), ("accepted",), HANDLE, needs_reason=True),
    Transition("take_up", N_("開始承辦"), ("assigned",), ("handling",), HANDLE),
    Transition("draft", N_("擬答復"), ("handling",), ("drafted",), HANDLE),
    Transition("submit", N_("陳核"), ("drafted",), ("reviewing",), HANDLE),
    Transition("pass_up", N_("核閱後陳首長"), ("reviewing",), ("signing",), DECIDE),
    Transition("approve", N_("核定答復"), ("reviewing",), ("approved",), DECIDE),
    Transition("sign", N_("首長核定答復"), ("signing",), ("approved",), LEAD),
    Transition("send_back", N_("退回擬答"), ("reviewing",), ("drafted",), DECIDE, needs_reason=True),
    Transition("refuse", N_("首長退回擬答"), ("signing",), ("drafted",), LEAD, needs_reason=True),
    Transition("reply", N_("答復結案"), ("approved",), ("closed",), HANDLE, fields=("told",)),
    Transition("reply_promising", N_("答復並追蹤"), ("approved",), ("tracking",), HANDLE, fields=("told",)),
    Transition("release", N_("解除追蹤"), ("tracking",), ("closed",), CONTROL, needs_reason=True),
    Transition("quality_back", N_("品質抽查退回"), ("closed", "tracking"), ("handling",), CONTROL, needs_reason=True),
    Transition("reopen", N_("重啟"), ("closed",), ("handling",), CONTROL, needs_reason=True),
    Transition("withdraw", N_("民眾撤回"), BEFORE_REPLY, ("withdrawn",), HANDLE, needs_reason=True),
)  # fmt: skip
WORKFLOW = Workflow(KIND, STATES, ACTS, "received")
FIELD_NAMES = {
    "what": N_("請民眾補充什麼"),
    "ground": N_("不予處理的依據"),
    "told": N_("怎麼通知民眾"),
    "to": N_("移送到哪個機關"),
}


def levels_needed(parts: Iterable[str]) -> int:
    """How many levels approve a reply: 2 where the rule names the head, 1 where the supervisor alone."""
    return 2 if "head" in parts else 1
