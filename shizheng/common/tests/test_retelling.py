from datetime import date
from types import SimpleNamespace

from shizheng.common.retelling import standing, tellings


def told(pk: int | None, day: int, supersedes_id: int | None = None, struck: bool = False) -> SimpleNamespace:
    return SimpleNamespace(pk=pk, on=date(2025, 3, day), supersedes_id=supersedes_id, struck=struck)


def test_a_correction_takes_the_place_and_a_struck_one_is_gone() -> None:
    rows = [told(1, 1), told(2, 8), told(3, 9), told(9, 9, 1), told(10, 9, 3, struck=True)]
    assert [(each.pk, each.on.day) for each in standing(rows)] == [(2, 8), (9, 9)]


def test_on_one_day_what_was_told_first_comes_first_also_when_corrected_and_what_is_new_comes_last() -> None:
    rows = [told(None, 5), told(2, 5), told(1, 5), told(3, 5, 1)]
    assert [each.pk for each in standing(rows)] == [3, 2, None]


def test_tellings_of_one_thing_stand_together_and_the_newest_thing_first() -> None:
    rows = [told(4, 2, 2), told(1, 3), told(2, 9), told(3, 3, 1, struck=True)]
    assert [[each.pk for each in kept] for kept in tellings(rows)] == [[1, 3], [2, 4]]
