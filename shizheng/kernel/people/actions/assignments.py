"""Who holds which role where, from when until when."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, NotFound, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.roc import in_words
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.actions.accounts import create_person
from shizheng.kernel.people.actions.keeping import keeping_an_administrator, locked
from shizheng.kernel.people.models import Role, RoleAssignment, User


def _not_beyond_oneself(actor: Actor, role: Role, unit_id: int) -> None:
    """Nobody hands out the power over accounts in units where he or she does not hold it."""
    for code in ("people.manage", "people.assign_roles"):
        if code in role.permissions and not actor.may(code, unit_id):
            raise NotPermitted(
                _(
                    "這個角色能管理帳號或指派角色，而您在這個機關沒有這些權限，所以沒有指派。請洽全市的系統管理者。"
                )
            )


def assign_role(
    actor: Actor,
    *,
    user_id: int,
    role_id: int,
    unit_id: int,
    start_date: date | None = None,
    end_date: date | None = None,
    reason: str = "",
) -> RoleAssignment:
    """Give somebody a role in a unit and all below it, from `start_date` (today) until before `end_date`."""
    require(actor, "people.assign_roles", unit_id)
    if actor.pk is not None and actor.pk == user_id:
        raise NotPermitted(_("不能替自己指派角色，沒有指派。請另一位系統管理者指派。"))
    start = start_date or clock.today()
    user = User.objects.filter(pk=user_id, is_active=True).first()
    role = Role.objects.filter(pk=role_id, is_active=True).first()
    unit = organisations.unit(unit_id)
    fields: dict[str, list[str]] = {}
    if user is None:
        fields["user"] = [_("請選啟用中的人員。")]
    if role is None:
        fields["role"] = [_("請選啟用中的角色。")]
    if unit is None or not organisations.periods_on(start).filter(unit=unit).exists():
        fields["unit"] = [_("這個機關在開始日不存在，請選別的機關或日期。")]
    if end_date is not None and end_date <= start:
        fields["end_date"] = [_("結束日是沒有權限的第一天，要晚於開始日。")]
    if fields or user is None or role is None:
        raise BadInput(_("角色沒有指派，有欄位要改。"), fields=fields)
    _not_beyond_oneself(actor, role, unit_id)
    with recorded(by=actor, action="people.assign_role", reason=reason), keeping_an_administrator():
        twice = RoleAssignment.objects.filter(
            Q(end_date=None) | Q(end_date__gt=start), user=user, role=role, unit_id=unit_id
        )
        if end_date is not None:
            twice = twice.filter(start_date__lt=end_date)
        if twice.exists():
            raise BadInput(
                _("這位在這個機關、這段期間已經有這個角色，沒有重複指派。"),
                fields={"role": [_("已經有這個角色。")]},
            )
        try:
            with transaction.atomic():
                return RoleAssignment.objects.create(
                    user=user, role=role, unit_id=unit_id, start_date=start, end_date=end_date
                )
        except IntegrityError as failure:
            raise BadInput(
                _("有人同時指派了同一個角色，沒有重複指派。"), fields={"role": [_("已經有這個角色。")]}
            ) from failure


def create_person_with_role(
    actor: Actor, *, role_id: int | None, unit_id: int | None, **person: Any
) -> tuple[User, str]:
    """Make an account and give it its first role, both or neither (see `create_person`, `assign_role`)."""
    with recorded(by=actor, action="people.create_person"):
        user, password = create_person(actor, **person)
        if role_id is not None and unit_id is not None:
            assign_role(actor, user_id=user.pk, role_id=role_id, unit_id=unit_id)
        return user, password


def end_assignment(
    actor: Actor, assignment_id: int, *, on: date | None = None, version: int | None = None, reason: str
) -> RoleAssignment:
    """Take a role away: `on` (today) is the first day without it."""
    assignment = RoleAssignment.objects.filter(pk=assignment_id).first()
    if assignment is None:
        raise NotFound(_("找不到這個角色指派，或您不能看。"))
    require(actor, "people.assign_roles", assignment.unit_id)
    day = on or clock.today()
    with recorded(by=actor, action="people.end_assignment", reason=need_reason(reason)):
        with keeping_an_administrator():
            assignment = locked(RoleAssignment, assignment_id, version, _("這個角色指派"))
            if assignment.end_date is not None and assignment.end_date <= clock.today():
                raise BadInput(
                    _("這個角色在 %(day)s 已經結束。") % {"day": in_words(assignment.end_date)},
                    fields={"on": [_("已經結束。")]},
                )
            if day < clock.today():
                raise BadInput(
                    _("結束日不能早於今天，已經發生的要留著。"), fields={"on": [_("請選今天或以後。")]}
                )
            _not_beyond_oneself(actor, assignment.role, assignment.unit_id)
            assignment.end_date = max(day, assignment.start_date)
            assignment.version += 1
            assignment.save()
        return assignment
