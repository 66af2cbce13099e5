"""Drafts of replies, what units beside the main one contribute, and quality checks."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.roc import format_roc
from shizheng.domains.petitions.actions.shared import seen, standing_reply
from shizheng.domains.petitions.models import AnswerTemplate, PartialReply, Petition, QualityCheck, Reply
from shizheng.domains.petitions.rules.classes import CLASS_LABELS, PetitionClass
from shizheng.domains.petitions.rules.templates import fill
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases import queries as case_queries
from shizheng.kernel.history.actions import recorded

LONGEST = 8000


def facts_of(row: Petition) -> dict[str, str]:
    """What a template may name of a petition (`rules.templates.KNOWN`)."""
    return {
        "案號": row.case.number,
        "案由": row.case.title,
        "收件日": format_roc(row.case.received_at.astimezone(clock.TAIPEI).date()),
        "主辦機關": row.case.unit.name,
        "地點": row.place or "現場",
        "類別": CLASS_LABELS[PetitionClass(row.petition_class)],
    }


def fill_template(row: Petition, template_id: int, told: Mapping[str, str]) -> str:
    """A template with the case's own facts and what the officer tells. Raises BadInput with what is missing."""
    found = AnswerTemplate.objects.filter(pk=template_id, in_use=True).first()
    if found is None:
        message = _("沒有這份範本，請從清單選。")
        raise BadInput(message, fields={"template_id": [message]})
    return fill(found.text, facts_of(row), told)


def draft_reply(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    text: str,
    template_id: int | None = None,
    promise: str = "",
    promise_on: date | None = None,
) -> Reply:
    """Write a reply, or the next draft of it. What it promises has a text and a day; it stays under control until released (假結案).

    Raises NotFound, NotPermitted, Conflict (not being handled), BadInput.
    """
    row = seen(actor, case_id)
    _check(text, promise, promise_on)
    with recorded(by=actor, action="petitions.draft_reply"):
        if row.case.state == "drafted":
            require(actor, "petitions.handle", row.case.unit_id)
            _same(case_id, version)
        else:
            cases.apply_transition(actor, case_id, "draft", version=version)
        last = standing_reply(row)
        return Reply.objects.create(
            petition=row,
            serial=(last.serial if last else 0) + 1,
            text=text.strip(),
            template_id=template_id,
            promise=promise.strip(),
            promise_on=promise_on,
            drafted_by_id=actor.pk,
            drafted_at=clock.now(),
        )


def _same(case_id: int, version: int | None) -> None:
    """Lock the case; refuse where it moved on since it was read."""
    now = cases.locked_case(case_id, version)
    if now.state != "drafted":
        raise Conflict(
            _("「%(case)s」剛才已由別人處理，您的稿沒有存。請重新整理，看過再決定。") % {"case": now.number}
        )


def _check(text: str, promise: str, promise_on: date | None) -> None:
    wrong: dict[str, list[str]] = {}
    if not text.strip() or len(text.strip()) > LONGEST:
        wrong["text"] = [_("答復內容要寫，最多 %(n)s 字。") % {"n": LONGEST}]
    if bool(promise.strip()) != (promise_on is not None):
        wrong["promise_on"] = [_("答應辦的事和日期要一起寫，或都不寫。")]
    elif promise_on is not None and promise_on < clock.today():
        wrong["promise_on"] = [_("答應的日期不能在過去。")]
    if len(promise.strip()) > 300:
        wrong["promise"] = [_("最多 %(n)s 字。") % {"n": 300}]
    if wrong:
        raise BadInput(_("答復沒有存：請改正標示的欄位。"), fields=wrong)


def give_part(actor: Actor, case_id: int, *, unit_id: int, text: str) -> PartialReply:
    """What a unit beside the main one says of its part (會辦意見). Raises NotFound, NotPermitted, CannotDo, BadInput."""
    row = seen(actor, case_id)
    if not text.strip() or len(text.strip()) > LONGEST:
        message = _("會辦意見要寫，最多 %(n)s 字。") % {"n": LONGEST}
        raise BadInput(message, fields={"text": [message]})
    with recorded(by=actor, action="petitions.give_part"):
        case = cases.locked_case(case_id)
        require(actor, "petitions.handle", unit_id)
        if unit_id not in case_queries.beside(case):
            raise CannotDo(_("這個機關不是這件的會辦機關，沒有存。"), code="not_joined")
        if case.closed_at is not None:
            raise CannotDo(_("「%(case)s」已經結案，沒有存。") % {"case": case.number}, code="closed")
        return PartialReply.objects.create(
            petition=row, unit_id=unit_id, text=text.strip(), by_id=actor.pk, at=clock.now()
        )


def check_quality(actor: Actor, case_id: int, *, findings: str) -> QualityCheck:
    """Write down that an answered petition was looked at and is good; what is not good is sent back (`act` quality_back)."""
    text = need_reason(findings)
    row = seen(actor, case_id)
    with recorded(by=actor, action="petitions.check_quality", reason=text):
        require(actor, "petitions.control", row.case.unit_id)
        if row.answered_at is None:
            raise CannotDo(_("這件沒有答復，沒有品質可以抽查，沒有執行。"), code="no_answer")
        return QualityCheck.objects.create(
            petition=row, passed=True, findings=text, by_id=actor.pk, at=clock.now()
        )
