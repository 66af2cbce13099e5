"""Promises quarter by quarter: what is owed, what is typed, what a lock and a correction leave behind."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning.actions import promises as actions
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.models.promises import Programme, PromiseProgress
from shizheng.domains.planning.queries import promises as queries
from shizheng.domains.planning.rules.promises import State
from shizheng.domains.planning.tests.promise_town import END, START, file_quarter, item, make_programme
from shizheng.domains.planning.tests.test_scores import file, inputs_of
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.registry import kind_of
from shizheng.kernel.measures.rules.periods import parse_period

pytestmark = pytest.mark.django_db
Q1, Q2 = parse_period("2018-Q1"), parse_period("2018-Q2")


@pytest.fixture
def made(town: SimpleNamespace) -> Programme:
    return make_programme(town)


def states(made: Programme, period: str) -> dict[str, State | None]:
    board = queries.board(made, parse_period(period))
    return {each.promise.code: each.state for each in board.actions}


def test_each_main_agency_owes_one_return_with_its_action_plans_that_have_begun(
    town: SimpleNamespace, made: Programme
) -> None:
    found = filing.open_round(SYSTEM, "planning.promise", "2018-Q1")
    returns = {
        each.unit.short_name: each
        for each in Return.objects.filter(round=found).select_related("unit", "round")
    }
    assert set(returns) == {"工務局", "公園局"} and found.levels == ["supervisor", "head"]
    rows = kind_of("planning.promise").rows(returns["工務局"])
    assert [row.title for row in rows] == ["1-1-1 整修人行道"]  # 2-1-1 begins in 2020
    assert [field.name for field in rows[0].fields] == ["quantity", "missing", "text", "obstacles"]
    (tree,) = kind_of("planning.promise").rows(returns["公園局"])
    assert tree.fields[0].name == "percent"


def test_a_locked_quarter_becomes_progress_and_states(town: SimpleNamespace, made: Programme) -> None:
    file_quarter(
        town, made, "2018-Q1",
        {"1-1-1.quantity": "5", "1-1-1.text": "完成五公里"}, {"1-1-2.percent": "2", "1-1-2.text": "選苗", "1-1-2.obstacles": "苗木短缺"},
    )  # fmt: skip
    # 90 of 1461 days are 6.16 percent; 5 of 60 km are 8.33
    assert states(made, "2018-Q1") == {
        "1-1-1": State.ON_TRACK,
        "1-1-2": State.BEHIND,
        "2-1-1": State.NOT_BEGUN,
    }
    board = queries.board(made, Q1)
    assert [each.promise.code for each in board.exceptions] == ["1-1-2"]
    row = PromiseProgress.objects.get(promise=item(made, "1-1-1"))
    assert (row.quantity, row.target, row.unit, row.text) == (Decimal(5), Decimal(60), "公里", "完成五公里")
    assert states(made, "2018-Q2")["1-1-1"] is State.NOT_FILED  # the next quarter is another matter


def test_who_is_behind_has_to_say_why_before_sending_in(town: SimpleNamespace, made: Programme) -> None:
    with pytest.raises(CannotDo) as failure:
        file_quarter(town, made, "2018-Q1", {"1-1-1.quantity": "1", "1-1-1.text": "一公里"}, None)
    assert "落後原因" in str(getattr(failure.value, "fields", "")) + failure.value.message


@pytest.mark.parametrize(("field", "text"), [("percent", "101"), ("percent", "-1"), ("percent", "很多")])
def test_a_percent_outside_of_a_hundred_is_not_sent_in(
    town: SimpleNamespace, made: Programme, field: str, text: str
) -> None:
    typed = {f"1-1-2.{field}": text, "1-1-2.text": "x", "1-1-2.obstacles": "x"}
    with pytest.raises(CannotDo):
        file_quarter(town, made, "2018-Q1", {"1-1-1.quantity": "5", "1-1-1.text": "五"}, typed)


def test_what_is_done_is_not_asked_again_and_stays_done(town: SimpleNamespace, made: Programme) -> None:
    file_quarter(
        town,
        made,
        "2018-Q1",
        {"1-1-1.quantity": "60", "1-1-1.text": "全部完成"},
        {"1-1-2.percent": "50", "1-1-2.text": "半"},
    )
    second = filing.open_round(SYSTEM, "planning.promise", "2018-Q2")
    assert [each.unit.short_name for each in second.returns.select_related("unit")] == ["公園局"]
    assert states(made, "2018-Q2")["1-1-1"] is State.DONE


def test_not_yet_measurable_is_a_state_of_its_own(town: SimpleNamespace, made: Programme) -> None:
    file_quarter(town, made, "2018-Q1", {"1-1-1.missing": "not_yet_measurable", "1-1-1.text": "發包中"}, None)
    found = states(made, "2018-Q1")
    assert found["1-1-1"] is State.NOT_YET_MEASURABLE and found["1-1-2"] is State.NOT_FILED
    assert (
        queries.board(made, Q1).tally.share == 0
    )  # one that has not begun; missing ones are in no denominator


def test_a_correction_stands_beside_what_was_filed(town: SimpleNamespace, made: Programme) -> None:
    found = file_quarter(
        town,
        made,
        "2018-Q1",
        {"1-1-1.quantity": "9", "1-1-1.text": "九公里"},
        {"1-1-2.percent": "7", "1-1-2.text": "種"},
    )
    row = item(made, "1-1-1")
    each = Return.objects.get(round=found, unit=town.works)
    asked = filing.request_correction(
        town.officer, each.pk, version=None, changes={(str(row.pk), "quantity"): "8"}, reason="重測"
    )
    filing.approve_correction(town.control, asked.pk, version=None, reason="同意")
    (quarter,) = queries.filed_quarters(row)
    assert quarter.row.quantity == 8 and [each.quantity for each in quarter.earlier] == [9]
    assert PromiseProgress.objects.filter(promise=row).count() == 2
    assert (
        PromiseProgress.objects.filter(promise=item(made, "1-1-2")).count() == 1
    )  # untouched, not filed anew
    assert queries.board(made, Q1).actions[0].progress == progress(8)


def progress(quantity: int) -> Decimal:
    from shizheng.domains.planning.rules.promises import progress_of

    found = progress_of(Decimal(quantity), Decimal(60), None)
    assert found is not None
    return found


def test_a_linked_kpi_is_shown_and_never_typed_again(
    town: SimpleNamespace, made: Programme, accepted: Plan
) -> None:
    kpi = Kpi.objects.get(goal__plan=accepted, name="工區缺失件數")
    actions.edit_promise(
        town.rdec, item(made, "1-1-1").pk, version=None, reason="改由指標",
        changes={"target_quantity": None, "unit": "", "measure_id": kpi.measure_id, "measure_unit_id": town.works.pk},
    )  # fmt: skip
    with pytest.raises(BadInput) as failure:
        actions.edit_promise(
            town.rdec,
            item(made, "1-1-1").pk,
            version=None,
            changes={"target_quantity": Decimal(3)},
            reason="x",
        )
    assert "target_quantity" in failure.value.fields
    found = filing.open_round(SYSTEM, "planning.promise", "2018-Q4")
    each = Return.objects.select_related("round").get(round=found, unit=town.works)
    (row,) = kind_of("planning.promise").rows(each)
    assert [field.name for field in row.fields] == ["text", "obstacles"] and "工區缺失件數" in row.note
    assert states(made, "2018-Q4")["1-1-1"] is State.NOT_FILED
    (name,) = inputs_of(accepted, "工區缺失件數")
    file(town, accepted, "工區缺失件數", town.works, **{name: "80"})  # 60 are allowed
    assert states(made, "2018-Q4")["1-1-1"] is State.BEHIND


def test_each_state_of_a_return_is_reached_through_the_kernel_alone(
    town: SimpleNamespace, made: Programme
) -> None:
    """The rate has its denominator, and the quarter that nobody locked has no progress."""
    found = filing.open_round(SYSTEM, "planning.promise", "2018-Q1")
    assert (filing_queries.rate(found).expected, filing_queries.rate(found).filed) == (2, 0)
    each = Return.objects.get(round=found, unit=town.works)
    row = item(made, "1-1-1")
    filing.save_entries(town.officer, each.pk, [filing.TypedEntry(str(row.pk), "quantity", "5")])
    assert not PromiseProgress.objects.exists() and states(made, "2018-Q1")["1-1-1"] is State.NOT_FILED


def test_a_retired_action_plan_is_not_asked_about(town: SimpleNamespace, made: Programme) -> None:
    from datetime import datetime

    from shizheng.common import clock

    with clock.set_to(datetime(2018, 2, 1, 9, tzinfo=clock.TAIPEI)):
        actions.retire_promise(town.rdec, item(made, "1-1-2").pk, version=None, reason="併案")
    found = filing.open_round(SYSTEM, "planning.promise", "2018-Q1")
    assert [each.unit.short_name for each in found.returns.select_related("unit")] == ["工務局"]
    assert "1-1-2" not in states(made, "2018-Q1")


def test_a_round_is_locked_in_as_many_queries_for_many_returns_as_for_two(
    town: SimpleNamespace, made: Programme
) -> None:
    """Two agencies first; then ten more, each with two action plans."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from shizheng.common import clock
    from shizheng.kernel.filing.models import Entry
    from shizheng.kernel.history.actions import recorded
    from shizheng.kernel.organisations import factories as organisations

    def locking(period: str) -> int:
        found = filing.open_round(SYSTEM, "planning.promise", period)
        returns = list(Return.objects.filter(round=found).select_related("round"))
        rows = kind_of("planning.promise").rows_of_all(returns)
        with recorded(by=town.rdec, action="tests.sign"):
            now = clock.now()
            Entry.objects.bulk_create(
                Entry(filing=each, row=row.key, field=name, text=text, saved_at=now)
                for each in returns
                for row in rows[each.pk]
                for name, text in ((row.fields[0].name, "7"), ("text", f"{each.unit_id} 的辦理情形"))
            )
            found.returns.update(
                state="signed", signed_levels=2, submitted_at=now, signed_at=now, submitted_by=town.officer
            )
        with CaptureQueriesContext(connection) as asked:
            filing.lock_round(town.rdec, found.pk)
        return len(asked)

    few = locking("2018-Q1")
    for number in range(10):
        unit = organisations.agency(code=f"Z{number}", name=f"測試局{number}")
        for place in (1, 2):
            actions.create_promise(
                town.rdec, made.pk, f"1-1-{10 + 2 * number + place}",
                {"title": f"第 {number} 局", "main_agency_id": unit.pk, "starts_on": START, "ends_on": END},
            )  # fmt: skip
    assert locking("2018-Q2") <= few
    rows = PromiseProgress.objects.filter(period="2018-Q2").select_related("promise", "filing")
    assert len(rows) == 22 and all(each.filing.unit_id == each.promise.main_agency_id for each in rows)
    assert {each.text for each in rows} == {f"{each.filing.unit_id} 的辦理情形" for each in rows}
    assert {(each.recorded_action, each.recorded_by) for each in rows} == {
        ("planning.record_progress", town.rdec.display_name)
    }
