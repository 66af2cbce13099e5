"""The panel and its opinions: members registered and declared, opinions given, answered and confirmed (E04)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import Wrong, bad, check_day, check_text, compare, refuse, refuse_unknown
from shizheng.common.errors import CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.procurement.models import (
    Answer,
    Confirmation,
    MemberSource,
    Opinion,
    PanelMember,
    ReviewCase,
)
from shizheng.domains.procurement.queries.reviews import GONE, opinions_of
from shizheng.domains.procurement.rules.reviews import OpinionState, Topic, Verdict
from shizheng.domains.procurement.rules.workflow import ENDS, STATES
from shizheng.kernel.history.actions import recorded

FIELDS = ("name", "affiliation", "speciality", "source", "declared_on", "conflict", "conflict_note")
TEXTS = {"name": 60, "affiliation": 120, "speciality": 120, "conflict_note": 500}
FORMING = ("submitted", "incomplete", "admitted", "panelled")
"""States in which the panel may still change."""
UNDECIDED = tuple(state for state in STATES if state not in ENDS)
"""States in which what is known of a member may still be corrected."""


def add_member(actor: Actor, case_id: int, values: Mapping[str, Any]) -> PanelMember:
    """登錄審議委員. `values`: FIELDS; name, affiliation and speciality, nothing else of the person."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.add_member"):
        case = locked_in(case_id, *FORMING)
        row = PanelMember(case=case, version=0)
        _set(row, values)
        row.version += 1
        row.save()
    return row


def edit_member(
    actor: Actor, member_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> PanelMember:
    """Change a member, or write down the declaration, with a reason."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.edit_member", reason=need_reason(reason)):
        row = PanelMember.objects.select_for_update(of=("self",)).filter(pk=member_id).first()
        if row is None:
            raise NotFound(_("找不到這位審議委員。請從審議案的頁面進入。"))
        locked_in(row.case_id, *UNDECIDED)
        compare(row.version, version)
        if changes.get("conflict") and any(
            each.opinion.member_id == row.pk for each in opinions_of(row.case_id)
        ):
            raise CannotDo(
                _("這位委員已經提過意見，不能直接改成有利益衝突。要迴避，請先刪除其意見並寫明理由，再改。")
            )
        if _set(row, changes):
            row.version += 1
            row.save()
    return row


def remove_member(actor: Actor, member_id: int, *, reason: str) -> None:
    """Take a member out before the meeting, with a reason; the history keeps who it was."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.remove_member", reason=need_reason(reason)):
        row = PanelMember.objects.select_for_update(of=("self",)).filter(pk=member_id).first()
        if row is None:
            raise NotFound(_("找不到這位審議委員。請從審議案的頁面進入。"))
        locked_in(row.case_id, *FORMING)
        if row.opinions.exists():
            raise CannotDo(_("這位委員提過的意見雖已刪除，仍留在歷程裡，不能移除。請在會議紀錄說明。"))
        row.delete()


def give_opinion(actor: Actor, case_id: int, *, member_id: int, topic: str, text: str) -> Opinion:
    """登錄審議意見 of one expert about one topic; never rewritten."""
    require(actor, "procurement.conduct_review")
    check_opinion(topic, text)
    with recorded(by=actor, action="procurement.give_opinion"):
        case = locked_in(case_id, "reviewing")
        member = giver(case, member_id)
        last = Opinion.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
        return Opinion.objects.create(
            case=case, member=member, number=last + 1, topic=topic, text=text.strip()
        )


def check_opinion(topic: str, text: str) -> None:
    """Raises BadInput where an opinion lacks its words or its topic."""
    wrong: Wrong = {}
    _need(text, "text", _("意見要填。"), wrong)
    if topic not in {each.value for each in Topic}:
        wrong["topic"] = [_("請選面向。")]
    refuse(wrong)


def giver(case: ReviewCase, member_id: int) -> PanelMember:
    """The member of the panel who gives an opinion. Raises BadInput, also where a conflict of interest was declared."""
    member = PanelMember.objects.filter(pk=member_id, case=case).first()
    if member is None:
        raise bad("member_id", _("請選這一案的審議委員。"))
    if member.conflict:
        raise bad("member_id", _("這位委員聲明有利益衝突，不能提意見。"))
    return member


