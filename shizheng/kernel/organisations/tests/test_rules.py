"""Properties of the dated tree that hold for any history of changes."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.organisations.rules import (
    Node,
    NotInForce,
    Period,
    Tree,
    change_from,
    close_on,
    first_cycle,
    first_gap,
    name_key,
)

START = date(2020, 1, 1)
days = st.integers(0, 2000).map(lambda n: START + timedelta(days=n))
change = st.one_of(
    st.fixed_dictionaries({"name": st.sampled_from("甲乙丙丁")}),
    st.fixed_dictionaries({"parent_id": st.integers(1, 4)}),
    st.fixed_dictionaries(
        {"name": st.sampled_from("甲乙"), "control_level": st.sampled_from(["city", "none"])}
    ),
)


def built(changes: list[tuple[date, dict[str, object]]]) -> list[Period]:
    periods = [Period(START, None, "始", parent_id=1)]
    for on, what in changes:
        periods = change_from(periods, on, what, "")
    return periods


@given(st.lists(st.tuples(days, change), max_size=12))
def test_periods_never_overlap_and_leave_no_gap_whatever_changes_in_whatever_order(changes) -> None:  # type: ignore[no-untyped-def]
    periods = sorted(built(changes), key=lambda p: p.start)
    assert periods[0].start == START
    assert periods[-1].end is None
    assert all(a.end == b.start for a, b in pairwise(periods))
    assert first_gap(periods, START, None) is None


@given(st.lists(st.tuples(days, change), max_size=8), days, st.sampled_from("戊己"))
def test_a_change_touches_no_day_before_it_and_shows_on_its_day(changes, on, name) -> None:  # type: ignore[no-untyped-def]
    before = built(changes)
    after = change_from(before, on, {"name": name}, "")

    def what(periods: list[Period], day: date) -> tuple[object, ...]:
        (p,) = [p for p in periods if p.covers(day)]
        return p.name, p.parent_id, p.control_level

    for n in range(0, (on - START).days, 37):
        assert what(before, START + timedelta(days=n)) == what(after, START + timedelta(days=n))
    assert what(after, on)[0] == name
    assert what(after, on)[1:] == what(before, on)[1:]


@given(st.lists(st.tuples(days, change), max_size=6), days.filter(lambda d: d > START))
def test_a_closed_unit_exists_until_the_day_and_not_after(changes, on) -> None:  # type: ignore[no-untyped-def]
    closed = close_on(built(changes), on)
    assert any(p.covers(on - timedelta(days=1)) for p in closed)
    assert not any(p.covers(on) or (p.end or on) > on for p in closed)


def test_a_unit_that_does_not_exist_cannot_change_or_close() -> None:
    periods = [Period(START, date(2021, 1, 1), "局")]
    with pytest.raises(NotInForce):
        change_from(periods, date(2021, 1, 1), {"name": "新"}, "")
    with pytest.raises(NotInForce):
        close_on(periods, date(2022, 1, 1))


parents = st.dictionaries(
    st.integers(1, 7),
    st.lists(st.tuples(days, st.one_of(st.none(), st.integers(1, 7))), min_size=1, max_size=3, unique_by=lambda x: x[0]),
    max_size=7,
)  # fmt: skip


@given(parents)
def test_a_circle_is_found_exactly_where_a_walk_upwards_comes_back(raw) -> None:  # type: ignore[no-untyped-def]
    everything = {}
    for unit, entries in raw.items():
        entries = sorted(entries)
        ends = [start for start, _parent in entries[1:]] + [None]
        everything[unit] = [Period(s, e, "x", parent_id=p) for (s, p), e in zip(entries, ends, strict=True)]
    for unit in everything:
        found = first_cycle(everything, unit)
        walked = None
        for day in sorted({p.start for ps in everything.values() for p in ps}):
            line, here = [], unit
            while here is not None and here not in line:
                line.append(here)
                here = next((p.parent_id for p in everything.get(here, []) if p.covers(day)), None)
            if here == unit:
                walked = day
                break
        assert found == walked


def node(number: int, parent: int | None, kind: str = "unit") -> Node:
    return Node(number, f"c{number}", kind, f"n{number}", "", "", parent, "agency", number, START, None)


def test_walking_the_tree_goes_depth_first_in_order() -> None:
    tree = Tree([node(1, None), node(3, 1), node(2, 1), node(4, 2)])
    assert [n.id for n in tree] == [1, 2, 4, 3]
    assert tree.depth(4) == 2
    assert tree.subtree_ids(2) == {2, 4}
    assert tree.subtree_ids(99) == frozenset()


def test_a_unit_whose_parent_is_outside_stands_at_the_top() -> None:
    assert [n.id for n in Tree([node(5, 77)]).roots] == [5]


@given(st.text(max_size=20))
def test_name_keys_are_stable(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


def test_name_keys_ignore_width_spaces_and_the_two_tai() -> None:
    assert name_key(" 台中市　政府ＡＢ局") == name_key("臺中市政府ab局")
