"""Looking back, what has been deleted since is there again, in its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Goal, Item, Plan
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.tests.factories import at

pytestmark = pytest.mark.django_db


@contextmanager
def later() -> Iterator[AsOf]:
    """Acts within happen the day after; gives the moment before them."""
    before = AsOf(clock.now(), None)
    with clock.set_to(at("2031-05-02 10:00")):
        yield before


def test_points_that_were_deleted_stand_again_in_their_order(town: SimpleNamespace, accepted: Plan) -> None:
    item = Item.objects.get(work_plan__plan=accepted, title="道路改善")
    assert [point.text for point in item.points.all()] == ["盤點路段。", "分年施工。"]
    with later() as before:
        actions.edit_item(
            town.officer, item.pk, version=item.version, changes={}, points=["分年施工。"], reason="合併"
        )

    def told(as_of: AsOf | None) -> list[str]:
        return [
            point.text
            for work_plan in queries.work_plans(accepted.pk, as_of)
            for each in work_plan.items.all()
            for point in each.points.all()
            if each.pk == item.pk
        ]

    assert told(None) == ["分年施工。"]
    assert told(before) == ["盤點路段。", "分年施工。"]


def test_a_goal_that_was_taken_out_of_a_draft_stands_again_with_its_kpis(
    town: SimpleNamespace, draft: Plan
) -> None:
    goal = Goal.objects.get(plan=draft, name="讓工程如期")
    shown = queries.goals_with_kpis(draft.pk)
    with later() as before:
        actions.remove(town.control, Goal, goal.pk, version=goal.version, reason="重複")
    assert [each.name for each, _kpis in queries.goals_with_kpis(draft.pk)] == ["讓缺失變少"]
    then = queries.goals_with_kpis(draft.pk, before)
    assert [(each.name, [kpi.name for kpi in kpis]) for each, kpis in then] == [
        (each.name, [kpi.name for kpi in kpis]) for each, kpis in shown
    ]
    assert then[0][1][0].goal.weight == shown[0][0].weight
    client, day = Client(), clock.today().isoformat()
    page = f"/planning/plans/{draft.pk}/"
    with clock.set_to(at("2031-05-03 10:00")):
        client.force_login(town.control)
        assert "讓工程如期" not in client.get(page).content.decode()
        past = client.get(page, {"as_of": day}).content.decode()
    assert "讓工程如期" in past and "工程進度相符率" in past


def test_a_work_plan_that_was_taken_out_stands_again_with_items_and_points(
    town: SimpleNamespace, draft: Plan
) -> None:
    work_plan = draft.work_plans.get()
    with later() as before:
        actions.remove(town.control, type(work_plan), work_plan.pk, version=work_plan.version, reason="重複")
    assert queries.work_plans(draft.pk) == []
    then = queries.work_plans(draft.pk, before)
    assert [[item.title for item in each.items.all()] for each in then] == [["道路改善", "工區抽查"]]
    assert [point.text for point in then[0].items.all()[0].points.all()] == ["盤點路段。", "分年施工。"]


def test_results_and_their_figures_that_were_deleted_stand_again(accepted: Plan) -> None:
    shown = [
        (row.kpi_name, [each.text for each in row.figures.all()]) for row in queries.results(accepted.pk)
    ]
    row = accepted.results.get(kpi_name="工程進度相符率")
    with later() as before, recorded(by=SYSTEM, action="tests.delete"):
        row.delete()
        accepted.results.get(kpi_name="滿意度").figures.first().delete()
    assert len(queries.results(accepted.pk)) == len(shown) - 1
    then = queries.results(accepted.pk, before)
    assert [(each.kpi_name, [one.text for one in each.figures.all()]) for each in then] == shown


def test_what_was_made_and_deleted_since_was_never_there_then(town: SimpleNamespace, accepted: Plan) -> None:
    item = Item.objects.get(work_plan__plan=accepted, title="道路改善")
    texts = ["盤點路段。", "分年施工。"]
    with later() as before:
        for points in ([*texts, "驗收。"], texts):
            item.refresh_from_db()
            actions.edit_item(
                town.officer, item.pk, version=item.version, changes={}, points=points, reason="試"
            )
    then = queries.work_plans(accepted.pk, before)
    assert [point.text for point in then[0].items.all()[0].points.all()] == texts
