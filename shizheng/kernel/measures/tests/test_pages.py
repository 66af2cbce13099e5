"""The pages, as a reader meets them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.measures import actions, queries, view
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.rules.standards import formula_from_standard
from shizheng.kernel.measures.tests.conftest import ALL, sign_in
from shizheng.kernel.measures.tests.factories import file, make_measure, open_unit

D = Decimal

pytestmark = pytest.mark.django_db


def test_the_trace_page_shows_the_formula_with_its_values_and_the_later_correction(
    browser: Client, story: Any, agency: Any
) -> None:
    page = browser.get(view.trace_url(story.pk, agency.pk, "2017-H1", date(2017, 8, 1)))
    text = page.content.decode()
    assert page.status_code == 200
    for wanted in ("77.3148…", "77.31", "76.85", "估驗單晚到", "77.31 ≥ 75", "106 年上半年", "判定 第 3 版", "106 年度施政計畫",
                   'href="#input-a"', 'id="input-a"', "之後更正了什麼", "未填報", "您在這裡"):  # fmt: skip
        assert wanted in text, wanted
    assert "style=" not in text.split("<main", 1)[1]
    assert "onclick" not in text


def test_the_trace_as_json_is_the_same_figure(browser: Client, story: Any, agency: Any) -> None:
    answer = browser.get(view.trace_url(story.pk, agency.pk, "2017-H1", date(2017, 8, 1), "json"))
    data = json.loads(answer.content)
    assert (data["value"], data["superseded_by"]["value"]) == ("77.31", "76.85")
    now = json.loads(browser.get(view.trace_url(story.pk, agency.pk, "2017-H1", suffix="json")).content)
    assert (now["value"], now["superseded_by"]) == ("76.85", None)


@pytest.mark.parametrize("kind", ["not_filed", "to_be_confirmed", "not_yet_measurable", "not_applicable"])
def test_what_is_missing_says_which_kind(browser: Client, agency: Any, kind: str) -> None:
    measure = make_measure(agency)
    file(measure, agency, "2017-H1", a=kind, b=216)
    text = browser.get(view.trace_url(measure.pk, agency.pk, "2017-H1")).content.decode()
    assert {
        "not_filed": "未填報",
        "to_be_confirmed": "待確認",
        "not_yet_measurable": "尚未可衡量",
        "not_applicable": "不適用",
    }[kind] in text


def test_a_trace_without_parameters_opens_the_newest_figure(browser: Client, story: Any) -> None:
    assert "76.85" in browser.get(reverse("measures:trace", args=[story.pk])).content.decode()


def test_a_rolled_up_trace_lists_its_units(city: Any, agency: Any) -> None:
    browser = sign_in(city, ALL, "t-city")
    measure = make_measure(city)
    for index in range(3):
        file(measure, open_unit(f"T{index}", parent=agency), "2017-H1", a=index, b=10)
    text = browser.get(view.trace_url(measure.pk, agency.pk, "2017-H1")).content.decode()
    assert "10.00" in text
    assert all(f"測試單位 T{index}" in text for index in range(3))


@pytest.mark.parametrize("query", ["unit=x", "period=soon", "unit=0", f"unit={2**70}"])
def test_an_address_that_makes_no_sense_is_explained(browser: Client, story: Any, query: str) -> None:
    assert browser.get(f"{reverse('measures:trace', args=[story.pk])}?{query}").status_code == 422
    answer = browser.get(f"{reverse('measures:trace_json', args=[story.pk])}?{query}")
    assert answer.status_code == 422
    assert json.loads(answer.content)["message"]


def test_the_list_filters_sorts_and_exports(browser: Client, agency: Any) -> None:
    make_measure(agency, code="alpha")
    make_measure(agency, code="beta", formula=None, needs_confirmation=True)
    text = browser.get(reverse("measures:list")).content.decode()
    assert "alpha" in text
    assert "100 × 輸入 a ÷ 輸入 b" in text
    assert "公式待確認" in text
    only = browser.get(reverse("measures:list"), {"needs": "True"}).content.decode()
    assert "beta" in only
    assert "指標 alpha" not in only
    assert (
        "alpha" in browser.get(reverse("measures:list"), {"q": "alp", "sort": "-target_now"}).content.decode()
    )
    file_ = browser.get(reverse("measures:list"), {"export": "csv"})
    exported = b"".join(file_.streaming_content) if file_.streaming else file_.content  # type: ignore[attr-defined]
    assert "100*a/b" in exported.decode("utf-8-sig")


def test_the_list_stays_within_its_queries(browser: Client, agency: Any) -> None:
    for index in range(12):
        make_measure(agency, code=f"m{index}")
    browser.get(reverse("measures:list"))  # the first visit of a session also writes down that it began
    with CaptureQueriesContext(connection) as made:
        browser.get(reverse("measures:list"))
    few = len(made)
    for index in range(12, 30):
        make_measure(agency, code=f"m{index}")
    with CaptureQueriesContext(connection) as made:
        browser.get(reverse("measures:list"))
    assert len(made) <= few <= 15


def test_the_page_of_a_measure_shows_versions_facts_and_series(
    browser: Client, story: Any, agency: Any
) -> None:
    file(story, agency, "2017-H2", a=200, b=220)
    text = browser.get(reverse("measures:detail", args=[story.pk])).content.decode()
    for wanted in ("第 1 版", "106 年上半年", "167", "166", "已更正", "90.91", "相符件數/列管件數*100%"):
        assert wanted in text, wanted


def test_an_officer_files_and_lands_on_the_trace(browser: Client, agency: Any) -> None:
    measure = make_measure(agency)
    address = reverse("measures:file", args=[measure.pk])
    assert "輸入 a" in browser.get(address).content.decode()
    given = {
        "unit": agency.pk,
        "period": "106 年上半年",
        "value_a": "1,167",
        "value_b": "1,216",
        "source": "月結清單",
    }
    answer = browser.post(address, given, follow=True)
    assert "95.97" in answer.content.decode()
    assert Fact.objects.get(input="a").value == 1167
    assert Fact.objects.get(input="a").source == {"kind": "reported", "text": "月結清單"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"value_a": "abc"}, "不是數字"),
        ({}, "0 也是數字"),
        ({"value_a": "1", "missing_a": "not_filed"}, "就不能再選缺值種類"),
        ({"value_a": "1", "period": "someday"}, "看不懂期間"),
    ],
)
def test_a_filing_that_cannot_be_taken_says_why_and_keeps_what_was_typed(
    browser: Client, agency: Any, given: dict[str, str], says: str
) -> None:
    measure = make_measure(agency)
    sent = {"unit": agency.pk, "period": "2017-H1", "source": "月結清單", **given}
    answer = browser.post(reverse("measures:file", args=[measure.pk]), sent)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "月結清單" in answer.content.decode()
    assert not Fact.objects.exists()


def test_milestone_steps_are_filed_as_lines(browser: Client, agency: Any) -> None:
    proposal = formula_from_standard("(一)106年：1.完成甲平台2.完成乙平台(二)107年：1.試營運2.正式營運", "%")
    content = actions.content_from(proposal, valid_from=date(2017, 1, 1), unit="%", target=D(100), places=0)
    measure = actions.define_measure(SYSTEM, code="ms", name="里程碑", owner_id=agency.pk, content=content)
    address = reverse("measures:file", args=[measure.pk])
    assert "s1, , 完成甲平台" in browser.get(address).content.decode()
    lines = "s1, , 完成甲平台, 106-03-01\ns2, 50, 完成乙平台\ns3\ns4"
    browser.post(
        address, {"unit": agency.pk, "period": "2017", "rows_steps": lines, "source": "平台驗收紀錄"}
    )
    found = queries.trace(measure.pk, agency.pk, "2017")
    assert str(found.figure.value) == "38"
    assert [(each.code, str(each.value)) for each in found.readings] == [
        ("equal", "38"),
        ("all", "0"),
        ("equal_last_year", "0"),
    ]


def test_a_correction_by_form(browser: Client, agency: Any) -> None:
    measure = make_measure(agency)
    first = file(measure, agency, "2017-H1", a=167, b=216)[0]
    address = reverse("measures:correct", args=[first.pk])
    assert "167" in browser.get(address).content.decode()
    refused = browser.post(address, {"value": "166", "reason": ""})
    assert refused.status_code == 422
    assert "76.85" in browser.post(address, {"value": "166", "reason": "晚到"}, follow=True).content.decode()
    again = browser.post(address, {"value": "165", "reason": "再改"}, follow=True)
    assert "已經更正過" in again.content.decode()
    assert Fact.objects.count() == 3


def test_a_definition_is_revised_by_form_and_read_back_while_typed(browser: Client, agency: Any) -> None:
    measure = make_measure(agency)
    check = reverse("measures:check_formula")
    said = browser.post(check, {"formula": "100*a/(t-c)", "labels": "a = 完成\nt = 列管"}).content.decode()
    assert "100 × 完成 ÷ (列管 − c)" in said
    assert "還沒有名稱：c" in said
    assert "公式裡不寫 %" in browser.post(check, {"formula": "a/b%"}).content.decode()
    assert "&lt;" in browser.post(check, {"formula": "a*b", "labels": "a = <b>x</b>"}).content.decode()
    address = reverse("measures:revise", args=[measure.pk])
    page = browser.get(address)
    given = {**page.context["form"].initial, "formula": "100*a/(b-c)", "labels": "a = 甲\nb = 乙\nc = 丙",
             "valid_from": "106-01-01", "valid_to": "", "target": "80", "reason": "扣除不計"}  # fmt: skip
    assert browser.post(address, {**given, "labels": "a = 甲"}).status_code == 422
    answer = browser.post(address, given, follow=True)
    assert "第 2 版" in answer.content.decode()
    assert queries.current_definition(measure.pk).target == 80  # type: ignore[union-attr]
    stale = browser.post(address, given, follow=True)
    assert "又修訂過" in stale.content.decode()


def test_a_reading_is_chosen_by_form(browser: Client, agency: Any) -> None:
    proposal = formula_from_standard("每年志工人數成長比例（以103年度志工人數41人為計算基準）", "%")
    content = actions.content_from(proposal, valid_from=date(2017, 1, 1), unit="%")
    measure = actions.define_measure(SYSTEM, code="g", name="成長", owner_id=agency.pk, content=content)
    address = reverse("measures:reading", args=[measure.pk])
    assert "100*(n-p)/p" in browser.get(address).content.decode()
    browser.post(address, {"reading": "yearly", "version": 1, "reason": "來函說明"})
    latest = queries.current_definition(measure.pk)
    assert latest is not None
    assert (latest.reading_in_force, latest.needs_confirmation, latest.number) == ("yearly", False, 2)


def test_a_new_measure_by_form(browser: Client, agency: Any) -> None:
    address = reverse("measures:define")
    page = browser.get(address)
    given = {**page.context["form"].initial, "code": "new", "name": "新指標", "owner": agency.pk, "formula": "a",
             "labels": "a = 次數", "valid_from": "106-01-01", "unit": "次", "reason": "新訂"}  # fmt: skip
    assert "新指標" in browser.post(address, given, follow=True).content.decode()
    again = browser.post(address, given)
    assert "已經有指標使用" in again.content.decode()


@pytest.mark.parametrize("name", ["file", "revise", "reading"])
def test_a_reader_may_not_change(agency: Any, name: str) -> None:
    measure = make_measure(agency)
    reader = sign_in(agency, ["measures.view"], "t-reader")
    assert reader.get(reverse("measures:detail", args=[measure.pk])).status_code == 200
    assert reader.get(reverse(f"measures:{name}", args=[measure.pk])).status_code == 403
    assert reader.post(reverse(f"measures:{name}", args=[measure.pk])).status_code == 403


def test_a_measure_of_another_agency_is_not_found(city: Any, agency: Any, story: Any) -> None:
    other = sign_in(open_unit("TOTHER", parent=city, kind="agency"), ALL, "t-other")
    for name in ("detail", "trace", "trace_json", "file", "revise", "reading"):
        assert other.get(reverse(f"measures:{name}", args=[story.pk])).status_code == 404
    fact = Fact.objects.filter(superseded_by=None).first()
    assert other.get(reverse("measures:correct", args=[fact.pk])).status_code == 404  # type: ignore[union-attr]


def test_the_list_says_what_holds_for_the_latest_days_not_what_was_entered_last(
    agency: Any, browser: Client
) -> None:
    days = {"valid_from": date(2018, 1, 1), "valid_to": date(2019, 1, 1)}
    measure = make_measure(agency, code="gamma", target=D(3), **days)
    earlier = {"valid_from": date(2016, 1, 1), "valid_to": date(2017, 1, 1), "target": D(1)}
    content = replace(actions.content_of(queries.versions_of(measure.pk)[0]), **earlier)
    actions.revise_definition(SYSTEM, measure.pk, content=content, reason="較早的年度後來才匯入", version=1)
    assert "≥ 3" in browser.get(reverse("measures:list"), {"q": "gamma"}).content.decode()
