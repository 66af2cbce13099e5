"""The WSGI application that granian serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from shizheng.config import warming

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.config.settings")
_django = get_wsgi_application()
warming.start()

# What a server must put there (PEP 3333), even where the process has a variable of the same name.
OF_THE_REQUEST = frozenset(
    {"REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH"}
    | {"SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR", "REMOTE_PORT", "REMOTE_HOST"}
)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django without the variables of the process, which granian mixes into every request.

    Passwords and keys of the installation stand there. Whatever keeps or shows a request, such as the sign-in library
    that keeps a form until a password was given again, must not keep or show them.
    """
    dropped = os.environ.keys() - OF_THE_REQUEST
    return _django({name: value for name, value in environ.items() if name not in dropped}, start_response)  # type: ignore[no-any-return]
