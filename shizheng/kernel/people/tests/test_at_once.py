"""Two administrators at the same moment, each on a connection of his own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from shizheng.common.errors import CannotDo
from shizheng.kernel.people import actions, queries
from shizheng.kernel.people.factories import person, role
from shizheng.kernel.people.models import Role

pytestmark = pytest.mark.own_database


def both(first, second) -> list[str]:  # type: ignore[no-untyped-def]
    """Run two things at once; what each came to: `done` or the failure's code."""
    start = Barrier(2, timeout=20)

    def run(thing) -> str:  # type: ignore[no-untyped-def]
        try:
            start.wait()
            thing()
        except CannotDo as failure:
            return failure.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, (first, second)))


def test_two_administrators_who_remove_each_other_leave_one() -> None:
    one, two = person(role="administrator"), person(role="administrator")
    a, b = one.assignments.get().pk, two.assignments.get().pk
    # both requests begin, and read what their officer may, before either ends
    assert all(each.may("people.assign_roles") for each in (one, two))
    outcome = both(
        lambda: actions.end_assignment(one, b, reason="互相移除"),
        lambda: actions.end_assignment(two, a, reason="互相移除"),
    )
    assert outcome == ["done", "last_administrator"]
    assert queries.lasting_administrators() == 1


def test_of_two_who_edit_one_role_at_once_one_is_told() -> None:
    one, two = person(role="administrator"), person(role="administrator")
    officer = role("officer")
    versions = {officer.pk: officer.version}
    outcome = both(
        lambda: actions.set_matrix(one, {officer.pk: ["planning.view"]}, versions=versions, reason="甲"),
        lambda: actions.set_matrix(two, {officer.pk: ["measures.view"]}, versions=versions, reason="乙"),
    )
    assert outcome == ["conflict", "done"]
    assert Role.objects.get(pk=officer.pk).version == officer.version + 1


def test_failures_at_once_are_all_counted() -> None:
    from shizheng.kernel.people.models import SignInGuard

    user = person()
    both(
        lambda: [actions.note_failure(user.username, "192.0.2.1") for _number in range(2)],
        lambda: [actions.note_failure(user.username, "192.0.2.1") for _number in range(2)],
    )
    assert SignInGuard.objects.get(kind="account", subject=user.username).failures == 4
