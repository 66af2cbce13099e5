"""Forms of signing in: the library's, with our words and our lock."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as LibraryChangePasswordForm
from allauth.account.forms import LoginForm as LibraryLoginForm
from allauth.account.forms import ReauthenticateForm as LibraryReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as LibraryCodeForm
from allauth.mfa.base.forms import ReauthenticateForm as LibraryCodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm as LibraryActivateForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.people import actions
from shizheng.kernel.people.actions.door import SignInLocked

CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


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
        return super().clean_code()  # type: ignore[misc]


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
