"""What follows when a petition moves, in the same transaction: grounds checked, levels of approval, outcomes, promises, reopening."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import Actor
from shizheng.common.workflow import Transition
from shizheng.domains.petitions.actions.shared import standing_reply
from shizheng.domains.petitions.models import Approval, Level, Outcome, Petition, QualityCheck, Reply
from shizheng.domains.petitions.queries.petitions import petition_of
from shizheng.domains.petitions.queries.ruling import levels_of, reopen_ends, reopen_times
from shizheng.domains.petitions.rules.classes import Ended, Ground

Follow = Callable[[Actor, Any, Petition, Any], None]


def on_transition(actor: Actor, case: Any, act: Transition, step: Any) -> None:
    """What the kind lets follow; what it raises undoes the act. Raises CannotDo, BadInput."""
    follow = FOLLOWS.get(act.name)
    if follow is not None:
        follow(actor, case, petition_of(case), step)


def _decline(_actor: Actor, case: Any, row: Petition, step: Any) -> None:
    given = str(step.fields.get("ground", ""))
    if given not in {each.value for each in Ground}:
        message = _("不予處理的依據要是行政程序法第 173 條的三種情形之一，沒有執行。")
        raise BadInput(message, fields={"ground": [message]})
    row.ground = given
    row.save(update_fields=["ground"])
    _ended(case, row, Ended.DECLINED)


def _transfer(_actor: Actor, case: Any, row: Petition, _step: Any) -> None:
    _ended(case, row, Ended.TRANSFERRED)


def _withdraw(_actor: Actor, case: Any, row: Petition, _step: Any) -> None:
    _ended(case, row, Ended.WITHDRAWN)


def _submit(_actor: Actor, _case: Any, row: Petition, _step: Any) -> None:
    if standing_reply(row) is None:
        raise CannotDo(_("還沒有擬答復，不能陳核。請先擬答復。"), code="no_draft")


def _pass_up(actor: Actor, _case: Any, row: Petition, step: Any) -> None:
    if levels_of(row) < 2:
        raise CannotDo(
            _("依規則這件的答復由單位主管核定就可以，不用陳首長，沒有執行。請按「核定答復」。"),
            code="one_level",
        )
    _judged(actor, row, Level.SUPERVISOR, step, passed=True)


def _approve(actor: Actor, _case: Any, row: Petition, step: Any) -> None:
    if levels_of(row) > 1:
        raise CannotDo(
            _("依規則這件的答復要由機關首長核定，沒有執行。請按「核閱後陳首長」。"), code="two_levels"
        )
    _judged(actor, row, Level.SUPERVISOR, step, passed=True, final=True)


def _sign(actor: Actor, _case: Any, row: Petition, step: Any) -> None:
    _judged(actor, row, Level.HEAD, step, passed=True, final=True)


def _send_back(actor: Actor, _case: Any, row: Petition, step: Any) -> None:
    _judged(actor, row, Level.SUPERVISOR, step, passed=False)


def _refuse(actor: Actor, _case: Any, row: Petition, step: Any) -> None:
    _judged(actor, row, Level.HEAD, step, passed=False)


def _judged(
    actor: Actor, row: Petition, level: Level, step: Any, *, passed: bool, final: bool = False
) -> None:
    reply = _standing(row)
    if passed and actor.pk is not None and reply.drafted_by_id == actor.pk:
        raise CannotDo(_("這是您自己擬的答復，不能由您核定，沒有執行。請由別人核定。"), code="own_request")
    Approval.objects.create(
        reply=reply, level=level, passed=passed, by_id=actor.pk, at=step.at, reason=step.reason
    )
    if final:
        reply.approved_at = step.at
        reply.save(update_fields=["approved_at"])


def _standing(row: Petition) -> Reply:
    reply = standing_reply(row)
    if reply is None:
        raise CannotDo(_("還沒有擬答復，沒有執行。請退回承辦人擬答復。"), code="no_draft")
    return reply


def _reply(_actor: Actor, case: Any, row: Petition, _step: Any) -> None:
    reply = _standing(row)
    if reply.promise_on is not None:
        raise CannotDo(
            _("這份答復答應了「%(what)s」，辦好之前不能結案，沒有執行。請按「答復並追蹤」。")
            % {"what": reply.promise},
            code="promises",
        )
    _sent(case, row, reply)


def _reply_promising(_actor: Actor, case: Any, row: Petition, _step: Any) -> None:
    reply = _standing(row)
    if reply.promise_on is None:
        raise CannotDo(
            _("這份答復沒有答應哪一天辦好什麼，不用追蹤，沒有執行。請按「答復結案」。"), code="no_promise"
        )
    _sent(case, row, reply)


def _sent(case: Any, row: Petition, reply: Reply) -> None:
    now = clock.now()
    reply.sent_at = now
    reply.save(update_fields=["sent_at"])
    row.answered_at, row.promise_due = now, reply.promise_on
    row.save(update_fields=["answered_at", "promise_due"])
    _ended(case, row, Ended.ANSWERED)


def _release(_actor: Actor, _case: Any, row: Petition, _step: Any) -> None:
    row.promise_due = None
    row.save(update_fields=["promise_due"])


def _quality_back(actor: Actor, _case: Any, row: Petition, step: Any) -> None:
    if row.answered_at is None:
        raise CannotDo(_("這件沒有答復，沒有品質可以抽查，沒有執行。"), code="no_answer")
    QualityCheck.objects.create(petition=row, passed=False, findings=step.reason, by_id=actor.pk, at=step.at)
    _taken_up_again(row)


def _reopen(_actor: Actor, case: Any, row: Petition, _step: Any) -> None:
    most = reopen_times()
    if row.reopened >= most:
        raise CannotDo(
            _("「%(case)s」已經重啟 %(n)s 次，依規則最多 %(most)s 次，沒有執行。請另立新案並建立關聯。")
            % {"case": case.number, "n": row.reopened, "most": most},
            code="too_often",
        )
    if row.answered_at is not None and clock.today() > reopen_ends(row.answered_at):
        raise CannotDo(
            _("「%(case)s」答復到現在已超過可以重啟的時限，沒有執行。請另立新案並建立關聯。")
            % {"case": case.number},
            code="too_late",
        )
    row.reopened += 1
    row.save(update_fields=["reopened"])
    _taken_up_again(row)


def _taken_up_again(row: Petition) -> None:
    row.answered_at, row.promise_due = None, None
    row.save(update_fields=["answered_at", "promise_due"])


def _ended(case: Any, row: Petition, ended: Ended) -> None:
    now = clock.now()
    Outcome.objects.create(
        petition=row,
        ended=ended.value,
        unit_id=case.unit_id,
        at=now,
        due_at=case.due_at,
        in_time=case.due_at is None or now <= case.due_at,
        first=not row.outcomes.exists(),
    )


FOLLOWS: dict[str, Follow] = {
    "decline": _decline,
    "transfer": _transfer,
    "withdraw": _withdraw,
    "submit": _submit,
    "pass_up": _pass_up,
    "approve": _approve,
    "sign": _sign,
    "send_back": _send_back,
    "refuse": _refuse,
    "reply": _reply,
    "reply_promising": _reply_promising,
    "release": _release,
    "quality_back": _quality_back,
    "reopen": _reopen,
}
