"""One's own tenders in the calendar: the checkpoints that are still to come."""

from datetime import date
from types import SimpleNamespace

import pytest

from shizheng.domains.projects.diary import checkpoints
from shizheng.domains.projects.tests.month_town import LATE, lock_month, row, tender

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


@pytest.mark.django_db
def test_checkpoints_of_one_s_own_tenders_that_were_not_reached(
    month_town: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    mine = tender(month_town.works, "A1")
    tender(month_town.parks, "B1")
    named = tender(month_town.parks, "B2", officer=month_town.leader)
    assert [(each.key, each.at) for each in checkpoints(month_town.officer, FIRST, LAST)] == [
        (f"{mine.pk}-design", date(2025, 1, 15)),
        (f"{mine.pk}-award", date(2025, 2, 15)),
        (f"{mine.pk}-done", date(2025, 12, 31)),
    ]
    lock_month(month_town, "2025-03", {mine: row("10", **LATE)})
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        left = list(checkpoints(month_town.officer, FIRST, LAST))
    assert [each.key for each in left] == [f"{mine.pk}-done"] and "標案A1" in left[0].title
    everywhere = {each.key.split("-")[0] for each in checkpoints(month_town.leader, FIRST, LAST)}
    assert everywhere == {str(named.pk)}  # who sees the whole city has those that are his or hers by name
