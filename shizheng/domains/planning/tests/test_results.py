"""A person says which printed number is which input; the status follows from the figure, never from the wording."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common.errors import BadInput, Conflict, NotPermitted
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import FigureRole, Plan, ResultStatus
from shizheng.kernel.measures import actions as measure_actions
from shizheng.kernel.measures import queries as measures


def test_printed_numbers_that_give_the_printed_value_are_proposed(row_of: Callable[[str], Any]) -> None:
    (proposal,) = queries.proposals_for(row_of("工程進度相符率"))
    assert proposal.exact and proposal.inputs == {"a": 2, "b": 1}
    assert "77.3148" in proposal.reason
    (proposal,) = queries.proposals_for(row_of("滿意度"))
    assert proposal.inputs == {"a": 1, "b": 2}  # 電話 stands before 97.57, 臨櫃 before 82.0
    assert queries.proposals_for(row_of("工區缺失件數")) == []


def test_a_proposal_records_nothing_until_a_person_decides(
    accepted: Plan, row_of: Callable[[str], Any]
) -> None:
    row = row_of("工程進度相符率")
    queries.proposals_for(row)
    assert measures.figure(row.kpi.measure_id, accepted.agency_id, "2017-H1").value is None


def test_confirmed_figures_become_facts_with_their_source(
    town: SimpleNamespace, accepted: Plan, row_of: Callable[[str], Any]
) -> None:
    row = row_of("工程進度相符率")
    row = actions.confirm_figures(town.officer, row.pk, version=row.version, chosen={"a": 2, "b": 1})
    figure = measures.figure(row.kpi.measure_id, accepted.agency_id, "2017-H1")
    assert (str(figure.value), figure.verdict.code.value) == ("77.31", "met")
    assert row.status == ResultStatus.MET
    fact = measures.current_facts(row.kpi.measure_id).get(input="a")
    assert (fact.value, fact.filed_by, fact.source["printed"]) == (167, town.officer, "167件")
    roles = dict(row.figures.values_list("text", "role"))
    assert roles == {"216件": FigureRole.INPUT, "167件": FigureRole.INPUT, "77.31%": FigureRole.PRINTED_VALUE}


def test_a_typed_number_needs_its_source(town: SimpleNamespace, row_of: Callable[[str], Any]) -> None:
    row = row_of("工程進度相符率")
    typed = {"a": Decimal(5), "b": Decimal(29)}
    with pytest.raises(BadInput) as failure:
        actions.confirm_figures(town.officer, row.pk, version=row.version, typed=typed)
    assert "reason" in failure.value.fields
    row = actions.confirm_figures(
        town.officer,
        row.pk,
        version=row.version,
        typed=typed,
        reason="敘述列出 5 個機關；一級機關 29 個見機關名冊",
    )
    # the narrative may say 已達; 17.24 < 75 does not
    assert (row.status, row.status_note.split(" ")[0]) == (ResultStatus.NOT_MET, "17.24")


def test_filing_twice_and_filing_over_a_change_is_refused(
    town: SimpleNamespace, row_of: Callable[[str], Any]
) -> None:
    row = row_of("工程進度相符率")
    actions.confirm_figures(town.officer, row.pk, version=row.version, chosen={"a": 2, "b": 1})
    with pytest.raises(Conflict):
        actions.confirm_figures(town.officer2, row.pk, version=row.version, chosen={"a": 1, "b": 2})
    with pytest.raises(Conflict, match="已經填報過"):
        actions.confirm_figures(town.officer2, row.pk, version=None, chosen={"a": 1, "b": 2})


def test_numbers_of_shorter_periods_are_not_hidden_by_a_longer_one(
    town: SimpleNamespace, accepted: Plan, row_of: Callable[[str], Any]
) -> None:
    row = row_of("工程進度相符率")
    measure_actions.record_facts(
        town.officer,
        [
            measure_actions.Filing(
                row.kpi.measure_id, name, accepted.agency_id, f"2017-Q{quarter}", Decimal(value)
            )
            for quarter, a, b in ((1, 80, 100), (2, 87, 116))
            for name, value in (("a", a), ("b", b))
        ],
    )
    with pytest.raises(Conflict, match="較短的期間"):
        actions.confirm_figures(town.officer, row.pk, version=row.version, chosen={"a": 2, "b": 1})
    row = actions.confirm_from_figure(town.officer, row.pk, version=row.version)
    assert row.status == ResultStatus.MET


def test_not_yet_measurable_is_a_kind_of_missing_and_not_zero(
    town: SimpleNamespace, accepted: Plan, row_of: Callable[[str], Any]
) -> None:
    row = row_of("工區缺失件數")
    row = actions.mark_not_yet_measurable(town.officer, row.pk, version=row.version, reason="年底彙整")
    figure = measures.figure(row.kpi.measure_id, accepted.agency_id, "2017-H1")
    assert (figure.value, figure.missing.kind.value) == (None, "not_yet_measurable")
    assert row.status == ResultStatus.NOT_YET_MEASURABLE


def test_exact_results_are_recorded_and_the_rest_is_left_to_an_officer(
    town: SimpleNamespace, accepted: Plan
) -> None:
    found = actions.record_exact_results(town.officer, accepted.pk)
    assert [each.recorded for each in found] == [True, True, False]
    assert "承辦人" in found[2].why


def test_figures_of_a_draft_or_of_another_agency_are_refused(town: SimpleNamespace, draft: Plan) -> None:
    row = draft.results.first()
    with pytest.raises(Conflict, match="草稿"):
        actions.confirm_figures(town.officer, row.pk, version=row.version, chosen={"a": 2, "b": 1})
    with pytest.raises(NotPermitted):
        actions.confirm_figures(town.other, row.pk, version=row.version, chosen={"a": 2, "b": 1})
