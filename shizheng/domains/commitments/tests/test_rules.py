"""States as tables, days by name, near texts, own fields, numbers."""

from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common import similar
from shizheng.domains.commitments.rules import days, workflow
from shizheng.domains.commitments.rules.codes import commitment_number
from shizheng.domains.commitments.rules.days import Cycle
from shizheng.domains.commitments.rules.fields import OwnField, read_own, shown_own, wrong_fields
from shizheng.domains.commitments.rules.workflow import (
    OF_UNIT,
    Act,
    CannotGo,
    Needed,
    Releaser,
    State,
    UnitState,
    after,
    check_whole,
    is_done,
    lacking,
    next_level,
    replayed,
    state_of,
)

P, A, R, D = UnitState.PENDING, UnitState.ASKED, UnitState.RELEASED, UnitState.DROPPED
GOES = {
    (P, Act.ASKED): A, (P, Act.DROPPED): D,
    (A, Act.PASSED): A, (A, Act.RELEASED): R, (A, Act.SENT_BACK): P, (A, Act.TAKEN_BACK): P, (A, Act.DROPPED): D,
    (R, Act.REOPENED): P,
    (D, Act.TAKEN_UP): P,
}  # fmt: skip


@pytest.mark.parametrize(("state", "act"), list(product(UnitState, Act)))
def test_a_unit_goes_only_where_the_table_says(state: UnitState, act: Act) -> None:
    if (state, act) in GOES:
        assert after(state, act) is GOES[state, act]
    else:
        with pytest.raises(CannotGo):
            after(state, act)


def test_the_readme_shows_the_diagram_of_the_table() -> None:
    readme = Path(workflow.__file__).parent.parent / "README.md"
    assert f"```mermaid\n{workflow.diagram()}\n```" in readme.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("units", "withdrawn", "whole"),
    [
        ([P], False, State.ONGOING),
        ([P, A], False, State.ONGOING),
        ([P, R], False, State.ONGOING),
        ([A], False, State.WAITING),
        ([A, R], False, State.WAITING),
        ([R], False, State.CLOSED),
        ([R, R, D], False, State.CLOSED),
        ([A, D], False, State.WAITING),
        ([D], False, State.ONGOING),
        ([R], True, State.WITHDRAWN),
        ([P], True, State.WITHDRAWN),
    ],
)
def test_the_whole_follows_from_its_units(units: list[UnitState], withdrawn: bool, whole: State) -> None:
    assert state_of(units, withdrawn) is whole


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_what_is_closed_can_only_be_reopened_and_what_is_withdrawn_only_restored(
    state: State, act: Act
) -> None:
    allowed = {
        State.CLOSED: act is Act.REOPENED,
        State.WITHDRAWN: act is Act.RESTORED,
    }.get(state, act is not Act.RESTORED)
    if allowed:
        check_whole(state, act)
    else:
        with pytest.raises(CannotGo):
            check_whole(state, act)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(list(OF_UNIT))), max_size=30), st.booleans())
def test_no_order_of_steps_loses_a_unit_or_a_state(acts: list[tuple[int, Act]], withdrawn: bool) -> None:
    """Steps that the state refuses are not taken; what was taken can be replayed to the same state."""
    states = [UnitState.PENDING] * 3
    taken: list[list[Act]] = [[], [], []]
    for unit, act in acts:
        try:
            states[unit] = after(states[unit], act)
        except CannotGo:
            continue
        taken[unit].append(act)
    assert [replayed(each) for each in taken] == states
    whole = state_of(states, withdrawn)
    assert (whole is State.WITHDRAWN) == withdrawn
    if whole is State.CLOSED:
        assert all(each in (R, D) for each in states) and R in states


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, st.lists(DAYS, max_size=6), st.randoms())
def test_no_order_of_extensions_brings_the_day_forward(agreed: date, until: list[date], chance) -> None:  # type: ignore[no-untyped-def]
    found = days.due_on(agreed, until)
    shuffled = list(until)
    chance.shuffle(shuffled)
    assert found == days.due_on(agreed, shuffled) and found is not None and found >= agreed


def test_without_a_day_nothing_is_late() -> None:
    assert days.due_on(None, [date(2025, 1, 1)]) is None
    assert not days.is_overdue(P, None, date(2030, 1, 1))


@pytest.mark.parametrize(
    ("state", "today", "late", "soon"),
    [
        (P, date(2025, 6, 15), False, False),
        (P, date(2025, 6, 16), False, True),  # 14 days before, the day itself counted
        (P, date(2025, 6, 30), False, True),  # the day itself is in time
        (P, date(2025, 7, 1), True, False),
        (A, date(2025, 7, 1), False, False),  # who has asked waits, and is not late
        (R, date(2025, 7, 1), False, False),
    ],
)
def test_overdue_and_soon(state: UnitState, today: date, late: bool, soon: bool) -> None:
    due = date(2025, 6, 30)
    assert days.is_overdue(state, due, today) is late
    assert days.is_soon(state, due, today, 14) is soon


@pytest.mark.parametrize(
    ("cycle", "told", "owed_as_of", "due"),
    [
        (Cycle.NONE, None, None, None),
        (Cycle.MONTH, None, date(2025, 3, 31), date(2025, 4, 5)),
        (Cycle.MONTH, date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 5)),
        (Cycle.MONTH, date(2025, 4, 2), date(2025, 5, 31), date(2025, 6, 5)),
        (Cycle.WEEK, None, date(2025, 3, 9), date(2025, 3, 14)),  # Monday 3 March: the week ends on Sunday
        (Cycle.QUARTER, date(2025, 3, 20), date(2025, 6, 30), date(2025, 7, 5)),
        (Cycle.HALF, None, date(2025, 6, 30), date(2025, 7, 5)),
        (Cycle.YEAR, None, date(2025, 12, 31), date(2026, 1, 5)),
    ],
)
def test_the_next_update_is_owed_after_the_next_cycle(
    cycle: Cycle, told: date | None, owed_as_of: date | None, due: date | None
) -> None:
    agreed = date(2025, 3, 3)
    assert days.owed_as_of(cycle, agreed, told) == owed_as_of
    assert days.update_due(cycle, agreed, told, 5) == due


