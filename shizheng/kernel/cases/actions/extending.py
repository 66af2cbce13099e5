"""More time (展延), asked for with a reason and decided before the deadline; and single cases whose clock stands still."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.common.roc import in_words
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.cases.actions.settling import KEPT, settle
from shizheng.kernel.cases.actions.shared import locked_case, need, need_open, touch, write_step
from shizheng.kernel.cases.actions.telling import notice
from shizheng.kernel.cases.models import Case, CaseExtension, CasePause, Decided, Ground
from shizheng.kernel.cases.queries.clocks import facts_of
from shizheng.kernel.cases.registry import CaseKind
from shizheng.kernel.cases.rules.clock import Way, base_days
from shizheng.kernel.filing import notices
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.people.holders import Finder
from shizheng.kernel.rulebook import queries as rulebook


def ask_extension(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    reason: str,
    amount: int = 0,
    until: date | None = None,
) -> CaseExtension:
    """Ask for more time before the deadline: so much of what the period counts (of months: calendar days), or until a day.

    Raises NotPermitted, Conflict, BadInput, CannotDo (too late, too often, one is asked for already).
    """
    text = need_reason(reason)
    with recorded(by=actor, action="cases.ask_extension", reason=text):
        case = locked_case(case_id, version)
        kind = need(actor, case, "handle")
        need_open(case)
        _in_time(case)
        if CaseExtension.objects.filter(case=case, state=Decided.ASKED).exists():
            raise Conflict(
                _("「%(case)s」已經有一件展延申請待核定，沒有再送。") % {"case": case.number}, code="asked"
            )
        _within_limits(case, kind, amount, until)
        made = CaseExtension.objects.create(
            case=case, amount=amount, until=until, reason=text, asked_by_id=actor.pk, asked_at=clock.now(),
            due_before=case.due_at,
        )  # fmt: skip
        write_step(actor, case, "ask_extension", reason=text, fields={"amount": amount, "until": until})
        touch(case)
        to = Finder().people(case.unit_id, kind.permission("decide")) - {actor.pk or 0}
        said = notice(case, kind, f"extension:{made.pk}", to, who=actor.display_name, reason=text)
        notices.send_all("cases.extension_asked", [said])
    return made


def _in_time(case: Case) -> None:
    if case.due_at is not None and clock.now() > case.due_at and case.stopped_at is None:
        raise CannotDo(
            _(
                "「%(case)s」的期限 %(due)s 已經過了，不能再展延，沒有執行。請儘速辦結，並在答復說明逾期的原因。"
            )
            % {"case": case.number, "due": in_words(case.due_on) if case.due_on else ""},
            code="too_late",
        )


def _within_limits(case: Case, kind: CaseKind, amount: int, until: date | None) -> None:
    today = clock.today()
    rules = rulebook.values_of([kind.rules.extension_times, kind.rules.extension_length], today)
    times, share = (rules[code].value for code in (kind.rules.extension_times, kind.rules.extension_length))
    assert isinstance(times, int) and isinstance(share, Decimal)
    granted = CaseExtension.objects.filter(case=case, state=Decided.APPROVED).count()
    if granted >= times:
        raise CannotDo(
            _("「%(case)s」已經展延 %(n)s 次，依規則最多 %(most)s 次，沒有送出。")
            % {"case": case.number, "n": granted, "most": times},
            code="too_often",
        )
    facts = facts_of(case)
    if amount < 0 or bool(amount) == (until is not None) or (until is not None and facts.period.in_hours):
        message = _("展延要寫延長多少，或延到哪一天（以小時計的案件寫小時數），沒有送出。")
        raise BadInput(message, fields={"amount": [message]})
    most = int(base_days(facts) * share / 100)
    wanted = amount
    if until is not None:
        if case.due_on is None or until <= case.due_on:
            message = _("要延到現在的期限之後，沒有送出。")
            raise BadInput(message, fields={"until": [message]})
        wanted = Way(facts, calendar.current_calendar(), clock.now()).days_between(case.due_on, until)
    if wanted > most:
        message = _("每次展延最多 %(most)s（原期限的 %(share)s%%），您要的是 %(wanted)s，沒有送出。") % {
            "most": most, "share": share, "wanted": wanted,
        }  # fmt: skip
        raise BadInput(message, fields={"until" if until else "amount": [message]})


def decide_extension(
    actor: Actor, extension_id: int, *, version: int | None, approve: bool, reason: str, told: str = ""
) -> CaseExtension:
    """Grant more time, or not. Granting takes the notice to the citizen (`told`: how, to whom), and is possible until the deadline.

    Nobody decides on his or her own request. Raises NotFound, NotPermitted, Conflict, BadInput, CannotDo (too late).
    """
    text = need_reason(reason)
    with recorded(by=actor, action="cases.decide_extension", reason=text):
        found = CaseExtension.objects.filter(pk=extension_id).first()
        if found is None:
            raise NotFound(_("找不到這件展延申請。"))
        case = locked_case(found.case_id)
        kind = need(actor, case, "decide")
        found = CaseExtension.objects.select_for_update().get(pk=extension_id)
        _decidable(actor, found, version)
        if approve:
            need_open(case)
            _in_time(case)
            if not told.strip():
                message = _("核准展延前，要在期限屆滿前通知民眾：請寫用什麼方式、通知了什麼。沒有執行。")
                raise BadInput(message, fields={"told": [message]})
        now = clock.now()
        found.state = Decided.APPROVED if approve else Decided.REFUSED
        found.decided_by_id, found.decided_at = actor.pk, now
        found.decision_reason, found.told = text, told.strip() if approve else ""
        found.due_before, found.version = case.due_at, found.version + 1
        found.save()
        if approve:
            settle(case, now)
        found.due_after = case.due_at
        found.save(update_fields=["due_after"])
        write_step(actor, case, "decide_extension", reason=text, fields=_kept(found, approve), at=now)
        touch(case, *KEPT)
        _tell_decided(actor, case, kind, found, text)
    return found


def _decidable(actor: Actor, found: CaseExtension, version: int | None) -> None:
    if found.state != Decided.ASKED or (version is not None and found.version != version):
        raise Conflict(
            _("這件展延申請剛才已由別人決定（%(state)s），您的決定沒有存。")
            % {"state": found.get_state_display()},
            code="decided",
        )
    if actor.pk is not None and found.asked_by_id == actor.pk:
        raise CannotDo(_("這是您自己提出的申請，不能由您決定，沒有執行。請由別人決定。"), code="own_request")


def _kept(found: CaseExtension, approve: bool) -> dict[str, Any]:
    return {"approved": approve, "amount": found.amount, "until": found.until, "told": found.told}


def _tell_decided(actor: Actor, case: Case, kind: CaseKind, found: CaseExtension, reason: str) -> None:
    to = {pk for pk in (found.asked_by_id, case.officer_id) if pk is not None} - {actor.pk}
    decision = str(found.get_state_display())
    said = notice(
        case,
        kind,
        f"extension:{found.pk}:decided",
        to,
        who=actor.display_name,
        reason=reason,
        decision=decision,
    )
    notices.send_all("cases.extension_decided", [said])


def pause(actor: Actor, case_id: int, *, version: int | None, reason: str) -> Case:
    """Let the clock of one case stand still from now on (不可抗力、等他機關), in whatever state it is.

    Raises NotPermitted, Conflict (it stands still already), CannotDo, BadInput.
    """
    text = need_reason(reason)
    with recorded(by=actor, action="cases.pause", reason=text):
        case = locked_case(case_id, version)
        need(actor, case, "decide")
        need_open(case)
        if CasePause.objects.filter(case=case, ground=Ground.ASKED, until=None).exists():
            raise Conflict(
                _("「%(case)s」已經停止計算，沒有再記一次。") % {"case": case.number}, code="paused"
            )
        now = clock.now()
        CasePause.objects.create(case=case, ground=Ground.ASKED, since=now, reason=text)
        case.stopped_at = case.stopped_at or now
        _settled(actor, case, "pause", text)
    return case


def resume(actor: Actor, case_id: int, *, version: int | None, reason: str = "") -> Case:
    """Let the clock of one case go on. Raises NotPermitted, Conflict (it was not paused)."""
    text = reason.strip()
    with recorded(by=actor, action="cases.resume", reason=text):
        case = locked_case(case_id, version)
        need(actor, case, "decide")
        now = clock.now()
        if not CasePause.objects.filter(case=case, ground=Ground.ASKED, until=None).update(until=now):
            raise Conflict(
                _("「%(case)s」沒有停止計算，沒有執行。") % {"case": case.number}, code="not_paused"
            )
        still = CasePause.objects.filter(case=case, until=None).values_list("since", flat=True).first()
        case.stopped_at = still
        _settled(actor, case, "resume", text)
    return case


def _settled(actor: Actor, case: Case, name: str, reason: str) -> None:
    settle(case, clock.now())
    write_step(actor, case, name, reason=reason)
    touch(case, *KEPT)
