"""What a request carries into the application."""

from typing import Any

import pytest

from shizheng.config import wsgi


def test_variables_of_the_process_do_not_ride_along_with_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIZHENG_SECRET_KEY", "a-secret")
    monkeypatch.setenv("SERVER_NAME", "of-the-process")
    seen: dict[str, Any] = {}
    monkeypatch.setattr(wsgi, "_django", lambda environ, start: seen.update(environ) or [b""])
    request = {"PATH_INFO": "/", "SERVER_NAME": "of-the-server", "HTTP_HOST": "h", "wsgi.input": None}
    wsgi.application({"SHIZHENG_SECRET_KEY": "a-secret", **request}, lambda *given: None)
    assert seen == request
