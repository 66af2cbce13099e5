"""Tenders entered, changed and told about: by whom, with which reason, what follows, and what stays."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.models import Happening, MonthRecord, PlannedCheckpoint, Programme, ProjectType
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.happenings import timeline
from shizheng.domains.projects.tests.town import enter, make_town, plan, tell, type_of
from shizheng.kernel.history import queries as history
from shizheng.kernel.history.actions import recorded

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return make_town()


def test_shipped_types_have_weights_of_one_hundred_and_load_once(town: SimpleNamespace) -> None:
    assert list(ProjectType.objects.values_list("code", flat=True)) == [
        "goods_services",
        "design",
        "land",
        "works",
    ]
    for each in ProjectType.objects.all():
        assert sum(point.weight for point in each.checkpoints.all()) == 100, each
    housing = Programme.objects.get(code="social-housing")
    assert (housing.target_quantity, housing.unit) == (10_000, "戶")
    assert actions.load_shipped_types() == 0


def test_what_people_changed_of_a_shipped_type_stays(town: SimpleNamespace) -> None:
    land = type_of("land")
    actions.edit_type(town.rdec, land.pk, version=land.version, changes={"name": "土地取得"}, reason="用語")
    assert actions.load_shipped_types() == 0 and type_of("land").name == "土地取得"


def test_a_type_needs_weights_of_one_hundred_a_reason_and_the_version_read(town: SimpleNamespace) -> None:
    points = [
        {"name": "決標", "stage": "award", "weight": D(60), "days": 30},
        {"name": "結案", "stage": "closing", "weight": D("39.99"), "days": 60},
    ]
    with pytest.raises(BadInput) as failure:
        actions.create_type(town.rdec, {"name": "開口契約", "checkpoints": points})
    assert "99.99" in failure.value.fields["checkpoints"][0]
    points[1]["weight"] = D(40)
    made = actions.create_type(town.rdec, {"name": "開口契約", "checkpoints": points})
    assert [each.code for each in made.checkpoints.all()] == ["checkpoint-1", "checkpoint-2"]
    with pytest.raises(BadInput, match="理由"):
        actions.edit_type(town.rdec, made.pk, version=made.version, changes={"name": "乙"}, reason="")
    with pytest.raises(Conflict):
        actions.edit_type(town.rdec, made.pk, version=0, changes={"name": "乙"}, reason="改")
    with pytest.raises(NotPermitted):
        actions.create_type(town.control, {"name": "丙", "checkpoints": points})


def test_checkpoints_of_a_type_swap_places_without_losing_their_rows(town: SimpleNamespace) -> None:
    land = type_of("land")
    before = {each.code: each.pk for each in land.checkpoints.all()}
    points = [
        {"code": each.code, "name": each.name, "stage": each.stage, "weight": each.weight, "days": each.days}
        for each in land.checkpoints.all()
    ]
    points[0], points[1] = points[1], points[0]
    actions.edit_type(town.rdec, land.pk, version=None, changes={"checkpoints": points}, reason="先公聽")
    assert [each.code for each in type_of("land").checkpoints.all()][:2] == ["hearings", "survey"]
    assert {each.code: each.pk for each in type_of("land").checkpoints.all()} == before


def test_a_tender_gets_its_number_from_year_agency_and_turn(town: SimpleNamespace) -> None:
    assert [enter(town).number, enter(town).number, enter(town, roc_year=115).number] == [
        "114-W-001", "114-W-002", "115-W-001",
    ]  # fmt: skip
    with pytest.raises(BadInput) as failure:
        actions.edit_project(
            town.control,
            queries.found(town.rdec, "114-W-001")[0].pk,
            version=None,
            changes={"roc_year": 115},
            reason="改",
        )
    assert set(failure.value.fields) == {"roc_year"}


def test_only_the_agency_in_charge_writes_and_the_section_only_its_own(town: SimpleNamespace) -> None:
    whole, own = enter(town), enter(town, unit_id=town.section.pk)
    actions.edit_project(town.officer, own.pk, version=None, changes={"place": "東橋"}, reason="補地點")
    for who, row in ((town.officer, whole), (town.other, whole), (town.head, own)):
        with pytest.raises(NotPermitted):
            actions.edit_project(who, row.pk, version=None, changes={"place": "東橋"}, reason="補")
    with pytest.raises(NotPermitted):
        enter(town, agency_id=town.parks.pk)
    with pytest.raises(BadInput) as failure:
        enter(town, unit_id=town.parks.pk)
    assert set(failure.value.fields) == {"unit_id"}


def test_a_change_is_kept_with_its_reason_and_two_do_not_overwrite_each_other(town: SimpleNamespace) -> None:
    row = enter(town)
    actions.edit_project(town.control, row.pk, version=row.version, changes={"budget": D(1)}, reason="追減")
    with pytest.raises(Conflict):
        actions.edit_project(
            town.control, row.pk, version=row.version, changes={"budget": D(2)}, reason="追減"
        )
    entry = history.entries_of(row).first()
    assert entry is not None and (entry.action, entry.reason) == ("projects.edit_project", "追減")


def test_a_place_is_whole_and_money_is_whole_ntd(town: SimpleNamespace) -> None:
    with pytest.raises(BadInput) as failure:
        enter(town, longitude=D("120.5"), budget=D("1.5"))
    assert set(failure.value.fields) == {"longitude", "budget"}


def test_programmes_are_tagged_with_what_the_tender_brings(town: SimpleNamespace) -> None:
    housing = Programme.objects.get(code="social-housing")
    row = enter(town, programmes={housing.pk: D(300)})
    enter(town, programmes={housing.pk: D(200)})
    assert queries.brought()[housing.pk] == {"projects": 2, "quantity": D(500), "done": D(0)}
    actions.edit_project(town.control, row.pk, version=None, changes={"programmes": {}}, reason="移出")
    assert queries.brought()[housing.pk]["quantity"] == 200


def test_the_state_follows_from_what_happened(town: SimpleNamespace) -> None:
    row = enter(town)
    tell(
        town.control,
        row,
        ("funded", date(2025, 1, 5)),
        ("announced", date(2025, 2, 1)),
        ("failed", date(2025, 2, 15)),
    )
    assert (row.state, row.funds_held_on) == ("tendering", date(2025, 1, 5))
    tell(town.control, row, ("announced", date(2025, 3, 1)), ("void", date(2025, 3, 15)))
    assert timeline(row).failures == (1, 1)
    tell(town.control, row, ("announced", date(2025, 4, 1)), ("awarded", date(2025, 4, 20)))
    assert (row.state, row.contractor, row.award_amount) == ("performing", "甲營造", D(50_000_000))
    tell(town.control, row, ("suspended", date(2025, 6, 1)))
    assert row.state == "suspended"
    with pytest.raises(BadInput, match="不會發生在"):
        tell(town.control, row, ("completed", date(2025, 6, 2)))
    with pytest.raises(BadInput) as failure:
        tell(town.control, row, ("resumed", date(2105, 6, 2)))
    assert "還沒有到" in failure.value.fields["on"][0]
    assert Happening.objects.filter(project=row).count() == 8


def test_a_correction_takes_the_place_of_what_it_corrects(town: SimpleNamespace) -> None:
    row = enter(town)
    tell(town.control, row, ("announced", date(2025, 2, 1)), ("awarded", date(2025, 2, 1)))
    award = Happening.objects.get(kind="awarded")
    announced = Happening.objects.get(kind="announced")
    with pytest.raises(BadInput, match="理由"):
        actions.correct_happening(town.control, award.pk, version=None, changes={"amount": D(9)}, reason="")
    actions.correct_happening(town.control, award.pk, version=None, changes={"amount": D(9)}, reason="誤植")
    row.refresh_from_db()
    assert row.award_amount == 9
    # the announcement corrected later still comes before the award of the same day
    actions.correct_happening(
        town.control, announced.pk, version=None, changes={"tender_no": "W114-1"}, reason="補案號"
    )
    row.refresh_from_db()
    assert (row.state, row.tender_no) == ("performing", "W114-1")
    with pytest.raises(Conflict):
        actions.correct_happening(
            town.control, award.pk, version=None, changes={"amount": D(8)}, reason="再改"
        )
    line = next(each for each in timeline(row).lines if each.happening.kind == "awarded")
    assert [each.amount for each in line.earlier] == [50_000_000]


def test_a_struck_happening_counts_no_longer_and_stays_readable(town: SimpleNamespace) -> None:
    row = enter(town)
    tell(
        town.control,
        row,
        ("announced", date(2025, 2, 1)),
        ("failed", date(2025, 2, 9)),
        ("failed", date(2025, 2, 10)),
    )
    twice = Happening.objects.filter(kind="failed").order_by("id").last()
    assert twice is not None
    actions.strike_happening(town.control, twice.pk, version=None, reason="重複登錄")
    found = timeline(row)
    assert found.failures == (1, 0) and [each.struck for each in found.lines] == [True, False, False]
    first = Happening.objects.get(kind="announced")
    with pytest.raises(BadInput, match="不會發生在"):
        actions.strike_happening(town.control, first.pk, version=None, reason="沒有公告")


def test_one_opening_fails_once_however_often_it_is_sent(town: SimpleNamespace) -> None:
    row = enter(town)
    tell(town.control, row, ("announced", date(2025, 2, 1)), ("failed", date(2025, 2, 9)))
    with pytest.raises(BadInput, match=r"114\.02\.09 已經登錄過「流標」"):
        tell(town.control, row, ("failed", date(2025, 2, 9)))
    assert timeline(row).failures == (1, 0)
    tell(town.control, row, ("announced", date(2025, 3, 1)), ("awarded", date(2025, 3, 9)))
    for amount in (D(51_000_000), D(52_000_000)):  # a contract may change twice in one day
        values = {"kind": "changed", "on": date(2025, 4, 1), "amount": amount, "text": "增作"}
        actions.record_happening(town.control, row.pk, version=None, values=values)


def test_withdrawing_takes_a_ground_a_reason_and_who_may_approve(town: SimpleNamespace) -> None:
    row = enter(town)
    tell(town.control, row, ("announced", date(2025, 2, 1)))
    with pytest.raises(NotPermitted):
        actions.withdraw_project(town.control, row.pk, version=None, ground="merged", reason="併案")
    with pytest.raises(NotPermitted):
        tell(town.control, row, ("withdrawn", date(2025, 3, 1)))
    with pytest.raises(BadInput, match="事由"):
        actions.withdraw_project(town.rdec, row.pk, version=None, ground="tired", reason="不做了")
    actions.withdraw_project(town.rdec, row.pk, version=None, ground="merged", reason="併入西橋案")
    row.refresh_from_db()
    assert row.state == "withdrawn"
    with pytest.raises(CannotDo, match="恢復列管"):
        plan(town, row, date(2025, 1, 1))
    actions.restore_project(town.rdec, row.pk, version=None, reason="仍需辦理")
    row.refresh_from_db()
    assert row.state == "tendering"


def test_the_first_plan_comes_from_the_type_and_later_ones_never_rewrite_it(town: SimpleNamespace) -> None:
    row = enter(town)
    first = plan(town, row, date(2025, 1, 1))
    assert (first.number, first.from_period) == (1, "2025-03")
    points = list(first.checkpoints.all())
    assert [each.planned_on for each in points][:2] == [date(2025, 3, 2), date(2025, 3, 17)]
    later = [
        {"code": p.code, "name": p.name, "stage": p.stage, "weight": p.weight, "planned_on": p.planned_on + timedelta(days=30)}
        for p in points
    ]  # fmt: skip
    given = actions.PlanGiven(
        checkpoints=later, kind="rescheduled", from_period="2025-06", reason="管線遷移",
        works_from=first.works_from, works_to=first.works_to + timedelta(days=30),
    )  # fmt: skip
    with pytest.raises(Conflict, match="第 1 版"):
        actions.set_plan(town.control, row.pk, number=0, given=given)
    second = actions.set_plan(town.control, row.pk, number=1, given=given)
    assert second.number == 2
    assert list(PlannedCheckpoint.objects.filter(plan=first).values_list("planned_on", flat=True)) == [
        each.planned_on for each in points
    ]
    with pytest.raises(BadInput) as failure:
        actions.set_plan(
            town.control, row.pk, number=2,
            given=actions.PlanGiven(checkpoints=later, kind="change_order", from_period="2025-05", reason="追加"),
        )  # fmt: skip
    assert set(failure.value.fields) == {"from_period", "works"}


def test_a_new_plan_cannot_begin_in_a_locked_month(town: SimpleNamespace) -> None:
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.projects.models import MonthRecord
    from shizheng.kernel.history.actions import recorded

    row = enter(town, type_id=type_of("land").pk)
    first = plan(town, row, date(2025, 1, 1))
    with recorded(by=SYSTEM, action="projects.test"):
        MonthRecord.objects.create(project=row, period="2025-06", plan=first, state="preparing", filed=False)
    points = [
        {"code": p.code, "name": p.name, "stage": p.stage, "weight": p.weight, "planned_on": p.planned_on}
        for p in first.checkpoints.all()
    ]
    for period, refused in (("2025-06", True), ("2025-07", False)):
        given = actions.PlanGiven(checkpoints=points, kind="rescheduled", from_period=period, reason="改")
        if refused:
            with pytest.raises(BadInput, match="要改"):
                actions.set_plan(town.control, row.pk, number=1, given=given)
        else:
            assert actions.set_plan(town.control, row.pk, number=1, given=given).number == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weight": D("4.99")}, "99.99"), ({"planned_on": date(2024, 1, 1)}, "不能早於"), ({"name": ""}, "名稱"),
        ({"planned_on": None}, "預定日"), ({"code": "survey"}, "重複"), ({"stage": "works"}, ""),
    ],
)  # fmt: skip
def test_a_plan_is_whole(town: SimpleNamespace, change: dict[str, object], words: str) -> None:
    row = enter(town, type_id=type_of("land").pk)
    from shizheng.domains.projects.rules.planning import laid_out

    points = [each._asdict() for each in laid_out(row.type.checkpoints.all(), date(2025, 1, 1))]
    points[-1] |= change
    with pytest.raises(BadInput) as failure:
        actions.set_plan(town.control, row.pk, number=0, given=actions.PlanGiven(checkpoints=points))
    field = "works" if "stage" in change else "checkpoints"
    assert words in failure.value.fields[field][0]


def test_closing_what_the_figures_do_not_bear_out_takes_a_word_why(town: SimpleNamespace) -> None:
    """結案 without 結算, or with the work not done by the figures last filed, is done only by who says why."""
    row = enter(town)
    made = plan(town, row, date(2025, 1, 1))
    days = [("announced", 1), ("awarded", 9), ("completed", 10), ("accepted", 11)]
    tell(town.control, row, *((kind, date(2025, 2, day)) for kind, day in days))
    close: dict[str, Any] = {"kind": "closed", "on": date(2025, 2, 20)}
    with pytest.raises(BadInput, match="還沒有登錄結算。確定要結案，請在說明寫明原因"):
        actions.record_happening(town.control, row.pk, version=None, values=close)
    tell(town.control, row, ("valued", date(2025, 2, 12)))
    with recorded(by=SYSTEM, action="tests.month"):
        filed = {"project": row, "period": "2025-02", "plan": made, "filed": True, "state": "accepted"}
        first = MonthRecord.objects.create(**filed, planned=95, actual=D("72.5"), actual_works=D(90))
    with pytest.raises(
        BadInput, match=r"最近一期（114 年 2 月）填報的標案進度是 72\.50%、.*施工進度是 90\.00%"
    ):
        actions.record_happening(town.control, row.pk, version=None, values=close)
    with recorded(by=SYSTEM, action="tests.month"):  # all but what closing itself is worth
        MonthRecord.objects.create(
            **filed, planned=95, actual=95, actual_works=100, supersedes=first, reason="誤植"
        )
    actions.record_happening(town.control, row.pk, version=None, values=close)
    row.refresh_from_db()
    assert row.state == "closed"
    actions.restore_project(town.rdec, row.pk, version=None, reason="結算還有爭議")
    valued = Happening.objects.get(kind="valued")
    actions.strike_happening(town.control, valued.pk, version=None, reason="金額有誤，重新結算")
    again = close | {"on": clock.today()}
    with pytest.raises(BadInput, match="還沒有登錄結算"):
        actions.record_happening(town.control, row.pk, version=None, values=again)
    actions.record_happening(town.control, row.pk, version=None, values=again | {"text": "結算爭議另案處理"})
    row.refresh_from_db()
    assert row.state == "closed"


def test_a_closing_that_cannot_be_is_refused_for_that_before_it_is_asked_why(town: SimpleNamespace) -> None:
    """Whoever explains a doubtful 結案 is not told afterwards that its day cannot be: the order is looked at first."""
    row = enter(town)
    days = [("announced", 1), ("awarded", 9), ("completed", 10), ("accepted", 11)]
    tell(town.control, row, *((kind, date(2025, 2, day)) for kind, day in days))
    close: dict[str, Any] = {"kind": "closed", "on": date(2025, 2, 10)}
    with pytest.raises(BadInput, match="「結案」不會發生在") as failure:
        actions.record_happening(town.control, row.pk, version=None, values=close)
    assert set(failure.value.fields) == {"kind"}
    changes = {"kind": "closed", "amount": None}
    accepted = Happening.objects.get(kind="accepted")
    with pytest.raises(BadInput, match="「結案」不會發生在"):
        actions.correct_happening(town.control, accepted.pk, version=None, changes=changes, reason="誤植")
    with pytest.raises(BadInput, match="還沒有登錄結算"):
        actions.record_happening(town.control, row.pk, version=None, values=close | {"on": date(2025, 2, 12)})
    assert not Happening.objects.filter(kind="closed").exists()
