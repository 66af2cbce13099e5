"""A commitment from the decision to its release: who may what, what is refused, what is kept."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.config.demonstration.days import at
from shizheng.domains.commitments import actions, progress
from shizheng.domains.commitments.models import Commitment, CommitmentUnit, Step
from shizheng.domains.commitments.tests.town import AGREED, enter, list_of, owed, release
from shizheng.kernel.history import queries as history
from shizheng.kernel.notifications.queries import unread_count

pytestmark = pytest.mark.django_db
SOURCE = actions.Source("test.thing", "7", "第七次會議決議一", "/meetings/7/")


def test_a_number_is_given_once_and_the_units_owe_it(town: SimpleNamespace) -> None:
    first, second = enter(town), enter(town, text="西橋")
    assert (first.number, second.number) == ("114-TENDER-001", "114-TENDER-002")
    assert [(each.unit_id, each.part, each.state) for each in first.units.order_by("-part")] == [
        (town.works.pk, "main", "pending"), (town.parks.pk, "joint", "pending"),
    ]  # fmt: skip
    assert (first.state, first.due_on) == ("ongoing", date(2025, 6, 30))


def test_it_closes_when_every_unit_is_released_and_not_before(town: SimpleNamespace) -> None:
    row = enter(town)
    release(town, row, town.works, town.control)
    assert row.state == "ongoing"
    actions.tell(town.other, owed(row, town.parks).pk, text="已配合")
    actions.ask_release(town.other, owed(row, town.parks).pk, reason="配合完成")
    row.refresh_from_db()
    assert row.state == "waiting"
    actions.decide_release(town.rdec, owed(row, town.parks).pk, accept=True, reason="同意")
    row.refresh_from_db()
    assert row.state == "closed" and row.closed_on == clock.today()
    acts = Step.objects.filter(commitment=row).values_list("act", flat=True)
    assert list(acts) == ["asked", "released", "asked", "released"]
    with pytest.raises(CannotDo):
        actions.tell(town.control, owed(row, town.works).pk, text="再填")
    with pytest.raises(CannotDo):
        actions.edit_commitment(town.rdec, row.pk, version=None, changes={"note": "x"}, reason="改")
    actions.reopen_commitment(
        town.rdec, row.pk, version=row.version, reason="現勘發現未完成", owed_ids=[owed(row, town.works).pk]
    )
    row.refresh_from_db()
    assert (row.state, row.closed_on, owed(row, town.parks).state) == ("ongoing", None, "released")


def test_a_request_is_sent_back_with_a_reason_and_the_unit_is_told(town: SimpleNamespace) -> None:
    row = enter(town)
    one = owed(row, town.works)
    with pytest.raises(CannotDo, match="填過辦理情形"):
        actions.ask_release(town.control, one.pk, reason="完成")
    actions.tell(town.officer.__class__.objects.get(username="control"), one.pk, text="辦理中")
    actions.ask_release(town.control, one.pk, reason="完成")
    with pytest.raises(BadInput):
        actions.decide_release(town.rdec, one.pk, accept=False, reason=" ")
    actions.decide_release(town.rdec, one.pk, accept=False, reason="請附照片")
    one.refresh_from_db()
    assert (one.state, one.sent_back, one.asked_on) == ("pending", True, None)
    assert unread_count(town.officer) == 1  # below the agency, told as well
    actions.ask_release(town.control, one.pk, reason="已附照片")
    one.refresh_from_db()
    assert not one.sent_back


def test_two_levels_pass_a_request_on_and_nobody_decides_on_an_own_one(town: SimpleNamespace) -> None:
    row = enter(town, "directive", joint_ids=[])
    one = owed(row, town.works)
    actions.tell(town.control, one.pk, text="完成")
    actions.ask_release(town.control, one.pk, reason="完成")
    with pytest.raises(NotPermitted):
        actions.decide_release(town.control, one.pk, accept=True, reason="自己")
    actions.decide_release(town.chief, one.pk, accept=True, reason="初審可")
    one.refresh_from_db()
    assert (one.state, one.passed) == ("asked", 1)
    with pytest.raises(NotPermitted):
        actions.decide_release(town.chief, one.pk, accept=True, reason="再審")
    actions.decide_release(town.rdec, one.pk, accept=True, reason="同意")
    one.refresh_from_db()
    assert one.state == "released"
    own = enter(town, "agency", joint_ids=[], who=town.control)
    both = town.rdec
    from shizheng.kernel.people.factories import person, role

    both = person(
        role("both", name="兩者", permissions=["commitments.file", "commitments.decide", "commitments.view"])
    )
    actions.tell(both, owed(own, town.works).pk, text="完成")
    actions.ask_release(both, owed(own, town.works).pk, reason="完成")
    with pytest.raises(CannotDo, match="自己提出"):
        actions.decide_release(both, owed(own, town.works).pk, accept=True, reason="可")


def test_agencies_enter_only_on_lists_that_they_release_themselves(town: SimpleNamespace) -> None:
    assert enter(town, "agency", who=town.control, joint_ids=[]).number == "114-AGENCY-001"
    with pytest.raises(NotPermitted):
        enter(town, "tender", who=town.control)
    with pytest.raises(NotPermitted):
        enter(town, "agency", who=town.other)
    with pytest.raises(NotPermitted):
        enter(town, who=town.leader)
    assert Commitment.objects.count() == 1


def test_more_time_is_asked_for_decided_and_the_first_day_stays(town: SimpleNamespace) -> None:
    row = enter(town)
    one, two = owed(row, town.works), owed(row, town.parks)
    with pytest.raises(BadInput):
        actions.ask_extension(town.control, one.pk, until=date(2025, 6, 30), reason="同一天")
    asked = actions.ask_extension(town.control, one.pk, until=date(2025, 9, 30), reason="管線單位")
    with pytest.raises(CannotDo, match="等著決定"):
        actions.ask_extension(town.other, two.pk, until=date(2025, 10, 31), reason="也要")
    with pytest.raises(NotPermitted):
        actions.decide_extension(town.chief, asked.pk, approve=True, reason="可")
    actions.decide_extension(town.rdec, asked.pk, approve=True, reason="可")
    row.refresh_from_db()
    assert (row.agreed_due, row.due_on) == (date(2025, 6, 30), date(2025, 9, 30))
    assert unread_count(town.control) == 1 and unread_count(town.other) == 0
    with pytest.raises(Conflict):
        actions.decide_extension(town.rdec, asked.pk, approve=False, reason="反悔")
    again = actions.ask_extension(town.other, two.pk, until=date(2025, 12, 31), reason="再延")
    actions.decide_extension(town.rdechead, again.pk, approve=False, reason="不同意")
    third = actions.ask_extension(town.other, two.pk, until=date(2025, 12, 31), reason="再延")
    actions.take_back_extension(town.other, third.pk, reason="不用了")
    row.refresh_from_db()
    assert row.due_on == date(2025, 9, 30)


def test_who_writes_over_somebody_else_is_told(town: SimpleNamespace) -> None:
    row = enter(town)
    read = row.version
    actions.edit_commitment(town.rdec, row.pk, version=read, changes={"note": "甲"}, reason="補")
    for act in (
        lambda: actions.edit_commitment(
            town.rdechead, row.pk, version=read, changes={"note": "乙"}, reason="補"
        ),
        lambda: actions.ask_extension(
            town.control, owed(row, town.works).pk, until=date(2025, 9, 1), reason="延", version=read
        ),
        lambda: actions.withdraw_commitment(town.rdec, row.pk, version=read, ground="policy", reason="撤"),
    ):
        with pytest.raises((Conflict, NotPermitted)):
            act()
    entries = history.entries_of(row)
    assert [each.action for each in entries][:1] == ["commitments.edit"] and entries[0].reason == "補"


def test_withdrawing_needs_one_of_four_grounds_and_restoring_gives_all_back(town: SimpleNamespace) -> None:
    row = enter(town)
    actions.tell(town.control, owed(row, town.works).pk, text="辦理中")
    actions.ask_release(town.control, owed(row, town.works).pk, reason="完成")
    with pytest.raises(BadInput):
        actions.withdraw_commitment(town.rdec, row.pk, version=None, ground="tired", reason="不想管")
    with pytest.raises(NotPermitted):
        actions.withdraw_commitment(town.chief, row.pk, version=None, ground="policy", reason="不想管")
    actions.withdraw_commitment(town.rdec, row.pk, version=None, ground="merged", reason="併入他案")
    row.refresh_from_db()
    assert (row.state, row.ground) == ("withdrawn", "merged")
    with pytest.raises(CannotDo):
        actions.decide_release(town.rdec, owed(row, town.works).pk, accept=True, reason="可")
    actions.restore_commitment(town.rdec, row.pk, version=None, reason="撤銷有誤")
    row.refresh_from_db()
    assert (row.state, row.ground, owed(row, town.works).state) == ("ongoing", "", "asked")


def test_who_hands_it_on_stays_on_record(town: SimpleNamespace) -> None:
    row = enter(town)
    actions.tell(town.control, owed(row, town.works).pk, text="已辦一半")
    actions.edit_commitment(
        town.rdec,
        row.pk,
        version=None,
        changes={"main_id": town.parks.pk, "joint_ids": []},
        reason="業務移轉",
    )
    states = {each.unit_id: (each.part, each.state) for each in CommitmentUnit.objects.filter(commitment=row)}
    assert states == {town.works.pk: ("main", "dropped"), town.parks.pk: ("main", "pending")}
    with pytest.raises(CannotDo):
        actions.tell(town.control, owed(row, town.works).pk, text="不是我的了")
    actions.edit_commitment(
        town.rdec, row.pk, version=None, changes={"joint_ids": [town.works.pk]}, reason="仍協辦"
    )
    assert (owed(row, town.works).part, owed(row, town.works).state) == ("joint", "pending")
    release(town, row, town.parks, town.other)
    assert row.state == "ongoing"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " "}, "text"),
        ({"agreed_due": AGREED - timedelta(days=1)}, "agreed_due"),
        ({"agreed_on": date(2099, 1, 1), "agreed_due": None}, "agreed_on"),
        ({"main_id": 10**9}, "main_id"),
        ({"joint_ids": [10**9]}, "joint_ids"),
        ({"target_quantity": Decimal(0), "quantity_unit": "棵"}, "target_quantity"),
        ({"target_quantity": Decimal(5)}, "quantity_unit"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"link_kind": "nobody.knows", "link_key": "1"}, "link_key"),
        ({"extra": {"colour": "紅"}}, "extra_colour"),
        ({"list_id": 10**9}, "list_id"),
    ],
)
def test_what_cannot_be_entered_is_said_beside_its_field(
    town: SimpleNamespace, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as failure:
        enter(town, **values)
    assert field in failure.value.fields and not Commitment.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": ""}, "text"),
        ({"on": AGREED - timedelta(days=1)}, "on"),
        ({"on": date(2099, 1, 1)}, "on"),
        ({"progress": Decimal(101)}, "progress"),
        ({"quantity": Decimal(1)}, "quantity"),
    ],
)
def test_what_cannot_be_told(town: SimpleNamespace, values: dict[str, Any], field: str) -> None:
    row = enter(town)
    with pytest.raises(BadInput) as failure:
        actions.tell(town.control, owed(row, town.works).pk, **{"text": "辦理中", **values})
    assert field in failure.value.fields


def test_a_quantity_counts_towards_its_target(town: SimpleNamespace) -> None:
    row = enter(town, "promise", joint_ids=[], target_quantity=Decimal(1000), quantity_unit="棵")
    one = owed(row, town.works)
    actions.tell(town.control, one.pk, text="植樹", quantity=Decimal(999))
    with pytest.raises(CannotDo, match="達目標數量"):
        actions.ask_release(town.control, one.pk, reason="完成")
    actions.tell(town.control, one.pk, text="植樹", quantity=Decimal(1000))
    actions.ask_release(town.control, one.pk, reason="完成")
    with pytest.raises(CannotDo):
        actions.ask_release(town.control, one.pk, reason="再一次")


def test_linked_progress_is_not_typed_again(town: SimpleNamespace) -> None:
    reached = {"9": progress.Progress("東橋工程", "履約中", percent=Decimal(40))}
    progress.register_progress_source(
        "test.works", lambda keys: {key: reached[key] for key in keys if key in reached},
        label="工程", find=lambda _actor, text: text if text in reached else None,
    )  # fmt: skip
    try:
        row = enter(town, "promise", joint_ids=[], link_kind="test.works", link_key="9")
        one = owed(row, town.works)
        with pytest.raises(BadInput) as failure:
            actions.tell(town.control, one.pk, text="施工", progress=Decimal(90))
        assert "progress" in failure.value.fields
        actions.tell(town.control, one.pk, text="施工")
        with pytest.raises(CannotDo):
            actions.ask_release(town.control, one.pk, reason="完成")
        reached["9"] = progress.Progress("東橋工程", "已結案", done=True)
        actions.ask_release(town.control, one.pk, reason="完成")
    finally:
        progress.forget("test.works")


def test_what_follows_from_elsewhere_goes_with_it(town: SimpleNamespace) -> None:
    given = {"text": "東橋限期完成", "main": town.works.pk, "due": date(2025, 6, 30), "agreed_on": AGREED}
    row = actions.add_from_source(town.rdec, "tender", joint=[town.parks.pk], source=SOURCE, **given)
    assert (row.source_label, row.source_url) == (SOURCE.label, SOURCE.url)
    assert actions.add_from_source(town.rdec, "tender", source=SOURCE, **given).pk == row.pk
    actions.follow_source(
        town.rdec,
        "tender",
        source=SOURCE,
        reason="更正紀錄",
        **{**given, "text": "東橋七月底前完成", "due": date(2025, 7, 31)},
    )
    row.refresh_from_db()
    assert (row.text, row.due_on, owed(row, town.parks).state) == (
        "東橋七月底前完成",
        date(2025, 7, 31),
        "dropped",
    )
    assert history.entries_of(row)[0].action == "commitments.follow_source"
    gone = actions.withdraw_source(town.rdec, SOURCE.kind, SOURCE.key, reason="決議刪除")
    assert gone is not None and gone.state == "withdrawn"
    assert actions.withdraw_source(town.rdec, SOURCE.kind, SOURCE.key, reason="決議刪除") is None
    back = actions.follow_source(town.rdec, "tender", source=SOURCE, reason="恢復決議", **given)
    assert (back.state, back.text) == ("ongoing", "東橋限期完成")
    assert Commitment.objects.count() == 1


def test_lists_are_made_and_changed_and_keep_what_is_filled_in(town: SimpleNamespace) -> None:
    from shizheng.domains.commitments.rules.fields import OwnField

    made = actions.create_list(
        town.rdec,
        {"code": "Council", "name": "議會決議", "cycle": "none", "releaser": "rdec", "needed": "told",
         "fields": [OwnField("councillor", "議員", "text")]},
    )  # fmt: skip
    assert made.code == "council"
    enter(town, "council", extra={"councillor": "甲議員"})
    with pytest.raises(BadInput) as failure:
        actions.edit_list(town.rdec, made.pk, version=made.version, changes={"fields": []}, reason="不要了")
    assert "fields" in failure.value.fields
    changed = actions.edit_list(
        town.rdec, made.pk, version=made.version, changes={"cycle": "month"}, reason="按月更新"
    )
    with pytest.raises(Conflict):
        actions.edit_list(town.rdec, made.pk, version=made.version, changes={"name": "乙"}, reason="改")
    with pytest.raises(NotPermitted):
        actions.edit_list(town.control, made.pk, version=changed.version, changes={"name": "乙"}, reason="改")
    with pytest.raises(BadInput):
        actions.create_list(town.rdec, {"code": "council", "name": "議會決議"})
    assert actions.load_shipped_lists() == 0 and list_of("tender").name == "標案督導會報決議"


def test_the_chase_climbs_the_ladder_once_whoever_runs_it_again(town: SimpleNamespace) -> None:
    with clock.set_to(at(114, 3, 3)):
        enter(town, joint_ids=[])
    with clock.set_to(at(114, 3, 10)):
        assert actions.chase(town.rdec) == 0
    with clock.set_to(at(114, 4, 2)):  # three working days before 5 April and the holidays before it
        first = actions.chase(town.rdec)
        assert first > 0 and actions.chase(town.rdec) == 0
        assert unread_count(town.control) == 1
    with clock.set_to(at(114, 7, 1)):
        assert actions.chase(town.rdec) > 0 and actions.chase(town.rdec) == 0
    assert unread_count(town.other) == 0


def test_rungs_that_come_at_once_tell_each_person_once_of_each_day(town: SimpleNamespace) -> None:
    with clock.set_to(at(114, 3, 3)):
        enter(town, joint_ids=[])
    with clock.set_to(at(114, 8, 1)):  # nobody has chased for months: the day and an update are overdue
        assert actions.chase(town.rdec) > 0
        assert unread_count(town.control) == 2
        assert actions.chase(town.rdec) == 0


def test_a_promise_for_a_year_without_a_calendar_keeps_nobody_else_from_being_told(
    town: SimpleNamespace,
) -> None:
    with clock.set_to(at(114, 3, 3)):
        enter(
            town,
            text="道路工程於十五年內完成",
            agreed_due=date(2040, 6, 30),
            main_id=town.parks.pk,
            joint_ids=[],
        )
        enter(town, joint_ids=[])
    with clock.set_to(at(114, 4, 2)):
        assert actions.chase(town.rdec) > 0 and unread_count(town.control) == 1
