"""F01's year from listing to publication: filed monthly, sent back, signed, locked, published, corrected afterwards."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput, CannotDo, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.actions import months as month_actions
from shizheng.domains.procurement.models import CaseEvent, CaseMonth
from shizheng.domains.procurement.publications import FAILED
from shizheng.domains.procurement.queries.month_forms import lines_of
from shizheng.domains.procurement.queries.months import KIND, counts_at
from shizheng.domains.procurement.rules.failed import Settled
from shizheng.domains.procurement.tests.town import listed, on, tell
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries, store
from shizheng.kernel.publication.rules.identity import digest

pytestmark = pytest.mark.django_db
ROW = {"text": "檢討底價", "cause": "price", "measure": "重新訪價後調整預算", "next_on": "114-12-31"}


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def file(town: SimpleNamespace, found: Round, unit: Any, officer: Any, chief: Any, **more: str) -> Return:
    """An agency's return typed, sent in and signed."""
    each = Return.objects.get(round=found, unit=unit)
    typed = [
        filing.TypedEntry(line.key, name, text)
        for line in lines_of(each)
        for name, text in {**ROW, **more}.items()
    ]
    filing.save_entries(officer, each.pk, typed)
    filing.submit_return(officer, each.pk, version=None)
    filing.sign_return(chief, each.pk, version=None)
    return Return.objects.get(pk=each.pk)


def month(town: SimpleNamespace, number: int, *, parks: bool = True) -> Round:
    """A month of 114 from opening to lock."""
    after = f"2025-{number + 1:02d}" if number < 12 else "2026-01"
    with on(f"{after}-01"):
        found = filing.open_round(SYSTEM, KIND, f"2025-{number:02d}")
    with on(f"{after}-04"):
        for unit, officer, chief in (
            (town.works, town.officer, town.chief),
            *([(town.parks, town.other, town.other_chief)] if parks else []),
        ):
            if Return.objects.filter(round=found, unit=unit).exists():
                file(town, found, unit, officer, chief)
    with on(f"{after}-11"):
        return filing.lock_round(town.rdec, found.pk, reason="未填報的另行催報")


