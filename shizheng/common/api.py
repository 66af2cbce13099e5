"""The API's router: an operation names its permission, or says that it is public; there is no third way.

`request.auth` is the actor (a user of the session, or an API token's user limited to its scopes).
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from ninja import Router as NinjaRouter
from ninja import Schema

from shizheng.common.api_errors import only_known
from shizheng.common.permissions import require
from shizheng.common.routes import PUBLIC


class ErrorOut(Schema):
    """What every failed call answers. `code` is stable; `message` is 中文 for people."""

    code: str
    message: str
    fields: dict[str, list[str]] = {}


FILE = {"type": "string", "format": "binary"}
"""Bytes as they are."""
ERRORS = (400, 401, 403, 404, 409, 412, 413, 422, 429)


@cache
def _error_model() -> type[Schema]:
    """How an operation answers with `ErrorOut`: the same for all; one for each code of each took half of a start."""
    return type("NinjaResponseSchema", (Schema,), {"__annotations__": {"response": ErrorOut}})


class Guard:
    """Mixed into an authenticator: whoever it recognises must also hold the operation's permission.

    It stands before the parsing of the input, so that a stranger learns nothing about what an operation takes.
    """

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Any:
        actor = super().__call__(request)  # type: ignore[misc]
        if actor:
            require(actor, self.permission)
        return actor


class Router(NinjaRouter):
    """A ninja router whose operations take `permission=`; None says in so many words: public.

    An operation that answers with a file names its media types instead of a shape: `files=("application/pdf",)`.
    The ways to say who one is are named by the setting `API_AUTHENTICATORS` (classes with `Guard`).
    """

    def api_operation(  # type: ignore[override]
        self,
        methods: list[str],
        path: str,
        *,
        permission: str | None,
        files: Sequence[str] = (),
        **options: Any,
    ) -> Callable[..., Any]:
        if permission is None:
            options["auth"] = None
        else:
            options["auth"] = [import_string(name)(permission) for name in settings.API_AUTHENTICATORS]
        response = options.pop("response", None if files else Any)
        if files:
            content = {media_type: {"schema": FILE} for media_type in files}
            options["openapi_extra"] = {"responses": {200: {"content": content}}}
        succeeding = response if isinstance(response, dict) else {200: response}
        register = super().api_operation(methods, path, response=succeeding, **options)

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            view.permission = permission or PUBLIC  # type: ignore[attr-defined]
            made = register(view)
            operation = self.path_operations[path].operations[-1]
            for code in ERRORS:
                operation.response_models.setdefault(code, _error_model())
            known = {
                name
                for model in operation.models
                if model.__ninja_param_source__ == "query"
                for name in model.__ninja_flatten_map__
            }
            operation.view_func = only_known(view, known)
            return made

        return decorate

    def get(self, path: str, *, permission: str | None, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        return self.api_operation(["GET"], path, permission=permission, **options)

    def post(self, path: str, *, permission: str | None, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        return self.api_operation(["POST"], path, permission=permission, **options)

    def put(self, path: str, *, permission: str | None, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        return self.api_operation(["PUT"], path, permission=permission, **options)

    def patch(self, path: str, *, permission: str | None, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        return self.api_operation(["PATCH"], path, permission=permission, **options)

    def delete(self, path: str, *, permission: str | None, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        return self.api_operation(["DELETE"], path, permission=permission, **options)
