"""What public pages share: limits for each source, nothing kept in caches, what this browser may see again."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shizheng.citizens import actions
from shizheng.common import clock
from shizheng.common.addresses import client_address
from shizheng.common.errors import NotFound
from shizheng.common.routes import public

SESSION_DRAFTS, SESSION_CASES = "citizen_drafts", "citizen_cases"
MOST_DRAFTS, MOST_CASES = 5, 10
SEEN_FOR = timedelta(minutes=30)
"""How long a case that was looked up can be read without its code."""
View = Callable[..., HttpResponse]


def open_to_all(read: str = "read", sent: str = "save", *, kept: bool = False) -> Callable[[View], View]:
    """A public view with the limits of a source for looking and for sending; nothing of it is `kept` in a cache otherwise."""

    def mark(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actions.take(sent if request.method == "POST" else read, client_address(request))
            answer = view(request, *args, **kwargs)
            if not kept and not answer.has_header("Cache-Control"):
                answer["Cache-Control"] = "private, no-store"
            return answer

        limited.limits = (read, sent)  # type: ignore[attr-defined]
        return public(limited)

    return mark


def remember_draft(request: HttpRequest, token: uuid.UUID) -> None:
    """This browser writes that draft: the address alone, seen on another computer, opens nothing."""
    mine = [str(token), *request.session.get(SESSION_DRAFTS, [])]
    request.session[SESSION_DRAFTS] = mine[:MOST_DRAFTS]


def draft_of(request: HttpRequest, token: uuid.UUID) -> dict[str, Any]:
    """A draft of this browser's. Raises NotFound."""
    if str(token) not in request.session.get(SESSION_DRAFTS, []):
        raise NotFound(
            _("找不到這份還沒送出的內容；它只在開始寫的瀏覽器裡打得開。請從「我要陳情」重新開始。")
        )
    return actions.open_draft(token)


def remember_case(request: HttpRequest, case_id: int) -> None:
    """Number and code were right: this browser may read the case for a while."""
    cases = dict(request.session.get(SESSION_CASES, {}))
    cases[str(case_id)] = clock.now().isoformat()
    request.session[SESSION_CASES] = dict(list(cases.items())[-MOST_CASES:])


def may_see(request: HttpRequest, case_id: int) -> bool:
    """Whether this browser has shown the code of a case within SEEN_FOR."""
    shown = request.session.get(SESSION_CASES, {}).get(str(case_id))
    return shown is not None and clock.now() - datetime.fromisoformat(shown) < SEEN_FOR


def forget_case(request: HttpRequest, case_id: int) -> None:
    """It may no more: somebody else may use this computer."""
    cases = dict(request.session.get(SESSION_CASES, {}))
    cases.pop(str(case_id), None)
    request.session[SESSION_CASES] = cases
