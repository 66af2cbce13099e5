"""A case gets the limit of another rule (改列): counted from receipt, as if it had been its limit from the beginning."""

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.common.roc import in_words
from shizheng.kernel.cases.actions.settling import KEPT, settle
from shizheng.kernel.cases.actions.shared import locked_case, need, need_open, touch, write_step
from shizheng.kernel.cases.actions.telling import notice
from shizheng.kernel.cases.models import Case
from shizheng.kernel.cases.queries.handling import limit_of_rule
from shizheng.kernel.cases.rules.facts import day_of
from shizheng.kernel.filing import notices
from shizheng.kernel.history.actions import recorded


def change_limit(
    actor: Actor, case_id: int, *, version: int | None, limit: str, reason: str, told: str
) -> Case:
    """Let a case be due by another rule, as it stood on the day of receipt; pauses and extensions stay.

    Takes the reason, and how the citizen was told of the new day (`told`); the officer is told. Not after the deadline: who is
    late is not made in time by another limit.

    Raises NotPermitted, Conflict, BadInput, CannotDo (over, too late, the rule is no deadline), NoRuleInForce.
    """
    text = need_reason(reason)
    with recorded(by=actor, action="cases.change_limit", reason=text):
        case = locked_case(case_id, version)
        kind = need(actor, case, "assign")
        need_open(case)
        if case.due_at is not None and clock.now() > case.due_at and case.stopped_at is None:
            raise CannotDo(
                _("「%(case)s」的期限 %(due)s 已經過了，不能用改類別來改期限，沒有執行。請儘速辦結。")
                % {"case": case.number, "due": in_words(case.due_on) if case.due_on else ""},
                code="too_late",
            )
        if not told.strip():
            message = _("期限改了要通知民眾：請寫用什麼方式、通知了什麼。沒有執行。")
            raise BadInput(message, fields={"told": [message]})
        period, ruled = limit_of_rule(limit, day_of(case.received_at))
        kept, before, now = case.clock, case.due_on, clock.now()
        old = kept.rule
        kept.amount, kept.unit, kept.roll, kept.rule = period.amount, period.unit.value, period.roll, limit
        kept.rule_versions = {**{k: v for k, v in kept.rule_versions.items() if k != old}, limit: ruled}
        kept.save(update_fields=["amount", "unit", "roll", "rule", "rule_versions"])
        settle(case, now)
        told_of = {
            "from": old,
            "to": limit,
            "due_before": before,
            "due_after": case.due_on,
            "told": told.strip(),
        }
        write_step(actor, case, "change_limit", reason=text, fields=told_of, at=now)
        touch(case, *KEPT)
        to = {case.officer_id} - {actor.pk, None}
        said = notice(
            case, kind, f"limit:{case.version}", [pk for pk in to if pk], who=actor.display_name, reason=text
        )
        notices.send_all("cases.limit_changed", [said])
    return case
