"""What was told wrong of a design review: an opinion corrected or struck, a confirmation corrected, the last step taken back; the former stays (E04)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.checks import bad, refuse_unknown
from shizheng.common.errors import CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.procurement.actions.panel import (
    UNDECIDED,
    check_confirmation,
    check_opinion,
    giver,
    locked_in,
    opinion_of,
)
from shizheng.domains.procurement.actions.reviews import locked_review
from shizheng.domains.procurement.models import Confirmation, Opinion, ReviewAct, ReviewCase
from shizheng.domains.procurement.queries.reviews import GONE, acts_of, confirmation, opinions_of, said_of
from shizheng.domains.procurement.rules.workflow import STATES, SUBMIT, TRANSITIONS
from shizheng.kernel.history.actions import recorded

FIELDS = ("member_id", "topic", "text")
FIRST = "submit_review"
ANSWERING, REVISED = "answering", "revised"
CHECKS = ("return_documents", "admit")
"""Steps that check the documents."""
PRICED = ("submit_revision", "approve_review")
"""Steps that say what the works will cost."""


def correct_opinion(actor: Actor, opinion_id: int, *, changes: Mapping[str, Any], reason: str) -> Opinion:
    """Tell an opinion again as it was given, with a reason; its number and what stood before stay.

    An answer to other words than these is no answer any more: the agency answers again. `changes`: of FIELDS.
    """
    require(actor, "procurement.conduct_review")
    refuse_unknown(changes, FIELDS)
    found, why = opinion_of(opinion_id), need_reason(reason)
    with recorded(by=actor, action="procurement.correct_opinion", reason=why):
        case = locked_in(found.case_id, *UNDECIDED)
        _still_stands(found)
        values = {name: getattr(found, name) for name in FIELDS} | dict(changes)
        values["text"] = str(values["text"] or "").strip()
        check_opinion(values["topic"], values["text"])
        if all(getattr(found, name) == value for name, value in values.items()):
            raise bad("text", _("與原來的相同，沒有更正。"))
        member = giver(case, values["member_id"])
        return Opinion.objects.create(
            case=case, member=member, number=found.number, topic=values["topic"], text=values["text"],
            supersedes=found, reason=why,
        )  # fmt: skip


def strike_opinion(actor: Actor, opinion_id: int, *, reason: str) -> Opinion:
    """The opinion was not given after all: struck with a reason, readable ever after; its number is not used again."""
    require(actor, "procurement.conduct_review")
    found, why = opinion_of(opinion_id), need_reason(reason)
    with recorded(by=actor, action="procurement.strike_opinion", reason=why):
        case = locked_in(found.case_id, *UNDECIDED)
        _still_stands(found)
        if case.state != "reviewing" and len(opinions_of(case.pk)) == 1:
            raise CannotDo(_("這是送回機關的唯一一項意見，刪除後機關沒有可以回應的，沒有刪除。請更正內容。"))
        return Opinion.objects.create(
            case=case, member=found.member, number=found.number, topic=found.topic, text=found.text,
            supersedes=found, reason=why, struck=True,
        )  # fmt: skip


def correct_confirmation(
    actor: Actor, confirmation_id: int, *, accepted: bool, text: str = "", reason: str
) -> Confirmation:
    """複核 of an answer told again, with a reason; what was confirmed before stays to be read.

    Only while the reviewers still look at the answers: once the review has gone on, that step is taken back first.
    """
    require(actor, "procurement.conduct_review")
    found, why = confirmation(actor, confirmation_id), need_reason(reason)
    check_confirmation(accepted, text)
    with recorded(by=actor, action="procurement.correct_confirmation", reason=why):
        case = locked_review(found.answer.opinion.case_id, None)
        if case.state != REVISED:
            raise CannotDo(
                _("這一案現在是「%(state)s」，複核不能再更正。請先收回上一步，再更正。")
                % {"state": case.get_state_display()}
            )
        standing = [each.confirmation for each in opinions_of(case.pk)]
        if found not in standing:
            raise Conflict(_("這次複核剛才已經更正，或回應已不適用，沒有再做一次。請重新看這一案。"))
        if (found.accepted, found.text) == (accepted, text.strip()):
            raise bad("accepted", _("與原來的相同，沒有更正。"))
        return Confirmation.objects.create(
            answer=found.answer, accepted=accepted, text=text.strip(), supersedes=found, reason=why
        )


def take_back_step(actor: Actor, case_id: int, *, version: int | None, reason: str) -> ReviewCase:
    """收回 the last step, by who may take it, with a reason: the review stands where it stood before.

    Refused for the submission itself, and where others have already gone on from the step.
    """
    last = last_step(case_id)
    require(actor, *right_to_take_back(last, last.case.agency_id))
    why = need_reason(reason)
    with recorded(by=actor, action="procurement.take_back_step", reason=why):
        row = locked_review(case_id, version)
        done = acts_of(case_id)
        if done[0].pk != last.pk:
            raise Conflict(_("這一案剛才又往前或往後走了一步，沒有收回。請重新看這一案。"))
        keeps = what_keeps(last)
        if keeps:
            raise CannotDo(keeps)
        ReviewAct.objects.create(
            case=row, act=last.act, on=last.on, target=last.target, due_on=last.due_on, amount=last.amount,
            text=last.text, files=last.files, checklist=last.checklist, said=last.said, supersedes=last, reason=why, struck=True,
        )  # fmt: skip
        before = done[1]
        row.state, row.since, row.due_on = before.target, before.on, before.due_on
        if last.act in CHECKS:
            row.checklist = before.checklist
        row.amount_after = next((each.amount for each in done[1:] if each.act in PRICED), None)
        row.version += 1
        row.save()
    return row


def last_step(case_id: int) -> ReviewAct:
    """The step that could be taken back. Raises NotFound."""
    done = acts_of(case_id)
    if not done:
        raise NotFound(_(GONE))
    return done[0]


def what_keeps(step: ReviewAct) -> str:
    """Why the last step of a review cannot be taken back, in words; empty where it can."""
    case_id = step.case_id
    if step.act == FIRST:
        return _("送審是第一步，不能收回。不辦了請機關撤回，另送一案。")
    words = {"act": _(TRANSITIONS[step.act].label), "state": _(STATES[step.target])}
    gone_on = step.target in (ANSWERING, REVISED) and said_of(case_id) > step.said
    if step.act == "hold_meeting" and opinions_of(case_id):
        return _("會議之後已經登錄審議意見，沒有收回。請先刪除登錄錯的意見。")
    if gone_on and step.target == ANSWERING:
        return _("「%(act)s」之後機關已經回應意見，沒有收回。要改意見請按「更正」。") % words
    if gone_on:
        return _("「%(act)s」之後研考會已經複核，沒有收回。還要再改請研考會再請修正。") % words
    return ""


def right_to_take_back(step: ReviewAct, agency_id: int) -> tuple[str, int | None]:
    """What is needed to take a step back, and in which unit: what taking it needs."""
    needed = TRANSITIONS[step.act].permission
    return needed, agency_id if needed == SUBMIT else None


def _still_stands(row: Opinion) -> None:
    if row.struck or Opinion.objects.filter(supersedes=row).exists():
        raise Conflict(_("這項意見剛才已經更正或刪除，沒有再做一次。請重新看這一案。"))
