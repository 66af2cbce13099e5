"""The steps of a design review (E04): each an act of the table in `rules.workflow`, kept with its day, text, files and amount."""

from collections.abc import Mapping, Sequence
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
    check_text,
    compare,
    refuse,
    refuse_unknown,
)
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.roc import FIRST_YEAR, in_words
from shizheng.common.workflow import START
from shizheng.domains.procurement.actions.shared import one_at_a_time
from shizheng.domains.procurement.models import PanelMember, ReviewAct, ReviewCase, Stage
from shizheng.domains.procurement.queries.reviews import (
    GONE,
    documents,
    due_of,
    opinions_of,
    said_of,
    threshold_amount,
)
from shizheng.domains.procurement.rules.reviews import must_be_reviewed, unanswered, unconfirmed
from shizheng.domains.procurement.rules.workflow import STATES, TRANSITIONS
from shizheng.kernel.files import actions as files
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations

FIELDS = ("name", "agency_id", "stage", "control_number", "amount", "note")
TEXTS = {"name": 300, "control_number": 20, "note": 20_000}
SUBJECT = "procurement.review"


def submit_review(
    actor: Actor, values: Mapping[str, Any], *, on: date | None = None, held: Sequence[Any] = ()
) -> ReviewCase:
    """送審. `values`: FIELDS; `held`: ids of uploads of the actor that belong to it. The number is given."""
    require(actor, "procurement.submit_review", values.get("agency_id"))
    day = on or clock.today()
    with recorded(by=actor, action="procurement.submit_review"):
        one_at_a_time()
        row = ReviewCase(version=0)
        _set(row, values)
        limit = threshold_amount(day)
        if not must_be_reviewed(row.amount, limit):
            raise bad(
                "amount",
                _("未達 %(limit)s 元的工程由機關自行審議，不必送審；每季填報自辦件數。")
                % {"limit": f"{limit:,.0f}" if limit is not None else "—"},
            )
        year = day.year - FIRST_YEAR
        taken = ReviewCase.objects.filter(number__startswith=f"{year}-D").values_list("number", flat=True)
        row.number = f"{year}-D{max((int(each.split('-D')[1]) for each in taken), default=0) + 1:03d}"
        _step(actor, row, "submit_review", day, amount=row.amount, held=held)
    return row


def edit_review(
    actor: Actor, case_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> ReviewCase:
    """Change what is known of a review that is not decided, with a reason."""
    require(actor, "procurement.submit_review", _agency_of(case_id))
    with recorded(by=actor, action="procurement.edit_review", reason=need_reason(reason)):
        row = locked_review(case_id, version)
        if not [each for each in TRANSITIONS.values() if row.state in each.sources]:
            raise CannotDo(_("這一案已經「%(state)s」，不能再改。") % {"state": _(STATES[row.state])})
        if "agency_id" in changes and changes["agency_id"] != row.agency_id:
            raise bad("agency_id", _("主辦機關送審後不能改。送錯的請撤回，另送一案。"))
        if _set(row, changes):
            row.version += 1
            row.save()
    return row


def return_documents(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    there: Sequence[str],
    reason: str,
    on: date | None = None,
) -> ReviewCase:
    """退請補件: `there` are the documents of the checklist that came."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.return_documents", reason=need_reason(reason)):
        row = locked_review(case_id, version)
        day = on or clock.today()
        row.checklist = {name: name in there for name in documents(day)}
        return _step(actor, row, "return_documents", day, text=reason)


def resubmit(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    text: str = "",
    held: Sequence[Any] = (),
    on: date | None = None,
) -> ReviewCase:
    """補件再送."""
    require(actor, "procurement.submit_review", _agency_of(case_id))
    with recorded(by=actor, action="procurement.resubmit"):
        row = locked_review(case_id, version)
        return _step(actor, row, "resubmit", on, text=text, held=held)


def admit(
    actor: Actor, case_id: int, *, version: int | None, there: Sequence[str], on: date | None = None
) -> ReviewCase:
    """受理: only where every document of the checklist came."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.admit"):
        row = locked_review(case_id, version)
        day = on or clock.today()
        wanted = documents(day)
        lacking = [name for name in wanted if name not in there]
        if lacking:
            raise bad("there", _("還缺%(names)s，不能受理。請退請補件。") % {"names": "、".join(lacking)})
        row.checklist = dict.fromkeys(wanted, True)
        return _step(actor, row, "admit", day)


