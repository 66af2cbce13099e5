"""One's own tenders in the calendar: the checkpoints that are still to come."""

from datetime import date
from types import SimpleNamespace

import pytest

from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects.diary import checkpoints, grant_days
from shizheng.domains.projects.tests.grant_town import MONTH, make_grant_town
from shizheng.domains.projects.tests.month_town import LATE, lock_month, on, row, tender
from shizheng.kernel.filing import actions as filing
from shizheng.web.diary import day_of

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


@pytest.mark.django_db
def test_days_of_a_grant_year_stand_in_the_calendars_of_those_who_have_to_act() -> None:
    """RDEC: selection, what agencies will have to file, publication, report; an agency only its own filing."""
    town = make_grant_town()
    days = (date(2025, 1, 1), date(2026, 4, 30))

    def told(actor: object) -> dict[str, date]:
        with on("2025-02-03"):
            return {each.title.split("：")[0]: day_of(each) for each in grant_days(actor, *days)}

    assert told(town.rdec_head)["公布 114 年第 1 季成效"] == date(2025, 6, 30)  # by the day of the rulebook
    found = told(town.rdec)
    assert found["提送 114 年度績效報告"] == date(2026, 4, 30)
    assert found["填報 114 年 6 月執行與支用"] == date(2025, 7, 7)
    assert "召開選案審查會議" not in found  # held already
    own = told(town.officer)
    assert own and all("填報" in title or "建檔" in title for title in own)
    assert own["補助案建檔與各月預算分配"] == date(2025, 3, 31)
    keys = [each.key for each in grant_days(town.rdec, *days)]
    assert len(set(keys)) == len(keys)
    with on("2025-05-02"):
        filing.open_round(SYSTEM, MONTH, "2025-04")
        opened = {each.title for each in grant_days(town.officer, *days)}
    assert not any("114 年 4 月" in title for title in opened)  # filing itself tells of open rounds
