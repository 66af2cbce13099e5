"""A web process computes what many will ask for before the first of them comes: after its start, and when a day begins.

What lives on from then is left out of Python's search for rings of garbage, which stopped a reader for 150 ms each time
that much was computed anew (a city of 2,000 KPIs).

Only in processes that `shizheng up` starts for the web (it sets `SHIZHENG_WARM`), in a thread that nobody waits for.
Whatever goes wrong here is noted in the log; readers then compute for themselves, as without it.
"""

import gc
import logging
import os
import time
from datetime import datetime, timedelta
from datetime import time as time_of_day
from threading import Event, Lock, Thread
from typing import Any

from shizheng.common import clock
from shizheng.config.environment import PROJECT
from shizheng.web import warming

log = logging.getLogger("shizheng.warming")

VARIABLE = "SHIZHENG_WARM"
SETTLING = 1.0
"""Seconds after the start, or after midnight, in which nothing is computed."""
PATIENCE = 60.0
"""Seconds for which requests go first, before each thing to prepare."""
TIMES = 2
"""Nothing is kept while somebody writes: what was not kept is computed once more. What was kept costs a query."""


class Requests:
    """How many requests this process is answering."""

    def __init__(self) -> None:
        self._lock, self._running = Lock(), 0

    def begun(self, **_given: Any) -> None:
        with self._lock:
            self._running += 1

    def ended(self, **_given: Any) -> None:
        with self._lock:
            self._running = max(0, self._running - 1)

    def wait_for_none(self, stop: Event, patience: float = PATIENCE) -> None:
        """Until none is running, or patience is over."""
        until = time.monotonic() + patience
        while self._running and time.monotonic() < until and not stop.wait(0.05):
            pass


def start() -> Thread | None:
    """Start the thread where this process serves the web; elsewhere do nothing."""
    if os.environ.get(VARIABLE) != "1":
        return None
    from django.core.signals import request_finished, request_started

    requests = Requests()
    request_started.connect(requests.begun, weak=False, dispatch_uid="warming_begun")
    request_finished.connect(requests.ended, weak=False, dispatch_uid="warming_ended")
    thread = Thread(target=_every_day, args=(requests, Event()), name="warming", daemon=True)
    thread.start()
    return thread


def _every_day(requests: Requests, stop: Event) -> None:
    from django.urls import get_resolver

    wait = SETTLING
    while not stop.wait(wait):
        get_resolver().url_patterns  # noqa: B018 - loads every app's pages, which live on as well
        prepare_all(requests, stop)
        compile_templates(requests, stop)
        requests.wait_for_none(stop)
        keep_what_lives()
        wait = seconds_to_next_day(clock.now()) + SETTLING


def compile_templates(requests: Requests, stop: Event) -> int:
    """Our pages' templates in the language of most readers, one after the other between requests; gives their number.

    Compiling takes a second in all (15 MB), of which the first reader of every page would wait for his or her share.
    """
    from django.conf import settings
    from django.template import engines
    from django.template.utils import get_app_template_dirs
    from django.utils.translation import override

    ours = [
        folder for folder in get_app_template_dirs("templates") if folder.is_relative_to(PROJECT / "shizheng")
    ]
    names = sorted(
        {path.relative_to(folder).as_posix() for folder in ours for path in folder.rglob("*.html")}
    )
    engine = engines["django"].engine  # type: ignore[attr-defined]
    with override(settings.LANGUAGE_CODE):
        for name in names:
            requests.wait_for_none(stop, SETTLING)
            try:
                engine.get_template(name)
            except Exception as failure:  # whoever asks for that page is told
                log.warning("%s: %s", name, failure)
    return len(names)


def keep_what_lives() -> None:
    """Everything that is there now is looked through once, and then never again until the next day.

    Counting references frees most of it nevertheless when it is dropped; rings that were kept here are found a day later.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def seconds_to_next_day(now: datetime) -> float:
    """Until midnight in Taipei."""
    here = now.astimezone(clock.TAIPEI)
    midnight = datetime.combine(here.date() + timedelta(days=1), time_of_day(), clock.TAIPEI)
    return (midnight - here).total_seconds()


def prepare_all(requests: Requests, stop: Event) -> None:
    """Each thing in turn, when no request is running; the connections are given back."""
    from django.db import connections

    try:
        for prepare in warming.prepared():
            requests.wait_for_none(stop)
            begun = time.perf_counter()
            try:
                for _ in range(TIMES):
                    prepare()
            except Exception as failure:
                log.warning("%s: %s", prepare.__qualname__, failure)  # type: ignore[attr-defined]
            else:
                log.debug("%s %.0f ms", prepare.__qualname__, (time.perf_counter() - begun) * 1000)  # type: ignore[attr-defined]
    finally:
        connections.close_all()
