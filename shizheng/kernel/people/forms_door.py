"""Forms of signing in: the library's, with our words and our lock."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as LibraryChangePasswordForm
from allauth.account.forms import LoginForm as LibraryLoginForm
from allauth.account.forms import ReauthenticateForm as LibraryReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm as LibraryCodeForm
from allauth.mfa.base.forms import ReauthenticateForm as LibraryCodeAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as LibraryActivateForm
from allauth.mfa.totp.internal.auth import (
    compare_user_code,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.people import actions
from shizheng.kernel.people.actions.door import SignInLocked

STEP_MARK = "last_step"
CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


def use_up_code(authenticator: Any, code: str) -> bool:
    """Whether a right code was not used before; from now on it and earlier ones are (RFC 6238, 5.2).

    The library forgets a used code after one step of 30 seconds, but takes it for three: whoever read it over a shoulder
    could use it again. Recovery codes are used up by the library itself.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    secret = get_mfa_adapter().decrypt(authenticator.data["secret"])
    steps = [
        step
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    ]
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        fresh = [step for step in steps if step > row.data.get(STEP_MARK, -1)]
        if not fresh:
            return False
        row.data[STEP_MARK] = max(fresh)
        row.save(update_fields=["data"])
    authenticator.data = row.data  # the library saves this instance with the time of its use
    return True


def _plain(form: Any, **labels: Any) -> None:
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].help_text = ""
            form.fields[name].widget.attrs.pop("placeholder", None)


class LoginForm(LibraryLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login=_("帳號"), password=_("密碼"))
        self.fields["login"].widget.attrs["autofocus"] = True


class ChangePasswordForm(LibraryChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword=_("目前的密碼"), password1=_("新密碼"), password2=_("再寫一次新密碼"))
        self.fields["password1"].help_text = _("至少 12 個字元，不能全是數字，也不能太常見或像您的帳號。")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password1") and cleaned.get("password1") == cleaned.get("oldpassword"):
            self.add_error("password1", _("新密碼要和目前的不同。"))
        return cleaned


class ReauthenticateForm(LibraryReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=_("密碼"))


class _LockedByFailures:
    """Codes are counted with passwords: whoever knows the password must not try codes without end."""

    def clean_code(self) -> str:
        try:
            actions.refuse_if_locked(self.user.username, get_adapter().get_client_ip(context.request))  # type: ignore[attr-defined]
        except SignInLocked as failure:
            raise ValidationError(failure.message, code=failure.code) from failure
        self.cleaned_data["code"] = self.cleaned_data["code"].replace(" ", "")  # type: ignore[attr-defined]
        code: str = super().clean_code()  # type: ignore[misc]
        if not use_up_code(self.authenticator, code):  # type: ignore[attr-defined]
            self._emit_authentication_failed(self.authenticator)  # type: ignore[attr-defined]
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_LockedByFailures, LibraryCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("動態密碼或救援碼"))
        self.fields["code"].widget.attrs.update(CODE_ATTRS)


class CodeAgainForm(_LockedByFailures, LibraryCodeAgainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("動態密碼或救援碼"))
        self.fields["code"].widget.attrs.update(CODE_ATTRS)


class ActivateForm(LibraryActivateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("驗證 App 顯示的六位數字"))
        self.fields["code"].widget.attrs.update(CODE_ATTRS)
