"""One figure after the lock: judged on the board, traced to who signed, published, corrected."""

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import BadInput
from shizheng.domains.planning import queries
from shizheng.domains.planning.models import Outcome
from shizheng.domains.planning.rules.result_forms import MARK
from shizheng.domains.planning.tests.results.town import (
    COUNT,
    LOW,
    MEAN,
    NOT_YET,
    RATIO,
    fields_of,
    kpi_of,
    on,
    row_of,
)
from shizheng.domains.planning.tests.results.walking import HALF, figure, queries_of
from shizheng.kernel.filing import actions
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.tasks import chase_now
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.publication import queries as published
from shizheng.kernel.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db


def test_after_the_lock_the_board_has_the_figure_judged_and_the_gap_counts_nowhere(
    town: SimpleNamespace, locked: Return
) -> None:
    found = figure(town, RATIO)
    assert str(found.figure.value) == "77.31" and found.status.value == "met" and not found.figure.corrected
    board = queries.city_board(town.leader, None, HALF)
    assert figure(town, NOT_YET).status.value == "not_yet_measurable"
    assert str(figure(town, MEAN).figure.value) == "89.79"  # 89.785, half up
    assert figure(town, LOW).status.value == "at_risk"  # 80 in half a year, 150 allowed in the year
    assert board.tally.all == 5 and board.tally.judged == 4 and board.tally.good == 3
    assert filing.rate(locked.round).text == "1 ÷ 1（100.00%）"


def test_the_trace_says_who_filed_and_who_signed_and_by_which_rule(
    town: SimpleNamespace, locked: Return
) -> None:
    kpi = kpi_of(town.plan, RATIO)
    client = Client()
    client.force_login(town.control)
    address = f"/measures/{kpi.measure_id}/trace"
    query = f"unit={town.agency.pk}&period=2017-H1"
    found = client.get(f"{address}.json?{query}")
    body = json.loads(found.content)
    assert body["value"] == "77.31" and body["exact"].startswith("77.3148") and body["unit"] == "%"
    first = body["inputs"][0]
    assert (first["value"], first["kind"]) == ("167", "reported")
    assert first["source"]["text"] == "列管案件，截至 106-06-30" and first["source"]["url"].startswith(
        "/projects/"
    )
    assert first["filed_by"] == "王承辦" and first["filed_at"] == "2017-07-06T10:12:00+08:00"
    assert first["filed_as"] == {"role": "承辦人", "unit": town.agency.name}
    assert [(each["level"], each["by"], each["at"]) for each in first["signed"]] == [
        ("單位主管", "陳組長", "2017-07-07T11:00:00+08:00"),
        ("機關首長", "張主委", "2017-07-09T16:40:00+08:00"),
    ]
    version = rulebook.value_of("kpi.met", HALF.last_day)
    assert body["rule"]["code"] == "kpi.met" and body["rule"]["version"] == version.number == 3
    assert body["rule"]["since"] == "106-01-01" and body["definition"]["version"] == kpi.definition_version
    page = client.get(f"{address}/?{query}").content.decode()
    for words in (
        "77.31",
        "王承辦",
        "承辦人",
        "陳組長",
        "張主委",
        "106-07-06",
        "10:12",
        "106-07-09",
        "16:40",
    ):
        assert words in page, words
    public = Client().get(
        f"/planning/public/{town.plan.pk}/figures/{kpi.measure_id}/trace.json?period=2017-H1"
    )
    shown = json.loads(public.content)["inputs"][0]
    assert shown["filed_by"] == {"role": "承辦人", "unit": town.agency.name}
    assert [each["role"] for each in shown["signed"]] == ["單位主管", "機關首長"]
    assert not any(name in public.content.decode() for name in ("王承辦", "陳組長", "張主委"))


def test_nobody_writes_a_signature_into_a_source_by_hand(town: SimpleNamespace, locked: Return) -> None:
    kpi = kpi_of(town.plan, RATIO)
    fact = measure_queries.current_facts(kpi.measure_id or 0).first()
    assert fact is not None
    source = {"kind": "reported", "text": "x", "signed": [{"by": "某人"}]}
    with pytest.raises(BadInput, match="簽核"):
        measures.correct_fact(town.control, fact.pk, reason="x", value=Decimal(1), source=source)


def test_the_outcome_keeps_the_rule_and_what_was_written(town: SimpleNamespace, locked: Return) -> None:
    found = Outcome.objects.get(kpi=kpi_of(town.plan, RATIO))
    assert found.status == "met" and found.comparison == "77.31 ≥ 75" and found.rule == "kpi.met@3"
    assert found.rule_version == rulebook.value_of("kpi.met", HALF.last_day).version_id
    assert found.sentence == "77.31%（167 ÷ 216）" and MARK in found.narrative
    low = Outcome.objects.get(kpi=kpi_of(town.plan, LOW))
    assert low.at_risk_version == rulebook.value_of("kpi.at_risk", HALF.last_day).version_id


