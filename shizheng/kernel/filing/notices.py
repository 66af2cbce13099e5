"""What this app tells people, by whatever delivers it: the app of notifications hangs itself in here when it is there.

Without a deliverer nothing is sent; what was to be said is in the record all the same (`Reminder`, 我的工作).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from shizheng.common.words import N_


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of message with its default words, marked for the catalogue, which holds their English; `{name}` stands for a variable."""

    code: str
    name: str
    subject: str
    body: str
    variables: tuple[str, ...]
    example: Mapping[str, str]


_EXAMPLE = {
    "title": "106 年上半年成果：測試局",
    "round": "106 年上半年成果",
    "unit": "測試局",
    "due": "106-07-15",
    "count": "7",
    "who": "王小明",
    "reason": "第 3 項的數字與附件不同",
    "days": "3",
}
TEMPLATES = (
    Template("filing.opened", N_("填報開放"), N_("{round}開始填報，{due} 到期"), N_("{unit}：{title}，共 {count} 項，{due} 到期。"), ("title", "round", "unit", "due", "count"), _EXAMPLE),
    Template("filing.missed", N_("填報期間錯過"), N_("{round}沒有開放，填報期間已過"), N_("{round}依規則要在 {due} 到期，填報期間系統沒有運作，所以沒有開放。請訂新的到期日再開放；不補辦的，請寫明理由取消。"), ("title", "round", "due"), _EXAMPLE),
    Template("filing.reminder", N_("填報提醒"), N_("{title}還沒有送出，{due} 到期"), N_("{unit}：{title}還沒有送出，{due} 到期。請填好並送出。"), ("title", "unit", "due"), _EXAMPLE),
    Template("filing.overdue", N_("逾期催報"), N_("{title}逾期未報（{due} 到期）"), N_("{unit}：{title}在 {due} 到期，到現在還沒有送出。請儘速填報；做不到時請申請展延。"), ("title", "unit", "due"), _EXAMPLE),
    Template("filing.escalated", N_("逾期陳報"), N_("{unit}逾期未報：{title}"), N_("{unit}的{title}在 {due} 到期，到現在還沒有送出，請督促辦理。"), ("title", "unit", "due"), _EXAMPLE),
    Template("filing.to_sign", N_("等您簽核"), N_("{title}等您簽核"), N_("{who} 送出了{title}，請您核對後簽核，或寫明理由退回。"), ("title", "who"), _EXAMPLE),
    Template("filing.signed", N_("簽核完成"), N_("{title}已簽核完成"), N_("{who} 簽了最後一關，{title}簽核完成，之後由研考會鎖定。"), ("title", "who"), _EXAMPLE),
    Template("filing.returned", N_("填報被退回"), N_("{title}被退回"), N_("{who} 退回了{title}。理由：{reason}。請修改後再送出。"), ("title", "who", "reason"), _EXAMPLE),
    Template("filing.extended", N_("期限展延"), N_("{title}展延到 {due}"), N_("{title}的到期日改為 {due}。理由：{reason}。"), ("title", "due", "reason"), _EXAMPLE),
    Template("filing.correction_asked", N_("更正待核可"), N_("{title}申請更正，等您核可"), N_("{who} 申請更正{title}。理由：{reason}。"), ("title", "who", "reason"), _EXAMPLE),
    Template("filing.correction_decided", N_("更正已決定"), N_("{title}的更正申請已決定"), N_("{who} 對{title}的更正申請作了決定：{reason}。"), ("title", "who", "reason"), _EXAMPLE),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is said to some people: once per `key` and person."""

    key: str
    to: Iterable[int]
    context: Mapping[str, str | int]
    url: str
    about: tuple[str, int]
    urgent: bool = False


Sender = Callable[..., int]
"""`sender(key=, template=, to=, context=, url=, about=, urgent=) -> how many were told`; idempotent by key and person."""
Many = Callable[..., int]
"""`many(template=, notices=) -> how many were told`: the same for several at once, in few queries."""
_senders: list[tuple[Sender, Many | None]] = []


def register(sender: Sender, many: Many | None = None) -> None:
    """Let this deliver what is said; `many` takes the place of `sender` where several things are said at once."""
    if all(each is not sender for each, _many in _senders):
        _senders.append((sender, many))


def forget(sender: Sender) -> None:
    """Take a deliverer away (for tests)."""
    _senders[:] = [each for each in _senders if each[0] is not sender]


def send(
    key: str,
    template: str,
    to: Iterable[int],
    context: Mapping[str, str | int],
    url: str,
    about: tuple[str, int],
    *,
    urgent: bool = False,
) -> int:
    """Say something to people, once per key; written in the caller's transaction. Returns how many were told."""
    return send_all(template, [Notice(key, to, context, url, about, urgent)])


def send_all(template: str, said: Iterable[Notice]) -> int:
    """Say several things of one kind; how many do not change the number of queries. Returns how many were told."""
    notices = [replace(each, to=people) for each in said if (people := sorted(set(each.to)))]
    if not notices:
        return 0
    return max((_deliver(sender, many, template, notices) for sender, many in _senders), default=0)


def _deliver(sender: Sender, many: Many | None, template: str, notices: list[Notice]) -> int:
    if many is not None:
        return many(template=template, notices=notices)
    return sum(
        sender(
            key=each.key,
            template=template,
            to=each.to,
            context=dict(each.context),
            url=each.url,
            about=each.about,
            urgent=each.urgent,
        )
        for each in notices
    )
