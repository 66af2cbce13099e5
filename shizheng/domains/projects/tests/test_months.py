"""A month of tenders from the opening of its round to the lock, late returns and corrections."""

import io
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects.filing.months import doubts
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.tests.month_town import (
    LATE,
    correct,
    file_agency,
    happen,
    lock_month,
    on,
    plan,
    row,
    tender,
)
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.queries.grid import grid_of
from shizheng.kernel.filing.registry import kind_of
from shizheng.kernel.filing.sheets import rows_in, rows_out
from shizheng.kernel.measures import actions as keeping
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.actions import filing as filing_of_facts
from shizheng.kernel.measures.models import Fact, Measure
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web import exports

pytestmark = pytest.mark.django_db
MARCH = parse_period("2025-03")


def figure(code: str, unit: object, period: str = "2025-03") -> object:
    measure = Measure.objects.get(code=code)
    return measures.figures_of_unit([measure.pk], unit.pk, parse_period(period))[measure.pk]  # type: ignore[attr-defined]


def test_the_round_of_a_month_is_due_on_the_fifth_and_moves_off_a_day_off(
    month_town: SimpleNamespace,
) -> None:
    tender(month_town.works, "A1")
    march = filing.plan_round(SYSTEM, "projects.month", "2025-03")
    assert (march.nominal_due.isoformat(), march.due_on.isoformat()) == ("2025-04-05", "2025-04-07")
    assert march.levels == ["supervisor"]
    december = filing.plan_round(SYSTEM, "projects.month", "2025-12")
    assert december.due_on.isoformat() == "2026-01-05"


def test_an_agency_owes_one_return_with_its_tenders_that_are_still_controlled(
    month_town: SimpleNamespace,
) -> None:
    first, suspended, closed, unplanned = (tender(month_town.works, f"A{n}") for n in range(4))
    tender(month_town.parks, "B1", from_period="2025-06")  # judged from June on
    for kind, day in (("announced", "2025-01-20"), ("awarded", "2025-02-10"), ("suspended", "2025-03-05")):
        happen(suspended, kind, day, "suspended")
    happen(closed, "withdrawn", "2025-03-31", "withdrawn")
    happen(unplanned, "withdrawn", "2025-04-01", "withdrawn")  # after the month: it still owes March
    found = filing.open_round(SYSTEM, "projects.month", "2025-03")
    (each,) = Return.objects.filter(round=found)
    assert each.unit_id == month_town.works.pk and each.row_count == 3
    rows = kind_of("projects.month").rows(each)
    assert [line.key for line in rows] == [str(first.pk), str(suspended.pk), str(unplanned.pk)]
    assert "停工中" in rows[1].note
    names = [field.name for field in rows[0].fields]
    assert names[:3] == ["reached", "reached_on", "works"] and names[-5:] == [
        "cause",
        "remedy",
        "catch_up_on",
        "asks_unit",
        "asks_for",
    ]


def test_a_lock_leaves_a_record_of_every_tender_and_the_numbers_of_the_rates(
    month_town: SimpleNamespace,
) -> None:
    """March plans 20 + 30 + 50 × 10% = 55: matching within 5, so 50 × 0% is on plan and 20 alone is behind."""
    ahead, level, behind = (tender(month_town.works, f"A{n}") for n in range(3))
    silent = tender(month_town.parks, "B1")
    late = row("0", reached="design", **LATE)
    lock_month(month_town, "2025-03", {ahead: row("40"), level: row("0"), behind: late})
    records = {each.project_id: each for each in MonthRecord.objects.all()}
    assert [records[each.pk].actual for each in (ahead, level, behind, silent)] == [70, 50, 20, None]
    assert all(each.planned == 55 and each.planned_works == 10 for each in records.values())
    assert records[behind.pk].cause == "weather" and records[ahead.pk].reached == "award"
    assert [each.filed for each in (records[ahead.pk], records[silent.pk])] == [True, False]
    of_works = figure("projects.matching", month_town.works)
    assert of_works.ratio == (1, 3)  # type: ignore[attr-defined] # since 107 only what is on plan counts
    whole = figure("projects.matching", month_town.city)
    assert whole.ratio == (1, 4) and whole.value == 25  # type: ignore[attr-defined]
    assert figure("projects.filed", month_town.city).ratio == (3, 4)  # type: ignore[attr-defined]
    money = figure("projects.execution", month_town.city)
    assert money.ratio == (270, 300) and money.value == 90  # type: ignore[attr-defined]
    assert figure("projects.execution", month_town.parks).missing.kind == "not_filed"  # type: ignore[attr-defined]


