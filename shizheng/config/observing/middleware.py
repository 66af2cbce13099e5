"""Around every request: a number for it, one line in the log, and its time in the metrics."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from shizheng.config.observing.logs import request_facts
from shizheng.config.observing.metrics import REQUESTS, SECONDS

log = logging.getLogger("shizheng.request")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = ("/static/", "/health/", "/metrics")
_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")


class ObservingMiddleware:
    """The route's pattern stands for the address everywhere: numbers of rows and what was searched for stay out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        facts = {"request": given if _NUMBER.fullmatch(given) else uuid4().hex[:16]}
        token = request_facts.set(facts)
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            took = time.perf_counter() - begun
            self._note(request, response, took)
        finally:
            request_facts.reset(token)
        response["X-Request-ID"] = facts["request"]
        return response

    def _note(self, request: HttpRequest, response: HttpResponse, took: float) -> None:
        if request.path.startswith(QUIET):
            return
        match = request.resolver_match
        route = match.route if match else "(none)"
        method = request.method if request.method in METHODS else "OTHER"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(took)
        user = getattr(request, "_cached_user", None)  # only who was looked up anyway
        log.info(
            "%s /%s %s",
            method,
            route,
            response.status_code,
            extra={
                "route": route,
                "method": method,
                "status": response.status_code,
                "ms": round(took * 1000, 1),
                "account": getattr(user, "pk", None) or 0,
            },
        )
