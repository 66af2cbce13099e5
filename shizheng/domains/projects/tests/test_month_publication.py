"""The month as it was published: every later correction leaves it what it was, with the difference beside it."""

import csv
import io
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.numbers import round_half_up
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.publications import MONTH
from shizheng.domains.projects.publications.month import document, gather
from shizheng.domains.projects.queries import boards
from shizheng.domains.projects.queries.supplying import is_matching_rate, supply
from shizheng.domains.projects.tests.month_town import (
    LATE,
    bulk_records,
    bulk_tenders,
    correct,
    lock_month,
    row,
    tender,
)
from shizheng.kernel.filing.models import CorrectionRequest, Return
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.tests.factories import make_measure
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries, store
from shizheng.kernel.publication.models import Publication
from shizheng.kernel.publication.rules.comparing import changes
from shizheng.kernel.publication.rules.identity import digest

pytestmark = pytest.mark.django_db
MARCH = parse_period("2025-03")


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def month(month_town: SimpleNamespace) -> SimpleNamespace:
    month_town.tenders = [tender(month_town.works, f"A{n}") for n in range(3)]
    tender(month_town.parks, "B1")
    first, second, third = month_town.tenders
    rows = {first: row("0"), second: row("40"), third: row("0", reached="design", **LATE)}
    lock_month(month_town, "2025-03", rows)
    return month_town


def issued(town: SimpleNamespace) -> Publication:
    made = publication.issue(town.rdec_head, MONTH, town.city.pk, period="2025-03")
    return queries.publication(town.rdec_head, made.code)


def read(made: Publication, name: str) -> bytes:
    return store.read(made.artefacts.get(name=name).sha256)


def test_the_month_goes_out_in_every_format_with_its_rates_as_figures(month: SimpleNamespace) -> None:
    made = issued(month)
    assert {each.name for each in made.artefacts.all()} == {
        "tenders.odt", "tenders.pdf", "tenders.ods", "tenders.xlsx", "tenders.json", "agencies.csv", "tenders.csv",
        "rules.csv", "csv-metadata.json",
    }  # fmt: skip
    figures = {each.ref: each for each in made.figures.all()}
    assert figures["matching-city"].text == "25.00%" and figures["filed-city"].text == "75.00%"
    assert figures[f"matching-{month.works.pk}"].text == "33.33%"
    lines = read(made, "agencies.csv").decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    told = json.loads(read(made, "tenders.json"))
    assert "增加機具" not in json.dumps(told, ensure_ascii=False)  # what officers write stays inside
    assert {each["code"] for each in made.facts["rules"]} >= {"TC-18", "tender.matching_counts"}
    assert all(
        check.good for check in queries.checks(made, list(made.figures.all()), list(made.artefacts.all()))
    )


def test_an_outsider_counts_every_rate_and_place_again_from_the_files(month: SimpleNamespace) -> None:
    """With nothing but the three files that everybody can take: which tender counts where, what is divided, who is first."""
    made = issued(month)
    agencies, tenders, rules = (
        list(csv.DictReader(io.StringIO(read(made, name).decode("utf-8-sig"))))
        for name in ("agencies.csv", "tenders.csv", "rules.csv")
    )
    said = {each["規則代碼"]: each["值"] for each in rules}
    assert said["tender.on_plan_tolerance"] == "5%" and said["tender.matching_counts"] == "只計相符"
    counted: dict[str, list[bool]] = defaultdict(list)
    for each in tenders:
        gap = Decimal(each["實際進度"]) - Decimal(each["預定進度"]) if each["實際進度"] else None
        matches = gap is not None and abs(gap) <= 5
        assert matches == (each["情形"] == "on_plan")
        counted[each["機關"]].append(matches)
    rates = {name: Decimal(100) * sum(found) / len(found) for name, found in counted.items()}
    for each in agencies:
        rate = rates.pop(each["機關"])
        assert Decimal(each["進度相符率"]) == round_half_up(rate, 2)
        better = {name for name, found in counted.items() if Decimal(100) * sum(found) / len(found) > rate}
        assert int(each["名次"]) == 1 + len(better)
    assert not rates


