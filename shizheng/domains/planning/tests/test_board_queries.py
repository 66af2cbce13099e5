"""What boards read: months of the units below, few queries, slim rows."""

from types import SimpleNamespace

from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.tests.test_boards import file
from shizheng.kernel.measures.rules.periods import parse_period

HALVES = [parse_period(f"{year}-H{half}") for year in (2016, 2017, 2018) for half in (1, 2)]


def test_months_of_the_units_below_make_up_the_year(town: SimpleNamespace, accepted: Plan) -> None:
    from shizheng.kernel.measures import queries as measures
    from shizheng.kernel.organisations import factories

    second = factories.unit(parent=town.works, code="W2", name="養護科")
    for month in ("2018-01", "2018-02"):
        file(town.officer, accepted, "工程進度相符率", month, unit=town.section.pk, a=10, b=10)
        file(town.officer, accepted, "工程進度相符率", month, unit=second.pk, a=60, b=90)
    (kpi,) = [each for each in queries.city_board(town.leader, 107).kpis if each.name == "工程進度相符率"]
    assert str(kpi.figure.value) == "70.00" and kpi.figure.made_from == "units"
    by_itself = measures.figure(
        Kpi.objects.get(pk=kpi.kpi_id).measure_id, accepted.agency_id, kpi.figure.period
    )
    assert by_itself.exact == kpi.figure.exact and by_itself.id == kpi.figure.id


def test_a_trend_is_the_tally_of_each_periods_board_in_few_queries(
    town: SimpleNamespace, accepted: Plan
) -> None:
    from shizheng.kernel.organisations import factories

    second = factories.unit(parent=town.works, code="W2", name="養護科")
    actions.record_exact_results(town.officer, accepted.pk)
    file(town.officer, accepted, "工程進度相符率", "2018-01", a=60, b=100)
    file(town.officer, accepted, "工程進度相符率", "2018-08", a=90, b=100)
    file(town.officer, accepted, "工區缺失件數", "2018-02", unit=town.section.pk, a=1)
    file(town.officer, accepted, "工區缺失件數", "2018-02", unit=second.pk, a=1)
    town.leader.forget_authority()
    with CaptureQueriesContext(connection) as made:
        found = queries.trend(town.leader, HALVES)
    assert len(made) <= 12
    assert [period for period, _ in found] == HALVES
    for period, tally in found:
        board = queries.city_board(town.leader, None, period)
        assert (tally.counts, tally.weights) == (board.tally.counts, board.tally.weights)
    assert all(tally.judged for _, tally in found[4:])
    assert [tally.all for _, tally in found] == [0, 0, 3, 3, 3, 3]


def test_an_agencys_trend_leaves_other_agencies_out(town: SimpleNamespace, accepted: Plan) -> None:
    works = queries.trend(town.leader, HALVES, None, town.works.pk)
    assert [tally.all for _, tally in works] == [0, 0, 3, 3, 3, 3]  # 106 年 as the plan of 107 年 reports it
    assert all(tally.all == 0 for _, tally in queries.trend(town.leader, HALVES, None, town.parks.pk))