@given(st.sampled_from([each for each in Cycle if each is not Cycle.NONE]), DAYS, DAYS)
def test_telling_always_moves_the_next_update_on(cycle: Cycle, agreed: date, told: date) -> None:
    owed = days.owed_as_of(cycle, agreed, told)
    assert owed is not None and owed >= agreed and (told < agreed or owed > told)


def test_two_months_before_the_end() -> None:
    assert days.months_before(date(2025, 4, 30), 2) == date(2025, 2, 28)
    assert not days.asked_late(date(2025, 4, 30), date(2025, 6, 30), 2)
    assert days.asked_late(date(2025, 5, 1), date(2025, 6, 30), 2)


@pytest.mark.parametrize(
    ("needed", "told", "done", "evidence", "missing"),
    [
        (Needed.TOLD, False, True, True, ("told",)),
        (Needed.TOLD, True, False, False, ()),
        (Needed.DONE, True, False, True, ("done",)),
        (Needed.EVIDENCE, True, True, False, ("evidence",)),
        (Needed.BOTH, True, False, False, ("done", "evidence")),
        (Needed.BOTH, True, True, True, ()),
    ],
)
def test_what_a_list_wants_before_release(
    needed: Needed, told: bool, done: bool, evidence: bool, missing: tuple[str, ...]
) -> None:
    assert lacking(needed, told=told, done=done, evidence=evidence) == missing


@pytest.mark.parametrize(
    ("progress", "quantity", "target", "done"),
    [
        (None, None, None, False),
        (Decimal("99.99"), None, None, False),
        (Decimal(100), None, None, True),
        (None, Decimal(9999), Decimal(10_000), False),
        (None, Decimal(10_000), Decimal(10_000), True),
        (Decimal(100), Decimal(5), Decimal(10), False),  # a quantity that was told counts before a percentage
    ],
)
def test_done_is_all_of_it(progress: Decimal, quantity: Decimal, target: Decimal, done: bool) -> None:
    assert is_done(progress, quantity, target) is done


def test_levels_one_after_another() -> None:
    assert [next_level(Releaser.BOTH, n) for n in range(3)] == ["agency", "rdec", ""]
    assert next_level(Releaser.AGENCY, 0) == "agency" and next_level(Releaser.RDEC, 0) == "rdec"


def test_near_texts_are_found_whatever_the_marks_between() -> None:
    told = "下嵐排水第三期：請於汛期前完成管線遷移。"
    others = [(1, "請於汛期前完成下嵐排水第三期管線遷移"), (2, "社會住宅開放參訪"), (3, told)]
    found = similar.near(told, others, Decimal("0.55"))
    assert [key for key, _alike in found] == [3, 1]
    assert found[0][1] == 1 and Decimal("0.8") < found[1][1] < 1
    assert similar.likeness(similar.bigrams(""), similar.bigrams("")) == 0


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_of_both_and_between_none_and_all(one: str, other: str) -> None:
    found = similar.likeness(similar.bigrams(one), similar.bigrams(other))
    assert 0 <= found <= 1 and found == similar.likeness(similar.bigrams(other), similar.bigrams(one))


FIELDS = (
    OwnField("councillor", "議員", "text", required=True),
    OwnField("money", "經費", "number"),
    OwnField("met_on", "會期", "date"),
    OwnField("kind", "類別", "choice", choices=("總質詢", "業務質詢")),
)


def test_own_fields_are_read_alike_from_everywhere() -> None:
    kept, wrong = read_own(
        FIELDS, {"councillor": " 甲 ", "money": "1,200", "met_on": "114-05-01", "kind": "總質詢"}
    )
    assert wrong == {}
    assert kept == {"councillor": "甲", "money": "1200", "met_on": "2025-05-01", "kind": "總質詢"}
    assert shown_own(FIELDS[2], kept) == date(2025, 5, 1) and shown_own(FIELDS[1], kept) == 1200
    assert (
        read_own(FIELDS, {name: shown_own(each, kept) for each in FIELDS for name in [each.code]})[0] == kept
    )


def test_own_fields_say_what_is_wrong() -> None:
    _kept, wrong = read_own(FIELDS, {"money": "很多", "met_on": "某日", "kind": "其他", "color": "紅"})
    assert set(wrong) == {"extra_councillor", "extra_money", "extra_met_on", "extra_kind", "extra_color"}


@pytest.mark.parametrize(
    "fields",
    [
        [OwnField("A b", "甲", "text")],
        [OwnField("a", "甲", "text"), OwnField("a", "乙", "text")],
        [OwnField("a", "", "text")],
        [OwnField("a", "甲", "colour")],
        [OwnField("a", "甲", "choice")],
        [OwnField("a", "甲", "text", choices=("乙",))],
        [OwnField(f"a{n}", "甲", "text") for n in range(9)],
    ],
)
def test_fields_that_a_list_cannot_have(fields: list[OwnField]) -> None:
    assert wrong_fields(fields)


def test_numbers_go_on_after_the_highest_ever_given() -> None:
    assert commitment_number(114, "tender", []) == "114-TENDER-001"
    assert (
        commitment_number(114, "tender", ["114-TENDER-009", "114-TENDER-002", "113-TENDER-050"])
        == "114-TENDER-010"
    )
