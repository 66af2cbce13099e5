"""What we settled ourselves says 待確認 and how it is read: in the rulebook, and wherever it judges."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from shizheng.domains.planning.models.promises import Programme
from shizheng.domains.planning.publications.scores import document
from shizheng.domains.planning.tests.promise_town import item, make_programme
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return
from shizheng.kernel.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db
DAY = date(2018, 3, 31)
OURS = (
    "promise.behind", "filing.half_year", "filing.year_end", "filing.quarter", "filing.due_on_holiday", "filing.ladder",
    "score.bands", "score.lower_is_better", "kpi.met", "kpi.at_risk",
)  # fmt: skip
MARK = "待確認"


def browser(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def reading(code: str) -> str:
    found = rulebook.value_of(code, DAY)
    assert found.unconfirmed and found.reading, code
    return escape(found.reading)


@pytest.fixture
def made(town: SimpleNamespace) -> Programme:
    return make_programme(town)


@pytest.mark.parametrize("code", OURS)
def test_the_rulebook_says_of_each_that_it_is_our_reading(town: SimpleNamespace, code: str) -> None:
    page = browser(town.rdec).get(reverse("rulebook:rule", args=[code])).content.decode()
    assert MARK in page and reading(code) in page


def test_a_round_and_each_return_say_what_set_their_days_levels_and_reminders(
    town: SimpleNamespace, made: Programme
) -> None:
    found = filing.open_round(town.rdec, "planning.promise", "2018-Q1")
    owed = Return.objects.get(round=found, unit=town.works)
    for address, reader in (
        (f"/filing/rounds/{found.pk}/", town.rdec),
        (f"/filing/returns/{owed.pk}/", town.officer),
    ):
        page = browser(reader).get(address).content.decode()
        for code in ("filing.quarter", "filing.due_on_holiday", "filing.ladder"):
            assert reading(code) in page, (address, code)
        assert MARK in page


def test_promises_say_what_counts_as_behind(town: SimpleNamespace, made: Programme) -> None:
    quarter = "?quarter=2018-Q1"
    for address in (
        f"/planning/promises/{quarter}&programme={made.pk}",
        f"/planning/promises/programmes/{made.pk}/{quarter}",
        f"/planning/promises/{item(made, '1-1-1').pk}/{quarter}",
    ):
        page = browser(town.leader).get(address).content.decode()
        assert reading("promise.behind") in page and MARK in page, address
    from shizheng.domains.planning.actions import promises as actions

    actions.publish_programme(town.rdec_head, made.pk, version=None)
    public = Client().get(f"/planning/public/promises/{made.pk}/{quarter}").content.decode()
    assert reading("promise.behind") in public and MARK in public and "/rulebook/" not in public
    told = browser(town.leader).get(f"/api/v1/planning/promises/programmes/{made.pk}{quarter}").json()["rule"]
    assert told["unconfirmed"] is True and told["reading"] == rulebook.value_of("promise.behind", DAY).reading


def test_a_score_sheet_says_how_grades_are_read_as_page_and_as_document(
    town: SimpleNamespace, accepted: Any
) -> None:
    year = accepted.roc_year
    for address in (f"/planning/scores/?year={year}", f"/planning/scores/{year}/agencies/{town.works.pk}/"):
        page = browser(town.leader).get(address)
        assert page.status_code == 200, address
        assert reading("score.bands") in page.content.decode() and MARK in page.content.decode(), address
    rule = {"name": "等第", "valid_from": "2018-01-01", "unconfirmed": True, "reading": "先採三道界線。"}
    facts = {
        "agency": "甲",
        "roc_year": 107,
        "score": "90",
        "weighted": "9",
        "weights": "10",
        "grade": "優",
        "kpis": [],
    }
    (note,) = [
        block.content
        for block in document({**facts, "rules": [rule]}, {}).blocks
        if getattr(block, "style", "") == "note"
    ]
    assert "等第（2018-01-01 起，待確認：先採三道界線）" in str(note)
    old = {name: rule[name] for name in ("name", "valid_from")}
    assert "待確認" not in str(document({**facts, "rules": [old]}, {}).blocks)
