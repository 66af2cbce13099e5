"""A month that is filed once is the number of the KPI that its tender names: with its trace, corrected with it, never typed over."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.domains.projects import actions
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.rules.linking import Fed, Weight, fed, together
from shizheng.domains.projects.tests.month_town import correct, lock_month, row, tender
from shizheng.kernel.measures import actions as measuring
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.view import trace_url

pytestmark = pytest.mark.django_db
YEAR = parse_period("2025")


def kpi(town: SimpleNamespace, code: str = "kpi.bridge", **more: Any) -> Any:
    """A yearly KPI of the works agency: the progress of its works."""
    content = {
        "valid_from": date(2025, 1, 1), "unit": "%", "target": Decimal(100), "formula": parse("progress"),
        "inputs": [{"name": "progress", "label": "工程進度", "unit": "%", "list": False}],
    }  # fmt: skip
    return measuring.define_measure(
        town.rdec, code=code, name="改建工程進度", owner_id=town.works.pk,
        content=measuring.Content(**{**content, **more}),
    )  # fmt: skip


def link(town: SimpleNamespace, project: Project, **changes: Any) -> None:
    actions.edit_project(town.rdec, project.pk, version=None, changes=changes, reason="連結")


def figure(measure: Any, town: SimpleNamespace, period: Any = YEAR) -> Any:
    return measures.figures_of_unit([measure.pk], town.works.pk, period)[measure.pk]


def test_the_lock_of_a_month_is_the_figure_of_the_linked_kpi_with_its_trace(
    month_town: SimpleNamespace,
) -> None:
    measure, made = kpi(month_town), tender(month_town.works, "A1")
    link(month_town, made, measure_id=measure.pk)
    assert figure(measure, month_town).missing is not None
    lock_month(month_town, "2025-03", {made: row("40")})
    found = figure(measure, month_town)
    assert found.value == 70  # 20 + 30 + 50 × 40%
    (fact,) = Fact.objects.filter(measure=measure)
    assert fact.period == "2025" and fact.source["url"] == f"/projects/register/{made.pk}/"
    assert made.name in fact.source["text"] and "70.00%" in fact.source["text"]
    assert fact.source["filed"]["by"] == month_town.officer.display_name
    client = Client()
    client.force_login(month_town.rdec)
    page = client.get(trace_url(measure.pk, month_town.works.pk, "2025")).content.decode()
    assert made.name in page and f"/projects/register/{made.pk}/" in page
    lock_month(month_town, "2025-04", {made: row("50")})
    assert figure(measure, month_town).value == 75
    correct(month_town, made, works="44")  # of March: April is newer and stays
    assert figure(measure, month_town).value == 75


def test_a_correction_of_the_newest_month_corrects_the_kpi(month_town: SimpleNamespace) -> None:
    measure, made = kpi(month_town, target_period="month"), tender(month_town.works, "A1")
    link(month_town, made, measure_id=measure.pk)
    lock_month(month_town, "2025-03", {made: row("40")})
    correct(month_town, made, works="44")
    march = figure(measure, month_town, parse_period("2025-03"))
    assert march.value == 72
    assert [each.reason for each in Fact.objects.filter(measure=measure).order_by("id")] == ["", "重測"]


def test_several_tenders_of_one_kpi_are_weighted_by_their_budgets(month_town: SimpleNamespace) -> None:
    measure = kpi(month_town)
    large = tender(month_town.works, "A1", budget=Decimal(90_000_000))
    small = tender(month_town.works, "A2", budget=Decimal(30_000_000))
    for each in (large, small):
        link(month_town, each, measure_id=measure.pk)
    lock_month(month_town, "2025-03", {large: row("40"), small: row("0")})
    assert figure(measure, month_town).value == 65  # (90 × 70 + 30 × 50) ÷ 120
    (fact,) = Fact.objects.filter(measure=measure)
    assert "依預算加權" in fact.source["text"] and large.name in fact.source["text"]


def test_a_number_that_people_filed_about_the_kpi_stays(month_town: SimpleNamespace) -> None:
    measure, made = kpi(month_town), tender(month_town.works, "A1")
    link(month_town, made, measure_id=measure.pk)
    measuring.record_fact(
        month_town.rdec, measuring.Filing(measure.pk, "progress", month_town.works.pk, YEAR, Decimal(68))
    )
    lock_month(month_town, "2025-03", {made: row("40")})
    assert figure(measure, month_town).value == 68


def test_a_kpi_without_an_input_of_progress_is_left_to_be_typed_and_the_page_says_so(
    month_town: SimpleNamespace,
) -> None:
    inputs = [{"name": "n", "label": "完成件數", "unit": "件", "list": False}]
    measure = kpi(month_town, formula=parse("n"), inputs=inputs, unit="件")
    made = tender(month_town.works, "A1")
    link(month_town, made, measure_id=measure.pk)
    lock_month(month_town, "2025-03", {made: row("40")})
    assert not Fact.objects.filter(measure=measure).exists()
    client = Client()
    client.force_login(month_town.officer)
    page = client.get(f"/projects/register/{made.pk}/").content.decode()
    assert "沒有可以帶入進度的輸入" in page


def test_which_inputs_take_progress_and_how_several_make_one() -> None:
    progress, plan = {"name": "a", "label": "實際進度"}, {"name": "b", "label": "預定進度"}
    assert fed([progress, plan]) == Fed("a", ("b",))
    assert fed([progress, {"name": "c", "label": "件數", "unit": "件"}]) is None
    assert fed([progress, {"name": "c", "label": "另一個進度"}]) is None and fed([]) is None
    parts = [(Decimal(3), Decimal(70)), (Decimal(1), Decimal(50))]
    assert (together(parts, Weight.BUDGET), together(parts, Weight.EQUAL)) == (65, 60)
    assert together([(Decimal(0), Decimal(70)), (Decimal(0), Decimal(50))], Weight.BUDGET) == 60
    assert together([], Weight.BUDGET) is None