def test_a_year_of_failed_tenders_is_filed_sent_back_locked_published_and_corrected(
    town: SimpleNamespace,
) -> None:
    with on("2025-01-20"):
        first, second = listed(town, "W-1"), listed(town, "W-2", category="services")
        third = listed(town, "P-1", town.parks)
        for row in (first, second, third):
            tell(town, row, "failed", "2025-01-05")
            tell(town, row, "failed", "2025-01-15")
    found = month(town, 1)
    assert Return.objects.filter(round=found).count() == 2

    with on("2025-02-20"):
        tell(town, first, "awarded", "2025-02-18")
    with on("2025-03-01"):
        found = filing.open_round(SYSTEM, KIND, "2025-02")
    with on("2025-03-03"):
        each = Return.objects.get(round=found, unit=town.works)
        line = lines_of(each)[0]
        assert [one.case_id for one in lines_of(each)] == [second.pk]  # what is awarded owes no month
        assert line.prefill["measure"].value == ROW["measure"] and "檢討底價" in str(line.fields[0].help)
        filing.save_entries(
            town.officer, each.pk, [filing.TypedEntry(line.key, name, text) for name, text in ROW.items()]
        )
        filing.submit_return(town.officer, each.pk, version=None)
        filing.send_back(town.chief, each.pk, version=None, reason="請寫訪價的結果")
        filing.save_entries(
            town.officer, each.pk, [filing.TypedEntry(line.key, "text", "訪價三家，提高預算")]
        )
        filing.submit_return(town.officer, each.pk, version=None)
        filing.sign_return(town.chief, each.pk, version=None)
    with on("2025-03-11"):
        filing.lock_round(town.rdec, found.pk, reason="公園局未填報")
    assert CaseMonth.objects.get(case=second, period="2025-02").text == "訪價三家，提高預算"
    assert not CaseMonth.objects.get(case=third, period="2025-02").filed
    late = Return.objects.get(round=found, unit=town.parks)
    with on("2025-03-12"):
        filing.extend_due(town.rdec, late.pk, until=date(2025, 3, 20), version=None, reason="補報")
        file(town, found, town.parks, town.other, town.other_chief)
    late.refresh_from_db()
    assert (
        late.state == "locked" and CaseMonth.objects.get(case=third, filed=True, period="2025-02").supersedes
    )

    with on("2025-03-20"):
        tell(town, second, "void", "2025-03-19")
    head = Client()
    head.force_login(town.rdec_head)
    with on("2025-04-02"):
        assert "?period=2025" not in head.get("/procurement/failed/patterns/").content.decode()
    with pytest.raises(CannotDo, match="還沒有鎖定"), on("2025-04-02"):
        publication.issue(town.rdec_head, FAILED, town.city.pk, period="2025-Q1")
    month(town, 3)
    with on("2025-04-15"):  # what is offered is what can be published: the quarter, not yet the year
        assert "?period=2025-Q1" in head.get("/procurement/failed/patterns/").content.decode()
        made = publication.issue(town.rdec_head, FAILED, town.city.pk, period="2025-Q1")
    made = queries.publication(town.rdec_head, made.code)
    figures = {each.ref: each for each in made.figures.all()}
    assert figures["settled-city"].text == "33.33%" and figures[f"settled-{town.works.pk}"].text == "50.00%"
    assert {each.name for each in made.artefacts.all()} == {
        "failed-tenders.odt", "failed-tenders.pdf", "failed-tenders.ods", "failed-tenders.xlsx", "failed-tenders.json",
        "agencies.csv", "cases.csv", "csv-metadata.json",
    }  # fmt: skip
    text = store.read(made.artefacts.get(name="failed-tenders.json").sha256).decode()
    assert "訪價三家" not in text and "預算或底價偏低" in text  # what officers write stays inside
    hashed = {each.name: each.sha256 for each in made.artefacts.all()}

    with on("2025-05-02"):
        event = CaseEvent.objects.get(case=first, kind="awarded")
        first.refresh_from_db()
        actions.strike_event(town.rdec, event.pk, version=first.version, reason="決標公告撤銷")
    again = queries.publication(town.rdec_head, made.code)
    assert {each.name: each.sha256 for each in again.artefacts.all()} == hashed
    assert digest(again.facts) == again.facts_sha256
    issued = list(again.figures.all())
    assert all(each.same for each in queries.recomputed(again, issued))
    now = {each.figure.ref: (each.issued, each.now, each.reason) for each in queries.differences(again)}
    assert now["settled-city"] == ("33.33%", "0.00%", "決標公告撤銷")
    assert ("W-1", "結果") in {
        (each.change.row, each.change.field) for each in queries.document_differences(again)
    }

    for number in range(4, 13):
        if number == 8:
            with on("2025-08-20"):
                tell(town, first, "awarded", "2025-08-18")
                tell(town, third, "dropped", "2025-08-19")  # the only one of its agency
        month(town, number)
    assert sum((each for each in counts_at(parse_period("2025")).values()), Settled(0, 0, 0)) == Settled(
        3, 1, 1
    )
    with on("2026-01-15"):
        assert '?period=2025"' in head.get("/procurement/failed/patterns/").content.decode()
        year = publication.issue(town.rdec_head, FAILED, town.city.pk, period="2025")
    assert {each.ref: each.text for each in year.figures.all()}["settled-city"] == "50.00%"  # 1 ÷ (3 − 1)


def test_fifty_four_of_seventy_are_seventy_seven_percent(town: SimpleNamespace) -> None:
    """The golden case of the plan of 106, with its trace."""
    with on("2025-01-20"):
        rows = [listed(town, f"W-{n:02d}") for n in range(70)]
        for row in rows[:54]:
            CaseEvent.objects.none()
            actions.record_event(
                town.rdec, row.pk, version=None,
                values={"kind": "awarded", "on": date(2025, 1, 18), "amount": Decimal(1), "bidders": 3},
            )  # fmt: skip
        month_actions.write_month(town.rdec, parse_period("2025-01"), "月底")
    found = measures.ids_by_code(["procurement.settled"])
    figure = measures.figures_of_unit(found.values(), town.city.pk, parse_period("2025-01"))
    made = figure[found["procurement.settled"]]
    assert made.value == Decimal("77.14")


