"""What happened to a case: recorded, corrected, struck, or taken over from the register. The outcome follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import (
    Wrong,
    bad,
    check_day,
    check_money,
    check_not_twice,
    check_text,
    refuse,
    refuse_unknown,
)
from shizheng.common.errors import CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.retelling import standing
from shizheng.common.roc import in_words
from shizheng.common.words import written
from shizheng.domains.procurement.actions.facts import refresh
from shizheng.domains.procurement.actions.shared import EDIT, SUPERVISE, agency_of, follow, locked_case
from shizheng.domains.procurement.models import CaseEvent, FailedTenderCase
from shizheng.domains.procurement.rules.failed import FAILURES, KIND_LABELS, Cause, Kind, out_of_turn
from shizheng.kernel.history.actions import recorded

FIELDS = ("kind", "on", "bidders", "amount", "causes", "text")
BY_GROUP = (Kind.DROPPED,)
"""Whether a case is no longer pursued is for the group to say."""
FROM_REGISTER = (Kind.FAILED, Kind.VOID, Kind.AWARDED)
"""Of a tender that stands in the register these are told there, once."""
EXPLAINED = ("causes", "text")
"""What may be said here about an event that follows the register."""


def record_event(actor: Actor, case_id: int, *, version: int | None, values: Mapping[str, Any]) -> CaseEvent:
    """Write down what happened. `values`: FIELDS."""
    kind = _kind(values)
    _require(actor, agency_of(case_id), kind)
    with recorded(by=actor, action="procurement.record_event"):
        row = locked_case(case_id, version)
        if row.tender_ref and kind in FROM_REGISTER:
            raise CannotDo(_("這一案跟著標案登錄走。流標、廢標與決標請到標案登錄，這裡會跟著更新。"))
        made = _made(row, {**values, "kind": kind.value})
        _check(made)
        check_not_twice(made, CaseEvent.objects.filter(case=row), _(KIND_LABELS[kind]))
        _in_turn(made)
        made.save()
        _after(actor, row, made.on, written("登錄督導案事件"))
    return made


def correct_event(
    actor: Actor, event_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> CaseEvent:
    """Tell it again as it was, with a reason; what stood before stays readable. `version` is that of the case."""
    found = _found(event_id)
    text = need_reason(reason)
    _require(actor, agency_of(found.case_id), Kind(found.kind))
    _require(actor, agency_of(found.case_id), _kind(changes, Kind(found.kind)))
    with recorded(by=actor, action="procurement.correct_event", reason=text):
        row = locked_case(found.case_id, version)
        _still_stands(found)
        values = {name: getattr(found, name) for name in FIELDS} | dict(changes)
        made = _made(row, values)
        differs = [name for name in FIELDS if getattr(made, name) != getattr(found, name)]
        if not differs:
            raise bad("kind", _("與原來的相同，沒有更正。"))
        if found.followed and set(differs) - set(EXPLAINED):
            raise CannotDo(_("這一筆跟著標案登錄走，這裡只補原因與說明。其他的請到標案更正。"))
        made.followed, made.supersedes, made.reason = found.followed, found, text
        _check(made)
        _in_turn(made)
        made.save()
        if set(differs) - set(EXPLAINED):
            _after(actor, row, min(made.on, found.on), text)
        else:
            follow(row)
    return made


def strike_event(actor: Actor, event_id: int, *, version: int | None, reason: str) -> CaseEvent:
    """It did not happen after all: struck with a reason, and readable ever after."""
    found = _found(event_id)
    text = need_reason(reason)
    _require(actor, agency_of(found.case_id), Kind(found.kind))
    with recorded(by=actor, action="procurement.strike_event", reason=text):
        row = locked_case(found.case_id, version)
        _still_stands(found)
        if found.followed:
            raise CannotDo(_("這一筆跟著標案登錄走。請到標案刪除，這裡會跟著更新。"))
        made = _as_struck(row, found, text)
        _in_turn(made)
        made.save()
        _after(actor, row, made.on, text)
    return made


def _in_turn(made: CaseEvent) -> None:
    """After 決標 or 不續辦 a case is opened again before it fails once more. What was out of turn already stays: the register tells it."""
    kept = list(CaseEvent.objects.filter(case=made.case))
    before, after = out_of_turn(standing(kept)), out_of_turn(standing([*kept, made]))
    if len(after) <= len(before):
        return
    there = {each.pk for each, _settled in before}
    wrong, settled = next(
        (each, settled) for each, settled in after if each.pk is None or each.pk not in there
    )
    words = {"kind": _(KIND_LABELS[Kind(wrong.kind)]), "day": in_words(wrong.on, "short")}
    if settled is None:
        raise bad(
            "kind",
            _("「%(kind)s」在 %(day)s，那時這一案還沒有決標或不續辦，沒有存。請看日期的先後。") % words,
        )
    words |= {"end": _(KIND_LABELS[Kind(settled.kind)]), "since": in_words(settled.on, "short")}
    raise bad(
        "kind",
        _(
            "這一案 %(since)s 已經「%(end)s」，%(day)s 的「%(kind)s」不能接在後面，沒有存。"
            "決標後又重新招標的，請先登錄「恢復招標」；日期寫錯的請先更正。"
        )
        % words,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the register says: `number` of the first telling, so that a correction is recognised."""

    number: int
    kind: Kind
    on: date
    bidders: int | None = None
    amount: Decimal | None = None
    text: str = ""


