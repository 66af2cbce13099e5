"""What a visit asks of units becomes commitments, once each, and the visit's page shows them."""

from datetime import date

import pytest
from django.test import Client

from shizheng.domains.commitments.actions import load_shipped_lists
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.projects import actions
from shizheng.domains.projects.tests.month_town import make_month_town, on, tender
from shizheng.domains.projects.visit_items import FollowUp, kept

pytestmark = pytest.mark.django_db


def test_follow_up_items_become_commitments_and_stand_on_the_page_of_the_visit() -> None:
    load_shipped_lists()
    town = make_month_town()
    project = tender(town.works, "114-W-001", state="performing")
    assert kept()
    with on("2025-04-15"):
        given = {"visit_on": date(2025, 4, 15), "called_by": "參事", "why": "severe", "grounds": "落後"}
        visit = actions.call_visit(town.rdec_head, project.pk, given)
        items = [
            FollowUp("遷移管線", town.parks.pk, date(2025, 5, 1)),
            FollowUp("補足人力", town.works.pk, None),
        ]
        told = {"findings": "甲", "conclusions": "乙"}
        actions.record_visit(town.rdec_head, visit.pk, version=1, **told, items=items)
        more = [FollowUp("再查一次", town.works.pk, None)]
        actions.record_visit(town.rdec_head, visit.pk, version=2, **told, items=more)
        rows = list(Commitment.objects.order_by("pk"))
        assert [(each.text, each.due_on) for each in rows] == [
            ("遷移管線", date(2025, 5, 1)), ("補足人力", None), ("再查一次", None),
        ]  # fmt: skip
        assert {each.list.code for each in rows} == {"visit"}
        assert (
            rows[0].source_url == f"/projects/register/visits/{visit.pk}/"
            and project.name in rows[0].source_label
        )
        assert [each.unit_id for each in rows[0].units.all()] == [town.parks.pk]
        client = Client()
        client.force_login(town.officer)
        page = client.get(rows[0].source_url).content.decode()
        assert all(each.number in page for each in rows)
