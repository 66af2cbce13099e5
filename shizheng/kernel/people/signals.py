"""What the sign-in library reports, written down."""

from typing import Any

from allauth.account.signals import password_changed, password_set, user_logged_in
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from shizheng.common.addresses import client_address
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import written
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.people import actions
from shizheng.kernel.people.actions.door import end_sessions_of, note_event
from shizheng.kernel.people.models import SignInOutcome, User


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    actions.note_success(user, client_address(request), request.META.get("HTTP_USER_AGENT", ""))


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None and user.pk:
        with recorded(by=user, action="people.sign_out"):
            note_event(user, SignInOutcome.SIGNED_OUT, client_address(request))


def _password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password ends every other session, and the present one gets a new key."""
    actions.change_password_done(user, client_address(request))
    request.session.cycle_key()
    with recorded(by=user, action="people.end_sessions", reason=written("變更密碼")):
        end_sessions_of(user, keep=request.session.session_key)


def _code_failed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    actions.note_failure(
        user.username,
        client_address(request),
        agent=request.META.get("HTTP_USER_AGENT", ""),
        outcome=SignInOutcome.WRONG_CODE,
    )


def _factor_changed(action: str) -> Any:
    """The library's table has no history of its own; the account's version moves with the fact."""

    def note(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        with recorded(by=user if user.pk else SYSTEM, action=action):
            row = User.objects.select_for_update().get(pk=user.pk)
            row.version += 1
            row.save(update_fields=["version"])

    return note


_set_up, _removed = (
    _factor_changed("people.set_up_second_factor"),
    _factor_changed("people.remove_second_factor"),
)


def connect() -> None:
    """Called once when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="people.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="people.signed_out")
    password_changed.connect(_password_changed, dispatch_uid="people.password_changed")
    password_set.connect(_password_changed, dispatch_uid="people.password_set")
    mfa.authentication_failed.connect(_code_failed, dispatch_uid="people.code_failed")
    mfa.authenticator_added.connect(_set_up, dispatch_uid="people.factor_added")
    mfa.authenticator_removed.connect(_removed, dispatch_uid="people.factor_removed")
