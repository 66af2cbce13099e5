"""Changes and hot spots: golden cases worked out by hand, and what holds for any counts."""

from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.domains.petitions.rules.analysis import adjusted, binomial_tail, cell_of, changes, hot_spots

counts = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 50))
tables = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(0, 30), min_size=1
)


def test_what_rose_is_said_with_its_share_of_the_rise_by_hand() -> None:
    found = changes({"路燈": 30, "坑洞": 14, "噪音": 5}, {"路燈": 18, "坑洞": 10, "噪音": 9, "垃圾": 2})
    assert [(each.key, each.difference, each.share) for each in found] == [
        ("路燈", 12, Decimal(75)), ("坑洞", 4, Decimal(25)), ("垃圾", -2, None), ("噪音", -4, None),
    ]  # fmt: skip
    assert [each.rate and round(each.rate, 1) for each in found] == [Decimal("66.7"), Decimal(40), Decimal(-100), Decimal("-44.4")]  # fmt: skip
    assert changes({"新": 3}, {})[0].rate is None


@given(counts, counts)
def test_shares_of_the_rise_add_up_to_a_hundred_and_differences_to_that_of_the_sums(
    now: dict[str, int], before: dict[str, int]
) -> None:
    found = changes(now, before)
    assert sum(each.difference for each in found) == sum(now.values()) - sum(before.values())
    shares = [each.share for each in found if each.share is not None]
    assert not shares or abs(sum(shares) - 100) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("n", "of", "share", "tail"),
    [(8, 10, 0.5, 56 / 1024), (0, 5, 0.3, 1.0), (3, 3, 0.1, 0.001), (1, 4, 0.25, 1 - 0.75**4), (6, 5, 0.5, 0.0), (2, 9, 1.0, 1.0)],
)  # fmt: skip
def test_the_binomial_tail_by_hand(n: int, of: int, share: float, tail: float) -> None:
    assert binomial_tail(n, of, share) == pytest.approx(tail, rel=1e-12)


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.01, 0.99))
def test_the_tail_falls_with_n_and_is_a_probability(n: int, of: int, share: float) -> None:
    here, next_one = binomial_tail(n, of, share), binomial_tail(n + 1, of, share)
    assert 0 <= next_one <= here + 1e-12 and here <= 1


def test_q_values_by_hand() -> None:
    assert adjusted([0.01, 0.02, 0.03, 0.04], 4) == pytest.approx([0.04] * 4)
    assert adjusted([0.03, 0.001, 0.5], 10) == pytest.approx([0.15, 0.01, 1.0])


@given(st.lists(st.floats(0, 1), max_size=20), st.integers(0, 30))
def test_q_is_never_below_p_and_keeps_its_order(values: list[float], more: int) -> None:
    found = adjusted(values, len(values) + more)
    assert all(p <= q + 1e-15 and q <= 1 for p, q in zip(values, found, strict=True))
    order = sorted(range(len(values)), key=values.__getitem__)
    assert all(found[one] <= found[two] for one, two in pairwise(order))


def test_a_hot_spot_by_hand() -> None:
    """Lamps: 20 of 100 in the city; 9 of 10 in 東區, where 2 are expected: p = 10·0.2⁹·0.8 + 0.2¹⁰; four pairs are looked at."""
    table = {("路燈", "東區"): 9, ("其他", "東區"): 1, ("路燈", "西區"): 11, ("其他", "西區"): 79}
    (found,) = hot_spots(table, least=5, most_q=0.05)
    p = 10 * 0.2**9 * 0.8 + 0.2**10
    assert (found.category, found.place, found.n, found.of) == ("路燈", "東區", 9, 10)
    assert (
        found.expected == pytest.approx(2) and found.p == pytest.approx(p) and found.q == pytest.approx(4 * p)
    )
    assert hot_spots(table, least=10, most_q=0.05) == []


@given(tables, st.integers(1, 10))
def test_nothing_is_claimed_below_the_least_count_above_the_q_or_where_less_is_than_expected(
    table: dict[tuple[str, str], int], least: int
) -> None:
    for each in hot_spots(table, least=least, most_q=0.05):
        assert each.n >= least and each.q <= 0.05 and each.p <= each.q and each.n > each.expected
    if len({place for (_c, place), n in table.items() if n}) == 1:
        assert hot_spots(table, least=1, most_q=0.05) == []


def test_what_is_spread_by_chance_alone_is_seldom_claimed() -> None:
    """Two hundred cities in which chance alone spreads what comes: at a q of 5% at most one in twenty claims anything."""
    claimed = 0
    for seed in range(200):
        chance = Random(seed)
        table: dict[tuple[int, int], int] = {}
        for _each in range(400):
            pair = (chance.choice((0, 0, 0, 1, 1, 2)), chance.randrange(12))
            table[pair] = table.get(pair, 0) + 1
        claimed += bool(hot_spots(table, least=5, most_q=0.05))
    assert claimed <= 10


def test_a_point_lies_in_the_cell_of_its_south_west_corner() -> None:
    assert cell_of(120.6812, 24.1499) == (Decimal("120.680"), Decimal("24.145"))
    assert cell_of(-0.001, 24.15) == (Decimal("-0.005"), Decimal("24.150"))