def test_a_month_that_is_not_locked_or_no_month_is_not_published(month_town: SimpleNamespace) -> None:
    tender(month_town.works, "A1")
    city = month_town.city.pk
    with pytest.raises(CannotDo, match="還沒有鎖定"):
        gather(city, "2025-03")
    with pytest.raises(BadInput):
        gather(city, "2025")
    with pytest.raises(NotFound):
        gather(month_town.works.pk, "2025-03")


def test_a_correction_shows_as_a_difference_and_makes_the_next_edition(month: SimpleNamespace) -> None:
    made = issued(month)
    with pytest.raises(CannotDo):
        issued(month)  # nothing is new
    correct(month, month.tenders[1], works="0")
    differences = {
        each.figure.ref: (each.issued, each.now, each.reason) for each in queries.differences(made)
    }
    assert differences["matching-city"] == ("25.00%", "50.00%", "重測")
    changed = {(each.change.row, each.change.field) for each in queries.document_differences(made)}
    assert ("A1", "實際進度") in changed and ("工務局", "進度相符率") in changed
    assert issued(month).edition == 2


@settings(
    max_examples=6, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    which=st.integers(0, 2),
    works=st.integers(0, 100),
    reached=st.sampled_from(["design", "award", "-"]),
    paid=st.integers(0, 1000),
)
def test_whatever_is_corrected_later_the_published_month_stays_what_it_was(
    month: SimpleNamespace, which: int, works: int, reached: str, paid: int
) -> None:
    made = Publication.objects.filter(kind=MONTH).order_by("pk").first() or issued(month)
    files = {each.name: each.sha256 for each in made.artefacts.all()}
    hashed, code = made.facts_sha256, made.code
    records = list(MonthRecord.objects.order_by("pk").values())
    wanted = {
        "works": str(works),
        "reached": reached,
        "paid": str(paid),
        "text": f"更正 {works} {reached} {paid}",
        **LATE,
    }
    wanted["reached_on"] = "" if reached == "-" else "114-02-14"
    correct(month, month.tenders[which], **{k: v for k, v in wanted.items() if v != entered(month, which, k)})
    again = queries.publication(month.rdec_head, code)
    assert digest(again.facts) == again.facts_sha256 == hashed
    assert {each.name: each.sha256 for each in again.artefacts.all()} == files
    figures = list(again.figures.all())
    assert all(each.same for each in queries.recomputed(again, figures))
    assert all(check.good for check in queries.checks(again, figures, list(again.artefacts.all())))
    assert list(MonthRecord.objects.order_by("pk").values())[: len(records)] == records
    now = gather(month.city.pk, "2025-03")
    different = {each.figure.ref for each in queries.differences(again, figures)}
    for ref in ("matching-city", "execution-city"):
        before = next(each for each in figures if each.ref == ref)
        assert (ref in different) == (now.figures[ref].value != before.value)


def entered(town: SimpleNamespace, which: int, name: str) -> str:
    from shizheng.kernel.filing.queries import entries_of

    each = Return.objects.get(unit=town.works, round__period="2025-03")
    found = entries_of(each.pk).get((str(town.tenders[which].pk), name))
    return found.text if found else ""


def test_the_page_of_a_tender_shows_its_months_with_what_was_corrected(month: SimpleNamespace) -> None:
    correct(month, month.tenders[1], works="0")
    client = Client()
    client.force_login(month.leader)
    text = client.get(f"/projects/register/{month.tenders[1].pk}/").content.decode()
    assert "各月進度" in text and "50.00 / 55.00" in text and "更正前" in text and "70.00 / 55.00" in text
    shown = boards.months_shown(month.leader, month.tenders[1].pk)
    assert [len(each.earlier) for each in shown] == [1] and shown[0].case.lag == -5