def appoint_panel(
    actor: Actor, case_id: int, *, version: int | None, text: str = "", on: date | None = None
) -> ReviewCase:
    """組成審議小組: every member has declared, and at least one has no conflict of interest."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.appoint_panel"):
        row = locked_review(case_id, version)
        _need_panel(row, _("小組沒有組成。"))
        return _step(actor, row, "appoint_panel", on, text=text)


def _need_panel(row: ReviewCase, undone: str) -> None:
    """Somebody who may give an opinion, and nobody who has not declared."""
    panel = list(PanelMember.objects.filter(case=row))
    if not any(not each.conflict for each in panel):
        raise CannotDo(_("還沒有可以審議的委員，%(undone)s請先登錄委員。") % {"undone": undone})
    silent = [each.name for each in panel if each.declared_on is None]
    if silent:
        words = {"names": "、".join(silent), "undone": undone}
        raise CannotDo(_("%(names)s還沒有聲明利益衝突，%(undone)s請先登錄聲明日。") % words)


def hold_meeting(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    on: date | None = None,
    text: str = "",
    held: Sequence[Any] = (),
) -> ReviewCase:
    """召開審議會議; the minutes are its files."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.hold_meeting"):
        row = locked_review(case_id, version)
        if row.state == "panelled":  # the panel may have changed since it was appointed
            _need_panel(row, _("沒有登錄開會。"))
        return _step(actor, row, "hold_meeting", on, text=text, held=held)


