"""Correcting what was read; two officers at one row; the definition follows an accepted plan."""

import threading
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection

from shizheng.common.errors import BadInput, Conflict, NotPermitted
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Goal, Item, Kpi, Plan
from shizheng.domains.planning.tests.conftest import plan_text
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures import queries as measures


def the_kpi(plan: Plan) -> Kpi:
    return Kpi.objects.get(goal__plan=plan, name="工程進度相符率")


def test_the_second_of_two_officers_is_told_and_nothing_is_lost(town: SimpleNamespace, draft: Plan) -> None:
    kpi = the_kpi(draft)
    actions.edit_kpi(town.officer, kpi.pk, version=kpi.version, changes={"unit": "％"})
    with pytest.raises(Conflict, match="別人"):
        actions.edit_kpi(town.officer2, kpi.pk, version=kpi.version, changes={"unit": "百分比"})
    kpi.refresh_from_db()
    assert kpi.unit == "％"


@pytest.mark.own_database
def test_two_officers_saving_at_the_same_moment_one_wins_and_one_is_told(own_database: str) -> None:
    from shizheng.kernel.organisations import factories as organisations
    from shizheng.kernel.people import factories as people

    agency = organisations.agency(code="K", name="測試市政府工務局")
    officers = [people.person("officer", agency, username=f"o{n}") for n in (1, 2)]
    control = people.person("control_officer", agency)
    plan = actions.import_plan(control, plan_text(agency.name), "107.txt").plan
    kpi = the_kpi(plan)
    start, outcomes = threading.Barrier(2), []

    def save(number: int) -> None:
        try:
            start.wait(5)
            actions.edit_kpi(officers[number], kpi.pk, version=kpi.version, changes={"unit": f"單位{number}"})
            outcomes.append("saved")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["saved", "told"]
    kpi.refresh_from_db()
    assert kpi.version == 2


def test_after_acceptance_a_change_needs_a_reason_and_makes_a_new_definition(
    town: SimpleNamespace, accepted: Plan
) -> None:
    kpi = the_kpi(accepted)
    before = kpi.definition_version
    with pytest.raises(BadInput, match="理由"):
        actions.edit_kpi(town.officer, kpi.pk, version=kpi.version, changes={"target_value": Decimal(80)})
    actions.edit_kpi(
        town.officer,
        kpi.pk,
        version=kpi.version,
        changes={"target_value": Decimal(80)},
        reason="年中調整目標",
    )
    kpi.refresh_from_db()
    assert kpi.definition_version == before + 1
    made = measures.current_definition(kpi.measure_id)
    assert (made.target, made.reason) == (80, "年中調整目標")
    assert history.entries_of(kpi).first().reason == "年中調整目標"


def test_a_change_of_weight_alone_leaves_the_definition(town: SimpleNamespace, accepted: Plan) -> None:
    kpi = the_kpi(accepted)
    actions.edit_kpi(
        town.officer, kpi.pk, version=kpi.version, changes={"weight": Decimal(12)}, reason="校正"
    )
    before = kpi.definition_version
    kpi.refresh_from_db()
    assert (kpi.definition_version, kpi.weight) == (before, 12)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"weight": Decimal(-1)}, "weight"),
        ({"weight": Decimal("1e9")}, "weight"),
        ({"weight": Decimal("1.23456")}, "weight"),
        ({"target_value": Decimal("NaN")}, "target_value"),
        ({"direction": "~"}, "direction"),
        ({"measure_id": 1}, "measure_id"),
        ({"unit": "很長" * 20}, "unit"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(
    town: SimpleNamespace, draft: Plan, changes: dict[str, object], field: str
) -> None:
    kpi = the_kpi(draft)
    with pytest.raises(BadInput) as failure:
        actions.edit_kpi(town.officer, kpi.pk, version=kpi.version, changes=changes)
    assert list(failure.value.fields) == [field]
    kpi.refresh_from_db()
    assert kpi.version == 1


def test_rows_are_added_moved_and_removed_in_drafts(town: SimpleNamespace, draft: Plan) -> None:
    goal = actions.add_goal(town.officer, draft.pk, {"name": "第三個目標", "weight": Decimal(5)})
    actions.add_kpi(town.officer, goal.pk, {"name": "新指標", "unit": "件"})
    moved = actions.move(town.officer, Goal, goal.pk, version=goal.version, up=True)
    assert [each.name for each in draft.goals.order_by("position")] == [
        "讓工程如期",
        "第三個目標",
        "讓缺失變少",
    ]
    actions.remove(town.officer, Goal, goal.pk, version=moved.version, reason="文件沒有印這個目標")
    assert draft.goals.count() == 2
    work_plan = draft.work_plans.get()
    item = actions.add_item(town.officer, work_plan.pk, {"title": "新項目"}, ["一", "二"])
    edited = actions.edit_item(
        town.officer, item.pk, version=item.version, changes={"title": "新項目"}, points=["一", "三", "四"]
    )
    assert [point.text for point in edited.points.order_by("position")] == ["一", "三", "四"]


def test_rows_of_an_accepted_plan_are_neither_added_nor_removed(
    town: SimpleNamespace, accepted: Plan
) -> None:
    item = Item.objects.filter(work_plan__plan=accepted).first()
    with pytest.raises(Conflict):
        actions.add_goal(town.officer, accepted.pk, {"name": "x"})
    with pytest.raises(Conflict):
        actions.remove(town.officer, Item, item.pk, version=item.version, reason="想刪")


def test_officers_edit_the_plans_of_their_own_agency_only(town: SimpleNamespace, draft: Plan) -> None:
    kpi = the_kpi(draft)
    for person in (town.other, town.leader, town.head):
        with pytest.raises(NotPermitted):
            actions.edit_kpi(person, kpi.pk, version=kpi.version, changes={"unit": "件"})
    assert queries.kpi(town.officer, kpi.pk).unit == "%"