def answer_opinion(actor: Actor, opinion_id: int, *, verdict: str, text: str) -> Answer:
    """機關回應: adopted, partly, or not adopted with the reason; a later answer takes the place of one before."""
    opinion = opinion_of(opinion_id)
    require(actor, "procurement.submit_review", opinion.case.agency_id)
    wrong: Wrong = {}
    if verdict not in {each.value for each in Verdict}:
        wrong["verdict"] = [_("請選參採情形。")]
    _need(text, "text", _("請說明怎麼修正；未參採的要寫理由。"), wrong)
    refuse(wrong)
    with recorded(by=actor, action="procurement.answer_opinion"):
        locked_in(opinion.case_id, "answering")
        if _as_it_stands(opinion).closed:
            raise CannotDo(_("這項回應已經複核同意，不必再回應。"))
        return Answer.objects.create(opinion=opinion, verdict=verdict, text=text.strip())


def confirm_answer(actor: Actor, opinion_id: int, *, accepted: bool, text: str = "") -> Confirmation:
    """複核: the reviewer accepts the answer, or says what is missing."""
    require(actor, "procurement.conduct_review")
    opinion = opinion_of(opinion_id)
    check_confirmation(accepted, text)
    with recorded(by=actor, action="procurement.confirm_answer"):
        locked_in(opinion.case_id, "revised")
        stands = _as_it_stands(opinion)
        answer = stands.answer
        if answer is None:
            raise CannotDo(_("這項意見還沒有回應，不能複核。"))
        if stands.confirmation is not None:
            raise Conflict(_("這項回應剛才已經複核過，沒有再做一次。請重新看這一案。"))
        return Confirmation.objects.create(answer=answer, accepted=accepted, text=text.strip())


def check_confirmation(accepted: bool, text: str) -> None:
    """Raises BadInput where an answer is not accepted without saying what is missing."""
    wrong: Wrong = {}
    check_text(text, 20_000, "text", wrong)
    if not accepted and not text.strip():
        wrong["text"] = [_("不同意的要寫還缺什麼。")]
    refuse(wrong)


def _as_it_stands(opinion: Opinion) -> OpinionState:
    """The opinion with the answer that holds (the case is locked). Raises Conflict where it was corrected or struck since."""
    for each in opinions_of(opinion.case_id):
        if each.opinion.pk == opinion.pk:
            return each
    raise Conflict(_("這項意見剛才已經更正或刪除，沒有執行任何動作。請重新看這一案。"))


def locked_in(case_id: int, *states: str) -> ReviewCase:
    """The review, locked; it has to be in one of these states."""
    row = ReviewCase.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if row is None:
        raise NotFound(_(GONE))
    if row.state not in states:
        raise CannotDo(
            _("這一案現在是「%(state)s」，沒有執行任何動作。請重新看這一案。")
            % {"state": row.get_state_display()}
        )
    return row


def opinion_of(opinion_id: int) -> Opinion:
    row = Opinion.objects.select_related("case").filter(pk=opinion_id).first()
    if row is None:
        raise NotFound(_("找不到這項審議意見。請從審議案的頁面進入。"))
    return row


def _need(text: str, name: str, message: str, wrong: Wrong) -> None:
    if not text.strip():
        wrong[name] = [message]
    else:
        check_text(text, 20_000, name, wrong)


def _set(row: PanelMember, values: Mapping[str, Any]) -> bool:
    refuse_unknown(values, FIELDS)
    changed = False
    for name, value in values.items():
        given = value.strip() if isinstance(value, str) else value
        given = "" if given is None and name in TEXTS else given
        if getattr(row, name) != given:
            setattr(row, name, given)
            changed = True
    wrong: Wrong = {}
    for name, label in (("name", _("姓名要填。")), ("speciality", _("專長要填。"))):
        if not getattr(row, name):
            wrong[name] = [label]
    if row.source not in MemberSource.values:
        wrong["source"] = [_("請選來源。")]
    for name, most in TEXTS.items():
        check_text(getattr(row, name), most, name, wrong)
    day: date | None = row.declared_on
    check_day(day, "declared_on", wrong)
    if day is not None and day > clock.today():
        wrong.setdefault("declared_on", []).append(_("還沒有到這一天。"))
    if row.conflict and not row.conflict_note:
        wrong["conflict_note"] = [_("有利益衝突的要說明。")]
    others = PanelMember.objects.filter(case_id=row.case_id, name=row.name, affiliation=row.affiliation)
    if changed and others.exclude(pk=row.pk).exists():
        wrong.setdefault("name", []).append(_("這位委員已經在小組裡。"))
    refuse(wrong)
    return changed
