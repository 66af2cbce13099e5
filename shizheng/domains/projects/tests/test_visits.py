"""實地查訪 (B07): whom to visit by the rule, called, changed, recorded with what follows from it, called off."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.common.words import read
from shizheng.domains.projects import actions, visit_items
from shizheng.domains.projects.models import SiteVisit
from shizheng.domains.projects.queries import visits
from shizheng.domains.projects.tests.month_town import bulk_records, on, tender
from shizheng.domains.projects.visit_items import FollowUp
from shizheng.kernel.history import queries as history

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def late(month_town: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Two tenders exactly at the threshold and one that is not, in March of 114; it is the fifteenth of April."""
    town = month_town
    town.a, town.b, town.c = (tender(town.works, f"114-W-00{n}", state="performing") for n in (1, 2, 3))
    with on("2025-04-11"):
        bulk_records([town.a, town.b, town.c], "2025-03", [D(-10), D(-12), D("-9.99")])
    with on("2025-04-15"):
        yield town


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[SiteVisit, list[FollowUp]]]:
    """What was given to whoever keeps commitments."""
    given: list[tuple[SiteVisit, list[FollowUp]]] = []
    keeper = {"test": lambda actor, visit, items: given.append((visit, list(items)))}
    monkeypatch.setattr(visit_items, "_keepers", keeper)
    return given


def call(town: SimpleNamespace, project: Any = None, **values: Any) -> SiteVisit:
    given = {
        "visit_on": date(2025, 4, 15), "called_by": "測試參事", "why": "severe", "grounds": "三月落後 12 個百分點",
        "units": [town.parks.pk], **values,
    }  # fmt: skip
    return actions.call_visit(town.rdec, (project or town.a).pk, given)


def test_the_rule_proposes_the_severely_late_that_nobody_visited_lately(late: SimpleNamespace) -> None:
    found = visits.proposals(late.rdec)
    assert [each.record.project for each in found.rows] == [late.b, late.a] and found.severe == 2
    assert found.since == date(2025, 1, 15) and found.rule.unconfirmed
    assert (
        "114 年 3 月標案進度落後 10.00 個百分點" in found.rows[1].grounds and "TC-18" in found.rows[1].grounds
    )
    call(late, late.b)
    assert [each.record.project for each in visits.proposals(late.rdec).rows] == [late.a]
    planned = SiteVisit.objects.get()
    with on("2025-04-16"):  # the day is over and nobody wrote what was found: that is no visit
        back = visits.proposals(late.rdec).rows
        assert [(each.last_visit, each.unrecorded) for each in back] == [
            (None, date(2025, 4, 15)),
            (None, None),
        ]
        assert "原訂 114.04.15 的查訪還沒有登錄結果" in back[0].grounds
        with override("en"):
            said = read(back[0].grounds.split("；")[-1])
        assert said == "the visit set for 2025-04-15 has no result yet"
        actions.record_visit(late.rdec, planned.pk, version=1, findings="僅 12 人", conclusions="兩週內補足")
        assert [each.record.project for each in visits.proposals(late.rdec).rows] == [late.a]
    with on("2025-07-15"):
        assert len(visits.proposals(late.rdec).rows) == 1  # three months are not over on their last day
    with on("2025-07-16"):
        assert [each.last_visit for each in visits.proposals(late.rdec).rows] == [date(2025, 4, 15), None]


def test_a_visit_that_was_called_off_is_none(late: SimpleNamespace) -> None:
    call(late, late.b)
    called_off = actions.cancel_visit(late.rdec, SiteVisit.objects.get().pk, version=1, reason="颱風")
    assert called_off.state == "cancelled" and len(visits.proposals(late.rdec).rows) == 2


def test_what_is_found_follows_the_visit_and_items_go_to_who_keeps_them(
    late: SimpleNamespace, handed: list[Any]
) -> None:
    row = call(late)
    items = [FollowUp("遷移管線", late.parks.pk, date(2025, 5, 1)), FollowUp("補足人力", late.works.pk, None)]
    told = {"findings": "僅 11 人施工", "conclusions": "兩週內補足"}
    done = actions.record_visit(late.rdec, row.pk, version=1, **told, items=items)
    assert (done.state, done.version) == ("held", 2) and handed == [(done, items)]
    with pytest.raises(Conflict):
        actions.record_visit(late.rdec, row.pk, version=1, **told)
    again = actions.record_visit(late.rdec, row.pk, version=2, findings="僅 12 人", conclusions="兩週內補足")
    assert again.findings == "僅 12 人" and len(handed) == 1
    assert len(history.entries_of(again)) == 3


