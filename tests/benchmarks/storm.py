"""Many people send their returns in at the same moment: the form of each return posted to the application, by processes."""

import io
import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from urllib.parse import urlencode

TOKEN = "benchmark" + "0" * 23
"""A CSRF token of the length that Django asks for; it stands in the cookie and in the form."""


def run(sending: Sequence[tuple[str, int]], workers: int) -> tuple[float, list[float]]:
    """Send returns, each with its session, by so many processes; the seconds of all and the milliseconds of each."""
    from django.db import connections

    connections.close_all()  # a process has its own
    context = multiprocessing.get_context("fork")
    pipes = []
    for number in range(workers):
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, sending[number::workers]))
        process.start()
        pipes.append((ours, process))
    for ours, _process in pipes:
        assert ours.recv() == "ready"
    began = time.perf_counter()
    for ours, _process in pipes:
        ours.send("go")
    answers = [each for ours, _process in pipes for each in ours.recv()]
    gone = time.perf_counter() - began
    for _ours, process in pipes:
        process.join(60)
    return gone, answers


def _work(pipe: Connection, mine: Sequence[tuple[str, int]]) -> None:
    status, _body = _ask("GET", mine[0])
    assert status == 200
    pipe.send("ready")
    pipe.recv()
    times = []
    for each in mine:
        began = time.perf_counter()
        status, body = _ask("POST", each)
        times.append((time.perf_counter() - began) * 1000)
        if status != 302:
            raise SystemExit(f"return {each[1]}: {status}\n{body[:3000].decode(errors='replace')}")
    pipe.send(times)


def _ask(method: str, each: tuple[str, int]) -> tuple[int, bytes]:
    """The return's page, or its form as the browser sends it: what stands there already, and the button."""
    from django.conf import settings

    from shizheng.config.wsgi import application

    session, pk = each
    form = {
        "csrfmiddlewaretoken": TOKEN, "act": "submit", "version": "1", "f.1.a": "167", "v.1.a": "1", "f.1.b": "216",
        "v.1.b": "1", "f.1.text": "依年度目標按月檢討，落後項目已提出改善措施。", "v.1.text": "1",
    }  # fmt: skip
    body = urlencode(form).encode() if method == "POST" else b""
    seen: list[str] = []
    environ = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": f"/filing/returns/{pk}/", "QUERY_STRING": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_LANGUAGE": "zh-TW", "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    response = application(environ, lambda line, headers, *rest: seen.append(line))
    try:
        answer = b"".join(response)
    finally:
        response.close()
    return int(seen[0].split()[0]), answer
