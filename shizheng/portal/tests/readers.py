"""A middleware for browser tests without a database: whoever asks is a reader who may see the style page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shizheng.web.tests.people import Reader


class EverybodyReads:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = Reader({"portal.view_style"})  # type: ignore[assignment]
        return self.get_response(request)
