"""Signing in: failures counted, accounts and addresses locked and unlocked, sessions ended."""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import written
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.people.actions.keeping import need_management
from shizheng.kernel.people.models import GuardKind, SignInEvent, SignInGuard, SignInOutcome, User
from shizheng.kernel.people.queries import guards, user_by_username

# Many people of one office share an address, so it takes more failures to lock it.
ADDRESS_FACTOR = 10
# One customer holds a whole /64 of IPv6 and may use another address of it each time (RFC 4291, 2.5.4; RFC 6177).
IPV6_PREFIX = 64
FORGOTTEN_AFTER = timedelta(days=7)


class SignInLocked(CannotDo):
    """The account name or the address is locked; the text does not tell whether the account exists."""

    status = 429
    code = "sign_in_locked"


def _limits() -> tuple[int, timedelta]:
    return settings.LOCKOUT_FAILURES, timedelta(minutes=settings.LOCKOUT_MINUTES)


def subject_of(username: str) -> str:
    """The account name, or a keyed hash where nobody bears it: people type passwords into the wrong box."""
    user = user_by_username(username.strip()) if username.strip() else None
    if user is not None:
        return user.username
    keyed = hmac.new(settings.SECRET_KEY.encode(), username.strip().casefold().encode(), hashlib.sha256)
    return f"?{keyed.hexdigest()[:20]}"


def place_of(address: str) -> str:
    """What failures are counted against: an IPv4 address, the /64 of an IPv6 address, other text as it is."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(IPv6Network((int(known), IPV6_PREFIX), strict=False))
    return str(known)


def refuse_if_locked(username: str, address: str) -> None:
    """Raise SignInLocked while the account name or the address is locked."""
    subjects = {GuardKind.ACCOUNT: subject_of(username), GuardKind.ADDRESS: place_of(address)}
    for guard in SignInGuard.objects.filter(subject__in=subjects.values(), locked_until__gt=clock.now()):
        if subjects.get(GuardKind(guard.kind)) == guard.subject:
            raise SignInLocked(locked_text())


def locked_text() -> str:
    """What a locked-out person reads."""
    return _("登入失敗太多次，暫停登入 %(minutes)s 分鐘。請稍後再試，或請系統管理者解除鎖定。") % {
        "minutes": settings.LOCKOUT_MINUTES
    }


def note_failure(
    username: str, address: str, *, agent: str = "", outcome: SignInOutcome = SignInOutcome.WRONG_PASSWORD
) -> None:
    """Count one failure against the account name and the address, and lock what has had too many."""
    most, minutes = _limits()
    now = clock.now()
    with recorded(by=SYSTEM, action="people.note_failure", reason=written("連續登入失敗")):
        _count(GuardKind.ACCOUNT, subject_of(username), most, minutes, now)
        if address:
            _count(GuardKind.ADDRESS, place_of(address), most * ADDRESS_FACTOR, minutes, now)
        note_event(user_by_username(username.strip()), outcome, address, agent)


def _count(kind: GuardKind, subject: str, most: int, minutes: timedelta, now: datetime) -> None:
    guard, _made = SignInGuard.objects.select_for_update().get_or_create(kind=kind, subject=subject)
    over = guard.locked_until is not None and guard.locked_until <= now
    if over or guard.last_failure_at is None or now - guard.last_failure_at > minutes:
        guard.locked_until, guard.failures = None, 0
    guard.failures += 1
    guard.last_failure_at = now
    if guard.failures >= most and guard.locked_until is None:
        guard.locked_until = now + minutes
    guard.save()


def note_success(user: User, address: str, agent: str = "") -> None:
    """Somebody is in, second factor and all: the account's count starts anew (the address's does not)."""
    with recorded(by=user, action="people.sign_in"):
        SignInGuard.objects.filter(kind=GuardKind.ACCOUNT, subject=user.username).update(failures=0)
        note_event(user, SignInOutcome.SIGNED_IN, address, agent)


def forget_old_guards() -> int:
    """Take away counts that nothing was added to for a week and that lock nobody. Returns how many."""
    now = clock.now()
    with recorded(by=SYSTEM, action="people.forget_old_guards", reason=_("七天沒有再登入失敗")):
        quiet = Q(last_failure_at=None) | Q(last_failure_at__lt=now - FORGOTTEN_AFTER)
        free = Q(locked_until=None) | Q(locked_until__lt=now)
        gone, _by_model = SignInGuard.objects.filter(quiet, free).delete()
    return gone


def note_event(user: User | None, outcome: SignInOutcome, address: str = "", agent: str = "") -> None:
    """Write down what happened at the door."""
    with recorded(by=user or SYSTEM, action="people.note_event"):
        SignInEvent.objects.create(user=user, outcome=outcome, address=address[:45], agent=agent[:200])


def unlock(actor: Actor, guard_id: int, *, reason: str) -> SignInGuard:
    """Let an account name or an address try again at once."""
    require(actor, "people.manage")
    with recorded(by=actor, action="people.unlock", reason=need_reason(reason)):
        seen = guards(actor).filter(pk=guard_id).exists()
        guard = SignInGuard.objects.select_for_update().filter(pk=guard_id).first() if seen else None
        if guard is None:
            raise NotFound(_("找不到這筆鎖定。"))
        guard.locked_until, guard.failures = None, 0
        guard.save()
        return guard


def end_sessions_of(user: User, keep: str | None = None, only: int | None = None) -> int:
    """End the sessions of somebody, but `written` (a session key); `only` names one. The caller asked for permission."""
    from allauth.usersessions.models import UserSession

    sessions = UserSession.objects.filter(user_id=user.pk)
    if keep:
        sessions = sessions.exclude(session_key=keep)
    if only is not None:
        sessions = sessions.filter(pk=only)
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    if ended:
        note_event(user, SignInOutcome.SESSION_ENDED)
    return ended


def end_sessions(
    actor: Actor, user_id: int, *, session_id: int | None = None, keep: str | None = None, reason: str = ""
) -> int:
    """End sessions: one's own, or with `people.manage` and a reason another's. Returns how many ended."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or (user.pk != actor.pk and not actor.may("people.manage")):
        raise NotFound(_("找不到這個人員，或您不能看。"))
    if user.pk != actor.pk:
        need_management(actor, user.pk)
        need_reason(reason)
    with recorded(by=actor, action="people.end_sessions", reason=reason):
        return end_sessions_of(user, keep, session_id)
