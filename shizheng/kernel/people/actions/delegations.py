"""Standing in for somebody (代理): set by the person who will be away, or by who assigns roles there."""

from datetime import date, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, NotFound, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.roc import in_words
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.actions.keeping import locked
from shizheng.kernel.people.models import Delegation, User
from shizheng.kernel.people.queries import units_now_or_later

LONGEST = timedelta(days=366)


def delegate(
    actor: Actor, *, from_user_id: int, to_user_id: int, start_date: date, end_date: date, reason: str
) -> Delegation:
    """Let one person act with another's permissions from a day until before another (at most a year).

    Oneself sets this for one's own absence, with somebody of the same agency; who assigns roles in all units of the
    absent person sets it for others. The power over accounts never goes along.
    """
    text = need_reason(reason)
    _may_set(actor, from_user_id)
    with recorded(by=actor, action="people.delegate", reason=text):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('people.delegate'), %s)", [from_user_id % 2**31]
            )
        fields = _problems(actor, from_user_id, to_user_id, start_date, end_date)
        if fields:
            raise BadInput(_("代理沒有設定，有欄位要改。"), fields=fields)
        return Delegation.objects.create(
            from_user_id=from_user_id,
            to_user_id=to_user_id,
            start_date=start_date,
            end_date=end_date,
            reason=text[:500],
        )


def _may_set(actor: Actor, from_user_id: int) -> None:
    if actor.pk is not None and actor.pk == from_user_id:
        return
    units = units_now_or_later(from_user_id)
    if not units:
        raise NotPermitted(_("這位沒有任何角色，沒有可以代理的，沒有設定。"))
    for unit_id in units:
        require(actor, "people.assign_roles", unit_id)


def _problems(actor: Actor, absent: int, acting: int, start: date, end: date) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if not User.objects.filter(pk=acting, is_active=True).exclude(pk=absent).exists():
        fields["to_user"] = [_("請選另一位啟用中的人員。")]
    elif actor.pk == absent and not (_agencies(absent) & _agencies(acting)):
        fields["to_user"] = [_("自己設定的代理人要是同一個機關的人；別的機關的人，請系統管理者設定。")]
    if actor.pk is not None and actor.pk == acting:
        fields["to_user"] = [_("不能指定自己當代理人。")]
    if end <= start:
        fields["end_date"] = [_("結束日是不再代理的第一天，要晚於開始日。")]
    elif end - start > LONGEST:
        fields["end_date"] = [_("一次最多代理一年。")]
    if start < clock.today():
        fields["start_date"] = [_("開始日不能早於今天，已經發生的不能補設。")]
    same = Delegation.objects.filter(
        from_user_id=absent, to_user_id=acting, start_date__lt=end, end_date__gt=start
    )
    if not fields and same.exists():
        fields["to_user"] = [_("這段期間已經由這位代理，沒有重複設定。")]
    return fields


def _agencies(user_id: int) -> set[int]:
    """First-level agencies (or the city government) in which somebody holds a role."""
    tree = organisations.tree()
    found = set()
    for unit_id in units_now_or_later(user_id):
        chain = [node.id for node in tree.ancestors(unit_id) if node.kind != "city"]
        found.add(chain[0] if chain else unit_id)
    return found


def end_delegation(
    actor: Actor, delegation_id: int, *, on: date | None = None, version: int | None = None, reason: str
) -> Delegation:
    """End a delegation early: `on` (today) is the first day without it."""
    text = need_reason(reason)
    known = Delegation.objects.filter(pk=delegation_id).first()
    if known is None:
        raise NotFound(_("找不到這個代理，或您不能看。"))
    if actor.pk is None or actor.pk != known.to_user_id:
        _may_set(actor, known.from_user_id)
    day = on or clock.today()
    with recorded(by=actor, action="people.end_delegation", reason=text):
        found = locked(Delegation, delegation_id, version, _("這個代理"))
        if found.end_date <= clock.today():
            message = _("這個代理在 %(day)s 已經結束。") % {"day": in_words(found.end_date)}
            raise BadInput(message, fields={"on": [message]})
        if day < clock.today() or day >= found.end_date:
            message = _("結束日要在今天以後、%(day)s 以前。") % {"day": in_words(found.end_date)}
            raise BadInput(message, fields={"on": [message]})
        found.end_date = max(day, found.start_date)
        found.version += 1
        found.save()
        return found
