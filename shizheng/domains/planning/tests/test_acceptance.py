"""Acceptance brings definitions into force; a later edition supersedes; publishing and withdrawing."""

from types import SimpleNamespace

import pytest

from shizheng.common.errors import Conflict, NotFound, NotPermitted
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Kpi, Plan, PlanState
from shizheng.domains.planning.tests.conftest import plan_text
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.rules.render import to_text


def test_every_kpi_gets_a_definition_of_its_year_from_the_printed_standard(accepted: Plan) -> None:
    kpi = Kpi.objects.get(goal__plan=accepted, name="工程進度相符率")
    made = measures.definitions_in_force([kpi.measure_id], parse_period("2018"))[kpi.measure_id]
    assert to_text(made.tree) == "100*a/b"
    assert (made.target, made.unit, made.over_time.value, made.over_units.value) == (
        77,
        "%",
        *["ratio_of_sums"] * 2,
    )
    assert made.number == kpi.definition_version
    lower = Kpi.objects.get(goal__plan=accepted, name="工區缺失件數")
    made = measures.definitions_in_force([lower.measure_id], parse_period("2018"))[lower.measure_id]
    assert (made.direction.value, made.places, made.over_time.value) == ("<=", 0, "sum")


def test_the_year_before_is_judged_by_the_target_printed_for_it(accepted: Plan) -> None:
    kpi = Kpi.objects.get(goal__plan=accepted, name="工程進度相符率")
    made = measures.definitions_in_force([kpi.measure_id], parse_period("2017-H1"))[kpi.measure_id]
    assert made.target == 75
    stored = measures.versions_of(kpi.measure_id).get(number=made.number)
    assert any("還沒有匯入" in note for note in stored.notes)


def test_the_next_year_goes_on_under_the_same_measure(town: SimpleNamespace, accepted: Plan) -> None:
    following = actions.import_plan(town.control, plan_text(town.works.name, 108, 79), "108.txt").plan
    actions.accept_plan(town.head, following.pk, version=following.version)
    first = Kpi.objects.get(goal__plan=accepted, name="工程進度相符率")
    second = Kpi.objects.get(goal__plan=following, name="工程進度相符率")
    assert first.measure_id == second.measure_id
    made = measures.definitions_in_force([first.measure_id], parse_period("2018"))[first.measure_id]
    assert made.target == 77  # the results part of 108 does not overwrite the plan of 107
    made = measures.definitions_in_force([first.measure_id], parse_period("2019"))[first.measure_id]
    assert made.target == 79


def test_a_later_edition_supersedes_the_earlier_one(town: SimpleNamespace, accepted: Plan) -> None:
    second = actions.import_plan(town.control, plan_text(town.works.name, target=80), "107b.txt").plan
    actions.accept_plan(town.head, second.pk, version=second.version)
    accepted.refresh_from_db()
    assert accepted.state == PlanState.SUPERSEDED
    kpi = Kpi.objects.get(goal__plan=second, name="工程進度相符率")
    made = measures.definitions_in_force([kpi.measure_id], parse_period("2018"))[kpi.measure_id]
    assert made.target == 80


def test_what_can_be_read_in_two_ways_stays_to_be_confirmed(town: SimpleNamespace) -> None:
    text = (
        plan_text(town.works.name)
        .decode()
        .replace("(進度相符件數/列管件數)*100%", "總數-未開工-未填報/總數-未開工")
    )
    plan = actions.import_plan(town.control, text.encode(), "107.txt").plan
    actions.accept_plan(town.head, plan.pk, version=plan.version)
    kpi = Kpi.objects.get(goal__plan=plan, name="工程進度相符率")
    stored = measures.current_definition(kpi.measure_id)
    assert stored.needs_confirmation and len(stored.readings) == 2


def test_only_the_head_or_the_commission_accepts_and_only_the_commissions_head_publishes(
    town: SimpleNamespace, draft: Plan
) -> None:
    for person in (town.officer, town.control, town.other, town.leader):
        with pytest.raises(NotPermitted):
            actions.accept_plan(person, draft.pk, version=draft.version)
    plan = actions.accept_plan(town.rdec, draft.pk, version=draft.version)
    for person in (town.rdec, town.head):
        with pytest.raises(NotPermitted):
            actions.publish_plan(person, plan.pk, version=plan.version)
    with pytest.raises(NotFound):
        queries.published_plan(plan.pk)
    plan = actions.publish_plan(town.rdec_head, plan.pk, version=plan.version)
    assert queries.published_plan(plan.pk) == plan
    actions.withdraw_plan(town.rdec_head, plan.pk, version=plan.version, reason="權重印錯")
    with pytest.raises(NotFound):
        queries.published_plan(plan.pk)


def test_accepting_a_version_that_somebody_changed_is_refused(town: SimpleNamespace, draft: Plan) -> None:
    with pytest.raises(Conflict, match="又改過了"):
        actions.accept_plan(town.head, draft.pk, version=draft.version + 1)
    actions.accept_plan(town.head, draft.pk, version=draft.version)
    with pytest.raises(Conflict, match="不能採認"):
        actions.accept_plan(town.head, draft.pk, version=None)


def test_a_draft_is_seen_by_its_own_agency_and_the_commission_only(
    town: SimpleNamespace, draft: Plan
) -> None:
    for person in (town.officer, town.control, town.head, town.rdec):
        assert queries.plan(person, draft.pk) == draft
    for person in (town.other, town.leader):
        assert not queries.visible_to(person).exists()
        with pytest.raises(NotFound):
            queries.plan(person, draft.pk)
    actions.accept_plan(town.head, draft.pk, version=draft.version)
    assert queries.plan(town.leader, draft.pk) == draft
