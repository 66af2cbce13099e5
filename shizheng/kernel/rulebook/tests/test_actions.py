"""A change of a rule: proposed by one person, decided by another, kept for ever."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import BadInput, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.people.factories import person
from shizheng.kernel.people.models import User
from shizheng.kernel.rulebook import actions, queries
from shizheng.kernel.rulebook.forms_values import ValueForm
from shizheng.kernel.rulebook.models import Rule, RuleDecision, RuleVersion
from shizheng.kernel.rulebook.queries.memory import NEWEST
from shizheng.kernel.rulebook.rules import SIGNERS, FilingRounds, read_value
from shizheng.kernel.rulebook.words import say

pytestmark = pytest.mark.django_db
Y106 = date(2017, 6, 30)
Y115 = date(2026, 7, 1)


@pytest.fixture
def officer() -> User:
    return person(role="rdec_officer")


@pytest.fixture
def head() -> User:
    return person(role="rdec_head")


def proposed(actor: Any, code: str = "TC-17", **more: Any) -> RuleVersion:
    given: dict[str, Any] = {
        "value": "85", "valid_from": date(2026, 1, 1), "source": "115 年度施政計畫", "reason": "依新計畫",
    } | more  # fmt: skip
    return actions.propose_change(actor, code, **given)


def approved(actor: Any, row: RuleVersion) -> RuleVersion:
    return actions.approve_change(
        actor, row.pk, version=Rule.objects.get(pk=row.rule_id).version, reason="同意"
    )


def test_a_proposal_changes_nothing_until_another_person_approves_it(officer: User, head: User) -> None:
    row = proposed(officer)
    assert row.state == "proposed" and queries.value_of("TC-17", Y115).raw == "90"
    done = approved(head, row)
    assert (done.state, done.number, done.decided_by) == ("in_force", 2, head)
    now = queries.value_of("TC-17", Y115)
    assert (str(now.value), now.number, now.version_id, now.source) == ("85", 2, row.pk, "115 年度施政計畫")
    assert queries.value_of("TC-17", date(2025, 12, 31)).number == 1


def test_nobody_approves_or_rejects_a_proposal_of_ones_own(head: User) -> None:
    row = proposed(head)
    with pytest.raises(NotPermitted, match="提案人不能"):
        approved(head, row)
    with pytest.raises(NotPermitted, match="提案人不能"):
        actions.reject_change(head, row.pk, reason="不要")
    with pytest.raises(NotPermitted, match="系統不能"):
        approved(SYSTEM, row)
    assert not RuleDecision.objects.filter(version=row).exists()


def test_who_may_not_is_refused_and_nothing_is_written(officer: User) -> None:
    row, clerk = proposed(officer), person(role="officer")
    before = RuleVersion.objects.count(), RuleDecision.objects.count()
    for act in (
        lambda: proposed(clerk),
        lambda: approved(clerk, row),
        lambda: actions.reject_change(officer, row.pk, reason="不要"),
        lambda: actions.withdraw_change(clerk, row.pk, reason="不要"),
        lambda: actions.create_rule(
            clerk, code="a.b", name="甲", name_en="A", topic="other", kind="text", meaning="乙", reason="丙"
        ),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert (RuleVersion.objects.count(), RuleDecision.objects.count()) == before


def test_a_decision_is_made_once(officer: User, head: User) -> None:
    row = proposed(officer)
    actions.reject_change(head, row.pk, reason="門檻太低")
    with pytest.raises(Conflict, match="退回"):
        approved(head, row)
    with pytest.raises(Conflict):
        actions.withdraw_change(officer, row.pk, reason="算了")
    assert queries.value_of("TC-17", Y115).number == 1


def test_only_the_author_takes_a_proposal_back(officer: User, head: User) -> None:
    row = proposed(officer)
    with pytest.raises(NotPermitted, match="只有提案人"):
        actions.withdraw_change(head, row.pk, reason="代撤")
    assert actions.withdraw_change(officer, row.pk, reason="寫錯了").state == "withdrawn"


def test_an_approval_is_refused_when_the_rule_has_changed_since_it_was_looked_at(
    officer: User, head: User
) -> None:
    first, second = proposed(officer), proposed(officer, value="80")
    seen = Rule.objects.get(code="TC-17").version
    actions.approve_change(head, first.pk, version=seen, reason="同意")
    with pytest.raises(Conflict, match="另一個修改"):
        actions.approve_change(head, second.pk, version=seen, reason="同意")
    assert queries.value_of("TC-17", Y115).raw == "85"
    approved(head, second)
    assert (queries.value_of("TC-17", Y115).raw, queries.value_of("TC-17", Y115).number) == ("80", 3)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": "九成"}, "value"),
        ({"value": {"n": 3}}, "value"),
        ({"source": " "}, "source"),
        ({"reason": ""}, "reason"),
        ({"valid_to": date(2026, 1, 1)}, "valid_to"),
        ({"valid_from": date(1900, 1, 1)}, "valid_from"),
        ({"unconfirmed": True}, "reading"),
        ({"source": "甲" * 301}, "source"),
    ],
)
def test_a_proposal_that_lacks_something_is_refused_with_the_field(
    officer: User, given: dict[str, Any], field: str
) -> None:
    before = RuleVersion.objects.count()
    with pytest.raises(BadInput) as failure:
        proposed(officer, **given)
    assert field in failure.value.fields and RuleVersion.objects.count() == before


def test_a_round_that_whoever_fills_it_in_would_sign_is_neither_offered_nor_taken(officer: User) -> None:
    before = queries.value_of("filing.half_year", Y115)
    levels = ["officer", "head"]
    with pytest.raises(BadInput) as failure:
        proposed(officer, "filing.half_year", value={**before.raw, "levels": levels})
    assert "承辦人填報、送出，自己不核章" in failure.value.fields["value"][0]
    fields = ValueForm(kind="filing_round", shape={}, value=before.raw).fields
    offered = [{code for code, _label in fields[f"level_{n}"].choices if code} for n in range(1, 5)]  # type: ignore[attr-defined]
    assert offered == [set(SIGNERS)] * 4 and "level_5" not in fields
    kept = read_value("filing_round", {**before.raw, "levels": levels})  # one of before can still be shown
    assert isinstance(kept, FilingRounds) and "承辦人→機關首長" in say(kept)
    assert proposed(officer, "filing.half_year", value={**before.raw, "levels": ["head"]}).state == "proposed"


def test_a_decision_needs_a_reason(officer: User, head: User) -> None:
    row = proposed(officer)
    with pytest.raises(BadInput, match="理由"):
        actions.approve_change(head, row.pk, version=row.rule.version, reason=" ")


def test_a_version_for_a_limited_time_lets_the_earlier_one_count_again(officer: User, head: User) -> None:
    approved(head, proposed(officer, valid_from=date(2026, 3, 1), valid_to=date(2026, 5, 1)))
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 4, 30), date(2026, 5, 1))
    assert [queries.value_of("TC-17", day).number for day in days] == [1, 2, 2, 1]


def test_a_rule_that_nobody_knows_or_that_does_not_count_yet_is_said_so(officer: User) -> None:
    with pytest.raises(queries.NoRuleInForce, match="不存在"):
        queries.value_of("no.such", Y115)
    with pytest.raises(queries.NoRuleInForce, match="最早的一版自"):
        queries.value_of("TC-17", date(2011, 1, 1))
    with pytest.raises(NotFound):
        proposed(officer, code="no.such")


def test_a_new_rule_counts_after_its_first_version_is_approved(officer: User, head: User) -> None:
    rule = actions.create_rule(
        officer, code="tender.limit", name="新門檻", name_en="New limit", topic="tender", kind="choice", meaning="怎麼算",
        shape={"options": {"a": "甲法", "b": "乙法"}}, reason="新制",
    )  # fmt: skip
    with pytest.raises(queries.NoRuleInForce):
        queries.value_of("tender.limit", Y115)
    with pytest.raises(BadInput):
        proposed(officer, code="tender.limit", value="c")
    approved(head, proposed(officer, code="tender.limit", value="b"))
    assert queries.value_of("tender.limit", Y115).value == "b" and str(rule) == "tender.limit 新門檻"
    with pytest.raises(BadInput) as failure:
        actions.create_rule(officer, code="PS-03", name="", topic="x", kind="choice", meaning="", reason="")
    assert set(failure.value.fields) == {
        "code", "name", "name_en", "topic", "meaning", "reason", "options",
    }  # fmt: skip


def test_many_rules_on_many_days_cost_one_query(officer: User) -> None:
    queries.value_of("TC-17", Y115)
    with CaptureQueriesContext(connection) as asked:
        found = queries.values_of(["kpi.met", "filing.half_year", "filing.ladder"], Y106)
    assert len(asked) == 1 and found["kpi.met"].label == "kpi.met@3"


def test_who_has_read_the_newest_decision_asks_no_more_and_an_older_one_is_not_believed(
    officer: User, head: User
) -> None:
    def newest() -> tuple[int, ...]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + NEWEST.format("rulebook_ruledecision"))
            return tuple(cursor.fetchone()[0])

    queries.value_of("TC-17", Y115)
    before = newest()
    with CaptureQueriesContext(connection) as asked, queries.asked_once(before):
        assert queries.value_of("TC-17", Y115).number == 1
    assert not asked
    with CaptureQueriesContext(connection) as asked, queries.asked_once():
        for _ in range(3):
            queries.value_of("TC-17", Y115)
    assert len(asked) == 1
    approved(head, proposed(officer))
    for mark in (newest(), before):  # what is held is no longer as of `before`
        with queries.asked_once(mark):
            assert queries.value_of("TC-17", date(2026, 2, 1)).number == 2


def test_what_ships_is_loaded_once_and_rows_of_the_plans_lead_to_their_rule() -> None:
    assert actions.load_shipped_rules() == 0
    found = queries.value_of("PS-03", date(2018, 5, 1))
    assert (found.code, found.number, found.raw) == ("PS-01", 3, {"every": 2, "unit": "months"})
    assert queries.value_of("PS-01", date(2015, 5, 1)).raw == {"times": 1, "per": "month"}


def test_what_a_later_release_ships_is_a_proposal_where_people_changed_the_rule(
    officer: User, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from shizheng.kernel.rulebook.actions import loading
    from shizheng.kernel.rulebook.shipped import ShippedVersion, shipped_rules

    approved(head, proposed(officer))
    new = ShippedVersion("70", date(2027, 1, 1), None, "116 年度施政計畫", "", False)
    rules = [
        replace(each, versions=(*each.versions, new)) if each.code in ("TC-17", "TC-18") else each
        for each in shipped_rules()
    ]
    monkeypatch.setattr(loading, "shipped_rules", lambda: rules)
    assert loading.load_shipped_rules() == 2 and loading.load_shipped_rules() == 0
    later = date(2027, 6, 1)
    assert queries.value_of("TC-17", later).raw == "85" and queries.value_of("TC-18", later).raw == "70"
    assert [row.rule.code for row in queries.waiting_for(head)] == ["TC-17"]
    approved(head, queries.waiting_for(head).get())
    assert queries.value_of("TC-17", later).raw == "70"
