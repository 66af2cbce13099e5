"""How the sign-in library behaves here: closed sign-up, our lock-out, encrypted secrets, 中文 words."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from shizheng.common import clock
from shizheng.common.addresses import client_address
from shizheng.kernel.people import actions
from shizheng.kernel.people.actions.door import SignInLocked
from shizheng.kernel.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; failures are counted in the database, for all web processes alike."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("帳號或密碼不對。請再試一次；忘記密碼時，請洽貴機關的系統管理者。"),
        "invalid_login": _("帳號或密碼不對。請再試一次；忘記密碼時，請洽貴機關的系統管理者。"),
        "account_inactive": _("帳號或密碼不對。請再試一次；忘記密碼時，請洽貴機關的系統管理者。"),
        "incorrect_password": _("密碼不對，請再試一次。"),
        "incorrect_code": _("動態密碼不對。請等下一組數字再試；手機的時間要準。"),
        "enter_current_password": _("目前的密碼不對。"),
        "too_many_login_attempts": _("登入失敗太多次，請稍後再試。"),
        "rate_limited": _("嘗試太多次，請稍後再試。"),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            actions.refuse_if_locked(credentials.get("username", ""), self.get_client_ip(request))
        except SignInLocked as failure:
            raise ValidationError(failure.message, code=failure.code) from failure

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        self.pre_authenticate(request, **credentials)
        user = authenticate(request, **credentials)
        if user is None or not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        actions.note_failure(
            credentials.get("username", ""),
            self.get_client_ip(request),
            agent=self.get_http_user_agent(request),
        )

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in, all the way, need not say the password again for some minutes."""
        records = get_authentication_records(context.request, context.request.user)
        if (
            records
            and clock.now().timestamp() - records[-1]["at"] < account_settings.REAUTHENTICATION_TIMEOUT
        ):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        response = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=settings.SESSION_COOKIE_AGE * 30,
            samesite="Lax",
        )
        return response

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """The pages themselves say what was done; "signed in as …" over every first page would be noise."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticators are encrypted under the installation's key for personal data."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("動態密碼不對。請等下一組數字再試；手機的時間要準。"),
        "cannot_delete_authenticator": _("您的角色必須使用動態密碼，不能停用。換手機時請洽系統管理者重設。"),
    }

    def _fernet(self) -> Fernet:
        return Fernet(urlsafe_b64encode(urlsafe_b64decode(settings.FIELD_KEY)))

    def encrypt(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return self._fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as failure:
            raise RuntimeError(
                "SHIZHENG_FIELD_KEY does not open this secret; was the key replaced?"
            ) from failure

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def build_totp_svg(self, url: str) -> str:
        """The picture on white, so that a phone reads it in the dark theme too."""
        import qrcode
        from qrcode.image.svg import SvgFillImage

        return str(qrcode.make(url, image_factory=SvgFillImage).to_string(encoding="unicode"))

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        user = User.objects.get(pk=authenticator.user_id)
        return not (authenticator.type == authenticator.Type.TOTP and user.authority.requires_second_factor)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: history and the sign-in record hold the fact."""
