"""調整、撤銷、恢復列管: applied for by the agency, with the opinion of its supervisor, decided by the commission; nobody
judges an application of one's own."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import bad, check_text, compare, refuse, refuse_unknown
from shizheng.common.errors import CannotDo, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import Actor, Carrying, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects.actions.happenings import restore_project, withdraw_project
from shizheng.domains.projects.actions.projects import edit_project
from shizheng.domains.projects.actions.shared import EDIT, ENDORSE, WITHDRAW, locked_project, unit_of
from shizheng.domains.projects.models import (
    ApplicationState,
    Asked,
    ControlApplication,
    Level,
    PlannedCheckpoint,
    Project,
)
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.domains.projects.rules.life import CONTINUING, Ground, State
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.files import actions as files
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.rulebook import queries as rulebook

SUBJECT, RULE = "projects.application", "tender.change_notice"
FIELDS = ("asked", "ground", "level", "reason", "late_reason")
OPEN = (ApplicationState.SENT, ApplicationState.RETURNED)
MOST_TEXT, MOST_OPINION = 5000, 2000


def latest_day(project: Project, on: date) -> tuple[date | None, date | None]:
    """The planned end by the newest plan, and until when a change of control is applied for by the rule of `on`."""
    rows = PlannedCheckpoint.objects.filter(plan__project=project).order_by("-plan__number", "-planned_on")
    ends_on = rows.values_list("planned_on", flat=True).first()
    rule = rulebook.value_or_none(RULE, on)
    if ends_on is None or rule is None:
        return ends_on, None
    return ends_on, add_months(ends_on, -int(Decimal(str(rule.value))))


def apply_for(
    actor: Actor, project_id: int, values: Mapping[str, Any], held: Iterable[Any] = ()
) -> ControlApplication:
    """Ask for a change of control. `values`: FIELDS; `held`: one's own uploads that go with it."""
    require(actor, EDIT, unit_of(project_id))
    with recorded(by=actor, action="projects.apply"):
        project = locked_project(project_id)
        if ControlApplication.objects.filter(project=project, state__in=OPEN).exists():
            raise Conflict(_("這件標案已經有一份申請在辦，沒有再送。請先等核定，或收回原來的。"))
        row = ControlApplication(project=project, version=0)
        row.sent_by_id = actor.pk  # type: ignore[assignment]
        _send(row, values)
        _keep(actor, row, held)
    return row


def send_again(
    actor: Actor,
    application_id: int,
    *,
    version: int | None,
    values: Mapping[str, Any],
    held: Iterable[Any] = (),
) -> ControlApplication:
    """Send an application that came back, mended."""
    with recorded(by=actor, action="projects.apply_again"):
        row = _locked(application_id, version)
        _need_asker(actor, row)
        if row.state != ApplicationState.RETURNED:
            raise CannotDo(_("這份申請沒有被退回，不能再送。"))
        row.sent_by_id = actor.pk  # type: ignore[assignment]
        _send(row, values)
        _keep(actor, row, held)
    return row


def may_ask(actor: Actor, row: ControlApplication) -> bool:
    """Whether what the agency asks is the actor's to mend or to take back: who decides on it has only what oneself sent."""
    return row.sent_by_id == actor.pk or not actor.may(WITHDRAW)


def give_opinion(
    actor: Actor, application_id: int, *, version: int | None, opinion: str
) -> ControlApplication:
    """What the agency's supervisor or control officer thinks of it; until then the commission cannot approve it."""
    with recorded(by=actor, action="projects.give_opinion"):
        row = _locked(application_id, version)
        require(actor, ENDORSE, unit_in_charge(row.project))
        if row.state != ApplicationState.SENT:
            raise CannotDo(_("這份申請現在不是待核定，沒有再做一次。"))
        if row.sent_by_id == actor.pk:
            raise NotPermitted(
                _("自己送的申請不能自己表示意見。請由單位主管或機關的另一位研考人員表示意見。")
            )
        text = opinion.strip()
        wrong: dict[str, list[str]] = {}
        if not text:
            wrong["opinion"] = [_("請寫意見：同意與否，為什麼。")]
        check_text(text, MOST_OPINION, "opinion", wrong)
        refuse(wrong)
        row.opinion, row.opinion_by_id, row.opinion_on = text, actor.pk, clock.today()
        row.version += 1
        row.save()
    return row


def approve_application(
    actor: Actor, application_id: int, *, version: int | None, decision: str
) -> ControlApplication:
    """Approve it: the tender is withdrawn, restored or controlled on another level in the same transaction."""
    text = need_reason(decision)
    with recorded(by=actor, action="projects.approve_application", reason=text):
        row = _decidable(actor, application_id, version)
        if not row.opinion:
            raise CannotDo(
                _("機關的單位主管還沒有表示意見，不能核定。請等機關表示意見，或退回補正。"), code="no_opinion"
            )
        reason = row.reason[:2000]
        if row.asked == Asked.WITHDRAW:
            withdraw_project(actor, row.project_id, version=None, ground=row.ground, reason=reason)
        elif row.asked == Asked.RESTORE:
            restore_project(actor, row.project_id, version=None, reason=reason)
        else:
            carrying = Carrying(actor, frozenset({EDIT}))
            edit_project(carrying, row.project_id, version=None, changes={"level": row.level}, reason=reason)
        _decide(actor, row, ApplicationState.APPROVED, text)
    return row


