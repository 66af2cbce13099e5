"""A job exists exactly if its write committed, and one whose worker was killed is found and run again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from shizheng.common.errors import CannotDo, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.jobs import actions, queries, tasks


class Nobody:
    """An actor without any permission."""

    pk = 1
    display_name = "無權限者"

    def may(self, code: str, unit_id: int | None = None) -> bool:
        return False

    def units_where(self, code: str) -> frozenset[int]:
        return frozenset()


@pytest.mark.django_db
def test_a_job_disappears_with_the_transaction_that_wanted_it() -> None:
    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction.atomic():
        actions.defer("jobs.record_moment", timestamp=0)
        assert ProcrastinateJob.objects.count() == 1
        raise Broken
    assert ProcrastinateJob.objects.count() == 0


@pytest.mark.django_db
def test_without_the_permission_nobody_sees_or_touches_jobs() -> None:
    number = actions.defer("jobs.record_moment", timestamp=0)
    assert queries.visible_to(Nobody()).count() == 0
    with pytest.raises(NotPermitted):
        actions.cancel_job(Nobody(), number, reason="想試試")


@pytest.mark.django_db
def test_a_waiting_job_can_be_cancelled_once() -> None:
    number = actions.defer("jobs.record_moment", timestamp=0)
    actions.cancel_job(SYSTEM, number, reason="不需要了")
    assert ProcrastinateJob.objects.get(pk=number).status == "cancelled"
    with pytest.raises(CannotDo, match="不能取消"):
        actions.cancel_job(SYSTEM, number, reason="不需要了")
    with pytest.raises(CannotDo, match="不能重跑"):
        actions.retry_job(SYSTEM, number, reason="再試一次")


@pytest.mark.django_db
def test_a_job_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(NotFound):
        actions.retry_job(SYSTEM, 123456, reason="再試一次")


WORKER = """
import sys
from shizheng.config.runtime import start_django
start_django()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from procrastinate.contrib.django import app

@app.task(name="tests.slow")
def slow(seconds):
    import time
    print("working", flush=True)
    time.sleep(seconds)

with app.replace_connector(app.connector.get_worker_connector()) as running:
    running.run_worker(concurrency=1, wait=True, install_signal_handlers=True, update_heartbeat_interval=0.5,
                       stalled_worker_timeout=1.5)
"""


@contextmanager
def worker(database: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", WORKER, database], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.own_database
def test_a_job_whose_worker_was_killed_is_found_and_queued_again(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = actions.defer("tests.slow", seconds=60)
    with worker(own_database) as process:
        assert process.stdout is not None and process.stdout.readline().strip() == "working"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert ProcrastinateJob.objects.get(pk=number).status == "doing"
    monkeypatch.setattr(tasks, "STALLED_SECONDS", 1)
    time.sleep(2)
    assert async_to_sync(tasks.rescue)(app.job_manager) == [number]
    assert ProcrastinateJob.objects.get(pk=number).status == "todo"


@pytest.mark.own_database
def test_a_job_that_is_being_worked_on_is_left_alone(own_database: str) -> None:
    number = actions.defer("tests.slow", seconds=60)
    with worker(own_database) as process:
        assert process.stdout is not None and process.stdout.readline().strip() == "working"
        assert async_to_sync(tasks.rescue)(app.job_manager) == []
    assert ProcrastinateJob.objects.get(pk=number).status == "doing"
