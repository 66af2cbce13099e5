"""Three real plans from end to end: in, accepted, published, their printed numbers computed again."""

from decimal import Decimal
from pathlib import Path

import pytest

from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Item, Kpi, Plan, Point, ResultRow, ResultStatus
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.organisations import factories

AGENCY = "臺中市政府研究發展考核委員會"


@pytest.fixture
def plans(db: None, seeds: list[Path]) -> dict[int, Plan]:
    factories.city()
    found = {}
    for path in seeds:
        data = path.read_bytes()
        parsed = actions.read_document(data, path.name)
        done = actions.import_plan(
            SYSTEM, data, path.name, agency_name="" if parsed.agency else AGENCY, create_agency=True
        )
        plan = actions.accept_plan(SYSTEM, done.plan.pk, version=done.plan.version)
        found[plan.roc_year] = actions.publish_plan(SYSTEM, plan.pk, version=plan.version)
    return found


@pytest.mark.parametrize(
    ("year", "goals", "kpis", "work_plans", "items", "points", "results"),
    [(107, 7, 7, 9, 37, 51, 7), (100, 8, 11, 5, 43, 48, 0), (105, 7, 9, 7, 35, 42, 9)],
)
def test_everything_is_stored(
    plans: dict[int, Plan],
    year: int,
    goals: int,
    kpis: int,
    work_plans: int,
    items: int,
    points: int,
    results: int,
) -> None:
    plan = plans[year]
    stored = (
        plan.goals.count(),
        Kpi.objects.filter(goal__plan=plan).count(),
        plan.work_plans.count(),
        Item.objects.filter(work_plan__plan=plan).count(),
        Point.objects.filter(item__work_plan__plan=plan).count(),
        plan.results.count(),
    )
    assert stored == (goals, kpis, work_plans, items, points, results)
    assert plan.agency.name == AGENCY
    assert all(kpi.measure_id for kpi in Kpi.objects.filter(goal__plan=plan))


def figure_of(row: ResultRow) -> Figure:
    period = queries.result_period(row)
    return measures.figure(row.kpi.measure_id, row.plan.agency_id, period)


def test_the_printed_values_come_out_again(plans: dict[int, Plan]) -> None:
    computed = {}
    for plan in plans.values():
        for each in actions.record_exact_results(SYSTEM, plan.pk):
            if each.recorded:
                row = queries.result(SYSTEM, each.row.pk)
                figure = figure_of(row)
                computed[row.kpi_name] = (str(figure.value), figure.exact_text[:8], row.status)
    assert computed == {
        "決議達成共同合作之案件比率": ("53.19", "53.19148", ResultStatus.NOT_MET),  # printed 53; 25 ÷ 47
        "本府重大工程進度相符之比率": ("77.31", "77.31481", ResultStatus.MET),  # 167 ÷ 216
        "話務服務滿意度指標": ("89.79", "89.785", ResultStatus.MET),  # exactly 89.785, half up
        "三縣市首長會議議決達成共同合作之提案率": ("80.00", "80", ResultStatus.MET),  # 16 ÷ 20
        "本府標案管考執行率": ("91.99", "91.99118", ResultStatus.MET),  # 2504 ÷ 2722
    }
    row = plans[107].results.get(kpi_name="決議達成共同合作之案件比率")
    assert "文件印 53%，算得 53.19" in row.status_note


def test_a_share_whose_parts_are_not_printed_is_left_to_an_officer(plans: dict[int, Plan]) -> None:
    row = plans[107].results.get(kpi_name__startswith="陳情焦點議題")
    assert queries.proposals_for(row) == []
    row = actions.confirm_figures(
        SYSTEM,
        row.pk,
        version=row.version,
        typed={"a": Decimal(5), "b": Decimal(29)},
        reason="敘述列出 5 個局；一級機關 29 個",
    )
    figure = figure_of(row)
    # printed 17.24% and 已達; judged against 20 it is not met
    assert (str(figure.value), row.status) == ("17.24", ResultStatus.NOT_MET)
    assert measures.current_facts(row.kpi.measure_id).get(input="b").reason.startswith("敘述")


def test_the_year_104_keeps_its_own_weights(plans: dict[int, Plan]) -> None:
    board = queries.city_board(SYSTEM, 104)
    assert board.tally.weight == 68  # goal 3 weighs 8 in 104 and 10 in 105
    assert queries.city_board(SYSTEM, 105).tally.weight == 70


def test_ambiguous_standards_show_their_readings_and_stay_to_be_confirmed(plans: dict[int, Plan]) -> None:
    composite = Kpi.objects.get(goal__plan=plans[105], name__startswith="定期提出質量分析報告")
    made = measures.versions_of(composite.measure_id).filter(needs_confirmation=True).first()
    assert made is not None and len(made.readings) > 1 and made.reading_in_force