def send_application_back(
    actor: Actor, application_id: int, *, version: int | None, decision: str
) -> ControlApplication:
    """Send it back with what is missing; the agency mends it or takes it back."""
    text = need_reason(decision)
    with recorded(by=actor, action="projects.return_application", reason=text):
        row = _decidable(actor, application_id, version)
        _decide(actor, row, ApplicationState.RETURNED, text)
    return row


def take_application_back(
    actor: Actor, application_id: int, *, version: int | None, reason: str
) -> ControlApplication:
    """The agency asks no longer, with a reason."""
    with recorded(by=actor, action="projects.cancel_application", reason=need_reason(reason)):
        row = _locked(application_id, version)
        _need_asker(actor, row)
        if row.state not in OPEN:
            raise CannotDo(_("這份申請已經核定或收回，沒有再做一次。"))
        row.state = ApplicationState.CANCELLED
        row.version += 1
        row.save()
    return row


def _locked(application_id: int, version: int | None) -> ControlApplication:
    rows = ControlApplication.objects.select_for_update(of=("self",)).select_related("project")
    found = rows.filter(pk=application_id).first()
    if found is None:
        raise NotFound(_("找不到這份申請。請從申請清單進入。"))
    compare(found.version, version)
    return found


def _need_asker(actor: Actor, row: ControlApplication) -> None:
    require(actor, EDIT, unit_in_charge(row.project))
    if not may_ask(actor, row):
        raise NotPermitted(
            _("機關的申請由機關自己補正或收回；核定的人不能代做。要機關補正，請退回補正並寫明要補什麼。")
        )


def _decidable(actor: Actor, application_id: int, version: int | None) -> ControlApplication:
    require(actor, WITHDRAW)
    row = _locked(application_id, version)
    if row.state != ApplicationState.SENT:
        raise CannotDo(_("這份申請現在不是待核定，沒有再做一次。"))
    if row.sent_by_id == actor.pk:
        raise NotPermitted(_("自己送的申請不能自己核定。請由研考會的另一位核定。"))
    return row


def _decide(actor: Actor, row: ControlApplication, state: ApplicationState, text: str) -> None:
    row.state, row.decision, row.decided_on = state, text, clock.today()
    row.decided_by_id = actor.pk
    row.version += 1
    row.save()


def _send(row: ControlApplication, values: Mapping[str, Any]) -> None:
    refuse_unknown(values, FIELDS)
    for name in FIELDS:
        setattr(row, name, str(values.get(name) or "").strip())
    if row.asked != Asked.WITHDRAW:
        row.ground = ""
    if row.asked != Asked.ADJUST:
        row.level = ""
    row.sent_on = clock.today()
    row.ends_on, row.latest_on = latest_day(row.project, row.sent_on)
    _check(row)
    row.state, row.decision, row.decided_on, row.decided_by = ApplicationState.SENT, "", None, None
    row.opinion, row.opinion_on, row.opinion_by = "", None, None
    row.version += 1
    row.save()


def _check(row: ControlApplication) -> None:
    wrong: dict[str, list[str]] = {}
    over = State(row.project.state) not in CONTINUING
    if row.asked not in Asked.values:
        wrong["asked"] = [_("請選申請什麼。")]
    elif (row.asked == Asked.RESTORE) != over:
        wrong["asked"] = [_("已結案或撤銷的標案只能申請恢復；列管中的才能申請調整或撤銷。")]
    if row.asked == Asked.WITHDRAW and row.ground not in {each.value for each in Ground}:
        wrong["ground"] = [_("請選撤銷的事由。")]
    if row.asked == Asked.ADJUST and (row.level not in Level.values or row.level == row.project.level):
        wrong["level"] = [_("請選另一個列管層級。")]
    if not row.reason:
        wrong["reason"] = [_("請寫理由。")]
    late = row.latest_on is not None and row.sent_on > row.latest_on and row.asked != Asked.RESTORE
    if late and not row.late_reason:
        wrong["late_reason"] = [_("已經過了最晚申請日，請說明為什麼現在才申請。")]
    if not late:
        row.late_reason = ""
    for name in ("reason", "late_reason"):
        check_text(getattr(row, name), MOST_TEXT, name, wrong)
    refuse(wrong)


def _keep(actor: Actor, row: ControlApplication, held: Iterable[Any]) -> None:
    wanted = list(held)
    if len(wanted) > 10:
        raise bad("papers", _("附件最多 %(n)s 個。") % {"n": 10})
    files.keep_held(actor, wanted, subject=(SUBJECT, row.pk), unit_id=unit_in_charge(row.project))
