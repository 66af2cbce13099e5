"""Acts that move accounts or power ask again who is there: a browser that somebody left open must not be enough."""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shizheng.common.errors import NotPermitted
from shizheng.kernel.history.actions import resumed_at
from shizheng.kernel.people.authority import TokenActor


def confirm(request: HttpRequest) -> None:
    """Go on if the person has signed in or confirmed lately (`SHIZHENG_REAUTHENTICATION_MINUTES`); else ask for it.

    Called by a page once what was typed is in order and before anything is done. The sign-in library keeps the POST in
    the session, asks for the password or a code, and then runs the page again with it: nothing is typed twice.
    """
    if is_reauthentication_required(request, app="people"):
        # the library runs again only what was sent to the bare address; no form here reads the query
        request.META["QUERY_STRING"] = ""
        raise ReauthenticationRequired
    resumed_at(request.path)


def refuse_unconfirmed(request: HttpRequest, actor: Any) -> None:
    """The same for the API in a browser's session: raises NotPermitted. A token was confirmed when it was made."""
    if isinstance(actor, TokenActor) or not is_reauthentication_required(request, app="people"):
        return
    minutes = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60
    raise NotPermitted(
        _(
            "這個動作會動到帳號或權限，而您登入或確認身分已超過 %(minutes)s 分鐘，沒有執行。"
            "請在網頁重新確認身分（/account/reauthenticate/）後再送一次，或改用權杖。"
        )
        % {"minutes": minutes},
        code="reauthentication_required",
    )
