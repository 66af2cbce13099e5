"""Every task has a name that people read, and says why it failed; housekeeping is swept away after a day."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.jobs import actions, queries, tasks
from shizheng.kernel.jobs.definitions import definition_of, definitions, housekeeping_names
from shizheng.kernel.jobs.rules import Attempt, attempts_of, state_of


def test_every_task_of_ours_is_defined_with_a_chinese_name() -> None:
    ours = {name for name in app.tasks if not name.startswith(("builtin:", "procrastinate.", "tests."))}
    named = {each.name: each.label for each in definitions()}
    assert ours and ours <= set(named)
    assert [name for name in ours if not any("一" <= letter <= "鿿" for letter in named[name])] == []


def test_a_task_that_is_gone_is_called_by_its_name() -> None:
    assert definition_of("old.task").label == "old.task" and not definition_of("old.task").housekeeping
    assert "jobs.record_moment" in housekeeping_names()


def at(second: int) -> datetime:
    return datetime(2026, 10, 5, 9, 0, second, tzinfo=UTC)  # Monday


def test_attempts_are_the_runs_between_start_and_end() -> None:
    events = [("deferred", at(0)), ("started", at(1)), ("deferred_for_retry", at(4)), ("started", at(10)),
              ("failed", at(12)), ("retried", at(20)), ("started", at(21))]  # fmt: skip
    runs = attempts_of(events)
    assert [(run.number, run.ending.code, run.seconds(at(30))) for run in runs] == [
        (1, "deferred_for_retry", 3.0),
        (2, "failed", 2.0),
        (3, "doing", 9.0),
    ]
    assert attempts_of([("deferred", at(0)), ("cancelled", at(5))]) == []
    assert Attempt(1, at(9), None, state_of("doing")).seconds(at(3)) == 0.0  # clocks of two machines


FAILING = """
import sys
from shizheng.config.runtime import start_django
start_django()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from procrastinate.contrib.django import app
from shizheng.common.errors import CannotDo
from shizheng.kernel.jobs.definitions import task

@task("tests.broken", label="壞掉的工作")
def broken(number):
    raise ValueError(f"no {number}")

@task("tests.refused", label="做不到的工作")
async def refused():
    raise CannotDo("檔案已經不在了，請重新上傳。")

with app.replace_connector(app.connector.get_worker_connector()) as running:
    running.run_worker(wait=False, install_signal_handlers=False)
"""


@pytest.mark.own_database
def test_why_an_attempt_failed_is_kept_and_a_retry_with_who_and_why(own_database: str) -> None:
    numbers = [actions.defer("tests.broken", number=7), actions.defer("tests.refused")]
    run = [sys.executable, "-c", FAILING, own_database]
    subprocess.run(run, check=True, capture_output=True, timeout=60)
    assert [queries.failures_of(number) for number in numbers] == [
        {1: "ValueError: no 7"},
        {1: "檔案已經不在了，請重新上傳。"},
    ]
    done = actions.retry_job(SYSTEM, numbers[1], reason=" 已重新上傳 ")
    assert (done.act, done.outcome, done.reason, done.task_name) == (
        "retry",
        "queued",
        "已重新上傳",
        "tests.refused",
    )
    subprocess.run(run, check=True, capture_output=True, timeout=60)
    assert set(queries.failures_of(numbers[1])) == {1, 2}
    assert [each.ending.code for each in queries.attempts(numbers[1])] == ["failed", "failed"]


def finish(number: int, status: str, hours_ago: int) -> None:
    """As if a worker had run the job then."""
    with connection.cursor() as cursor:
        for each in ("doing", status):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [each, number])
        cursor.execute(
            "UPDATE procrastinate_events SET at = at - %s WHERE job_id = %s",
            [timedelta(hours=hours_ago), number],
        )


@pytest.mark.own_database
def test_only_housekeeping_of_earlier_days_that_went_well_is_cleared(own_database: str) -> None:
    deferring = tasks.record_moment_each_minute  # one of a kind waits at a time
    tidied = deferring.defer(timestamp=0)
    finish(tidied, "succeeded", 25)
    failed = deferring.defer(timestamp=0)
    finish(failed, "failed", 25)
    fresh = deferring.defer(timestamp=0)
    finish(fresh, "succeeded", 23)
    wanted = actions.defer("tests.wanted")
    finish(wanted, "succeeded", 25)
    async_to_sync(tasks.clear)(app.job_manager)
    assert set(ProcrastinateJob.objects.values_list("pk", flat=True)) == {failed, fresh, wanted}