def follow_tender(actor: Actor, case_id: int, told: Sequence[Told]) -> int:
    """Bring the events that follow the register to what it says; how many changed. Causes and notes given here stay.

    Whoever tells the register thereby tells the case: no permission of this domain is asked.
    """
    reason = written("標案登錄更正")
    with recorded(by=actor, action="procurement.follow_tender"):
        row = locked_case(case_id)
        there = {
            each.followed: each for each in standing(CaseEvent.objects.filter(case=row)) if each.followed
        }
        days: list[date] = []
        for each in told:
            known = there.pop(each.number, None)
            facts = {"kind": each.kind.value, "on": each.on, "bidders": each.bidders, "amount": each.amount}
            if known is not None and all(getattr(known, name) == value for name, value in facts.items()):
                continue
            made = CaseEvent(case=row, followed=each.number, text=each.text, **facts)
            if known is not None:
                made.causes, made.text = known.causes, known.text or each.text
                made.supersedes, made.reason = known, reason
                days.append(known.on)
            made.save()
            days.append(each.on)
        for gone in there.values():
            days.append(_struck(row, gone, reason).on)
        if days:
            _after(actor, row, min(days), reason)
    return len(days)


def _as_struck(row: FailedTenderCase, found: CaseEvent, reason: str) -> CaseEvent:
    made = _made(row, {name: getattr(found, name) for name in FIELDS})
    made.followed, made.supersedes, made.reason, made.struck = found.followed, found, reason, True
    return made


def _struck(row: FailedTenderCase, found: CaseEvent, reason: str) -> CaseEvent:
    made = _as_struck(row, found, reason)
    made.save()
    return made


def _after(actor: Actor, row: FailedTenderCase, since: date, reason: str) -> None:
    follow(row)
    refresh(actor, row, since, reason)


def _require(actor: Actor, agency_id: int, kind: Kind) -> None:
    if kind in BY_GROUP:
        require(actor, SUPERVISE)
    else:
        require(actor, EDIT, agency_id)


def _kind(values: Mapping[str, Any], otherwise: Kind | None = None) -> Kind:
    try:
        return Kind(values.get("kind", otherwise))
    except ValueError as failure:
        raise bad("kind", _("請選發生了什麼。")) from failure


def _found(event_id: int) -> CaseEvent:
    row = CaseEvent.objects.filter(pk=event_id).first()
    if row is None:
        raise NotFound(_("找不到這件事，或您不能看。請從督導案的頁面進入。"))
    return row


def _still_stands(row: CaseEvent) -> None:
    if row.struck or CaseEvent.objects.filter(supersedes=row).exists():
        raise Conflict(_("這一筆剛才已經更正或刪除，沒有再做一次。請重新看這一案。"))


def _made(row: FailedTenderCase, values: Mapping[str, Any]) -> CaseEvent:
    refuse_unknown(values, FIELDS)
    given = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    given["text"] = given.get("text") or ""
    given["causes"] = sorted(set(given.get("causes") or []))
    return CaseEvent(case=row, **given)


def _check(row: CaseEvent) -> None:
    wrong: Wrong = {}
    kind = Kind(row.kind)
    if row.on is None:
        wrong["on"] = [_("日期要填。")]
    elif row.on > clock.today():
        wrong["on"] = [_("還沒有到這一天。發生了才登錄。")]
    else:
        check_day(row.on, "on", wrong)
    check_text(row.text, 20_000, "text", wrong)
    check_money(row.amount, "amount", wrong)
    if kind is Kind.AWARDED and row.amount is None:
        wrong.setdefault("amount", []).append(_("決標要寫決標金額。"))
    if kind is not Kind.AWARDED and row.amount is not None:
        wrong.setdefault("amount", []).append(_("只有決標有金額，其他請留空。"))
    if row.bidders is not None and (kind not in (*FAILURES, Kind.AWARDED) or not 0 <= row.bidders <= 1000):
        wrong["bidders"] = [_("流標、廢標與決標才有投標家數，0 到 1000。")]
    if set(row.causes) - {each.value for each in Cause}:
        wrong["causes"] = [_("請從清單選原因。")]
    elif row.causes and kind not in FAILURES:
        wrong["causes"] = [_("流標與廢標才選原因，其他請留空。")]
    if kind in FAILURES and not row.causes:
        wrong["causes"] = [_("請選原因，至少一項。")]
    if kind is Kind.DROPPED and not row.text:
        wrong["text"] = [_("請說明為什麼不續辦。")]
    refuse(wrong)