def test_who_is_behind_by_the_rule_says_why_and_what_is_done_until_when(month_town: SimpleNamespace) -> None:
    made = tender(month_town.works, "A1")
    found = filing.open_round(SYSTEM, "projects.month", "2025-03")
    with pytest.raises(CannotDo) as failure:
        file_agency(
            found, month_town.works, month_town.officer, month_town.chief, {made: row(reached="design")}
        )
    wanted = str(getattr(failure.value, "fields", ""))
    assert all(name in wanted for name in ("cause", "remedy", "catch_up_on"))
    file_agency(
        found, month_town.works, month_town.officer, month_town.chief, {made: row(reached="design", **LATE)}
    )


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("works", "101"), ("works", "10.123"), ("reached_on", ""), ("reached_on", "114-04-01"), ("reached_on", "春天"),
        ("paid", "-1"), ("paid", "1.5"), ("reached", "nowhere"), ("text", ""), ("catch_up_on", "114-03-31"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_sent_in(month_town: SimpleNamespace, field: str, text: str) -> None:
    made = tender(month_town.works, "A1")
    found = filing.open_round(SYSTEM, "projects.month", "2025-03")
    with pytest.raises(CannotDo) as failure:
        file_agency(
            found, month_town.works, month_town.officer, month_town.chief, {made: {**row(), field: text}}
        )
    assert f"{made.pk}.{field}" in str(getattr(failure.value, "fields", ""))


def test_the_next_month_begins_with_the_last_checkpoint_and_shows_what_was_filed(
    month_town: SimpleNamespace,
) -> None:
    made = tender(month_town.works, "A1")
    lock_month(month_town, "2025-03", {made: row("12.5")})
    found = filing.open_round(SYSTEM, "projects.month", "2025-04")
    (line,) = kind_of("projects.month").rows(Return.objects.get(round=found))
    assert {name: each.value for name, each in line.prefill.items()} == {
        "reached": "award",
        "reached_on": "114-02-14",
        "year_budget": "1000",
    }
    helps = {field.name: str(field.help) for field in line.fields}
    assert "12.5%" in helps["works"] and "80" in helps["paid"]
    january = filing.open_round(SYSTEM, "projects.month", "2026-01")
    (line,) = kind_of("projects.month").rows(Return.objects.get(round=january))
    assert "year_budget" not in line.prefill  # another year, another budget


def test_sums_that_shrink_or_were_typed_in_another_unit_are_doubted_but_kept(
    month_town: SimpleNamespace,
) -> None:
    made = tender(month_town.works, "A1")
    lock_month(month_town, "2025-03", {made: row("10", allocated="8000000", paid="5000000")})
    found = filing.open_round(SYSTEM, "projects.month", "2025-04")
    (line,) = grid_of(month_town.officer, found).lines
    before = {each.field.name: each.field.before for each in line.cells if each.field}
    assert (before["allocated"], before["paid"], before["works"]) == ("8,000,000", "5,000,000", "10%")

    def said(**typed: str) -> Any:
        return doubts(line.row, row("12", allocated="9000000", paid="6000000") | typed)

    assert said() == {}
    assert "單位是元嗎" in said(allocated="9000")["allocated"]
    assert "比上月的 5,000,000 少" in said(paid="4999999")["paid"]
    assert "比上月的 10.00% 少" in said(works="9")["works"]
    assert set(said(works="150", paid="多")) == {"works", "paid"}


def test_a_file_in_another_unit_is_read_in_and_doubted_aloud(month_town: SimpleNamespace) -> None:
    made = tender(month_town.works, "A1")
    lock_month(month_town, "2025-03", {made: row("10", allocated="8000000")})
    found = filing.open_round(SYSTEM, "projects.month", "2025-04")
    head, line = [list(each) for each in rows_out(grid_of(month_town.officer, found))]
    client = Client()
    client.force_login(month_town.officer)

    def read_in() -> str:
        data = io.BytesIO(exports.xlsx_bytes([head, line], "x"))
        answer = client.post(f"/filing/rounds/{found.pk}/upload/", {"file": data}, follow=True)
        return answer.content.decode()

    assert "檔案和現在的內容相同" in read_in()
    line[head.index("累計分配數")] = "9000"
    told = read_in()
    assert "已存 1 格" in told and "有 1 格請再看一次" in told and "單位是元嗎" in told


def test_a_return_filed_after_the_lock_takes_the_place_of_not_filed(month_town: SimpleNamespace) -> None:
    made = tender(month_town.works, "A1")
    tender(month_town.parks, "B1")
    found = lock_month(month_town, "2025-03", None)
    assert figure("projects.filed", month_town.city).ratio == (0, 2)  # type: ignore[attr-defined]
    with on("2025-04-20"):
        each = Return.objects.get(round=found, unit=month_town.works)
        from datetime import date

        filing.extend_due(month_town.rdec, each.pk, version=None, until=date(2025, 4, 25), reason="系統停機")
        file_agency(found, month_town.works, month_town.officer, month_town.chief, {made: row("10")})
    first, second = MonthRecord.objects.filter(project=made).order_by("pk")
    assert second.supersedes == first and second.filed and second.reason
    assert figure("projects.filed", month_town.city).ratio == (1, 2)  # type: ignore[attr-defined]
    assert figure("projects.matching", month_town.city).ratio == (1, 2)  # type: ignore[attr-defined]


def test_a_correction_stands_beside_what_was_locked_and_is_judged_by_the_same_plan(
    month_town: SimpleNamespace,
) -> None:
    made, other = tender(month_town.works, "A1"), tender(month_town.works, "A2")
    found = lock_month(month_town, "2025-03", {made: row("10"), other: row("10")})
    plan(made, 2, "2025-03", year=2026)  # planned anew for the same month: what is locked keeps its version
    each = Return.objects.get(round=found)
    asked = filing.request_correction(
        month_town.officer, each.pk, version=None, reason="重測",
        changes={(str(made.pk), "reached"): "design", (str(made.pk), "cause"): "land",
                 (str(made.pk), "remedy"): "協調", (str(made.pk), "catch_up_on"): "114-06-30"},
    )  # fmt: skip
    filing.approve_correction(month_town.control, asked.pk, version=None, reason="同意")
    first, second = MonthRecord.objects.filter(project=made).order_by("pk")
    assert (first.actual, second.actual, second.planned) == (55, 25, 55)
    assert second.supersedes == first and second.plan == first.plan and second.reason == "重測"
    assert MonthRecord.objects.filter(project=other).count() == 1
    assert figure("projects.matching", month_town.works).ratio == (1, 2)  # type: ignore[attr-defined]


def test_a_rate_names_who_filed_and_signed_and_is_not_corrected_by_hand(month_town: SimpleNamespace) -> None:
    """What the system counted follows from the months of the tenders: only their correction changes it."""
    made = tender(month_town.works, "A1")
    lock_month(month_town, "2025-03", {made: row("10")})
    measure = Measure.objects.get(code="projects.matching")
    trace = measures.trace(measure.pk, month_town.works.pk, MARCH)
    part = next(each for each in trace.inputs if each.name == "part")
    assert part.filed_by == month_town.officer.display_name
    assert [each.by for each in part.signed] == [month_town.chief.display_name]
    with pytest.raises(CannotDo, match="更正它所根據的資料"):
        keeping.correct_fact(month_town.rdec, part.fact_id, reason="改成零", value=Decimal(0))
    correct(month_town, made, reached="design", **LATE)
    part = next(
        each for each in measures.trace(measure.pk, month_town.works.pk, MARCH).inputs if each.name == "part"
    )
    assert (part.number, part.filed_by) == (0, month_town.officer.display_name)
    assert [each.by for each in part.signed] == [month_town.control.display_name]
    browser = Client()
    browser.force_login(month_town.rdec)
    page = browser.get(
        f"/measures/{measure.pk}/trace/?unit={month_town.works.pk}&period=2025-03"
    ).content.decode()
    assert "由填報計算" in page and f"/measures/facts/{part.fact_id}/correct/" not in page


def test_a_rate_counted_before_counts_were_marked_is_not_corrected_by_hand_either(
    month_town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after the system itself corrected it then; a new count still takes its place."""

    def unmarked(filing: Any, user_id: int | None, kept: Any = filing_of_facts._prepared) -> Any:
        return kept(replace(filing, counted=False, filed=None), user_id)

    made = tender(month_town.works, "A1")
    with monkeypatch.context() as before:
        before.setattr(filing_of_facts, "_prepared", unmarked)
        before.setattr(filing_of_facts, "_need_approval", lambda *_given: None)
        lock_month(month_town, "2025-03", {made: row("10")})
        correct(month_town, made, reached="design", **LATE)
    measure = Measure.objects.get(code="projects.matching")
    fact = Fact.objects.get(measure=measure, unit=month_town.works, input="part", superseded_by=None)
    assert "counted" not in fact.source and fact.supersedes_id
    with pytest.raises(CannotDo, match="更正它所根據的資料"):
        keeping.correct_fact(month_town.rdec, fact.pk, reason="改成一", value=Decimal(1))
    browser = Client()
    browser.force_login(month_town.rdec)
    for address in (
        f"/measures/{measure.pk}/trace/?unit={month_town.works.pk}&period=2025-03", f"/measures/{measure.pk}/",
    ):  # fmt: skip
        assert f"/measures/facts/{fact.pk}/correct/" not in browser.get(address).content.decode()


def test_a_suspended_tender_owes_a_row_but_no_remedy(month_town: SimpleNamespace) -> None:
    made = tender(month_town.works, "A1")
    for kind, day in (("announced", "2025-01-20"), ("awarded", "2025-02-10"), ("suspended", "2025-03-05")):
        happen(made, kind, day, "suspended")
    lock_month(month_town, "2025-03", {made: row("0", reached="design")})
    record = MonthRecord.objects.get()
    assert record.state == "suspended" and record.actual == Decimal(20)
    assert figure("projects.matching", month_town.works).ratio == (0, 1)  # type: ignore[attr-defined]


def queries_of_lock(town: SimpleNamespace, period: str, count: int) -> int:
    made = [tender(town.works, f"{period}{n}", from_period=period) for n in range(count)]
    found = filing.open_round(SYSTEM, "projects.month", period)
    file_agency(found, town.works, town.officer, town.chief, {each: row("0", **LATE) for each in made})
    with CaptureQueriesContext(connection) as asked:
        filing.lock_round(town.rdec, found.pk)
    for each in made:
        happen(each, "withdrawn", f"{period}-01", "withdrawn")
    return len(asked)


def test_a_lock_asks_no_more_for_more_tenders(month_town: SimpleNamespace) -> None:
    queries_of_lock(month_town, "2025-03", 1)  # the measures are defined with the first
    few = queries_of_lock(month_town, "2025-04", 2)
    assert queries_of_lock(month_town, "2025-05", 20) <= few


def test_a_hundred_tenders_stand_in_one_grid_with_a_fixed_number_of_queries(
    month_town: SimpleNamespace,
) -> None:
    for n in range(100):
        tender(month_town.works, f"A{n:03d}")
    found = filing.open_round(SYSTEM, "projects.month", "2025-03")
    with CaptureQueriesContext(connection) as asked:
        grid = grid_of(month_town.officer, found)
    assert len(grid.lines) == 100 and len(grid.columns) == 14 and not grid.mixed
    assert len(asked) <= 15
    assert filing_queries.rate(found).expected == 1


def test_a_spreadsheet_goes_out_and_comes_in_again_with_what_was_typed_in_it(
    month_town: SimpleNamespace,
) -> None:
    made = tender(month_town.works, "A1")
    lock_month(month_town, "2025-03", {made: row("10")})
    found = filing.open_round(SYSTEM, "projects.month", "2025-04")
    grid = grid_of(month_town.officer, found)
    head, line = [[("" if cell is None else str(cell)) for cell in each] for each in rows_out(grid)]
    assert line[head.index("已達檢核點")] == "2. 決標"
    assert rows_in(grid, [head, line]) == ({}, [])
    line[head.index("施工進度")], line[head.index("已達檢核點")] = "20.5", "3. 完工"
    line[head.index("累計實付數")] = "很多"
    typed, problems = rows_in(grid, [head, line])
    (entries,) = typed.values()
    assert {(each.field, each.text) for each in entries} == {("works", "20.5"), ("reached", "done")}
    assert [each.column for each in problems] == ["累計實付數"]
