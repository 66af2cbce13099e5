"""How a program says who it is: a token of a user, or the session of a signed-in browser."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer

from shizheng.common.api import Guard
from shizheng.common.errors import NotPermitted
from shizheng.common.words import tell


class ForeignWrite(NotPermitted):
    """A write that comes with a session, but without the proof that one of our own pages sent it."""

    code = "csrf_failed"


class Token(Guard, HttpBearer):
    """`Authorization: Bearer …`: a token of a user, limited to the permissions in its scope."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        from shizheng.kernel.people.queries import actor_of_token

        return actor_of_token(token)


class Session(Guard, APIKeyCookie):
    """A signed-in browser, with the CSRF token on writes."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        if not request.user.is_authenticated:
            return None  # no session that a foreign page could abuse: the answer is 401, not a failed check
        try:
            return super()._get_key(request)
        except HttpError as failure:
            raise ForeignWrite(
                tell(
                    "登入中的瀏覽器要寫入，必須帶 X-CSRFToken 標頭；沒有帶或不相符，所以沒有執行。"
                    "程式請改用權杖（Authorization: Bearer）。"
                )
            ) from failure

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None
