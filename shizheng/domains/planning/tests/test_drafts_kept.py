"""What a draft said stays with those who may see drafts, also for a reader who looks back from a later day."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.errors import NotFound, NotPermitted
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.tests.conftest import plan_text
from shizheng.domains.planning.tests.test_pages import signed_in, text
from shizheng.kernel.people import factories as people

API = "/api/v1/planning"
WHILE_A_DRAFT, IN_FORCE = "113-03-03", "113-03-11"


def march(day: int) -> datetime:
    return datetime(2024, 3, day, 9, tzinfo=clock.TAIPEI)


@pytest.fixture
def published(town: SimpleNamespace) -> Plan:
    """Imported on 1 March, a KPI renamed and named back while a draft, accepted and published on the 10th."""
    with clock.set_to(march(1)):
        plan = actions.import_plan(town.control, plan_text(town.works.name), "107-internal.txt").plan
        kpi = Kpi.objects.get(goal__plan=plan, name="滿意度")
        kpi = actions.edit_kpi(
            town.officer, kpi.pk, version=kpi.version, changes={"name": "內部暫名"}, reason="草稿裡的斟酌"
        )
    with clock.set_to(march(5)):
        actions.edit_kpi(
            town.officer, kpi.pk, version=kpi.version, changes={"name": "滿意度"}, reason="草稿裡改回"
        )
    with clock.set_to(march(10)):
        plan = actions.accept_plan(town.head, plan.pk, version=None)
        return actions.publish_plan(town.rdec_head, plan.pk, version=plan.version)


def addresses(plan: Plan) -> list[str]:
    kpi = Kpi.objects.get(goal__plan=plan, name="滿意度")
    parts = ["", "work/", "results/", "history/", "source/", "plan.json", "plan.csv"]
    return [f"/planning/plans/{plan.pk}/{part}" for part in parts] + [
        f"/planning/goals/{kpi.goal_id}/",
        f"/planning/kpis/{kpi.pk}/",
        f"{API}/plans/{plan.pk}",
        f"{API}/plans/{plan.pk}/goals",
        f"{API}/kpis/{kpi.pk}",
    ]


def test_looking_back_to_the_draft_opens_only_for_those_who_may_see_drafts(
    town: SimpleNamespace, published: Plan
) -> None:
    for address in addresses(published):
        for person, status in ((town.leader, 404), (town.other, 404), (town.officer, 200)):
            answer = signed_in(person).get(address, {"as_of": WHILE_A_DRAFT})
            assert answer.status_code == status, (address, person.username)
        answer = signed_in(town.leader).get(address, {"as_of": IN_FORCE})
        assert answer.status_code == 200, address
        assert "內部暫名" not in text(answer), address
    page = signed_in(town.officer).get(addresses(published)[0], {"as_of": WHILE_A_DRAFT})
    assert "內部暫名" in text(page)


def test_lists_of_a_day_hold_no_drafts_of_others(town: SimpleNamespace, published: Plan) -> None:
    for person, day, count in (
        (town.leader, WHILE_A_DRAFT, 0),
        (town.officer, WHILE_A_DRAFT, 1),
        (town.leader, IN_FORCE, 1),
    ):
        client = signed_in(person)
        assert client.get(f"{API}/plans", {"as_of": day}).json()["count"] == count
        listed = text(client.get("/planning/plans/", {"as_of": day}))
        assert (f'href="/planning/plans/{published.pk}/"' in listed) == bool(count)


def test_the_history_starts_with_acceptance_for_those_who_may_not_see_drafts(
    town: SimpleNamespace, published: Plan
) -> None:
    kpi = Kpi.objects.get(goal__plan=published, name="滿意度")
    shown = [each.action for each in queries.entries_shown(town.leader, published, published)]
    assert shown == ["planning.publish_plan", "planning.accept_plan"]
    assert queries.entries_shown(town.officer, published, published).count() > len(shown)
    for address in (f"/planning/kpis/{kpi.pk}/", f"/planning/plans/{published.pk}/history/"):
        assert "草稿裡" not in text(signed_in(town.leader).get(address)), address
    assert "草稿裡的斟酌" in text(signed_in(town.officer).get(f"/planning/kpis/{kpi.pk}/"))


def test_an_auditor_reads_drafts_and_changes_nothing(town: SimpleNamespace, draft: Plan) -> None:
    auditor = people.person("auditor", second_factor=True)
    client = signed_in(auditor)
    for part in ("", "work/", "results/", "history/", "source/", "plan.json"):
        assert client.get(f"/planning/plans/{draft.pk}/{part}").status_code == 200, part
    page = text(client.get(f"/planning/plans/{draft.pk}/"))
    assert f"/planning/plans/{draft.pk}/accept/" not in page and "/planning/edit/" not in page
    with pytest.raises(NotPermitted):
        actions.accept_plan(auditor, draft.pk, version=draft.version)
    kpi = Kpi.objects.filter(goal__plan=draft).first()
    assert kpi is not None
    with pytest.raises(NotPermitted):
        actions.edit_kpi(auditor, kpi.pk, version=kpi.version, changes={"name": "甲"}, reason="不行")
    assert client.get(f"/planning/edit/kpi/{kpi.pk}/").status_code == 403


def test_the_day_before_the_import_has_no_plan_for_anybody(town: SimpleNamespace, published: Plan) -> None:
    with pytest.raises(NotFound, match="還沒有匯入"):
        queries.plan_then(town.control, published.pk, date(2024, 2, 28))


def test_the_public_gets_no_remarks_of_the_reader_and_no_file_name(
    town: SimpleNamespace, published: Plan
) -> None:
    for address in (
        f"{API}/public/plans/{published.pk}",
        f"/planning/public/{published.pk}/plan.json",
    ):
        document = Client().get(address).json()
        assert "warnings" not in document, address
        assert "107-internal" not in str(document), address
        assert len(document["source"]["sha256"]) == 64, address
    inside = signed_in(town.leader).get(f"{API}/plans/{published.pk}").json()
    assert inside["source"]["file_name"] == "107-internal.txt" and "warnings" in inside
