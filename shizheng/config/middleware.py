"""The order of things around every page: where it came from, which day it looks at, who may, and what went wrong."""

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.addresses import client_address
from shizheng.common.errors import CannotDo
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.routes import PUBLIC, SIGNED_IN
from shizheng.config.errors import failure_page
from shizheng.kernel.history.actions import coming_from
from shizheng.web.templatetags.ui import day_text

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
Respond = Callable[[HttpRequest], HttpResponse]

# Views of libraries cannot carry our mark; their modules say what they are for (ADR 0007).
LIBRARY_VIEWS = {
    "allauth.account": PUBLIC,  # signing in and out; the library itself guards the pages about oneself
    "allauth.mfa": PUBLIC,
    "allauth.usersessions": SIGNED_IN,
    "django.views.i18n": PUBLIC,
    "django.views.static": PUBLIC,
    "django.contrib.staticfiles": PUBLIC,
    "ninja": PUBLIC,  # each operation checks its own permission (common.api.Router)
}


def permission_of(view: Any) -> str | None:
    """The permission that a view names; None where it names none and is refused."""
    named = getattr(view, "permission", None) or getattr(
        getattr(view, "view_class", None), "permission", None
    )
    if named:
        return str(named)
    module = getattr(getattr(view, "func", view), "__module__", "")  # ninja's own views are partial functions
    module = getattr(getattr(view, "view_class", None), "__module__", module)
    return next((open_to for name, open_to in LIBRARY_VIEWS.items() if module.startswith(name)), None)


class OriginMiddleware:
    """Tell history that the changes of this request came over the web or the API, and from which address."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        channel = "api" if request.path.startswith("/api/") else "web"
        with coming_from(channel, path=request.path, ip=client_address(request)):
            return self.get_response(request)


class AsOfMiddleware:
    """`?as_of=115-10-05` sets `request.as_of` (a date, or None for today).

    For a view that knows today alone it is None, and the day asked for is `request.only_today`.
    A day to come is `request.ahead` for a view that looks ahead (`common.routes`); any other shows today, and says so.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        day = self._day(request)
        past = day is not None and day < clock.today()
        request.as_of, request.ahead = day if past else None, None  # type: ignore[attr-defined]
        request.only_today = None  # type: ignore[attr-defined]
        request.day_asked = day  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        day = request.day_asked  # type: ignore[attr-defined]
        if day is None or day == clock.today():
            return
        if getattr(view, "shows_today", False):
            request.as_of, request.only_today = None, day  # type: ignore[attr-defined]
            return
        if day < clock.today():
            return
        if getattr(view, "looks_ahead", False):
            request.ahead = day  # type: ignore[attr-defined]
        elif hasattr(request, "_messages"):
            messages.info(
                request,
                _("%(day)s 還沒到，所以顯示今天的。機關在以後某一天的樣子，在機關頁看得到。")
                % {"day": day_text(day)},
            )

    def _day(self, request: HttpRequest) -> date | None:
        text = request.GET.get("as_of", "").strip()
        if not text:
            return None
        try:
            day = parse_date(text)
        except DateNotUnderstood as failure:
            if hasattr(request, "_messages"):
                messages.error(request, str(failure))
            return None
        return day


class PermissionMiddleware:
    """Refuse a view that names no permission, send strangers to the sign-in page, and the others away politely.

    What is not public is kept in no cache: on a shared computer the next person would find it with the back button.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "not_public", False) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        permission = permission_of(view)
        if permission is None:
            raise PermissionDenied(_("這個頁面沒有標明權限，所以不開放。請通知系統管理者。"))
        if permission == PUBLIC:
            return None
        request.not_public = True  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if permission != SIGNED_IN and not request.user.may(permission):  # type: ignore[union-attr]
            raise PermissionDenied(_("您的角色不能開這個頁面。需要時請洽貴機關的系統管理者。"))
        return None


class FailureMiddleware:
    """A domain failure that a page did not handle itself becomes a page that says what happened.

    A method that an address of the API does not take is refused in the API's shape: its library answers in plain text.
    An address that only takes what is sent, opened as a page (reloaded after an error, or come back to after signing in),
    leads to the page above it, where it is sent from.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        if not request.path.startswith("/api/"):
            return self._page_above(request, response)
        allowed = ", ".join(sorted(response["Allow"].split(", ")))
        told = _("這個位址不接受 %(method)s，沒有執行任何動作；可以用的是 %(allowed)s。")
        refused = failure_page(request, 405, told % {"method": request.method, "allowed": allowed})
        refused["Allow"] = allowed
        return refused

    @staticmethod
    def _page_above(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return response
        above = request.path.rstrip("/").rpartition("/")[0] + "/"
        if above != "/" and is_valid_path(above):
            messages.info(request, _("這個網址只收送出的表單，沒有執行任何動作；從這一頁送。"))
            return redirect(above)
        refused = failure_page(request, 405, _("這個網址只收送出的表單，沒有執行任何動作。請從清單進入。"))
        refused["Allow"] = response.get("Allow", "POST")
        return refused

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        if isinstance(failure, CannotDo) and not request.path.startswith("/api/"):
            return failure_page(request, failure.status, failure.message)
        if isinstance(failure, DataError) and not request.path.startswith("/api/"):
            log.warning("%s: %s", request.path, failure)
            return failure_page(request, 400, _("送來的內容有存不進資料庫的字元或數字，沒有執行任何動作。"))
        return None
