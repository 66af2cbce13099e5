"""What people are told about commitments: once per event and person."""

from collections.abc import Iterable

from django.urls import reverse

from shizheng.common.permissions import Actor
from shizheng.common.roc import format_roc
from shizheng.common.words import N_
from shizheng.domains.commitments.models import Commitment, CommitmentUnit
from shizheng.kernel.notifications import templates
from shizheng.kernel.notifications.actions import notify
from shizheng.kernel.people.holders import user_ids_within

_EXAMPLE = {
    "number": "114-TENDER-003",
    "text": "下嵐排水第三期管線遷移",
    "unit": "工務局",
    "due": "114-09-30",
    "who": "王小明",
    "reason": "請附完工照片",
}
TEMPLATES = (
    ("commitments.soon", N_("列管事項即將到期"), N_("列管事項 {number} 在 {due} 到期"), N_("{unit}：{text}，{due} 到期。辦完請申請解列；做不到請申請展延。"), ("number", "text", "unit", "due")),
    ("commitments.overdue", N_("列管事項逾期"), N_("列管事項 {number} 已逾期（{due} 到期）"), N_("{unit}：{text}，{due} 到期，還沒有申請解列。請儘速辦理並更新辦理情形。"), ("number", "text", "unit", "due")),
    ("commitments.update_soon", N_("辦理情形該更新"), N_("請在 {due} 前更新列管事項 {number}"), N_("{unit}：{text}，請在 {due} 前更新辦理情形。"), ("number", "text", "unit", "due")),
    ("commitments.update_overdue", N_("辦理情形逾期未更新"), N_("列管事項 {number} 的辦理情形逾期未更新"), N_("{unit}：{text}，辦理情形應在 {due} 前更新，到現在還沒有。"), ("number", "text", "unit", "due")),
    ("commitments.sent_back", N_("解列申請被退回"), N_("列管事項 {number} 的解列申請被退回"), N_("{who} 退回了 {unit} 的解列申請：{text}。理由：{reason}。"), ("number", "text", "unit", "who", "reason")),
    ("commitments.extension_decided", N_("展延申請已決定"), N_("列管事項 {number} 的展延申請已決定"), N_("{who} 對 {unit} 的展延申請作了決定：{text}，現在的期限是 {due}。理由：{reason}。"), ("number", "text", "unit", "due", "who", "reason")),
)  # fmt: skip


def register() -> None:
    """Ship the templates (called once when the app is ready)."""
    for code, name, subject, body, variables in TEMPLATES:
        example = {each: _EXAMPLE[each] for each in variables}
        templates.register(code, name, subject, body, variables, example)


def page_of(commitment_id: int) -> str:
    """The page of a commitment."""
    return reverse("commitments:commitment", args=[commitment_id])


def context_of(row: Commitment, unit_name: str, due: object = None) -> dict[str, str]:
    """What every message says: number, the first words of the text, the unit, the day."""
    text = row.text.splitlines()[0]
    return {
        "number": row.number,
        "text": text if len(text) <= 60 else text[:59] + "…",
        "unit": unit_name,
        "due": format_roc(due) if due else "",  # type: ignore[arg-type]
    }


def tell_sent_back(row: Commitment, owed: CommitmentUnit, reason: str, actor: Actor) -> None:
    """Tell the unit's people that the request was sent back, in the caller's transaction."""
    _tell("sent_back", f"{owed.pk}:sent_back:{row.version}", row, owed, reason, actor)


def tell_extension_decided(
    row: Commitment, owed: CommitmentUnit, key: int, reason: str, actor: Actor
) -> None:
    """Tell the unit's people what became of their request for more time, in the caller's transaction."""
    _tell("extension_decided", f"extension:{key}", row, owed, reason, actor)


def _tell(what: str, key: str, row: Commitment, owed: CommitmentUnit, reason: str, actor: Actor) -> None:
    context = context_of(row, owed.unit.short_name or owed.unit.name, row.due_on)
    if what == "sent_back":
        del context["due"]
    notify(
        key=f"commitments:{key}",
        template=f"commitments.{what}",
        to=_without(user_ids_within("commitments.file", owed.unit_id), actor),
        context={**context, "who": actor.display_name, "reason": reason},
        url=page_of(row.pk),
        about=("commitments.commitment", row.pk),
    )


def _without(people: Iterable[int], actor: Actor) -> set[int]:
    return {each for each in people if each != actor.pk}
