"""The API against inputs made from its own schema: whatever comes, never a server error, and always our shape of failure.

Each operation is given 10 inputs, the same in every run; `SHIZHENG_EXAMPLES=200` gives each of them 200.
"""

import json
import os
import re
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from shizheng.config.wsgi import application
from tests.architecture.test_routes import operations

EXAMPLES = int(os.environ.get("SHIZHENG_EXAMPLES", "10"))
TRIES = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
OPERATIONS = sorted({f"{method} {re.sub(r'{(?:[^:}]+:)?', '{', path)}" for method, path, _ in operations()})
"""Method and path as the schema calls them; known without the schema, so that who does not run these tests does not read it."""


@pytest.fixture(scope="module")
def whole() -> schemathesis.BaseSchema:
    """The schema that the API gives."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def test_every_operation_of_the_schema_is_tried(whole: schemathesis.BaseSchema) -> None:
    assert sorted(each.ok().label for each in whole.get_all_operations()) == OPERATIONS


@pytest.fixture
def token(db: None) -> str:
    """A token of somebody who holds every permission."""
    from datetime import timedelta

    from shizheng.common import clock
    from shizheng.common.permissions import declared
    from shizheng.kernel.people.actions import create_token
    from shizheng.kernel.people.factories import person, role

    codes = [permission.code for permission in declared()]
    owner = person(role=role("everything", name="全部權限", permissions=codes))
    _, text = create_token(owner, name="fuzz", scopes=codes, expires_at=clock.now() + timedelta(days=1))
    return text


@pytest.fixture(autouse=True)
def _keep_the_connection() -> Iterator[None]:
    """A request that comes over WSGI would close the connection in whose transaction the test stands."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_input_makes_the_api_fail(operation: str, whole: schemathesis.BaseSchema, token: str) -> None:
    def try_one(case: schemathesis.Case) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            checks=(not_a_server_error, status_code_conformance, content_type_conformance),
        )

    method, path = operation.split()
    only = whole.include(method=method, path=path)
    # made here, not with `parametrize`: that makes the inputs of all operations in every process that collects tests
    (made,) = get_all_tests(schema=only, test_func=try_one, settings=TRIES, given_kwargs={})
    _operation, tries = made.ok()
    tries()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"a": 1e999}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"name": "\\u0000"}', "application/json"),
        (b"<xml/>", "text/xml"),
    ],
)
def test_a_broken_body_is_refused_in_our_shape(body: bytes, content_type: str, token: str) -> None:
    from tests.architecture.test_permission_matrix import api_example

    browser = Client(headers={"Authorization": f"Bearer {token}"})
    for method, address, _permission in operations():
        if method in {"POST", "PUT", "PATCH"}:
            answer = browser.generic(method, api_example(address), body, content_type=content_type)
            assert 400 <= answer.status_code < 500 or answer.status_code in {200, 201, 204}, (method, address)
            if answer.status_code >= 400:
                assert {"code", "message"} <= json.loads(answer.content).keys()
