"""Defining a task: what it is called by people and programs, when it runs, and why it failed when it does.

Every app's `tasks.py` defines its tasks with `task`; the page of jobs then knows their names.
"""

import asyncio
import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from procrastinate import JobContext
from procrastinate.contrib.django import app

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.jobs import actions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` is for programs (`<app>.<verb>`); `label` is 中文 in the catalogue; housekeeping comes by the clock."""

    name: str
    label: str
    housekeeping: bool = False


_defined: dict[str, Definition] = {}


def definitions() -> tuple[Definition, ...]:
    """Every task of every installed app."""
    return tuple(_defined.values())


def definition_of(name: str) -> Definition:
    """The task of that name; one that is not installed any more is called by its name."""
    return _defined.get(name) or Definition(name, name)


def housekeeping_names() -> list[str]:
    """Names of the tasks that keep the house."""
    return [each.name for each in _defined.values() if each.housekeeping]


def task(
    name: str,
    *,
    label: str,
    housekeeping: bool = False,
    cron: str = "",
    pass_context: bool = False,
    **options: Any,
) -> Callable[[Callable[..., Any]], Any]:
    """Make a function a task. `label` is marked with `N_`; `cron` lets it run by the clock, given the time as `timestamp`.

    `pass_context` hands procrastinate's context over as the first argument; `options` are procrastinate's own. A failure
    is written down with its attempt, and goes on to procrastinate.
    """

    def define(function: Callable[..., Any]) -> Any:
        _defined[name] = Definition(name, label, housekeeping)
        made = app.task(name=name, pass_context=True, **options)(_keeping_failures(function, pass_context))
        return app.periodic(cron=cron)(made) if cron else made

    return define


def _keeping_failures(function: Callable[..., Any], pass_context: bool) -> Callable[..., Any]:
    if asyncio.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run_async(context: JobContext, **arguments: Any) -> Any:
            try:
                return await function(*([context] if pass_context else []), **arguments)
            except Exception as failure:
                await sync_to_async(_note)(context, failure)
                raise

        return run_async

    @functools.wraps(function)
    def run(context: JobContext, **arguments: Any) -> Any:
        try:
            return function(*([context] if pass_context else []), **arguments)
        except Exception as failure:
            _note(context, failure)
            raise

    return run


def _note(context: JobContext, failure: Exception) -> None:
    job = context.job
    try:
        actions.record_failure(SYSTEM, job.id or 0, job.task_name, failure)
    except Exception:  # the failure itself matters more: it goes on, and the log has both
        log.exception("why job %s (%s) failed could not be written down", job.id, job.task_name)
