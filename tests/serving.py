"""The product served from this process, for a browser that tests or measures it."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
"""How Chromium is started."""
AT_ONCE = 4
"""Requests that are answered at once; each of so many threads keeps its connection to the database."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a browser that closes early

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """A thread for each connection of the browser: it ends with it, and so does what it asked of the database itself."""
        from django.db import connections

        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The address at which the product answers, on the database that this process uses."""
    from shizheng.config.wsgi import application

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return at_work.submit(application, environ, start).result()

    with ThreadPoolExecutor(AT_ONCE) as at_work, make_server("127.0.0.1", 0, answer, Server, Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
