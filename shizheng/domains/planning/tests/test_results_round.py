"""One figure from end to end: the round opens by rule, the return is filed, signed and locked, published, corrected."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import BadInput
from shizheng.domains.planning import queries
from shizheng.domains.planning.models import Outcome
from shizheng.domains.planning.rounds import CODE
from shizheng.domains.planning.rules.result_forms import MARK
from shizheng.domains.planning.tests.results_town import (
    COUNT,
    LOW,
    MEAN,
    NOT_YET,
    RATIO,
    again,
    fields_of,
    kpi_of,
    make_town,
    on,
    project_control,
    row_of,
)
from shizheng.kernel.filing import actions
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.tasks import chase_now
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries as published
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.web import work

pytestmark = pytest.mark.django_db
HALF = parse_period("2017-H1")


@pytest.fixture
def town(db: None) -> Iterator[SimpleNamespace]:
    made = make_town()
    with project_control(made.plan):
        yield made


@pytest.fixture
def owed(town: SimpleNamespace) -> Return:
    """The commission's return of the half year, opened by the rulebook on its day."""
    with on("2017-07-01", 6, 5):
        chase_now()
    return Return.objects.select_related("round", "unit").get(round__kind=CODE)


def fill(town: SimpleNamespace, owed: Return) -> None:
    """Type what nobody supplies: two numbers with evidence, one kind of missing with its reason."""
    plan = town.plan
    typed = [
        (RATIO, "narrative", f"重大工程進度相符之比率為{MARK}。落後案件逐案檢討。另有三案已趕上。"),
        (NOT_YET, "missing", "not_yet_measurable"),
        (NOT_YET, "why", "十月評估後才有"),
        (MEAN, "in_a", "97.57"),
        (MEAN, "in_b", "82.0"),
        (MEAN, "evidence", "滿意度調查月報 106-06"),
        (COUNT, "in_a", "4"),
        (COUNT, "evidence", "調查報告四份"),
        (LOW, "in_a", "80"),
        (LOW, "evidence", "抽查紀錄 106-06-30"),
    ]
    names = {name: fields_of(plan, name) for name in {each[0] for each in typed}}
    actions.save_entries(
        town.officer,
        owed.pk,
        [
            TypedEntry(row_of(plan, name), _field(names[name], field), text, None)
            for name, field, text in typed
        ],
    )


def _field(inputs: list[str], name: str) -> str:
    """`in_a` and `in_b` stand for the first and the second input, whatever they are called."""
    return inputs["ab".index(name[3:])] if name.startswith("in_") else name


def walk_to_lock(town: SimpleNamespace, owed: Return) -> None:
    """Filed, sent back once, answered, signed, locked."""
    with on("2017-07-05", 9, 30):
        fill(town, owed)
        actions.submit_return(town.officer, owed.pk, version=None)
    with on("2017-07-05", 15):
        actions.send_back(town.chief, owed.pk, version=None, reason="請寫三案是哪三案")
    with on("2017-07-06", 10, 12):
        text = f"重大工程進度相符之比率為{MARK}。落後案件逐案檢討。三案為甲、乙、丙。"
        entry = TypedEntry(row_of(town.plan, RATIO), "narrative", text, None)
        actions.save_entries(town.officer, owed.pk, [entry])
        actions.submit_return(town.officer, owed.pk, version=None, note_text="已補三案名稱")
    with on("2017-07-07", 11):
        actions.sign_return(town.chief, owed.pk, version=None)
    with on("2017-07-09", 16, 40):
        actions.sign_return(town.head, owed.pk, version=None)
    with on("2017-07-14", 9):
        actions.lock_round(town.rdec, owed.round_id)


@pytest.fixture
def locked(town: SimpleNamespace, owed: Return) -> Return:
    walk_to_lock(town, owed)
    return again(owed)


@pytest.fixture
def corrected(town: SimpleNamespace, locked: Return) -> SimpleNamespace:
    """Published on 20 July; in September one case turns out to have been behind, and the correction is approved."""
    with on("2017-07-20"):
        issued = publication.issue(town.rdec_head, CODE, town.plan.pk, period=HALF.code)
    with on("2017-09-11"):
        first = fields_of(town.plan, RATIO)[0]
        request = actions.request_correction(
            town.officer,
            locked.pk,
            version=None,
            changes={
                (row_of(town.plan, RATIO), first): "166",
                (row_of(town.plan, RATIO), "evidence"): "6 月月報",
            },
            reason="東側聯絡道 6 月估驗單晚到，實際落後",
        )
    with on("2017-09-12", 14):
        actions.approve_correction(town.control, request.pk, version=None, reason="核對月報無誤")
    return SimpleNamespace(issued=issued, request=request)


def figure(town: SimpleNamespace, name: str, day: date | None = None) -> Any:
    """A KPI on the city's board, as of a day."""
    board = queries.city_board(town.leader, None, HALF, as_of_day(day))
    return next(each for each in board.kpis if each.name == name)


def test_the_rulebook_opens_the_half_year_round_on_its_day_with_its_days_and_levels(
    town: SimpleNamespace,
) -> None:
    with on("2017-06-30", 23, 5):
        chase_now()
        assert not Round.objects.exists()
    with on("2017-07-01", 6, 5):
        chase_now()
        chase_now()
        found = Round.objects.get(kind=CODE)
        assert (found.kind, found.period, found.title) == (CODE, "2017-H1", "106 年上半年成果")
        assert found.due_on == date(2017, 7, 17) and found.nominal_due == date(2017, 7, 15)  # a Saturday
        assert found.levels == ["supervisor", "head"] and found.state == "open"
        owed = found.returns.get()
        assert owed.unit_id == town.agency.pk and owed.row_count == 5
        items = [each for each in work.items_for(town.officer, date(2017, 7, 1)) if "成果" in str(each.title)]
        assert [str(each.ready) for each in items] == ["5 個項目"]


