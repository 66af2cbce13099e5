"""Stage targets at their boundaries, ratios of sums, quantities between targets, duties on their days: pure."""

from datetime import date
from decimal import Decimal

import pytest

from shizheng.domains.projects.rules.grants import (
    Counting,
    Done,
    ItemMonth,
    Rate,
    Standing,
    by_agency,
    done,
    reached,
    standing,
    sums_of,
    to_date,
)
from shizheng.domains.projects.rules.programmes import Between, Target, planned_on, rising, share

D = Decimal


@pytest.mark.parametrize(
    ("percent", "target", "is_reached"),
    [
        ("54.99", "55", False), ("55.00", "55", True), ("54.995", "55", False), ("54.9999999", "55", False),
        ("74.99", "75", False), ("75", "75", True), ("85", "85", True), ("80", "80", True), ("79.99", "80", False),
        ("40", "40", True), ("39.99", "40", False), ("100", "100", True), ("99.99", "100", False), (None, "55", False),
    ],
)  # fmt: skip
def test_a_stage_target_is_reached_at_exactly_its_value_and_not_by_rounding(
    percent: str | None, target: str, is_reached: bool
) -> None:
    value = D(percent) if percent is not None else None
    assert reached(value, D(target)) is is_reached
    stands = standing(value, D(target), date(2025, 6, 30), date(2025, 7, 10), locked=True)
    assert stands is (Standing.MET if is_reached else Standing.MISSED)


def test_before_its_day_a_target_is_to_come_and_after_it_waits_for_the_lock() -> None:
    on = date(2025, 6, 30)
    assert standing(None, D(55), on, date(2025, 6, 30), locked=False) is Standing.TO_COME
    assert standing(None, D(55), on, date(2025, 7, 1), locked=False) is Standing.NOT_FILED


def item(awarded: bool = False, annual: int = 1000, **money: int) -> ItemMonth:
    amounts = {name: D(value) for name, value in money.items()}
    return ItemMonth(D(annual), awarded, False, bool(money), **amounts)


def test_rates_are_ratios_of_sums_and_what_nobody_filed_stays_below_the_line() -> None:
    small = item(True, 100, allocated=100, paid=90, payable=5, surplus=5)
    large, silent = item(False, 800, allocated=200, paid=100, payable=0, surplus=0), item(True, 100)
    found = sums_of([small, large, silent])
    assert (found.items, found.filed, found.unfiled) == (3, 2, 1)
    assert found.ratio(Rate.AWARD).percent == D(200) / 3
    assert found.ratio(Rate.AWARD, Counting.MONEY).percent == 20
    assert found.ratio(Rate.ACHIEVEMENT).percent == 20
    assert found.ratio(Rate.ALLOCATION).percent == 30
    assert found.ratio(Rate.REALISATION).percent == 19
    execution = found.ratio(Rate.EXECUTION)
    assert (execution.part, execution.whole) == (200, 300)
    assert sums_of([]).ratio(Rate.AWARD).percent is None


def test_the_sums_of_agencies_make_the_sums_of_all() -> None:
    rows = [(1, item(True, allocated=5, paid=1, payable=2, surplus=0)), (2, item()), (1, item())]
    found = by_agency(rows)
    assert found[1] + found[2] == sums_of(each for _agency, each in rows)
    assert to_date([D(n) for n in range(1, 13)], 3) == 6


TARGETS = [Target(date(2020, 12, 31), D(1000)), Target(date(2022, 12, 31), D(10_000))]


@pytest.mark.parametrize(
    ("day", "between", "quantity"),
    [
        (date(2018, 1, 1), Between.BY_DAYS, 0), (date(2018, 12, 31), Between.BY_DAYS, 0),
        (date(2020, 12, 31), Between.BY_DAYS, 1000), (date(2021, 12, 31), Between.BY_DAYS, 5500),
        (date(2021, 12, 31), Between.AT_ONCE, 1000), (date(2022, 12, 31), Between.AT_ONCE, 10_000),
        (date(2030, 1, 1), Between.BY_DAYS, 10_000), (date(2019, 12, 31), Between.AT_ONCE, 0),
    ],
)  # fmt: skip
def test_a_quantity_is_planned_between_its_targets_as_the_rule_says(
    day: date, between: Between, quantity: int
) -> None:
    assert planned_on(TARGETS, date(2018, 12, 31), day, between) == quantity


def test_without_targets_nothing_is_planned_and_without_a_first_day_nothing_before_the_first_target() -> None:
    assert planned_on([], date(2020, 1, 1), date(2021, 1, 1), Between.BY_DAYS) is None
    assert planned_on(TARGETS, None, date(2020, 12, 30), Between.BY_DAYS) == 0
    assert rising(TARGETS) and not rising([*TARGETS, Target(date(2023, 1, 1), D(9))])
    assert share(D(1), D(0)) is None and share(None, D(1)) is None and share(D(1), D(4)) == 25


@pytest.mark.parametrize(
    ("on", "today", "stands"),
    [
        (date(2025, 1, 31), date(2025, 2, 9), Done.DONE), (date(2025, 2, 1), date(2025, 2, 9), Done.DONE_LATE),
        (None, date(2025, 1, 31), Done.TO_COME), (None, date(2025, 2, 1), Done.LATE),
    ],
)  # fmt: skip
def test_a_duty_is_late_from_the_day_after_its_due_day(on: date | None, today: date, stands: Done) -> None:
    assert done(date(2025, 1, 31), on, today) is stands
