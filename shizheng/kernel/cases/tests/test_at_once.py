"""Several people at the same moment, each on a connection of his own; and a sweep that breaks off in the middle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.cases import actions
from shizheng.kernel.cases.models import Case, CaseEscalation, CaseRung, CaseStep
from shizheng.kernel.cases.tests.conftest import act, again, make_town, on, opened
from shizheng.kernel.cases.tests.kind import Domain
from shizheng.kernel.filing import notices

pytestmark = pytest.mark.own_database
FRIDAY = "2025-02-07 10:00"


@pytest.fixture
def here(domain: Domain) -> SimpleNamespace:
    with on(FRIDAY):
        return make_town()


def at_once(*things: Callable[[], Any], moment: str = FRIDAY) -> list[str]:
    """Run things at the same moment; what each came to: `done`, or the failure's code."""
    start = Barrier(len(things), timeout=60)

    def run(thing: Callable[[], Any]) -> str:
        try:
            with on(moment):
                start.wait()
                thing()
        except CannotDo as failure:
            return failure.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(run, things))


def test_cases_opened_at_once_have_numbers_without_a_gap(here: SimpleNamespace) -> None:
    def three() -> None:
        for _each in range(3):
            opened(here)

    assert at_once(three, three, three) == ["done"] * 3
    assert sorted(Case.objects.values_list("serial", flat=True)) == list(range(1, 10))


def test_of_two_who_act_on_what_they_saw_one_is_told_that_the_other_was_faster(here: SimpleNamespace) -> None:
    with on(FRIDAY):
        case = opened(here)

    def accept() -> None:
        actions.apply_transition(here.officer, case.pk, "accept", version=case.version)

    assert sorted(at_once(accept, accept)) == ["conflict", "done"]
    assert again(case).state == "handling" and CaseStep.objects.filter(case=case, name="accept").count() == 1


def test_two_sweeps_at_once_and_people_at_work_take_each_rung_once(here: SimpleNamespace) -> None:
    with on(FRIDAY):
        cases = [opened(here) for _each in range(12)]

    def sweep() -> None:
        actions.escalate(SYSTEM, batch=4)

    def work() -> None:
        for case in cases:
            act(here.officer, case, "accept")

    assert at_once(sweep, work, sweep, moment="2025-02-17 09:00") == ["done"] * 3
    with on("2025-02-17 10:00"):
        actions.escalate(SYSTEM)
    taken = list(CaseEscalation.objects.values_list("case_id", "step"))
    assert sorted(taken) == sorted(
        (case.pk, step) for case in cases for step in ("1:officer", "1:supervisor")
    )


def test_a_sweep_that_breaks_off_has_taken_its_batches_as_a_whole_and_goes_on_where_it_stopped(
    here: SimpleNamespace,
) -> None:
    with on(FRIDAY):
        for _each in range(3):
            opened(here)
    said: list[str] = []

    class Broken(Exception):
        pass

    def sender(**given: Any) -> int:
        if len(said) == 3 and "again" not in said:
            raise Broken
        said.append(given["key"])
        return 1

    notices.register(sender)
    try:
        with on("2025-02-17 09:00"):
            with pytest.raises(Broken):
                actions.escalate(SYSTEM, batch=2)
            taken, left = (
                CaseEscalation.objects.count(),
                CaseRung.objects.filter(comes_at__lte="2025-02-17T01:00Z"),
            )
            assert 0 < taken < 6 and left.exists()
            said.append("again")
            actions.escalate(SYSTEM, batch=2)
    finally:
        notices.forget(sender)
    assert CaseEscalation.objects.count() == 6 and not left.exists()
    assert len({key for key in said if key != "again"}) == 6
