"""What every call of the endpoint has in common: the format, the jurisdiction, the key, the limits, refusals in the standard's shape."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from shizheng.common.addresses import client_address
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import Actor
from shizheng.common.routes import public, shows_today
from shizheng.domains.petitions.open311 import errors, limits, services
from shizheng.domains.petitions.open311.errors import KEY, NOT_ALLOWED, NOT_FOUND, NOT_GIVEN, Refused
from shizheng.domains.petitions.open311.rules.reading import Unfit
from shizheng.domains.petitions.open311.rules.writing import TYPES, write
from shizheng.kernel.people.actions.door import place_of
from shizheng.kernel.people.queries import actor_of_token

Answer = tuple[str, Any]
"""The name of the root element, and the document."""
FRESH = 60
"""Seconds for which an answer that everybody may read may be kept."""


FAILURES = (Refused, Unfit, CannotDo, SuspiciousOperation, MultiPartParserError, UnreadablePostError)


def endpoint(**by_method: Callable[..., Answer]) -> Callable[..., HttpResponse]:
    """A view of the endpoint: what answers GET (and HEAD), and what answers POST.

    Nobody's session counts here, so that no foreign page can send with one: whoever sends has a key.
    """

    @public
    @shows_today
    @csrf_exempt
    def view(request: HttpRequest, form: str = "xml", **place: str) -> HttpResponse:
        request.encoding = "utf-8"
        method = "GET" if request.method == "HEAD" else str(request.method)
        shown = form if form in TYPES else "xml"
        if method == "OPTIONS":
            return _allowed(HttpResponse(status=204), by_method)
        try:
            if form not in TYPES:
                raise Refused(NOT_FOUND, _("格式只有 .xml 和 .json。"))
            if method not in by_method:
                raise Refused(NOT_ALLOWED, _("這個位址不接受這種方法。"))
            if method == "GET":
                limits.count(limits.READING, place_of(client_address(request)))
            root, document = by_method[method](request, **place)
        except FAILURES as failure:
            return _allowed(_refusal(shown, _refused(failure)), by_method)
        answer = _answer(200, shown, root, document)
        answer["Cache-Control"] = f"public, max-age={FRESH}" if method == "GET" else "no-store"
        return _allowed(answer, by_method)

    return wraps(next(iter(by_method.values())), updated=())(view)


def _refused(failure: Exception) -> Refused:
    """Whatever went wrong, as a refusal: 403 and 404 as they are, everything else 400."""
    if isinstance(failure, Refused):
        return failure
    if isinstance(failure, Unfit):
        return Refused(NOT_GIVEN, str(failure))
    if isinstance(failure, BadInput):
        fields = [f"{name}: {text}" for name, texts in failure.fields.items() for text in texts]
        return Refused(NOT_GIVEN, *(fields or [failure.message]))
    if isinstance(failure, CannotDo):
        return Refused(failure.status if failure.status in (KEY, NOT_FOUND) else NOT_GIVEN, failure.message)
    return Refused(NOT_GIVEN, _("送來的內容讀不出來，或太大；沒有收案。"))


def _answer(status: int, form: str, root: str, document: Any) -> HttpResponse:
    answer = HttpResponse(write(form, root, document), status=status, content_type=TYPES[form])
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _refusal(form: str, failure: Refused) -> HttpResponse:
    answer = _answer(failure.status, form, "errors", errors.document(failure.status, failure.said))
    answer["Cache-Control"] = "no-store"
    if failure.wait:
        answer["Retry-After"] = str(failure.wait)
    return answer


def _allowed(answer: HttpResponse, by_method: dict[str, Any]) -> HttpResponse:
    """What every answer says of methods: pages of other sites may read, and send nothing (a key is no thing for a page)."""
    methods = [each for each in ("GET", "HEAD", "POST") if ("GET" if each == "HEAD" else each) in by_method]
    answer["Allow"] = ", ".join([*methods, "OPTIONS"])
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    answer["Access-Control-Max-Age"] = "86400"
    return answer


def need_jurisdiction(given: str) -> None:
    """One jurisdiction is served, so none need be named; another is not known here."""
    if given.strip() and given.strip().lower() != services.jurisdiction().lower():
        raise Refused(
            NOT_FOUND,
            _("找不到 jurisdiction_id「%(id)s」；這裡只有「%(here)s」，也可以不給。")
            % {"id": given.strip()[:60], "here": services.jurisdiction()},
        )


def actor_of_key(request: HttpRequest, given: str) -> Actor:
    """Who sends, by the API key (`api_key`, or `Authorization: Bearer`): a token of the product with what its scope allows.

    Raises Refused with 403, or 429 after too many wrong ones and too many calls.
    """
    bearer = request.headers.get("Authorization", "")
    text = given.strip() or bearer.removeprefix("Bearer ").strip()
    actor = actor_of_token(text) if text else None
    if actor is None:
        limits.count(limits.WRONG_KEY, place_of(client_address(request)))
        raise Refused(
            KEY,
            _("api_key 不對或已失效，沒有收案。申請方式見 /open311/。")
            if text
            else _("沒有給 api_key，沒有收案。申請方式見 /open311/。"),
        )
    limits.count(limits.SENDING, f"key\0{actor.token_id}")
    return actor
