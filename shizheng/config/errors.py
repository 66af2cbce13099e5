"""Pages for what went wrong; the templates are `400.html`, `403.html` … of the design system."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from shizheng.common.routes import public

log = logging.getLogger(__name__)


def too_large_text() -> str:
    """What is said of a request beyond `DATA_UPLOAD_MAX_MEMORY_SIZE`."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
    return _("送來的內容超過 %(most)s MB，沒有讀，也沒有執行任何動作。請分成幾次送，或縮小檔案。") % {
        "most": most
    }


def failure_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """The page for `status` with a message of the domain; falls back to the general page of 400. Programs get JSON."""
    if request.path.startswith("/api/"):
        phrase = "too_large" if status == 413 else HTTPStatus(status).phrase.lower().replace(" ", "_")
        return JsonResponse(
            {"code": phrase, "message": message or _("沒有這個介面。"), "fields": {}}, status=status
        )
    for name in (f"{status}.html", "400.html"):
        try:
            body = render_to_string(name, {"message": message, "status": status}, request=request)
        except TemplateDoesNotExist:
            continue
        return HttpResponse(body, status=status)
    return HttpResponse(
        message or HTTPStatus(status).phrase, status=status, content_type="text/plain; charset=utf-8"
    )


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        log.warning("%s: the body is too large", request.path)
        return failure_page(request, 413, too_large_text())
    return failure_page(request, 400, _("瀏覽器送來的內容讀不懂，沒有執行任何動作。請回上一頁再試一次。"))


@public
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return failure_page(request, 403, str(exception))


@public
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return failure_page(request, 404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    return failure_page(request, 500, _("系統出了錯，沒有完成。請稍後再試；一再發生時請通知系統管理者。"))


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return failure_page(
        request, 403, _("這個表單放太久了，或是從別的網站送來，所以沒有執行。請重新整理頁面再送一次。")
    )