def return_opinions(
    actor: Actor, case_id: int, *, version: int | None, text: str = "", on: date | None = None
) -> ReviewCase:
    """送回審議意見 for the agency to answer one by one; refused where there are none."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.return_opinions"):
        row = locked_review(case_id, version)
        if not opinions_of(case_id):
            raise CannotDo(_("還沒有登錄任何審議意見，沒有送回。沒有意見的請直接審議通過。"))
        return _step(actor, row, "return_opinions", on, text=text)


def submit_revision(
    actor: Actor, case_id: int, *, version: int | None, amount: Decimal | None, text: str = "",
    held: Sequence[Any] = (), on: date | None = None,
) -> ReviewCase:  # fmt: skip
    """送修正後基本設計, with its amount: only where every opinion has its answer."""
    require(actor, "procurement.submit_review", _agency_of(case_id))
    wrong: Wrong = {}
    check_money(amount, "amount", wrong)
    if amount is None:
        wrong["amount"] = [_("請填修正後的金額。")]
    refuse(wrong)
    with recorded(by=actor, action="procurement.submit_revision"):
        row = locked_review(case_id, version)
        open_ones = unanswered(opinions_of(case_id))
        if row.state == "answering" and open_ones:
            numbers = "、".join(str(each.opinion.number) for each in open_ones)
            raise CannotDo(
                _("第 %(numbers)s 項意見還沒有回應，沒有送出。請逐項回應參採情形。") % {"numbers": numbers}
            )
        row.amount_after = amount
        return _step(actor, row, "submit_revision", on, text=text, amount=amount, held=held)


def send_again(
    actor: Actor, case_id: int, *, version: int | None, reason: str, on: date | None = None
) -> ReviewCase:
    """再請修正: the reviewers do not accept every answer."""
    require(actor, "procurement.conduct_review")
    with recorded(by=actor, action="procurement.send_again", reason=need_reason(reason)):
        row = locked_review(case_id, version)
        if row.state == "revised" and not unanswered(opinions_of(case_id)):
            raise CannotDo(_("沒有一項回應被退回，機關不知道要改什麼，沒有送回。請先在意見複核時選不同意。"))
        return _step(actor, row, "send_again", on, text=reason)


def approve_review(
    actor: Actor, case_id: int, *, version: int | None, amount: Decimal | None = None, reason: str,
    held: Sequence[Any] = (), on: date | None = None,
) -> ReviewCase:  # fmt: skip
    """審議通過 with the amount: only where every opinion was answered and its answer confirmed."""
    require(actor, "procurement.decide_review")
    wrong: Wrong = {}
    check_money(amount, "amount", wrong)
    refuse(wrong)
    with recorded(by=actor, action="procurement.approve_review", reason=need_reason(reason)):
        row = locked_review(case_id, version)
        open_ones = unconfirmed(opinions_of(case_id))
        if open_ones:
            numbers = "、".join(str(each.opinion.number) for each in open_ones)
            raise CannotDo(_("第 %(numbers)s 項意見的回應還沒有複核同意，不能通過。") % {"numbers": numbers})
        row.amount_after = (
            amount if amount is not None else row.amount_after if row.amount_after is not None else row.amount
        )
        return _step(actor, row, "approve_review", on, text=reason, amount=row.amount_after, held=held)


def reject_review(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    reason: str,
    held: Sequence[Any] = (),
    on: date | None = None,
) -> ReviewCase:
    """審議不通過, with the reason."""
    require(actor, "procurement.decide_review")
    with recorded(by=actor, action="procurement.reject_review", reason=need_reason(reason)):
        return _step(actor, locked_review(case_id, version), "reject_review", on, text=reason, held=held)


def withdraw_review(
    actor: Actor, case_id: int, *, version: int | None, reason: str, on: date | None = None
) -> ReviewCase:
    """機關撤回, with the reason."""
    require(actor, "procurement.submit_review", _agency_of(case_id))
    with recorded(by=actor, action="procurement.withdraw_review", reason=need_reason(reason)):
        return _step(actor, locked_review(case_id, version), "withdraw_review", on, text=reason)


def _step(
    actor: Actor, row: ReviewCase, name: str, on: date | None, *, text: str = "", amount: Decimal | None = None,
    held: Sequence[Any] = (),
) -> ReviewCase:  # fmt: skip
    """Go where the act leads and keep it (the caller records and locks)."""
    act = TRANSITIONS[name]
    here = row.state or START
    day = on or clock.today()
    if here not in act.sources:
        raise CannotDo(
            _("這一案現在是「%(state)s」，不能%(act)s，沒有執行任何動作。")
            % {"state": _(STATES.get(here, "")), "act": _(act.label)}
        )
    wrong: Wrong = {}
    check_text(text, 20_000, "text", wrong)
    check_day(day, "on", wrong)
    if day > clock.today():
        wrong.setdefault("on", []).append(_("還沒有到這一天。"))
    elif row.pk is not None and day < row.since:
        wrong.setdefault("on", []).append(
            _("早於前一步的日期 %(day)s。") % {"day": in_words(row.since, "short")}
        )
    refuse(wrong)
    row.state, row.since, row.due_on = act.target, day, due_of(act.target, day)
    row.version += 1
    row.save()
    kept = (
        files.keep_held(actor, list(held), subject=(SUBJECT, row.pk), unit_id=row.agency_id) if held else []
    )
    ReviewAct.objects.create(
        case=row, act=name, on=day, target=act.target, due_on=row.due_on, amount=amount, text=text.strip(),
        files=[str(each.pk) for each in kept], checklist=row.checklist,
        said=said_of(row.pk),
    )  # fmt: skip
    return row


def locked_review(case_id: int, version: int | None) -> ReviewCase:
    """The review, locked until the transaction ends. Raises NotFound, or Conflict where it was changed since."""
    row = (
        ReviewCase.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=case_id).first()
    )
    if row is None:
        raise NotFound(_(GONE))
    compare(row.version, version)
    return row


def _agency_of(case_id: int) -> int:
    found = ReviewCase.objects.filter(pk=case_id).values_list("agency_id", flat=True).first()
    if found is None:
        raise NotFound(_(GONE))
    return found


def _set(row: ReviewCase, values: Mapping[str, Any]) -> bool:
    refuse_unknown(values, FIELDS)
    changed = False
    for name, value in values.items():
        given = value.strip() if isinstance(value, str) else value
        given = "" if given is None and name in TEXTS else given
        if getattr(row, name) != given:
            setattr(row, name, given)
            changed = True
    wrong: Wrong = {}
    if not row.name:
        wrong["name"] = [_("工程名稱要填。")]
    if not row.agency_id or row.agency_id not in organisations.tree():
        wrong["agency_id"] = [_("沒有這個機關，或已裁撤。請從清單選一個。")]
    if row.amount is None:
        wrong["amount"] = [_("送審金額要填。")]
    if row.stage not in Stage.values:
        wrong["stage"] = [_("請選先期規劃或基本設計。")]
    for name, most in TEXTS.items():
        check_text(getattr(row, name), most, name, wrong)
    check_money(row.amount, "amount", wrong)
    refuse(wrong)
    return changed
