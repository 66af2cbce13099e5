"""Whatever people do to a case in whatever order: steps tell its whole life, and its clock only ever gives time."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.kernel.cases import actions, queries
from shizheng.kernel.cases.models import Case, CaseAssignment, CaseExtension, CasePause, CaseStep, Part
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.cases.tests.conftest import act, again, opened
from shizheng.kernel.people import factories as people

pytestmark = pytest.mark.django_db
NAMES = (
    "accept", "ask", "supplied", "close", "close", "reopen", "reopen", "pause", "resume", "extend", "grant", "refuse", "assign", "back", "rule", "nothing",
)  # fmt: skip


def do(town: SimpleNamespace, case: Case, name: str) -> None:
    """One thing that somebody tries."""
    given_: dict[str, Any] = {"version": None}
    asked = CaseExtension.objects.filter(case=case, state="asked").first()
    things: dict[str, Callable[[], Any]] = {
        "pause": lambda: actions.pause(town.rdec, case.pk, reason="颱風", **given_),
        "resume": lambda: actions.resume(town.rdec, case.pk, **given_),
        "extend": lambda: actions.ask_extension(town.rdec, case.pk, reason="會勘", amount=2, **given_),
        "assign": lambda: actions.assign(town.rdec, case.pk, unit_id=town.parks.pk, reason="公園", **given_),
        "back": lambda: actions.hand_back(town.rdec, case.pk, reason="不是", **given_),
        "rule": lambda: actions.rule_on_responsibility(
            town.rdec, case.pk, unit_id=town.works.pk, reason="路權", **given_
        ),
        "nothing": lambda: None,
    }
    for decision in ("grant", "refuse"):
        things[decision] = lambda approve=decision == "grant": (
            asked
            and actions.decide_extension(  # type: ignore[misc]
                town.city_chief, asked.pk, approve=approve, reason="可", told="電話", **given_
            )
        )
    thing = things.get(name) or (lambda: act(town.rdec, case, name, reason="有理由", fields={"what": "照片"}))
    with suppress(CannotDo):  # refused, with words: that is one of the two answers
        thing()


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 72)), max_size=14))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_order_of_acts_leaves_a_whole_case(town: SimpleNamespace, acts: list[tuple[str, int]]) -> None:
    now = at("2025-02-07 10:00")
    with transaction.atomic():
        with clock.set_to(now):
            town.city_chief = people.person(people.role("case_rdec"), display_name="錢主任")
            case = opened(town)
        due = case.due_at
        for name, hours in [("accept", 1), *acts]:
            now += timedelta(hours=hours)
            with clock.set_to(now):
                do(town, case, name)
                case = again(case)
                assert case.due_at >= due, name
                due = case.due_at
                _whole(case)
        transaction.set_rollback(True)


def _whole(case: Case) -> None:
    steps = list(CaseStep.objects.filter(case=case))
    assert all(before.target == after.source for before, after in pairwise(steps))
    assert steps[-1].target == case.state
    held = CasePause.objects.filter(case=case, until=None).exists()
    assert (case.stopped_at is not None) == held and not (held and case.closed_at)
    assert (case.closed_at is not None) == (case.state == "closed")
    main = CaseAssignment.objects.get(case=case, part=Part.MAIN, until=None)
    assert main.unit_id == case.unit_id
    standing = queries.standing_of(case)
    assert standing is not None and standing.due.at >= case.due_at
    assert min(standing.used, standing.left, standing.over) >= 0
    if not held:
        assert standing.due.at == case.due_at
