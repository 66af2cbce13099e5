"""The one API at /api/v1/: a router per app, one way to say who you are, one shape of failure."""

import logging
from importlib import import_module
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.words import N_, read, tell
from shizheng.config.errors import too_large_text

log = logging.getLogger(__name__)


class Api(NinjaAPI):
    """The API, described in the language of whoever asks."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        _say(schema)
        return schema


def _say(part: Any) -> None:
    """Summaries and descriptions, wherever they stand."""
    for name, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, (dict, list)):
            _say(value)
        elif name in ("summary", "description") and isinstance(value, str):
            part[name] = read(value)


api = Api(
    title="施政 Shizheng",
    version="1",
    description=N_(
        "施政計畫、指標、數字的來歷、行事曆、機關。權杖（Bearer）在「我的帳號」申請，權限不超過本人，可再限縮。"
    ),
    urls_namespace="api",
)

ROUTERS = (
    ("calendar", "shizheng.kernel.calendar.api"),
    ("organisations", "shizheng.kernel.organisations.api"),
    ("people", "shizheng.kernel.people.api"),
    ("files", "shizheng.kernel.files.api"),
    ("rulebook", "shizheng.kernel.rulebook.api"),
    ("notifications", "shizheng.kernel.notifications.api"),
    ("measures", "shizheng.kernel.measures.api"),
    ("publication", "shizheng.kernel.publication.api"),
    ("filing", "shizheng.kernel.filing.api"),
    ("planning", "shizheng.domains.planning.api"),
    ("projects", "shizheng.domains.projects.api"),
    ("history", "shizheng.kernel.history.api"),
    ("jobs", "shizheng.kernel.jobs.api"),
)
for prefix, module in ROUTERS:
    api.add_router(f"/{prefix}", import_module(module).router, tags=[prefix])


def _answer(request: HttpRequest, status: int, code: str, message: str, **more: Any) -> HttpResponse:
    return api.create_response(
        request, {"code": code, "message": message, "fields": {}, **more}, status=status
    )


@api.exception_handler(CannotDo)
def _cannot_do(request: HttpRequest, failure: CannotDo) -> HttpResponse:
    fields = failure.fields if isinstance(failure, BadInput) else {}
    return _answer(request, failure.status, failure.code, failure.message, fields=fields)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, failure: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for error in failure.errors:
        fields.setdefault(".".join(str(part) for part in error["loc"][1:]) or "body", []).append(error["msg"])
    return _answer(
        request,
        422,
        "invalid",
        tell("送來的內容不合格式，沒有執行任何動作；哪一欄、為什麼，見 fields。"),
        fields=fields,
    )


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, failure: RequestDataTooBig) -> HttpResponse:
    log.warning("%s: the body is too large", request.path)
    return _answer(request, 413, "too_large", too_large_text())


@api.exception_handler(DataError)
def _unstorable(request: HttpRequest, failure: DataError) -> HttpResponse:
    """A NUL character, a number beyond the column: input that no database row can hold."""
    log.warning("%s: %s", request.path, failure)
    return _answer(
        request,
        422,
        "unstorable",
        tell("送來的內容有存不進資料庫的字元或數字（例如 NUL 字元），沒有執行任何動作。"),
    )


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, failure: AuthenticationError) -> HttpResponse:
    return _answer(
        request, 401, "unauthenticated", tell("需要登入，或在 Authorization 標頭帶有效的權杖（Bearer）。")
    )


@api.exception_handler(HttpError)
def _http(request: HttpRequest, failure: HttpError) -> HttpResponse:
    return _answer(request, failure.status_code, "http_error", str(failure))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, failure: Http404) -> HttpResponse:
    return _answer(request, 404, "not_found", tell("找不到，或您不能看。"))
