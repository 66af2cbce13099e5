"""The API's router: an operation names its permission, or says that it is public; there is no third way.

`request.auth` is the actor (a user of the session, or an API token's user limited to its scopes).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja import Router as NinjaRouter
from ninja import Schema

from shizheng.common.errors import NotPermitted
from shizheng.common.permissions import require


class ErrorOut(Schema):
    """What every failed call answers. `code` is stable; `message` is 中文 for people."""

    code: str
    message: str
    fields: dict[str, list[str]] = {}


ERRORS: dict[frozenset[int], Any] = {frozenset({400, 401, 403, 404, 409, 413, 422, 429}): ErrorOut}


class Router(NinjaRouter):
    """A ninja router whose operations take `permission=`; None says in so many words: public."""

    def api_operation(  # type: ignore[override]
        self, methods: list[str], path: str, *, permission: str | None, **options: Any
    ) -> Callable[..., Any]:
        if permission is None:
            options["auth"] = None
        response = options.pop("response", None)
        if isinstance(response, dict):
            options["response"] = {**response, **ERRORS}
        elif response is not None:
            options["response"] = {200: response, **ERRORS}
        else:
            options["response"] = {**{200: Any}, **ERRORS}  # type: ignore[dict-item]
        register = super().api_operation(methods, path, **options)

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                if permission is not None:
                    actor = getattr(request, "auth", None)
                    if actor is None:
                        raise NotPermitted("這個介面需要登入或權杖。")
                    require(actor, permission)
                return view(request, *args, **kwargs)

            guarded.permission = permission or "public"  # type: ignore[attr-defined]
            register(guarded)
            return view

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
