"""What a person has to do before anything else: a password of one's own, and the second factor where the role asks."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.kernel.people.queries import second_factor_missing

SESSION_MARK = "second_factor_checked"
ACTIVITY_MARK = "seen_at"
OPEN = ("/account/", "/language/", "/static/")


class DutiesMiddleware:
    """Send who signed in with a temporary password, or without the second factor that the role asks for, to mend it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        self._note_activity(request)
        if request.path.startswith(OPEN):
            return None
        if request.user.must_change_password:
            return self._first(request, "account_change_password", _("第一次登入要先換成自己的密碼。"))
        if request.session.get(SESSION_MARK) == request.user.pk:
            return None
        if second_factor_missing(request.user):
            return self._first(request, "mfa_activate_totp", _("您的角色要用動態密碼登入，請先設定。"))
        if request.user.authority.requires_second_factor:
            request.session[SESSION_MARK] = request.user.pk
        return None

    def _note_activity(self, request: HttpRequest) -> None:
        """Keep the list of sessions true to the minute."""
        now = int(clock.now().timestamp())
        if abs(now - request.session.get(ACTIVITY_MARK, 0)) >= 60:
            request.session[ACTIVITY_MARK] = now
            UserSession.objects.create_from_request(request)

    def _first(self, request: HttpRequest, route: str, text: str) -> HttpResponse:
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "sign_in_unfinished", "message": text, "fields": {}}, status=403)
        messages.info(request, text)
        return HttpResponseRedirect(reverse(route))