def test_what_is_wrong_is_refused(late: SimpleNamespace, handed: list[Any]) -> None:
    for wrong in ({"called_by": " "}, {"why": "x"}, {"grounds": ""}, {"visit_on": None}, {"units": [0]}, {"state": "held"}):  # fmt: skip
        with pytest.raises(BadInput):
            call(late, **wrong)
    with pytest.raises(NotPermitted):
        actions.call_visit(late.control, late.a.pk, {})
    late.c.state = "withdrawn"
    late.c.save()
    with pytest.raises(CannotDo):
        call(late, late.c)
    row = call(late, visit_on=date(2025, 4, 20))
    told = {"findings": "甲", "conclusions": "乙"}
    with pytest.raises(BadInput):  # not there yet
        actions.record_visit(late.rdec, row.pk, version=1, **told)
    with on("2025-04-20"):
        early = FollowUp("丙", late.works.pk, date(2025, 4, 19))
        for items in ([early], [FollowUp(" ", late.works.pk, None)], [FollowUp("丁", 0, None)]):
            with pytest.raises(BadInput):
                actions.record_visit(late.rdec, row.pk, version=1, **told, items=items)
        with pytest.raises(BadInput):
            actions.record_visit(late.rdec, row.pk, version=1, findings="甲", conclusions="")
        visit_items._keepers.clear()
        with pytest.raises(BadInput):  # nobody keeps them
            actions.record_visit(
                late.rdec, row.pk, version=1, **told, items=[FollowUp("戊", late.works.pk, None)]
            )
    assert not handed and SiteVisit.objects.get().state == "planned"
    with pytest.raises(BadInput):
        actions.edit_visit(late.rdec, row.pk, version=1, changes={"called_by": "己"}, reason="")
    actions.edit_visit(late.rdec, row.pk, version=1, changes={"called_by": "己", "units": []}, reason="換人")
    with pytest.raises(Conflict):
        actions.edit_visit(late.rdec, row.pk, version=1, changes={"called_by": "庚"}, reason="換人")


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_pages_lead_from_the_proposal_to_the_record(late: SimpleNamespace, handed: list[Any]) -> None:
    client, base = browser(late.rdec), "/projects/register"
    listed = client.get(f"{base}/visits/proposed/").content.decode()
    assert f"{base}/{late.a.pk}/visits/new/" in listed and "嚴重落後 2 件裡 2 件" in listed
    seen = browser(late.officer).get(f"{base}/visits/proposed/").content.decode()
    assert late.a.name in seen and "/visits/new/" not in seen
    there = client.get(f"{base}/{late.a.pk}/visits/new/").content.decode()
    assert "落後 10.00 個百分點" in there
    given = {
        "visit_on": "114-04-15",
        "called_by": "測試參事",
        "why": "severe",
        "grounds": "落後",
        "units": [late.parks.pk],
    }
    answer = client.post(f"{base}/{late.a.pk}/visits/new/", given)
    row = SiteVisit.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"{base}/visits/{row.pk}/"
    page = f"{base}/visits/{row.pk}/"
    assert client.post(f"{page}edit/", {**given, "version": 1, "called_by": "別人", "reason": "改派"}).status_code == 302  # fmt: skip
    assert client.post(f"{page}edit/", {**given, "version": 1, "called_by": "又一人", "reason": "改派"}).status_code == 409  # fmt: skip
    items = {"item-TOTAL_FORMS": 2, "item-INITIAL_FORMS": 0, "item-0-text": "遷移", "item-0-unit_id": late.parks.pk, "item-0-due_on": "114-05-01"}  # fmt: skip
    told = {"version": 2, "findings": "甲", "conclusions": "乙", **items}
    refused = client.post(f"{page}record/", {**told, "item-1-unit_id": late.works.pk})
    assert (
        refused.status_code == 422
        and "請寫要做什麼" in refused.content.decode()
        and "遷移" in refused.content.decode()
    )
    assert client.post(f"{page}record/", told).status_code == 302
    assert handed[0][1] == [FollowUp("遷移", late.parks.pk, date(2025, 5, 1))]
    for who in (late.leader, late.officer):
        text = browser(who).get(page).content.decode()
        assert "別人" in text and "更正結果" not in text
    assert browser(late.control).get(f"{page}record/").status_code == 403
    exported = b"".join(client.get(f"{base}/visits/?export=csv&col=findings").streaming_content)  # type: ignore[attr-defined]
    assert "甲" in exported.decode()
    assert "別人" in client.get(f"{base}/{late.a.pk}/").content.decode()
    other = call(late, late.b)
    assert (
        client.post(f"{base}/visits/{other.pk}/cancel/", {"version": 1, "reason": "颱風"}).status_code == 302
    )


def test_the_api_calls_records_and_lists(late: SimpleNamespace, handed: list[Any]) -> None:
    client, base = browser(late.rdec), "/api/v1/projects"
    sent = {"content_type": "application/json"}
    proposed = client.get(f"{base}/visits/proposed").json()
    assert (proposed["severe"], proposed["items"][1]["lag"]) == (2, "-10")
    given = {"visit_on": "2025-04-15", "called_by": "參事", "grounds": "落後", "units": [late.parks.pk]}
    made = client.post(f"{base}/register/{late.a.pk}/visits", given, **sent)
    assert made.status_code == 200, made.content
    one = f"{base}/visits/{made.json()['id']}"
    assert client.patch(one, {"called_by": "乙", "reason": "改"}, **sent).status_code == 412
    assert client.patch(one, {"called_by": "乙", "reason": "改"}, **sent, HTTP_IF_MATCH='"1"').json()["called_by"] == "乙"  # fmt: skip
    told = {"findings": "甲", "conclusions": "乙", "items": [{"text": "補足人力", "unit_id": late.works.pk}]}
    assert client.post(f"{one}/record", told, **sent).json()["state"] == "held" and len(handed) == 1
    assert client.get(f"{base}/visits?state=held").json()["count"] == 1
    assert client.get(one)["ETag"] == '"3"'
    assert client.post(f"{one}/cancel", {"reason": "晚了"}, **sent).status_code == 409
    assert browser(late.control).post(f"{one}/cancel", {"reason": "x"}, **sent).status_code == 403
