"""How a program says who it is: a token of a user, or the session of a signed-in browser."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from shizheng.common.api import Guard


class Token(Guard, HttpBearer):
    """`Authorization: Bearer …`: a token of a user, limited to the permissions in its scope."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        from shizheng.kernel.people.queries import actor_of_token

        return actor_of_token(token)


class Session(Guard, APIKeyCookie):
    """A signed-in browser, with the CSRF token on writes."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None
