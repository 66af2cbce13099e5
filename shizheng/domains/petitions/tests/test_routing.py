"""Petitions are proposed an agency by a model that learns from what was decided; given away by one press, or by itself above a threshold."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Petition, RoutingAnswer
from shizheng.domains.petitions.old_records import CODE, mapping_of
from shizheng.domains.petitions.publications import ASSIGNING
from shizheng.domains.petitions.queries import assigning, examples, proposals, workload
from shizheng.domains.petitions.rules.balancing import Load, in_turn
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.domains.petitions.tests.town import act, again, handled, receive
from shizheng.kernel.cases.models import CaseAssignment
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.intake import large
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.people.models import Delegation
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.routing import actions as routing
from shizheng.kernel.routing.models import RoutingModel

pytestmark = pytest.mark.django_db
HISTORY = """
[columns]
source_number = "no"
received_at = "in"
words = "text"
unit = "unit"
[constants]
origin = "old"
state = "closed"
subject = "通報"
"""
LAMPS = ("路燈不亮", "燈泡壞了", "整排路燈熄滅", "燈桿歪斜")
PARKS = ("公園遊具壞了", "路樹倒塌", "草皮沒有人修剪", "公園廁所很髒")


@pytest.fixture
def taught(town: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    """A model made from two hundred petitions of earlier years, and in use without a threshold."""
    settings.DATA_DIR = tmp_path
    lines = ["no,in,text,unit"]
    for n in range(200):
        words, unit = (LAMPS, "工務局") if n % 2 else (PARKS, "公園局")
        when = at("2024-03-01 09:00") + timedelta(hours=n)
        lines.append(f"H{n},{when.isoformat()},第 {n} 巷{words[n // 2 % 4]}請派人,{unit}")
    path = tmp_path / "history.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    large.take_large(town.rdec, CODE, path, mapping_of("history", HISTORY), reason="過去的案件")
    asked = routing.ask_training(town.rdec, name=proposals.AGENCY, source="petitions.agency", reason="第一次")
    made = routing.train(SYSTEM, asked.pk).made
    assert made is not None and made.accuracy > 0.9
    routing.activate(town.rdec, proposals.AGENCY, 1, version=None, reason="成績好")
    return town


def waiting(town: SimpleNamespace, words: str = "我家巷口整排路燈熄滅了", **more: Any) -> Petition:
    row = receive(town, words=words, subject="通報", petitioner={}, **more).petition
    act(town.rdec, row, "accept")
    return again(row)


def threshold(town: SimpleNamespace, value: str | None) -> None:
    routing.set_threshold(
        town.rdec, proposals.AGENCY, Decimal(value) if value else None, version=None, reason="依成績單"
    )


def test_the_page_shows_the_agency_its_confidence_and_the_words_and_one_press_gives_it_away(
    taught: SimpleNamespace, client: Any
) -> None:
    row = waiting(taught)
    client.force_login(taught.rdec)
    page = client.get(reverse("petitions:petition", args=[row.case_id])).content.decode()
    assert "分案建議" in page and "測試市政府工務局" in page and "路燈" in page and "王承辦" in page
    done = client.post(
        reverse("petitions:accept_proposal", args=[row.case_id]), {"version": row.case.version}, follow=True
    )
    assert "已照建議分給" in done.content.decode()
    case = again(row).case
    assert (case.state, case.unit_id, case.officer_id) == ("assigned", taught.works.pk, taught.officer.pk)
    last = CaseAssignment.objects.filter(case=case).latest("pk")
    assert last.how == "proposed" and "信心" in last.reason
    answer = RoutingAnswer.objects.get(petition=row)
    assert answer.unit_id == taught.works.pk and not answer.by_itself
    with pytest.raises(CannotDo, match="沒有分案建議"):
        actions.accept_proposal(taught.rdec, row.case_id, version=None)


def test_who_may_not_assign_sees_no_proposal_and_accepts_none(taught: SimpleNamespace, client: Any) -> None:
    row = waiting(taught)
    client.force_login(taught.leader)
    assert "分案建議" not in client.get(reverse("petitions:petition", args=[row.case_id])).content.decode()
    with pytest.raises(NotPermitted):
        actions.accept_proposal(taught.leader, row.case_id, version=None)
    assert again(row).case.state == "accepted" and not RoutingAnswer.objects.exists()


def test_nothing_is_given_away_by_itself_but_above_the_threshold_that_somebody_set(
    taught: SimpleNamespace,
) -> None:
    row = waiting(taught)
    odd = waiting(taught, words="請問市長什麼時候有空")
    assert actions.route_waiting(SYSTEM) == 0 and again(row).case.state == "accepted"
    sure, unsure = (proposals.proposals(each)[0].confidence for each in (row, odd))
    assert sure > unsure
    threshold(taught, f"{(sure + unsure) / 2:.4f}")
    assert actions.route_waiting(SYSTEM) == 1
    case = again(row).case
    assert (case.state, case.unit_id) == ("assigned", taught.works.pk)
    last = CaseAssignment.objects.filter(case=case).latest("pk")
    assert last.how == "automatic" and "門檻" in last.reason and last.by_id is None
    assert again(odd).case.state == "accepted"
    assert dict(RoutingAnswer.objects.values_list("petition", "by_itself")) == {row.pk: True, odd.pk: False}
    assert actions.route_waiting(SYSTEM) == 0, "what it is not sure of is looked at once"


def test_what_was_handed_back_is_left_to_people(taught: SimpleNamespace) -> None:
    row = waiting(taught)
    threshold(taught, "0.80")
    actions.route_waiting(SYSTEM)
    actions.hand_back(taught.officer, row.case_id, version=None, reason="不是本局的燈")
    assert actions.route_waiting(SYSTEM) == 0 and again(row).case.state == "accepted"


def test_a_correction_is_what_the_next_training_learns_and_erased_words_are_not(
    taught: SimpleNamespace,
) -> None:
    row = handled(taught, words="公園裡的路燈壞了")
    before = {each.text: each.label for each in examples.agencies()}
    assert before["中山路 12 號前路燈不亮\n公園裡的路燈壞了"] == "測試市政府工務局"
    actions.dispatch(
        taught.rdec, row.case_id, version=None, unit_id=taught.parks.pk, reason="公園裡的燈歸公園局"
    )
    now = examples.agencies()
    assert now[0].text.endswith("公園裡的路燈壞了") and now[0].label == "測試市政府公園局"
    assert len(now) == 201, "the newest first, and none that lies where it came in"
    Petition.objects.filter(pk=row.pk).update(words="")
    assert len(examples.agencies()) == 200
    assert {each.label for each in examples.classes()} == {"petition"} and examples.categories() == []


def test_the_month_says_how_many_were_given_by_hand_and_how_many_were_changed(
    taught: SimpleNamespace, client: Any
) -> None:
    by_hand = handled(taught)
    actions.hand_back(taught.officer, by_hand.case_id, version=None, reason="不是本局")
    handled(taught)
    actions.accept_proposal(taught.rdec, waiting(taught).case_id, version=None)
    threshold(taught, "0.80")
    waiting(taught)
    assert actions.route_waiting(SYSTEM) == 1
    found = assigning.assigning(taught.rdec, parse_period("2025-02"))
    assert found.total.by == {"automatic": 1, "proposed": 1, "manual": 2, "ruled": 0}
    assert (found.total.all, found.total.by_hand, found.total.all_moved) == (4, 2, 1)
    assert (found.total.hand_rate, found.total.moved_rate) == (50, 25)
    assert [(unit.name, given.all) for unit, given in found.agencies] == [("測試市政府工務局", 4)]
    client.force_login(taught.rdec)
    page = client.get(reverse("petitions:assigning"), {"month": "2025-02"}).content.decode()
    assert "2 ÷ 4" in page and "1 ÷ 4" in page and "量到的精確率" in page
    csv = b"".join(client.get(reverse("petitions:assigning"), {"month": "2025-02", "export": "csv"})).decode(
        "utf-8-sig"
    )
    assert "測試市政府工務局,4,1,1,2,0,50.00,1,25.00" in csv
    answer = client.get("/api/v1/petitions/assigning", {"month": "2025-02"}).json()
    assert (answer["total"]["hand_rate"], answer["total"]["given"]) == ("50.00", 4)
    with clock.set_to(at("2025-03-03 10:00")):
        made = publication.issue(taught.rdechead, ASSIGNING, taught.city.pk, period="2025-02")
    assert (
        made.facts["total"]["moved_rate"] == "25.00" and made.artefacts.filter(name__endswith=".csv").exists()
    )
    with pytest.raises(CannotDo, match="還沒有過完"):
        publication.issue(taught.rdechead, ASSIGNING, taught.city.pk, period="2025-02")


def test_the_api_tells_the_proposal_and_takes_it(taught: SimpleNamespace, client: Any) -> None:
    row = waiting(taught, words="公園遊具壞了，小孩會受傷")
    client.force_login(taught.rdec)
    said = client.get(f"/api/v1/petitions/{row.case_id}/proposal").json()
    assert said["unit_id"] == taught.parks.pk and said["proposals"][0]["words"]
    assert 0.5 < said["proposals"][0]["confidence"] <= 1
    done = client.post(
        f"/api/v1/petitions/{row.case_id}/accept-proposal",
        {"version": row.case.version},
        content_type="application/json",
    )
    assert done.status_code == 200, done.content
    assert again(row).case.unit_id == taught.parks.pk
    assert RoutingModel.objects.get().threshold is None


def test_the_next_one_goes_to_who_has_the_least_and_is_there(town: SimpleNamespace) -> None:
    heavy = Load(1, "甲", 3, 1, 0)
    assert heavy.weight == 4 and Load(1, "甲", 3, 1, 2, 3).weight == 7
    assert [
        each.user_id for each in in_turn([heavy, Load(2, "乙", 4, 0, 0), Load(3, "丙", 0, 0, 0, absent=True)])
    ] == [2, 1]
    from shizheng.kernel.people import factories as people

    second = people.person("officer", town.works, username="second", display_name="吳承辦")
    handled(town, petition_class=PetitionClass.REPORT)
    loads = {each.name: each for each in workload.loads_of(town.works.pk)}
    assert set(loads) == {"王承辦", "吳承辦"}, "who assigns or approves is no officer"
    assert (loads["王承辦"].open, loads["王承辦"].serious, loads["王承辦"].weight) == (1, 1, 2)
    assert workload.whose_turn(town.works.pk) == loads["吳承辦"]
    today = clock.today()
    Delegation.objects.create(
        from_user=second,
        to_user=town.officer,
        start_date=today,
        end_date=today + timedelta(days=2),
        reason="休假",
    )
    turn = workload.whose_turn(town.works.pk)
    assert turn is not None and turn.name == "王承辦"
    assert next(each for each in workload.loads_of(town.works.pk) if each.name == "吳承辦").absent
