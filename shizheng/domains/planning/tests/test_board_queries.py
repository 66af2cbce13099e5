"""What boards read: months of the units below, few queries, slim rows."""

from types import SimpleNamespace

from shizheng.domains.planning import queries
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.tests.test_boards import file


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