def test_a_settled_case_is_opened_again_before_it_fails_once_more(town: SimpleNamespace) -> None:
    with on("2025-03-20"):
        row = listed(town, "W-1")
        tell(town, row, "failed", "2025-01-15")
        award = tell(town, row, "awarded", "2025-02-20")
        with pytest.raises(BadInput, match=r"114\.02\.20 已經「決標」.*請先登錄「恢復招標」"):
            tell(town, row, "failed", "2025-03-10")
        with pytest.raises(BadInput, match="已經「決標」"):
            tell(town, row, "awarded", "2025-03-10")
        tell(town, row, "void", "2025-02-01")  # one that was forgotten, before the award
        reopened = tell(town, row, "reopened", "2025-03-01")
        again = tell(town, row, "failed", "2025-03-10")
        row.refresh_from_db()
        assert (row.outcome, row.failed, row.void) == ("open", 1, 0)
        with pytest.raises(BadInput, match="已經「決標」"):
            actions.strike_event(town.rdec, reopened.pk, version=None, reason="誤登")
        with pytest.raises(BadInput, match="那時這一案還沒有決標或不續辦"):
            actions.strike_event(town.rdec, award.pk, version=None, reason="誤登")
        with pytest.raises(BadInput, match="已經「決標」"):
            changes = {"on": date(2025, 2, 25)}
            actions.correct_event(town.rdec, again.pk, version=None, changes=changes, reason="日期錯")
        row.refresh_from_db()
        assert (row.outcome, row.failed, row.void) == ("open", 1, 0)
        actions.strike_event(town.rdec, again.pk, version=None, reason="誤登")
        actions.strike_event(town.rdec, reopened.pk, version=None, reason="誤登")
        row.refresh_from_db()
        assert (row.outcome, row.failed, row.void) == ("awarded", 1, 1)


def test_a_day_of_tendering_that_is_over_is_not_proposed_again(town: SimpleNamespace) -> None:
    with on("2025-01-20"):
        tell(town, listed(town, "W-1"), "failed", "2025-01-15")
    with on("2025-02-01"):
        found = filing.open_round(SYSTEM, KIND, "2025-01")
    with on("2025-02-04"):
        file(town, found, town.works, town.officer, town.chief, next_on="114-02-20")
    with on("2025-02-11"):
        filing.lock_round(town.rdec, found.pk, reason="")
    proposed = []
    for opened, period in (("2025-03-01", "2025-02"), ("2025-04-01", "2025-03")):
        with on(opened):
            each = Return.objects.get(round=filing.open_round(SYSTEM, KIND, period))
            (line,) = lines_of(each)
            proposed.append("next_on" in line.prefill)
            assert "114.02.20" in line.note
    assert proposed == [True, False]


def test_what_was_corrected_of_a_month_stands_beside_what_it_was(town: SimpleNamespace) -> None:
    with on("2025-01-20"):
        case = listed(town, "W-1")
        tell(town, case, "failed", "2025-01-15")
    month(town, 1, parks=False)
    each = Return.objects.get(unit=town.works)
    for day, changes in (
        ("2025-02-15", {"next_on": "114-12-20"}),
        ("2025-02-16", {"cause": "market", "text": "規格再檢討"}),
    ):
        wanted = {(str(case.pk), name): text for name, text in changes.items()}
        with on(day):
            asked = filing.request_correction(
                town.officer, each.pk, version=None, reason=f"{day} 更正", changes=wanted
            )
            filing.approve_correction(town.rdec, asked.pk, version=None, reason="同意")
    client = Client()
    client.force_login(town.officer)
    page = client.get(f"/procurement/failed/{case.pk}/").content.decode()
    row = page[page.index('id="months"') :]
    row = " ".join(re.sub(r"<[^>]+>", " ", row[row.index("<tbody>") : row.index("</tbody>")]).split())
    assert "規格再檢討 更正前 檢討底價；更正理由 2025-02-16 更正 更正理由 2025-02-15 更正" in row
    assert "更正前 預算或底價偏低" in row and "114-12-20 更正前 114-12-31" in row
    assert "更正前 重新訪價" not in row  # what was not corrected is not told twice


def test_who_may_what(town: SimpleNamespace) -> None:
    with on("2025-01-20"):
        row = listed(town, "W-1")
        values = {"kind": "failed", "on": date(2025, 1, 15), "causes": ["price"]}
        actions.record_event(town.officer, row.pk, version=None, values=values)
        with pytest.raises(BadInput, match=r"114\.01\.15 已經登錄過「流標」"):  # one opening fails once
            actions.record_event(town.officer, row.pk, version=None, values={**values, "causes": ["market"]})
        with pytest.raises(NotPermitted):
            actions.record_event(town.other, row.pk, version=None, values=values)
        with pytest.raises(NotPermitted):
            actions.record_event(town.control, row.pk, version=None, values={**values, "kind": "dropped"})
        with pytest.raises(NotPermitted):
            actions.list_case(town.control, {})
        row.refresh_from_db()
        with pytest.raises(NotPermitted):
            actions.edit_case(
                town.officer, row.pk, version=row.version, changes={"agency_id": town.parks.pk}, reason="x"
            )
    assert filing_queries.rounds_visible_to(town.rdec).count() == 0
