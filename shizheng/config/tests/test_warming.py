"""Web processes compute the board before it is asked for; nothing else does, and nobody waits for it."""

import gc
import logging
import threading
import time
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext

from shizheng.common.permissions import SYSTEM
from shizheng.config import warming
from shizheng.domains.planning import queries
from shizheng.domains.planning.pages import boards
from shizheng.kernel.measures.queries import remembering
from shizheng.web import warming as registry


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    remembering.forget()
    yield
    remembering.forget()


def test_only_a_process_that_serves_the_web_starts_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(warming.VARIABLE, raising=False)
    assert warming.start() is None
    assert "warming" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.own_database
@pytest.mark.django_db(transaction=True)
def test_after_it_the_first_reader_of_a_board_and_its_trend_computes_nothing(nothing_kept: None) -> None:
    assert registry.prepared()
    warming.prepare_all(warming.Requests(), threading.Event())
    with CaptureQueriesContext(connection) as made:
        board = queries.city_board(SYSTEM)
        queries.trend(SYSTEM, boards._halves_until(board.year))
    assert len(made) == 2, "each asks only whether anything was written since"


def test_what_fails_is_noted_and_the_rest_is_prepared_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def broken() -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(registry, "_prepared", [broken, lambda: done.append("rest")])
    with caplog.at_level(logging.WARNING, "shizheng.warming"):
        warming.prepare_all(warming.Requests(), threading.Event())
    assert done == ["rest"] * warming.TIMES and "no database" in caplog.text


def test_every_page_is_compiled_before_its_first_reader_asks_for_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "shizheng.warming"):
        made = warming.compile_templates(warming.Requests(), threading.Event())
    compiled = engines["django"].engine.template_loaders[0].get_template_cache  # type: ignore[attr-defined]
    assert made > 250 and not caplog.text
    assert {"web/list.html", "filing/grid.html", "projects/board.html"} <= {
        key.split()[0] for key in compiled
    }


def test_requests_go_first_but_not_for_ever() -> None:
    requests, stop = warming.Requests(), threading.Event()
    requests.begun()
    begun = time.monotonic()
    requests.wait_for_none(stop, 0.2)
    assert time.monotonic() - begun >= 0.2
    threading.Timer(0.1, requests.ended).start()
    begun = time.monotonic()
    requests.wait_for_none(stop, 30)
    assert 0.05 <= time.monotonic() - begun < 10


def test_the_next_day_begins_at_midnight_in_taipei() -> None:
    assert warming.seconds_to_next_day(datetime(2026, 3, 1, 15, 59, 30, tzinfo=UTC)) == 30
    assert warming.seconds_to_next_day(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == 24 * 3600


def test_what_lives_on_is_not_searched_for_garbage_and_new_rings_are_found_all_the_same() -> None:
    class Ring:
        pass

    def ring() -> weakref.ref[Ring]:
        one = Ring()
        one.own = one  # type: ignore[attr-defined]
        return weakref.ref(one)

    try:
        before = ring()
        warming.keep_what_lives()
        assert before() is None
        assert len(gc.get_objects()) < gc.get_freeze_count()
        later = ring()
        gc.collect()
        assert later() is None
    finally:
        gc.unfreeze()
