"""A body beyond the limit is answered in words, not with a traceback."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from shizheng.common import clock
from shizheng.kernel.people.actions import create_token
from shizheng.kernel.people.factories import person

pytestmark = pytest.mark.django_db
TOO_LARGE = json.dumps({"file_name": "a.txt", "text": "施" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}).encode()


def token() -> str:
    owner = person(role="control_officer")
    _token, text = create_token(
        owner, name="x", scopes=["planning.import"], expires_at=clock.now() + timedelta(days=1)
    )
    return text


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.INFO)
    return caplog


def test_a_program_gets_413_in_the_one_shape_of_failure(logged: Any) -> None:
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token()}")
    answer = client.post("/api/v1/planning/plans/import", TOO_LARGE, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json() == {"code": "too_large", "message": answer.json()["message"], "fields": {}}
    assert "6 MB" in answer.json()["message"]
    assert "Traceback" not in answer.content.decode() and not any(r.exc_info for r in logged.records)


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_browser_s_session_gets_the_same(logged: Any, kind: str) -> None:
    client = Client()
    client.force_login(person(role="control_officer"))
    answer = client.post("/api/v1/planning/plans/import", TOO_LARGE, content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_stranger_is_a_stranger_first() -> None:
    answer = Client().post("/api/v1/planning/plans/import", TOO_LARGE, content_type="application/json")
    assert answer.status_code == 401


def test_a_page_says_the_same_in_a_page(logged: Any) -> None:
    client = Client(raise_request_exception=False)
    kind = "application/x-www-form-urlencoded"
    answer = client.post("/account/login/", b"login=" + b"a" * len(TOO_LARGE), content_type=kind)
    assert answer.status_code == 413
    assert "6 MB" in answer.content.decode()
