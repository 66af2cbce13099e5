"""標案事件: what happened is recorded, corrected, struck; the state follows. Nothing that was written is rewritten."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import check_not_twice, refuse, refuse_unknown
from shizheng.common.errors import Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.retelling import standing
from shizheng.domains.projects import following
from shizheng.domains.projects.actions.closing import check_closing
from shizheng.domains.projects.actions.shared import (
    EDIT,
    FIRST_DAY,
    WITHDRAW,
    bad,
    check_money,
    check_text,
    locked_project,
    unit_of,
)
from shizheng.domains.projects.models import Happening, Project
from shizheng.domains.projects.rules.life import KIND_LABELS, STATE_LABELS, CannotHappen, Ground, Kind
from shizheng.domains.projects.rules.timeline import outcome_of
from shizheng.kernel.history.actions import recorded

FIELDS = ("kind", "on", "amount", "bidders", "contractor", "tender_no", "ground", "text")
BY_APPROVAL = (Kind.WITHDRAWN, Kind.RESTORED)
"""They take who may withdraw, and have acts of their own."""
GROUNDS = tuple(each.value for each in Ground)
WITH_AMOUNT = (Kind.AWARDED, Kind.CHANGED, Kind.VALUED)
WITH_BIDDERS = (Kind.FAILED, Kind.VOID, Kind.AWARDED)
NEEDS_TEXT = (Kind.SUSPENDED, Kind.TERMINATED, Kind.VOID, Kind.CHANGED)


def record_happening(
    actor: Actor, project_id: int, *, version: int | None, values: Mapping[str, Any]
) -> Happening:
    """Write down what happened. `values`: FIELDS; the state of the tender follows."""
    kind = _kind(values)
    _require(actor, unit_of(project_id), kind)
    with recorded(by=actor, action="projects.record_happening"):
        project = locked_project(project_id, version)
        made = _made(project, {**values, "kind": kind.value})
        _check(made)
        if kind is not Kind.CHANGED:  # a contract may change twice on a day
            check_not_twice(made, Happening.objects.filter(project=project), _(KIND_LABELS[kind]))
        made.save()
        _follow(project, made)
    return made


def correct_happening(
    actor: Actor, happening_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Happening:
    """Tell it again as it was, with a reason; what stood before stays readable. `version` is that of the tender."""
    found = _found(happening_id)
    text = need_reason(reason)
    _require(actor, unit_of(found.project_id), Kind(found.kind))
    _require(actor, unit_of(found.project_id), _kind(changes, Kind(found.kind)))
    with recorded(by=actor, action="projects.correct_happening", reason=text):
        project = locked_project(found.project_id, version)
        _still_stands(found)
        values = {name: getattr(found, name) for name in FIELDS} | dict(changes)
        made = _made(project, values)
        if all(getattr(made, name) == getattr(found, name) for name in FIELDS):
            raise bad("kind", _("與原來的相同，沒有更正。"))
        made.supersedes, made.reason = found, text
        _check(made)
        made.save()
        _follow(project, made if found.kind != made.kind else None)
    return made


def strike_happening(actor: Actor, happening_id: int, *, version: int | None, reason: str) -> Happening:
    """It did not happen after all: struck with a reason, and readable ever after."""
    found = _found(happening_id)
    text = need_reason(reason)
    _require(actor, unit_of(found.project_id), Kind(found.kind))
    with recorded(by=actor, action="projects.strike_happening", reason=text):
        project = locked_project(found.project_id, version)
        _still_stands(found)
        made = _made(project, {name: getattr(found, name) for name in FIELDS})
        made.supersedes, made.reason, made.struck = found, text, True
        made.save()
        _follow(project)
    return made


def withdraw_project(
    actor: Actor, project_id: int, *, version: int | None, ground: str, reason: str, on: date | None = None
) -> Happening:
    """撤銷列管: control a tender no longer, on one of the grounds, with a reason, by who may approve it."""
    require(actor, WITHDRAW)
    text = need_reason(reason)
    if ground not in GROUNDS:
        raise bad("ground", _("請選撤銷的事由。"))
    values = {"kind": Kind.WITHDRAWN.value, "on": on or clock.today(), "ground": ground, "text": text}
    with recorded(by=actor, action="projects.withdraw_project", reason=text):
        return _one(project_id, version, values)


def restore_project(
    actor: Actor, project_id: int, *, version: int | None, reason: str, on: date | None = None
) -> Happening:
    """恢復列管: control it again, in the state before, with a reason, by who may approve it."""
    require(actor, WITHDRAW)
    text = need_reason(reason)
    values = {"kind": Kind.RESTORED.value, "on": on or clock.today(), "text": text}
    with recorded(by=actor, action="projects.restore_project", reason=text):
        return _one(project_id, version, values)


def _one(project_id: int, version: int | None, values: Mapping[str, Any]) -> Happening:
    project = locked_project(project_id, version)
    made = _made(project, values)
    _check(made)
    made.save()
    _follow(project)
    return made


def _require(actor: Actor, unit_id: int, kind: Kind) -> None:
    if kind in BY_APPROVAL:
        require(actor, WITHDRAW)
    else:
        require(actor, EDIT, unit_id)


def _kind(values: Mapping[str, Any], default: Kind | None = None) -> Kind:
    try:
        return Kind(values.get("kind") or default or "")
    except ValueError as failure:
        raise bad("kind", _("請選發生了什麼事。")) from failure


def _found(happening_id: int) -> Happening:
    found = Happening.objects.select_related("project").filter(pk=happening_id).first()
    if found is None:
        raise NotFound(_("找不到這件事，沒有執行。請從標案的頁面進入。"))
    return found


def _still_stands(row: Happening) -> None:
    if row.struck or Happening.objects.filter(supersedes=row).exists():
        raise Conflict(_("這一筆剛才已經更正或刪除，沒有再做一次。請重新看這個標案。"))


def _made(project: Project, values: Mapping[str, Any]) -> Happening:
    refuse_unknown(values, FIELDS)
    given = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    for name in ("contractor", "tender_no", "ground", "text"):
        given[name] = given.get(name) or ""
    return Happening(project=project, **given)


def _check(row: Happening) -> None:
    wrong: dict[str, list[str]] = {}
    kind = Kind(row.kind)
    if row.on is None:
        wrong["on"] = [_("日期要填。")]
    elif row.on > clock.today():
        wrong["on"] = [_("還沒有到這一天。事件發生了才登錄，預定的請寫在預定進度。")]
    elif row.on < FIRST_DAY:
        wrong["on"] = [_("日期不合理。")]
    for name, most in (("contractor", 200), ("tender_no", 60), ("text", 20_000)):
        check_text(getattr(row, name), most, name, wrong)
    check_money(row.amount, "amount", wrong)
    if row.ground and row.ground not in GROUNDS:
        wrong["ground"] = [_("請選撤銷的事由。")]
    _check_by_kind(row, kind, wrong)
    refuse(wrong)


def _check_by_kind(row: Happening, kind: Kind, wrong: dict[str, list[str]]) -> None:
    if kind is Kind.AWARDED:
        if not row.contractor:
            wrong.setdefault("contractor", []).append(_("決標要寫得標廠商。"))
        if row.amount is None:
            wrong.setdefault("amount", []).append(_("決標要寫決標金額。"))
    elif row.contractor:
        wrong.setdefault("contractor", []).append(_("只有決標有得標廠商，其他事件請留空。"))
    if row.amount is not None and kind not in WITH_AMOUNT:
        wrong.setdefault("amount", []).append(_("只有決標、契約變更與結算有金額，其他事件請留空。"))
    if row.tender_no and kind is not Kind.ANNOUNCED:
        wrong.setdefault("tender_no", []).append(_("只有公告招標有採購案號，其他事件請留空。"))
    if row.bidders is not None and (kind not in WITH_BIDDERS or not 0 <= row.bidders <= 1000):
        wrong.setdefault("bidders", []).append(_("流標、廢標與決標才有投標家數，0 到 1000。"))
    if (row.ground != "") != (kind is Kind.WITHDRAWN):
        wrong.setdefault("ground", []).append(_("撤銷列管要選事由，其他事件請留空。"))
    if kind in NEEDS_TEXT and not row.text:
        wrong.setdefault("text", []).append(_("請說明原因。"))


def _follow(project: Project, told: Happening | None = None) -> None:
    """The state, the contractor and the amount as the happenings leave them (helper: the caller records and locks).

    `told` is what was told just now: whether it has to be explained is asked last, of what can be at all.
    """
    rows = standing(Happening.objects.filter(project=project))
    try:
        left = outcome_of(rows)
    except CannotHappen as failure:
        raise bad(
            "kind",
            _("「%(kind)s」不會發生在「%(state)s」的時候，沒有存。請看日期的先後，或先補登缺的事件。")
            % {"kind": _(KIND_LABELS[failure.kind]), "state": _(STATE_LABELS[failure.state])},
        ) from failure
    if told is not None:
        check_closing(told)
    project.state, project.contractor, project.award_amount = (
        left.state.value,
        left.contractor,
        left.award_amount,
    )
    project.tender_no = left.tender_no or project.tender_no
    project.funds_held_on = left.funds_held_on or project.funds_held_on
    project.version += 1
    project.save(
        update_fields=["state", "contractor", "award_amount", "tender_no", "funds_held_on", "version"]
    )
    following.tell(project)
