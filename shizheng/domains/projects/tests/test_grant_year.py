"""A grant year from the selection meeting to its report: set up, filed month by month, judged, published, corrected (B16)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.models import GrantAllocation, GrantMonth
from shizheng.domains.projects.publications import GRANT_QUARTER, GRANT_REPORT
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.queries.grant_calendar import duties_of, to_do
from shizheng.domains.projects.rules.grants import Done, Rate, Standing
from shizheng.domains.projects.tests.grant_town import (
    MONTH,
    SETUP,
    add,
    award,
    complete,
    edit_year,
    file,
    lock_period,
    make_grant_town,
    money,
    set_up,
    typed,
)
from shizheng.domains.projects.tests.month_town import bulk_tenders, file_agency, lock_month, on, row, tender
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.queries.rounds import terms_for
from shizheng.kernel.filing.registry import kind_of
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries as published
from shizheng.kernel.publication import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return make_grant_town()


def stages(town: SimpleNamespace) -> dict[tuple[str, date], Any]:
    board = queries.grant_board(town.leader, town.year.pk)
    return {(each.rate.value, each.on): each for each in board.stages}


def issue(town: SimpleNamespace, kind: str, period: str) -> Any:
    made = publication.issue(town.rdec_head, kind, town.year.pk, period=period)
    return published.publication(town.rdec_head, made.code)


def read(made: Any, name: str) -> bytes:
    return store.read(made.artefacts.get(name=name).sha256)


def test_a_year_from_selection_to_report_with_its_quarters_published(town: SimpleNamespace) -> None:
    """Award 1 ÷ 3, 2 ÷ 3, 3 ÷ 3 against 55, 75, 85; sent back once; a correction in June shows beside what went out."""
    set_up(town)
    assert GrantAllocation.objects.count() == 3
    first, second = town.mine
    award(first, "2025-03-10")
    march = filing.open_round(SYSTEM, MONTH, "2025-03")
    assert march.due_on.isoformat() == "2025-04-07"
    with on("2025-04-05"):
        mine, others = town.items[:2], town.items[2:]
        each = typed(march, town.works, town.officer, dict.fromkeys(mine, money(100, 2000)))
        with pytest.raises(CannotDo) as failure:
            filing.submit_return(town.officer, each.pk, version=None)
        assert "超過年度經費" in str(failure.value.fields)  # type: ignore[attr-defined]
        typed(march, town.works, town.officer, dict.fromkeys(mine, money(100, 50)))
        filing.submit_return(town.officer, each.pk, version=None)
        filing.send_back(town.chief, each.pk, version=None, reason="應付數漏列")
        each = file(march, town.works, town.officer, town.chief, dict.fromkeys(mine, money(100, 50, 20)))
        assert [one.decision for one in each.sign_offs.all()] == [
            "submitted",
            "returned",
            "submitted",
            "signed",
        ]
        file(march, town.parks, town.other, town.other_chief, dict.fromkeys(others, money(100, 0)))
        filing.lock_round(town.rdec, march.pk)
    board = queries.grant_board(town.leader, town.year.pk)
    assert (board.ratio(Rate.AWARD).part, board.ratio(Rate.AWARD).whole) == (1, 3)
    assert board.ratio(Rate.ACHIEVEMENT).part == 140
    with on("2025-04-20"):
        spring = issue(town, GRANT_QUARTER, "2025-Q1")
    award(town.others[0], "2025-06-20")
    june = lock_period(town, "2025-06", "2025-07-05", money(300, 200), money(300, 100))
    found = stages(town)
    summer = found["award", date(2025, 6, 30)]
    assert summer.standing is Standing.MET and (summer.ratio.part, summer.ratio.whole) == (2, 3)
    assert found["award", date(2025, 9, 30)].standing is Standing.NOT_FILED
    with on("2025-07-20"):
        made = issue(town, GRANT_QUARTER, "2025-Q2")
    told = json.loads(read(made, "grants.json"))
    assert (
        told["facts"]["stages"][0]["standing_text"] == "達成"
        if "facts" in told
        else "達成" in json.dumps(told, ensure_ascii=False)
    )
    assert {each.name for each in made.artefacts.all()} >= {
        "grants.pdf",
        "grants.odt",
        "grants.json",
        "agencies.csv",
        "items.csv",
    }

    with on("2025-08-01"):  # what went out stays; today's number stands beside it
        item = town.items[0]
        each = Return.objects.get(round=june, unit=town.works)
        asked = filing.request_correction(
            town.officer, each.pk, version=None, reason="憑證重複", changes={(str(item.pk), "paid"): "150"}
        )
        filing.approve_correction(town.control, asked.pk, version=None, reason="同意")
        again = published.publication(town.rdec_head, made.code)
        figures, files = list(again.figures.all()), list(again.artefacts.all())
        assert all(check.good for check in published.checks(again, figures, files))
        different = {
            one.figure.ref: (one.issued, one.now, one.reason) for one in published.differences(again)
        }
        assert different["achievement-city"] == ("16.67%", "15.00%", "憑證重複")
        changed = {(one.change.row, one.change.field) for one in published.document_differences(again)}
        assert (item.project.number, "累計執行數") in changed
        assert not published.differences(published.publication(town.rdec_head, spring.code))
        assert issue(town, GRANT_QUARTER, "2025-Q2").edition == 2

    lock_period(town, "2025-09", "2025-10-05", money(500, 300), None)
    found = stages(town)
    assert found["award", date(2025, 9, 30)].standing is Standing.MISSED  # 66.67 < 75
    autumn = found["allocation", date(2025, 9, 30)]
    assert (autumn.ratio.part, autumn.ratio.whole) == (1000, 3000) and autumn.standing is Standing.MISSED
    award(second, "2025-10-10")
    for each in (*town.mine, *town.others):
        complete(each, "2025-12-20")
    lock_period(town, "2025-12", "2026-01-06", money(1000, 900, 50), money(1000, 400))
    found = stages(town)
    winter = date(2025, 12, 31)
    assert [found[rate, winter].standing for rate in ("award", "completion", "allocation")] == [
        Standing.MET
    ] * 3
    missed = found["achievement", winter]
    assert missed.standing is Standing.MISSED and missed.ratio.percent == Decimal(2300) / 30
    with on("2026-04-01"), pytest.raises(CannotDo, match="績效與成果"):
        issue(town, GRANT_REPORT, "2025")
    with on("2026-04-02"):
        words = {"achievements": "完成三案。", "problems": "請款較晚。", "improvements": "提前請款。"}
        actions.save_grant_report(town.rdec, town.year.pk, version=0, changes=words)
        report = issue(town, GRANT_REPORT, "2025")
        assert not report.is_public and "請款較晚" in json.dumps(report.facts, ensure_ascii=False)
    duties = {each.title: each.standing for each in duties_of(town.year, date(2026, 4, 10))}
    assert duties["提送 114 年度績效報告"] is Done.DONE
    assert duties["召開選案審查會議"] is Done.DONE
    assert duties["補助案建檔與各月預算分配"] is Done.DONE
    assert duties["公布 114 年第 1 季成效"] is Done.DONE
    assert duties["公布 114 年第 3 季成效"] is Done.LATE
    assert duties["填報 114 年 9 月執行與支用"] is Done.LATE  # one agency never filed
    late = [each.title for _year, each in to_do(town.rdec_head, date(2026, 4, 10))]
    assert late == ["公布 114 年第 3 季成效", "公布 114 年第 4 季成效"]


def test_what_the_tender_says_of_the_same_money_is_not_typed_again(town: SimpleNamespace) -> None:
    """The tender's year budget is the item's annual money: its month supplies all four numbers, with the source."""
    set_up(town)
    first, second = town.mine
    lock_month(town, "2025-03", {first: row("10"), second: row("10", year_budget="9999")})
    found = filing.open_round(SYSTEM, MONTH, "2025-03")
    lines = kind_of(MONTH).rows(Return.objects.get(round=found, unit=town.works))
    supplied = {name: each.value for name, each in lines[0].prefill.items()}
    assert supplied == {"allocated": "100", "paid": "80", "payable": "5", "surplus": "5"}
    assert lines[0].prefill["paid"].source_text == "114 年 3 月標案月進度"
    assert {name: each.value for name, each in lines[1].prefill.items()} == {
        "allocated": "100"
    }  # another pot
    assert lines[1].prefill["allocated"].source_text == "補助案年度分配"


def test_before_the_lock_the_tenders_return_as_sent_in_supplies_the_money(town: SimpleNamespace) -> None:
    found = filing.open_round(SYSTEM, "projects.month", "2025-03")
    file_agency(found, town.works, town.officer, town.chief, {each: row("10") for each in town.mine})
    grants = filing.open_round(SYSTEM, MONTH, "2025-03")
    lines = kind_of(MONTH).rows(Return.objects.get(round=grants, unit=town.works))
    assert lines[0].prefill["paid"].value == "80"


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2016-04", "2016-05-07"), ("2017-12", "2018-01-07"), ("2018-Q1", "2018-04-07"), ("2022-Q4", "2023-01-07"),
        ("2023-01", "2023-02-07"), ("2025-12", "2026-01-07"),
    ],
)  # fmt: skip
def test_the_year_says_whether_it_is_filed_by_month_or_by_quarter(
    town: SimpleNamespace, period: str, due: str
) -> None:
    assert terms_for(kind_of(MONTH), parse_period(period)).terms.nominal_due.isoformat() == due


@pytest.mark.parametrize("period", ["2016-01", "2018-05", "2023-Q2", "2018-12"])
def test_what_the_rule_of_the_year_does_not_ask_for_is_not_opened(town: SimpleNamespace, period: str) -> None:
    with pytest.raises(CannotDo):
        terms_for(kind_of(MONTH), parse_period(period))


def test_a_set_up_needs_planned_progress_and_no_more_than_the_years_money(town: SimpleNamespace) -> None:
    (bare,) = bulk_tenders(town.works, "A9", 1)
    with on("2025-02-01"):
        found = filing.open_round(SYSTEM, SETUP, "2025")
        assert found.due_on.isoformat() == "2025-03-31"
        unplanned = add(town, bare)
        mine = town.items[:2]
        rows = {mine[0]: {"m1": "1001"}, mine[1]: {"m2": "0.5"}, unplanned: {"m1": "5"}}
        each = typed(found, town.works, town.officer, rows)
        with pytest.raises(CannotDo) as failure:
            filing.submit_return(town.officer, each.pk, version=None)
        said = str(failure.value.fields)  # type: ignore[attr-defined]
        assert f"{mine[0].pk}.m12" in said and f"{mine[1].pk}.m2" in said and "還沒有預定進度" in said


def test_an_agency_that_does_not_file_stays_below_the_line_and_a_late_return_takes_its_place(
    town: SimpleNamespace,
) -> None:
    award(town.mine[0], "2025-03-10")
    found = lock_period(town, "2025-03", "2025-04-08", money(500, 500), None)
    board = queries.grant_board(town.leader, town.year.pk)
    assert (board.sums.items, board.sums.filed) == (3, 2)
    assert board.ratio(Rate.ACHIEVEMENT).whole == 3000 and board.ratio(Rate.ACHIEVEMENT).part == 1000
    before = as_of_day(date(2025, 4, 9))
    with on("2025-04-20"):
        each = Return.objects.get(round=found, unit=town.parks)
        filing.extend_due(town.rdec, each.pk, version=None, until=date(2025, 4, 25), reason="系統停機")
        file(found, town.parks, town.other, town.other_chief, {town.items[2]: money(100, 100)})
    late = GrantMonth.objects.get(item=town.items[2], filed=True)
    assert late.supersedes is not None and late.reason
    assert queries.grant_board(town.leader, town.year.pk).ratio(Rate.ACHIEVEMENT).part == 1100
    assert before is not None
    ids = measures.ids_by_code(["grant.grant.achievement"])
    whole = measures.figures_of_unit(ids.values(), town.city.pk, parse_period("2025-03"))
    assert next(iter(whole.values())).ratio == (1100, 3000)


def test_who_plans_grants_and_what_cannot_be(town: SimpleNamespace) -> None:
    with pytest.raises(NotPermitted):
        add_by(town.officer, town)
    with pytest.raises(Conflict):
        add(town, town.mine[0])
    with pytest.raises(BadInput):
        add(town, tender(town.works, "A7"), grant=0, own=0)
    values = {"programme_id": town.programme.pk, "roc_year": 114, "central_agency": "某部"}
    with pytest.raises(BadInput):
        actions.create_grant_year(town.rdec, values)
    with pytest.raises(Conflict):
        actions.edit_grant_year(town.rdec, town.year.pk, version=1, changes={}, reason="遲了")
    item = actions.drop_grant_item(
        town.rdec, town.items[0].pk, version=None, on=date(2025, 5, 1), reason="中央核減"
    )
    assert [each.pk for each in queries.owing(parse_period("2025-06"))] == [
        each.pk for each in town.items[1:]
    ]
    assert item.pk in {each.pk for each in queries.owing(parse_period("2025-04"))}
    assert add(town, town.mine[0]).pk == item.pk  # it comes back as the same item
    edit_year(town, selected_on=None)
    with pytest.raises(CannotDo, match="選案審查會議"):
        add(town, tender(town.works, "A8"))


def add_by(actor: Any, town: SimpleNamespace) -> None:
    values = {"project_id": town.mine[0].pk, "grant_amount": Decimal(1), "own_share": Decimal(0)}
    actions.add_grant_item(actor, town.year.pk, values)


def test_a_lock_asks_no_more_for_more_items(db: None) -> None:
    town = make_grant_town((12, 1))
    lock_period(
        town, "2025-03", "2025-04-08", money(100, 50), None
    )  # the measures are defined with the first
    counts = []
    for period, day, number in (("2025-04", "2025-05-06", 2), ("2025-05", "2025-06-05", 12)):
        with on(day):
            for each in town.items[number:12]:
                actions.drop_grant_item(town.rdec, each.pk, version=None, on=date(2025, 4, 1), reason="量測")
            found = filing.open_round(SYSTEM, MONTH, period)
            file(found, town.works, town.officer, town.chief, dict.fromkeys(town.items[:number], EVEN_MONEY))
            with CaptureQueriesContext(connection) as asked:
                filing.lock_round(town.rdec, found.pk, reason="量測")
            counts.append(len(asked))
            for each in town.items[number:12]:
                add(town, each.project)
    assert counts[1] <= counts[0]
    with CaptureQueriesContext(connection) as asked:
        queries.grant_board(town.leader, town.year.pk)
    assert len(asked) <= 20


EVEN_MONEY = money(100, 50)
