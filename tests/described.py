"""What an operation of the API says is what its description promises: nothing is dropped on the way, nothing changed.

A shape that lacks a field would leave it out of every answer in silence; here each answer that a test gets is held against
what the operation had to say.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.operation import Operation
from ninja.responses import NinjaJSONEncoder


def said(result: Any) -> Any:
    """The body of what a view returned, as JSON would have it; None where it is no plain data, but rows or a file."""
    body = result[1] if isinstance(result, tuple) and len(result) == 2 else result
    if isinstance(body, HttpResponseBase):
        return None
    try:
        return json.loads(json.dumps(body, cls=NinjaJSONEncoder))
    except TypeError:
        return None


@contextmanager
def answers_whole() -> Iterator[None]:
    """Within, an answer that differs from what its operation said fails with both."""
    original = Operation._result_to_response

    def checked(
        self: Operation, request: HttpRequest, result: Any, temporal_response: HttpResponse
    ) -> HttpResponseBase:
        meant = said(result)
        answer = original(self, request, result, temporal_response)
        if meant is not None and isinstance(answer, HttpResponse) and answer.content:
            got = json.loads(answer.content)
            if got != meant:
                raise AssertionError(f"{self.view_func.__name__} said {meant}, answered {got}")
        return answer

    Operation._result_to_response = checked  # type: ignore[method-assign]
    try:
        yield
    finally:
        Operation._result_to_response = original  # type: ignore[method-assign]
