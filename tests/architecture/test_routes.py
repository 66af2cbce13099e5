"""What holds for every route: a permission that exists, and exactly the roles that hold it get in."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from ninja import Schema
from ninja.constants import NOT_SET

from shizheng.common.permissions import declared
from shizheng.common.routes import PUBLIC, SIGNED_IN
from shizheng.config.api import api
from shizheng.config.middleware import permission_of


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        else:
            yield address, pattern


def operations() -> Iterator[tuple[str, str, str | None]]:
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                named = getattr(operation.view_func, "permission", None)
                for method in operation.methods:
                    yield method, f"/api/v1{prefix}{path}", named


CODES = {permission.code for permission in declared()}


@pytest.mark.parametrize(
    ("address", "pattern"), list(routes()), ids=[address or "/" for address, _ in routes()]
)
def test_every_route_names_a_permission_that_exists(address: str, pattern: URLPattern) -> None:
    named = permission_of(pattern.callback)
    assert named is not None, f"{address} names no permission"
    assert named in CODES | {PUBLIC, SIGNED_IN}, f"{address} names {named}, which no app declares"


@pytest.mark.parametrize(("method", "address", "named"), list(operations()), ids=lambda value: str(value))
def test_every_api_operation_names_a_permission_that_exists(
    method: str, address: str, named: str | None
) -> None:
    assert named in CODES | {PUBLIC}, f"{method} {address} names {named}"


def test_every_call_of_the_api_is_titled_in_the_first_language() -> None:
    """The schema's page lists calls by title; the library's own guess at one is the function's name in English."""
    guessed = [
        f"{method} /api/v1{prefix}{path}"
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
        if not any("\u4e00" <= letter <= "\u9fff" for letter in str(operation.summary))
    ]
    assert not guessed


def test_no_two_shapes_of_the_api_s_description_share_a_name() -> None:
    """The description keeps one shape under a name: of two, one call would be described with the other's fields."""
    described = api.get_openapi_schema()["components"]["schemas"]
    places: dict[str, set[str]] = {}
    left = list(Schema.__subclasses__())
    while left:
        shape = left.pop()
        left += shape.__subclasses__()
        if shape.__module__.startswith("shizheng."):
            places.setdefault(shape.__name__, set()).add(shape.__module__)
    twice = {name: sorted(found) for name, found in places.items() if name in described and len(found) > 1}
    assert twice == {} and len(described) > 50


def test_the_description_names_what_each_step_takes() -> None:
    described = api.get_openapi_schema()["components"]["schemas"]
    assert set(described["UnitMoveIn"]["properties"]) == {
        "on",
        "legal_basis",
        "reason",
        "version",
        "parent_id",
    }
    assert set(described["StepIn"]["properties"]) == {"version", "reason"}
    assert set(described["FactCorrectionIn"]["properties"]) == {
        "value",
        "missing",
        "rows",
        "source",
        "reason",
    }


UNDESCRIBED = 71
"""Operations whose answer is not described yet: this number only ever falls."""


def _is_described(annotation: object) -> bool:
    """A shape, or a list of one."""
    if get_origin(annotation) is list:
        (annotation,) = get_args(annotation)
    return isinstance(annotation, type) and issubclass(annotation, Schema)


def _is_file(operation: Any) -> bool:
    """Media types in place of a shape."""
    answers = (operation.openapi_extra or {}).get("responses", {})
    return bool(answers.get(200, {}).get("content"))


def test_the_answer_of_a_new_operation_is_described() -> None:
    """A program that reads the description learns what comes back; a new operation names its shape."""
    plain = [
        f"{method} {prefix}{path}"
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
        if not _is_file(operation)
        and not any(
            _is_described(model.model_fields["response"].annotation)
            for status, model in operation.response_models.items()
            if status in (200, 201) and model not in (None, NOT_SET)
        )
    ]
    assert len(plain) <= UNDESCRIBED, plain
    assert "GET /projects/warnings" not in plain


def _schemas(annotation: object, found: set[type[Schema]]) -> set[type[Schema]]:
    """The schemas that a type is made of, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, Schema) and annotation not in found:
        found.add(annotation)
        for field in annotation.model_fields.values():
            _schemas(field.annotation, found)
    for part in get_args(annotation):
        _schemas(part, found)
    return found


def test_every_body_of_the_api_refuses_a_field_that_it_does_not_know() -> None:
    """A misspelt name would be dropped in silence, and something else done than was asked."""
    bodies: set[type[Schema]] = set()
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                for model in operation.models:
                    if model.__ninja_param_source__ == "body":
                        for field in model.model_fields.values():
                            _schemas(field.annotation, bodies)
    assert len(bodies) > 90
    lenient = sorted(each.__name__ for each in bodies if each.model_config.get("extra") != "forbid")
    assert not lenient, f"to be derived from api_fields.Given: {lenient}"
