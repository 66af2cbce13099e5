"""Two people who decide at the same moment, each in a connection of their own."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection

from shizheng.common.errors import Conflict
from shizheng.kernel.people.factories import person
from shizheng.kernel.people.models import User
from shizheng.kernel.rulebook import actions, queries
from shizheng.kernel.rulebook.models import Rule, RuleDecision, RuleVersion


def proposed(actor: Any, value: str) -> RuleVersion:
    return actions.propose_change(
        actor, "TC-17", value=value, valid_from=date(2026, 1, 1), source="115 年度施政計畫", reason="依新計畫"
    )


@pytest.mark.own_database
def test_of_two_who_decide_at_the_same_moment_one_wins_and_the_other_is_told(own_database: str) -> None:
    """Twice: on one proposal, and on two proposals of the same rule whose effects were shown before either counted."""
    author, heads = person(role="rdec_officer"), [person(role="rdec_head") for _ in range(2)]
    one = proposed(author, "85")
    two, three = proposed(author, "80"), proposed(author, "70")
    assert at_once([(heads[0], one.pk, 1), (heads[1], one.pk, 1)]) == ["approved", "決定（核准）"]
    assert at_once([(heads[0], two.pk, 2), (heads[1], three.pk, 2)]) == ["approved", "另一個修改核准"]
    decided = list(RuleDecision.objects.filter(rule__code="TC-17").order_by("id"))
    assert [each.number for each in decided] == [1, 2, 3]
    rule = Rule.objects.get(code="TC-17")
    assert rule.version == 3 and queries.waiting().count() == 1


def at_once(acts: list[tuple[User, int, int]]) -> list[str]:
    """Everybody approves in a thread and a connection of their own; what came of it, in order of the words."""
    start, outcomes = threading.Barrier(len(acts)), []

    def approve(actor: User, pk: int, version: int) -> None:
        try:
            start.wait(5)
            actions.approve_change(actor, pk, version=version, reason="同意")
            outcomes.append("approved")
        except Conflict as failure:
            told = [words for words in ("決定（核准）", "另一個修改核准") if words in failure.message]
            outcomes.append(*told)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(outcomes)
