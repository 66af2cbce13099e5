"""Months from before they were filed here: taken over in bulk, locked and counted like any other."""

from types import SimpleNamespace

import pytest

from shizheng.common.errors import BadInput, CannotDo, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects.actions.past import take_over_month
from shizheng.domains.projects.actions.warnings import warn
from shizheng.domains.projects.models import EarlyWarning, MonthRecord, Project
from shizheng.domains.projects.queries.ranking import ranking
from shizheng.domains.projects.tests.month_town import MONEY, on, tender
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.rules.periods import parse_period

JUNE = parse_period("2025-06")
AWARDED = [
    {"kind": "announced", "on": JUNE.start},
    {"kind": "awarded", "on": JUNE.last_day, "contractor": "甲營造", "amount": 5_000_000},
]


def texts(works: str) -> dict[str, str]:
    return {"reached": "award", "reached_on": "114-06-20", "works": works, "text": "依契約施作", **MONEY}


@pytest.mark.django_db
def test_a_month_that_is_taken_over_is_judged_counted_and_ranked(month_town: SimpleNamespace) -> None:
    good, silent = tender(month_town.works, "114-W-001"), tender(month_town.parks, "114-P-001")
    told = [{"project_id": good.pk, **each} for each in AWARDED]
    with on("2025-07-08"):
        assert take_over_month(SYSTEM, JUNE, told, {good.pk: texts("40")}, source="舊系統") == 2
    record = MonthRecord.objects.get(project=good)
    assert record.filed and record.actual == 70 and record.state == "performing" and record.filing_id is None
    assert not MonthRecord.objects.get(project=silent).filed
    assert Project.objects.get(pk=good.pk).contractor == "甲營造"
    rates = {each.agency_id: each.percent for each in ranking(month_town.leader, JUNE, None).rows}
    assert rates[month_town.parks.pk] == 0 and rates[month_town.works.pk] is not None
    fact = Fact.objects.get(
        measure__code="projects.filed", unit=month_town.works, period="2025-06", input="part"
    )
    assert fact.value == 1


@pytest.mark.django_db
def test_a_month_is_taken_over_once_with_where_it_is_from_by_whoever_may_lock(
    month_town: SimpleNamespace,
) -> None:
    tender(month_town.works, "114-W-001")
    with pytest.raises(NotPermitted):
        take_over_month(month_town.officer, JUNE, [], {}, source="舊系統")
    with pytest.raises(BadInput):
        take_over_month(SYSTEM, JUNE, [], {}, source=" ")
    take_over_month(SYSTEM, JUNE, [], {}, source="舊系統")
    with pytest.raises(CannotDo, match="已經鎖定"):
        take_over_month(SYSTEM, JUNE, [], {}, source="舊系統")
    assert MonthRecord.objects.count() == 1


@pytest.mark.django_db
def test_taking_over_takes_no_more_queries_for_more_tenders(
    month_town: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    take_over_month(SYSTEM, parse_period("2025-05"), [], {}, source="舊系統")
    rows = [tender(month_town.works, f"114-W-{place:03d}") for place in range(20)]
    told = [{"project_id": each.pk, **one} for each in rows for one in AWARDED]
    with django_assert_max_num_queries(75):  # type: ignore[operator]
        take_over_month(SYSTEM, JUNE, told, {each.pk: texts("40") for each in rows}, source="舊系統")
    warn(SYSTEM, JUNE)
    assert EarlyWarning.objects.filter(share=None).count() == EarlyWarning.objects.count() > 0