def test_the_page_of_results_filters_exports_and_leads_on(town: SimpleNamespace, locked: Return) -> None:
    client = Client()
    client.force_login(town.rdec_head)
    address = f"/planning/plans/{town.plan.pk}/outcomes/2017-H1/"
    page = client.get(address).content.decode()
    for words in (
        "77.31",
        "達標",
        "有落後之虞",
        "尚未可衡量",
        "3／4 項",
        "三案為甲、乙、丙",
        "公布 106 年上半年成果",
    ):
        assert words in page, words
    only = client.get(f"{address}?status=at_risk").content.decode()
    assert LOW in only and RATIO not in only
    sheet = b"".join(client.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "77.31" in sheet and "尚未可衡量" in sheet and len(sheet.splitlines()) == 6
    assert client.get(f"/planning/plans/{town.plan.pk}/outcomes/2017-Q1/").status_code == 404
    with CaptureQueriesContext(connection) as made:
        client.get(address)
    assert len(made) <= 15
    api = f"/api/v1/planning/plans/{town.plan.pk}/outcomes"
    body = client.get(f"{api}?period=2017-H1").json()
    assert body["state"] == "locked" and body["counts"] == {"all": 5, "judged": 4, "good": 3}
    ratio = next(each for each in body["kpis"] if each["name"] == RATIO)
    assert (
        ratio["status"] == "met" and ratio["locked"]["rule"] == "kpi.met@3" and "77.31%" in ratio["narrative"]
    )
    assert client.get(f"{api}?period=2017-Q1").status_code == 404


def test_what_was_published_stands_with_the_difference_beside_it_and_the_past_is_as_it_was(
    town: SimpleNamespace, corrected: SimpleNamespace
) -> None:
    now = figure(town, RATIO)
    assert str(now.figure.value) == "76.85" and now.figure.corrected and now.status.value == "met"
    issued = {each.name: each for each in published.issued_figures_of(corrected.issued.pk)}
    assert issued[RATIO].text == "77.31%" and issued[NOT_YET].missing == "not_yet_measurable"
    (different,) = published.differences(corrected.issued)
    assert (different.issued, different.now, different.since) == ("77.31%", "76.85%", date(2017, 9, 12))
    assert "估驗單晚到" in different.reason
    assert all(each.good for each in published.checks(corrected.issued, list(issued.values()), []))
    page = Client().get(f"/public/publications/{corrected.issued.code}/").content.decode()
    assert "77.31%" in page and "76.85%" in page and "估驗單晚到" in page
    said = json.dumps(corrected.issued.facts, ensure_ascii=False)
    assert "三案為甲、乙、丙" in said and "十月評估後才有" in said

    then = figure(town, RATIO, date(2017, 8, 1))
    assert str(then.figure.value) == "77.31" and not then.figure.corrected
    assert figure(town, NOT_YET, date(2017, 8, 1)).status.value == "not_yet_measurable"
    client = Client()
    client.force_login(town.leader)
    address = f"/planning/plans/{town.plan.pk}/outcomes/2017-H1/"
    past = client.get(f"{address}?as_of=106-08-01").content.decode()
    assert "77.31%（167 ÷ 216）" in past and "76.85" not in past
    today = client.get(address).content.decode()
    assert "76.85%（166 ÷ 216）" in today and "已更正" in today and "77.31" not in today
    before = client.get(f"{address}?as_of=106-07-10").content.decode()
    assert "77.31" not in before


def test_the_trace_of_a_correction_says_who_asked_and_who_approved(
    town: SimpleNamespace, corrected: SimpleNamespace
) -> None:
    kpi = kpi_of(town.plan, RATIO)
    found = measure_queries.trace(kpi.measure_id or 0, town.agency.pk, HALF).as_json()
    first = found["inputs"][0]
    assert first["value"] == "166" and first["filed_by"] == "王承辦" and first["corrects"]
    assert [(each["level"], each["by"]) for each in first["signed"]] == [("核可更正", "李研考")]
    assert found["inputs"][1]["value"] == "216" and len(found["inputs"][1]["signed"]) == 2
    assert [each["after"] for each in found["corrections"]] == ["166"]
    outcome = Outcome.objects.get(kpi=kpi)
    assert outcome.corrected_at is not None and outcome.sentence == "76.85%（166 ÷ 216）"


def test_at_the_year_s_end_the_year_is_asked_for_and_the_half_year_stays(
    town: SimpleNamespace, locked: Return
) -> None:
    with on("2018-01-01", 6, 5):
        chase_now()
    with on("2018-01-05"):
        owed = Return.objects.get(round__period="2017")
        for line in queries_of(owed):  # half a year alone makes no year
            assert not line.computed and {"missing", "narrative", "evidence"} < {
                each.name for each in line.fields
            }
        values = {
            RATIO: ("180", "220"),
            NOT_YET: ("21", "28"),
            MEAN: ("90", "80"),
            COUNT: ("8",),
            LOW: ("149",),
        }
        typed = [
            TypedEntry(row_of(town.plan, name), field, text, None)
            for name, texts in values.items()
            for field, text in [*zip(fields_of(town.plan, name), texts, strict=True), ("evidence", "年報")]
        ]
        actions.save_entries(town.officer, owed.pk, typed)
        actions.submit_return(town.officer, owed.pk, version=None)
        actions.sign_return(town.chief, owed.pk, version=None)
        actions.sign_return(town.head, owed.pk, version=None)
        actions.lock_round(town.rdec, owed.round_id)
    year = {each.name: each for each in queries.city_board(town.leader, None, parse_period("2017")).kpis}
    assert str(year[NOT_YET].figure.value) == "75.00" and year[NOT_YET].status.value == "met"  # type: ignore[union-attr]
    assert str(year[RATIO].figure.value) == "81.82" and str(year[LOW].figure.value) == "149"  # type: ignore[union-attr]
    assert year[LOW].status.value == "met"
    assert figure(town, NOT_YET).status.value == "not_yet_measurable"
    assert str(figure(town, RATIO).figure.value) == "77.31"
