"""A round of results: opened by rule, asked for, refused, filed; what shorter periods and earlier facts bring."""

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import BadInput
from shizheng.domains.planning.models import Outcome
from shizheng.domains.planning.rounds import CODE
from shizheng.domains.planning.rules.result_forms import MARK
from shizheng.domains.planning.tests.results.town import (
    COUNT,
    MEAN,
    NOT_YET,
    RATIO,
    fields_of,
    kpi_of,
    on,
    row_of,
)
from shizheng.domains.planning.tests.results.walking import (
    figure,
    fill,
    input_named,
    queries_of,
    walk_to_lock,
)
from shizheng.kernel.filing import actions
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.tasks import chase_now
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.web import work

pytestmark = pytest.mark.django_db


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
        items = [
            each
            for each in work.items_for(town.officer, date(2017, 7, 1))
            if f"/returns/{owed.pk}/" in each.url
        ]
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
            TypedEntry(row_of(town.plan, name), input_named(fields_of(town.plan, name), field), text, None)
            for name, field, text in changes
        ]
        actions.save_entries(town.officer, owed.pk, typed)
        with pytest.raises(BadInput) as refused:
            actions.submit_return(town.officer, owed.pk, version=None)
    name = changes[0][0]
    key = f"{row_of(town.plan, name)}.{input_named(fields_of(town.plan, name), where)}"
    assert words in " ".join(refused.value.fields[key])


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


def test_the_form_of_a_return_takes_few_queries(town: SimpleNamespace, owed: Return) -> None:
    with on("2017-07-05"), CaptureQueriesContext(connection) as made:
        queries_of(owed)
    assert len(made) <= 14