def test_inputs_come_from_who_supplies_them_and_the_figure_writes_itself(
    town: SimpleNamespace, owed: Return
) -> None:
    with on("2017-07-05"):
        client = Client()
        client.force_login(town.officer)
        page = client.get(f"/filing/returns/{owed.pk}/").content.decode()
        assert 'value="167"' in page and 'value="216"' in page
        assert "列管案件，截至 106-06-30" in page and 'href="/projects/?as_of=2017-06-30"' in page
        assert "重大工程進度相符之比率為77.31%（167 ÷ 216）。" in page
        first = fields_of(town.plan, RATIO)[0]
        body = {"row": row_of(town.plan, RATIO), "field": first, "text": "166", "version": 0}
        answer = client.post(f"/filing/returns/{owed.pk}/save/", json.dumps(body), "application/json").json()
        assert answer["narrative"] == "重大工程進度相符之比率為76.85%（166 ÷ 216）。"


def test_what_is_not_there_is_asked_for_in_the_words_of_the_definition(
    town: SimpleNamespace, owed: Return
) -> None:
    with on("2017-07-05"), pytest.raises(BadInput) as refused:
        actions.submit_return(town.officer, owed.pk, version=None)
    assert f"{row_of(town.plan, NOT_YET)}.{fields_of(town.plan, NOT_YET)[0]}" in refused.value.fields
    assert not [key for key in refused.value.fields if key.startswith(row_of(town.plan, RATIO) + ".")]


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ([(NOT_YET, "why", "")], "why", "要寫為什麼"),
        ([(MEAN, "evidence", "")], "evidence", "請寫依據"),
        ([(NOT_YET, "in_a", "3")], "missing", "已經填了數字"),
        ([(RATIO, "narrative", "相符率為77.31%。")], "narrative", MARK),
        ([(RATIO, "in_b", "0")], "in_a", "分母"),
        ([(MEAN, "in_a", "九十七")], "in_a", "不是數字"),
    ],
)
def test_a_return_that_cannot_stand_is_refused_beside_the_field(
    town: SimpleNamespace, owed: Return, changes: Any, where: str, words: str
) -> None:
    with on("2017-07-05"):
        fill(town, owed)
        typed = [
            TypedEntry(row_of(town.plan, name), _field(fields_of(town.plan, name), field), text, None)
            for name, field, text in changes
        ]
        actions.save_entries(town.officer, owed.pk, typed)
        with pytest.raises(BadInput) as refused:
            actions.submit_return(town.officer, owed.pk, version=None)
    name = changes[0][0]
    key = f"{row_of(town.plan, name)}.{_field(fields_of(town.plan, name), where)}"
    assert words in " ".join(refused.value.fields[key])


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


def test_what_shorter_periods_make_up_is_not_asked_for_again(town: SimpleNamespace, owed: Return) -> None:
    kpi = kpi_of(town.plan, RATIO)
    names = [name.removeprefix("in_") for name in fields_of(town.plan, RATIO)]
    quarters = {"2017-Q1": (80, 105), "2017-Q2": (86, 111)}
    with on("2017-07-03"):
        for code, values in quarters.items():
            measures.record_facts(
                town.control,
                [
                    measures.Filing(kpi.measure_id or 0, name, town.agency.pk, code, value=Decimal(value))
                    for name, value in zip(names, values, strict=True)
                ],
            )
    with on("2017-07-05"):
        line = next(each for each in queries_of(owed) if each.name == RATIO)
    assert line.computed and [each.name for each in line.fields] == ["narrative", "evidence", "files"]
    walk_to_lock(town, owed)
    found = figure(town, RATIO)
    assert str(found.figure.value) == "76.85" and found.figure.made_from == "periods"
    assert Outcome.objects.get(kpi=kpi).sentence == "76.85%（166 ÷ 216）"
    assert measure_queries.current_facts(kpi.measure_id or 0).count() == 4


def test_what_was_filed_before_for_the_period_is_offered_and_a_signed_number_corrects_it(
    town: SimpleNamespace, owed: Return
) -> None:
    kpi = kpi_of(town.plan, COUNT)
    (field,) = fields_of(town.plan, COUNT)
    with on("2017-07-02"):
        measures.record_fact(
            town.control,
            measures.Filing(
                kpi.measure_id or 0, field.removeprefix("in_"), town.agency.pk, "2017-H1", value=Decimal(3)
            ),
        )
    with on("2017-07-05"):
        line = next(each for each in queries_of(owed) if each.name == COUNT)
        assert line.prefill[field].value == "3"
    walk_to_lock(town, owed)
    facts = measure_queries.facts_of(kpi.measure_id or 0)
    assert [str(each.value.normalize()) for each in facts] == ["4", "3"] and facts[0].supersedes_id == facts[
        1
    ].pk  # type: ignore[union-attr]


def queries_of(owed: Return) -> Any:
    from shizheng.domains.planning.queries.result_forms import lines_of

    return lines_of(owed)


def test_the_form_of_a_return_takes_few_queries(town: SimpleNamespace, owed: Return) -> None:
    with on("2017-07-05"), CaptureQueriesContext(connection) as made:
        queries_of(owed)
    assert len(made) <= 14
