"""A round whose days went by while the system stood still is not lost: people are told, and open it with days to come."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput
from shizheng.kernel.filing import actions, tasks
from shizheng.kernel.filing.models import Round
from shizheng.kernel.filing.tests.conftest import on
from shizheng.kernel.filing.tests.kind import CODE, Domain
from shizheng.web import work

pytestmark = pytest.mark.django_db


def filed_before(town: SimpleNamespace) -> None:
    """The system ran until July 2017: the first half was opened and closed."""
    with on("2017-07-01"):
        tasks.chase_now()
    with on("2017-08-01"):
        tasks.chase_now()


def missed() -> list[str]:
    rows = Round.objects.filter(kind=CODE, state="planned").order_by("opens_on")
    return list(rows.values_list("period", flat=True))


def test_a_new_installation_has_missed_nothing(town: SimpleNamespace, sent: Any) -> None:
    with on("2017-12-01"):
        tasks.chase_now()
    assert not Round.objects.exists()
    assert not [each for each in sent if each["template"] == "filing.missed"]


def test_rounds_that_people_opened_or_loaded_before_are_no_reason_to_miss_the_next(
    town: SimpleNamespace,
) -> None:
    with on("2017-07-05"):
        actions.open_round(town.rdec, CODE, "2017-H1")
    with on("2018-12-03"):
        tasks.chase_now()
        assert missed() == []


def test_rounds_that_found_the_system_standing_are_planned_and_told_and_open_with_days_to_come(
    town: SimpleNamespace, sent: Any
) -> None:
    filed_before(town)
    with on("2018-12-03"):
        tasks.chase_now()
        tasks.chase_now()
        assert missed() == ["2017", "2018-H1"]  # neither opened nor closed behind everybody's back
        ours = {("filing.round", each.pk) for each in Round.objects.filter(kind=CODE, state="planned")}
        said = [each for each in sent if each["template"] == "filing.missed" and each["about"] in ours]
        assert len({each["key"] for each in said}) == 2  # the same key again is told to nobody twice
        assert all(town.rdec.pk in each["to"] and town.officer.pk not in each["to"] for each in said)
        waiting = Round.objects.get(kind=CODE, period="2018-H1")
        mine = [
            each
            for each in work.items_for(town.rdec, date(2018, 12, 3))
            if "期間已過" in each.why and any(f"/rounds/{pk}/" in each.url for _label, pk in ours)
        ]
        assert len(mine) == 2
        browser = Client()
        browser.force_login(town.rdec)
        address = next(each.url for each in mine if f"/{waiting.pk}/" in each.url)
        page = browser.get(address).content.decode()
        assert "那時系統沒有運作" in page and 'name="due_on"' in page
        data = {"version": waiting.version, "due_on": "107-12-01", "closes_on": "107-12-31", "reason": "補辦"}
        refused = browser.post(address, data)
        assert refused.status_code == 422 and "到期日已經過了" in refused.content.decode()
        assert browser.post(address, {**data, "due_on": "107-12-17"}).status_code == 302
        waiting.refresh_from_db()
        assert (waiting.state, str(waiting.due_on), str(waiting.closes_on)) == (
            "open",
            "2018-12-17",
            "2018-12-31",
        )
        assert waiting.returns.count() == 2
        tasks.chase_now()
        waiting.refresh_from_db()
        assert waiting.state == "open"
    with on("2019-01-01"):
        tasks.chase_now()
        waiting.refresh_from_db()
        assert waiting.state == "closed"


def test_the_days_offered_are_as_many_as_the_rule_gives(town: SimpleNamespace) -> None:
    filed_before(town)
    with on("2018-12-03"):
        tasks.chase_now()
        found = Round.objects.get(kind=CODE, period="2018-H1")
        due, last = actions.new_days(found, date(2018, 12, 3))
        assert (due - date(2018, 12, 3)) >= found.due_on - found.opens_on
        assert last >= due
        with pytest.raises(BadInput):
            actions.open_round(
                town.rdec, CODE, "2018-H1", due_on=found.due_on, closes_on=found.closes_on, reason="補辦"
            )


def test_what_people_cancelled_is_not_planned_again_and_what_nobody_owes_was_not_missed(
    town: SimpleNamespace, domain: Domain
) -> None:
    filed_before(town)
    with on("2018-12-03"):
        domain.units = []
        tasks.chase_now()
        assert missed() == []
        domain.units = [town.works]
        tasks.chase_now()
        assert missed() == ["2017", "2018-H1"]
        for each in Round.objects.filter(state="planned"):
            actions.cancel_round(town.rdec, each.pk, version=None, reason="停機期間不補填")
        tasks.chase_now()
        assert missed() == []
