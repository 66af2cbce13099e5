"""The dated tree: what a unit was called and where it belonged on any day."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.organisations import actions, queries
from shizheng.kernel.organisations.factories import BEGINNING, agency, city, unit
from shizheng.kernel.organisations.models import Installation, UnitPeriod
from shizheng.kernel.people.factories import person

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2026, 1, 1)  # Thursday
EVE = date(2025, 12, 31)
WHY = {"legal_basis": "組織自治條例第 6 條"}


def test_a_renamed_unit_keeps_its_old_name_on_older_days() -> None:
    bureau = agency(name="測試市政府數位治理局")
    actions.rename_unit(
        SYSTEM, bureau.pk, on=NEW_YEAR, name="測試市政府數位發展局", version=bureau.version, **WHY
    )
    assert queries.tree(EVE).by_id[bureau.pk].name == "測試市政府數位治理局"
    assert queries.tree(NEW_YEAR).by_id[bureau.pk].name == "測試市政府數位發展局"
    assert queries.unit_by_name("測試市政府數位治理局", NEW_YEAR) is None
    assert queries.unit_by_name("測試市政府數位治理局", EVE) == bureau


def test_a_renaming_recorded_ahead_shows_on_its_day() -> None:
    bureau = agency(name="舊局")
    coming = date(2031, 1, 1)
    actions.rename_unit(SYSTEM, bureau.pk, on=coming, name="新局", version=None, **WHY)
    bureau.refresh_from_db()
    assert bureau.name == "舊局"
    with clock.set_to(clock.now().replace(year=2031, month=1, day=1)):
        assert actions.show_todays_names() == 1
        assert actions.show_todays_names() == 0
    bureau.refresh_from_db()
    assert bureau.name == "新局"


def test_a_move_takes_everything_below_along_and_reaches_through_a_later_renaming() -> None:
    first, second = agency(), agency()
    section = unit(parent=first, name="一科")
    team = unit(parent=section, name="一股")
    actions.rename_unit(SYSTEM, section.pk, on=date(2026, 6, 1), name="規劃科", version=None, **WHY)
    actions.move_unit(SYSTEM, section.pk, on=NEW_YEAR, parent_id=second.pk, version=None, **WHY)
    assert team.pk in queries.subtree_ids(first.pk, EVE)
    assert team.pk not in queries.subtree_ids(first.pk, NEW_YEAR)
    assert queries.subtree_ids(second.pk, date(2026, 7, 1)) == {second.pk, section.pk, team.pk}
    assert [p.name for p in queries.periods_of(section.pk)] == ["一科", "一科", "規劃科"]
    assert [n.pk if hasattr(n, "pk") else n.id for n in queries.ancestors(team.pk, NEW_YEAR)] == [
        city().pk, second.pk, section.pk,
    ]  # fmt: skip


def test_a_unit_may_not_come_under_its_own_descendant() -> None:
    office = agency()
    section = unit(parent=office)
    team = unit(parent=section)
    with pytest.raises(CannotDo, match="自己的下級"):
        actions.move_unit(SYSTEM, section.pk, on=NEW_YEAR, parent_id=team.pk, version=None, **WHY)
    assert queries.tree(NEW_YEAR).by_id[section.pk].parent_id == office.pk


def test_the_database_itself_refuses_a_circle_and_overlapping_periods() -> None:
    section = unit()
    team = unit(parent=section)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitPeriod.objects.filter(unit=section).update(parent=team)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitPeriod.objects.create(unit=section, name="又一段", parent=city(), start_date=NEW_YEAR)


def test_merged_units_end_and_their_people_and_parts_are_found_at_the_successor() -> None:
    one, two = agency(name="測試市政府甲局"), agency(name="測試市政府乙局")
    part = unit(parent=two, name="乙科")
    before = len(queries.first_level(EVE))
    merged = actions.merge_units(
        SYSTEM, [one.pk, two.pk], into=actions.NewUnit("joint", "測試市政府丙局"), on=NEW_YEAR, **WHY
    )
    assert len(queries.first_level(EVE)) == before
    assert len(queries.first_level(NEW_YEAR)) == before - 1
    assert queries.tree(NEW_YEAR).by_id[part.pk].parent_id == merged.pk
    assert queries.tree(EVE).by_id[part.pk].parent_id == two.pk
    assert {s.predecessor_id for s in queries.predecessors_of(merged.pk)} == {one.pk, two.pk}
    assert [s.successor_id for s in queries.successors_of(one.pk)] == [merged.pk]


def test_a_unit_can_be_taken_in_by_one_that_lives_on() -> None:
    big, small = agency(), agency()
    kept = actions.merge_units(SYSTEM, [small.pk], into=big.pk, on=NEW_YEAR, **WHY)
    assert kept == big
    assert small.pk not in queries.tree(NEW_YEAR)
    assert big.pk in queries.tree(NEW_YEAR)


def test_a_split_hands_its_parts_to_those_named_and_the_rest_to_the_first() -> None:
    whole = agency()
    a, b = unit(parent=whole, name="甲科"), unit(parent=whole, name="乙科")
    parts = actions.split_unit(
        SYSTEM, whole.pk, on=NEW_YEAR, children={b.pk: "right"},
        parts=[actions.NewUnit("left", "左局"), actions.NewUnit("right", "右局")], **WHY,
    )  # fmt: skip
    tree = queries.tree(NEW_YEAR)
    assert whole.pk not in tree
    assert tree.by_id[a.pk].parent_id == parts[0].pk
    assert tree.by_id[b.pk].parent_id == parts[1].pk


def test_a_split_may_leave_the_unit_itself_standing() -> None:
    whole = agency()
    a = unit(parent=whole)
    (part,) = actions.split_unit(
        SYSTEM, whole.pk, on=NEW_YEAR, keeps=True, parts=[actions.NewUnit("left", "左局")], **WHY
    )
    assert {whole.pk, part.pk} <= set(queries.tree(NEW_YEAR).by_id)
    assert queries.tree(NEW_YEAR).by_id[a.pk].parent_id == whole.pk


def test_a_unit_with_others_below_it_cannot_end_before_they_do() -> None:
    office = agency()
    section = unit(parent=office, name="承接科")
    with pytest.raises(CannotDo, match="承接科"):
        actions.close_unit(SYSTEM, office.pk, on=NEW_YEAR, version=None, **WHY)
    actions.close_unit(SYSTEM, section.pk, on=NEW_YEAR, version=None, **WHY)
    actions.close_unit(SYSTEM, office.pk, on=NEW_YEAR, version=None, **WHY)
    assert office.pk in queries.tree(EVE)
    assert office.pk not in queries.tree(NEW_YEAR)


def test_nothing_happens_to_a_unit_on_a_day_on_which_it_does_not_exist() -> None:
    bureau = agency()
    with pytest.raises(CannotDo, match="不存在"):
        actions.rename_unit(SYSTEM, bureau.pk, on=date(2000, 1, 1), name="早局", version=None, **WHY)


def test_a_unit_may_not_begin_before_its_parent() -> None:
    late = agency(on=NEW_YEAR)
    with pytest.raises(BadInput, match="上級機關在"):
        unit(parent=late, on=EVE)


def test_a_change_needs_a_basis_or_a_reason_and_history_keeps_it() -> None:
    bureau = agency()
    with pytest.raises(BadInput, match="依據"):
        actions.rename_unit(SYSTEM, bureau.pk, on=NEW_YEAR, name="新名", version=None)
    actions.rename_unit(
        SYSTEM,
        bureau.pk,
        on=NEW_YEAR,
        name="新名",
        version=None,
        legal_basis="府授研字第 1 號",
        reason="更名",
    )
    newest = UnitPeriod.objects.get(unit=bureau, name="新名")
    assert entries_of(newest)[0].reason == "府授研字第 1 號；更名"
    assert entries_of(newest)[0].action == "organisations.rename_unit"


def test_the_second_of_two_officers_who_read_the_same_version_is_told() -> None:
    bureau = agency()
    actions.rename_unit(SYSTEM, bureau.pk, on=NEW_YEAR, name="甲改的", version=bureau.version, **WHY)
    with pytest.raises(Conflict, match="又改過"):
        actions.rename_unit(SYSTEM, bureau.pk, on=NEW_YEAR, name="乙改的", version=bureau.version, **WHY)
    assert queries.tree(NEW_YEAR).by_id[bureau.pk].name == "甲改的"


def test_an_officer_changes_only_units_of_his_own() -> None:
    mine, other = agency(), agency()
    officer = person(role="rdec_officer", unit=mine)
    actions.rename_unit(officer, mine.pk, on=NEW_YEAR, name="我的", version=None, **WHY)
    with pytest.raises(NotPermitted):
        actions.rename_unit(officer, other.pk, on=NEW_YEAR, name="別人的", version=None, **WHY)
    with pytest.raises(NotPermitted):
        actions.move_unit(officer, mine.pk, on=NEW_YEAR, parent_id=other.pk, version=None, **WHY)


def test_names_are_found_with_either_tai_without_the_city_by_short_name_and_by_alias() -> None:
    Installation.objects.all().delete()
    government = actions.set_up_city(SYSTEM, city_name="臺安市", on=BEGINNING)
    board = agency(name="臺安市政府研究發展考核委員會", short_name="研考會")
    office = unit("district", parent=government, name="臺安市東區公所", code="east")
    actions.set_aliases(SYSTEM, board.pk, ["計畫考核處"], version=None)
    for written in (
        "台安市政府研究發展考核委員會", "研究發展考核委員會", "研考會", "臺安市政府研考會", "計畫考核處",
        "臺安市政府 研究發展考核委員會",
    ):  # fmt: skip
        assert queries.unit_by_name(written) == board, written
    assert queries.unit_by_name("東區公所") == office
    assert queries.unit_by_name("無此機關") is None
    assert queries.unit_by_name("") is None


def test_two_units_of_one_short_name_are_not_guessed_between() -> None:
    agency(short_name="研考室")
    agency(short_name="研考室")
    assert queries.unit_by_name("研考室") is None


def test_siblings_may_not_bear_one_name_at_one_time() -> None:
    agency(name="同名局")
    with pytest.raises(BadInput, match="同名局"):
        agency(name="同名局")


def test_the_whole_tree_is_one_query() -> None:
    office = agency()
    for _number in range(5):
        unit(parent=office)
    with connection.execute_wrapper(_refuse_more_than(1)):
        tree = queries.tree()
    assert len(tree.subtree_ids(office.pk)) == 6


def _refuse_more_than(most: int):  # type: ignore[no-untyped-def]
    seen: list[str] = []

    def wrapper(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        seen.append(sql)
        assert len(seen) <= most, seen
        return execute(sql, params, many, context)

    return wrapper


def test_two_days_can_be_compared() -> None:
    kept, renamed, closed = agency(), agency(name="舊名局"), agency()
    actions.rename_unit(SYSTEM, renamed.pk, on=NEW_YEAR, name="新名局", version=None, **WHY)
    actions.close_unit(SYSTEM, closed.pk, on=NEW_YEAR, version=None, **WHY)
    found, _before, _after = queries.differences(EVE, NEW_YEAR)
    assert {pair.node.id: pair.kinds for pair in found} == {renamed.pk: ("name",), closed.pk: ("closed",)}
    assert kept.pk not in {pair.node.id for pair in found}