def test_the_page_of_a_tender_has_its_three_rates_and_says_what_a_correction_of_money_changed(
    month: SimpleNamespace,
) -> None:
    correct(month, month.tenders[1], paid="40")
    client = Client()
    client.force_login(month.leader)
    text = client.get(f"/projects/register/{month.tenders[1].pk}/").content.decode()
    for words in ("執行數 ÷ 累計分配數", "執行數 ÷ 年度預算", "實付數 ÷ 年度預算", "40 ÷ 1,000", "4.00%"):
        assert words in text, words
    assert "更正前 累計實付數 80 元" in text and "預定結束" in text


def test_differences_and_corrections_are_told_in_words_not_in_codes(month: SimpleNamespace) -> None:
    """Fifteen points ahead, then thirty behind: 超前 → 落後, 否 → 是, 決標 → 設計; days of this calendar."""
    made = issued(month)
    correct(month, month.tenders[1], reached="design", **LATE)
    client = Client()
    client.force_login(month.rdec)
    text = client.get(f"/publications/{made.code}/today/").content.decode()
    for words in ("超前", "落後", "否", "是", "115-12-31"):
        assert f">{words}<" in text
    assert not any(code in text for code in ("behind", "True", "False", "weather", "2026-12-31"))
    asked = CorrectionRequest.objects.get()
    page = client.get(f"/filing/corrections/{asked.pk}/").content.decode()
    assert "決標</del>" in page and "設計</b>" in page and "award" not in page


def test_a_kpi_of_major_works_takes_its_numbers_from_the_locked_month(month_town: SimpleNamespace) -> None:
    """167 of 216 of at least fifty million under the city's control; smaller ones and others' are not counted."""
    inputs = [
        {"name": "a", "label": "進度相符件數", "unit": "件", "list": False},
        {"name": "b", "label": "繼續列管件數", "unit": "件", "list": False},
        {"name": "c", "label": "滿意度", "unit": "", "list": False},
    ]
    measure = make_measure(month_town.city, "kpi", "100*a/b+c*0", inputs=inputs)
    measure.name = "重大工程進度相符率"
    on, far = Decimal(0), Decimal(-20)
    bulk_records(
        bulk_tenders(month_town.works, "A", 216, budget=50_000_000), "2018-06", [on] * 167 + [far] * 49
    )
    bulk_records(bulk_tenders(month_town.works, "S", 3, budget=49_999_999), "2018-06", [on] * 3)
    bulk_records(bulk_tenders(month_town.works, "O", 3, level="agency"), "2018-06", [on] * 3)
    half = parse_period("2018-H1")
    assert is_matching_rate(measure)
    given = [supply(measure, name, month_town.city.pk, half) for name in ("a", "b", "c")]
    assert [each.value if each else None for each in given] == ["167", "216", None]
    assert given[0] is not None and given[0].as_of == half.last_day and "50,000,000" in given[0].source_text
    assert supply(measure, "a", month_town.parks.pk, half).value == "167"  # type: ignore[union-attr] # has none of its own
    assert supply(measure, "a", month_town.works.pk, parse_period("2018-H2")) is None


def test_an_edition_from_before_places_were_told_is_shown_and_compared_without_them(
    month: SimpleNamespace,
) -> None:
    """名次 that were not printed then are no difference of today: the edition has no such column at all."""
    gathered = gather(month.city.pk, "2025-03")
    old = {
        **gathered.facts,
        "agencies": [
            {name: value for name, value in each.items() if name != "place"}
            for each in gathered.facts["agencies"]
        ],
    }
    (table, *_more), (data, *_others) = document(old, {}).tables, document(old, {}).datasets
    assert "名次" not in {column.title for column in table.columns}
    assert "place" not in {field.name for field in data.fields}
    now = document(gathered.facts, {})
    assert "名次" in {column.title for column in now.tables[0].columns}
    assert changes(document(old, {}).datasets, now.datasets) == []
    old["agencies"][0]["behind"] += 1  # what was told then is compared as ever
    assert [each.field for each in changes(document(old, {}).datasets, now.datasets)] == ["落後"]
