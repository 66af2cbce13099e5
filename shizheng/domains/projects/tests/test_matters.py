"""跨機關協調事項: raised by who writes about the tender, settled with an outcome, taken up again; two at once see both."""

from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.domains.projects import actions
from shizheng.domains.projects.models import CrossAgencyMatter
from shizheng.domains.projects.queries import matters
from shizheng.domains.projects.tests.month_town import happen, on, tender
from shizheng.kernel.history import queries as history

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(month_town: SimpleNamespace) -> SimpleNamespace:
    month_town.tender = tender(month_town.works, "A1")
    with on("2025-04-02"):
        given = {"unit_id": month_town.parks.pk, "text": "請先遷移行道樹。"}
        month_town.matter = actions.raise_matter(month_town.officer, month_town.tender.pk, given)
    return month_town


def test_it_is_open_from_the_day_it_was_raised_until_the_day_it_is_settled(asked: SimpleNamespace) -> None:
    from datetime import date

    with on("2025-05-20"):
        actions.settle_matter(
            asked.officer, asked.matter.pk, version=1, outcome="已遷移。", on=date(2025, 5, 15)
        )
    days = {date(2025, 4, 1): 0, date(2025, 4, 2): 1, date(2025, 5, 14): 1, date(2025, 5, 15): 0}
    assert {day: len(matters.open_on(day)) for day in days} == days
    again = actions.reopen_matter(asked.officer, asked.matter.pk, version=2, reason="又種回來了")
    assert (again.settled_on, again.outcome) == (None, "")
    said = [each.action for each in history.entries_of(again)]
    assert {"projects.raise_matter", "projects.settle_matter", "projects.reopen_matter"} <= set(said)


def test_who_writes_about_the_tender_raises_it_and_nobody_else(asked: SimpleNamespace) -> None:
    given = {"unit_id": asked.parks.pk, "text": "請協助"}
    with pytest.raises(NotPermitted):
        actions.raise_matter(asked.other, asked.tender.pk, given)
    with pytest.raises(NotPermitted):
        actions.settle_matter(asked.other, asked.matter.pk, version=1, outcome="好了")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"unit_id": 0}, "unit_id"),
        ({"unit_id": None, "own": True}, "unit_id"),
        ({"text": " "}, "text"),
        ({"text": "字" * 1001}, "text"),
    ],
)
def test_what_cannot_be_is_not_kept(asked: SimpleNamespace, values: dict[str, object], field: str) -> None:
    given = {"unit_id": asked.parks.pk, "text": "請協助", **values}
    if given.pop("own", False):
        given["unit_id"] = asked.works.pk
    with pytest.raises(BadInput) as failure:
        actions.raise_matter(asked.officer, asked.tender.pk, given)
    assert list(failure.value.fields) == [field]


def test_acts_out_of_order_say_why(asked: SimpleNamespace) -> None:
    from datetime import date

    with pytest.raises(CannotDo, match="還沒有解決"):
        actions.reopen_matter(asked.officer, asked.matter.pk, version=1, reason="再一次")
    for day in (date(2025, 4, 1), date(2025, 4, 4)):
        with on("2025-04-03"), pytest.raises(BadInput):
            actions.settle_matter(asked.officer, asked.matter.pk, version=1, outcome="好了", on=day)
    with on("2025-04-03"), pytest.raises(BadInput):
        actions.settle_matter(asked.officer, asked.matter.pk, version=1, outcome=" ")
    with on("2025-04-03"):
        actions.settle_matter(asked.officer, asked.matter.pk, version=1, outcome="好了")
    with pytest.raises(CannotDo, match="已經解決"):
        actions.edit_matter(asked.officer, asked.matter.pk, version=2, changes={"text": "改"}, reason="改")
    with pytest.raises(Conflict):
        actions.reopen_matter(asked.officer, asked.matter.pk, version=1, reason="再一次")
    happen(asked.tender, "withdrawn", "2025-05-01", "withdrawn")
    with pytest.raises(CannotDo, match="不再列管"):
        actions.raise_matter(asked.officer, asked.tender.pk, {"unit_id": asked.parks.pk, "text": "請協助"})


def test_it_is_raised_changed_and_settled_on_the_pages(asked: SimpleNamespace) -> None:
    client = Client()
    client.force_login(asked.officer)
    page = f"/projects/register/{asked.tender.pk}/"
    assert "請先遷移行道樹。" in client.get(page).content.decode()
    wrong = client.post(f"{page}matters/new/", {"unit_id": asked.parks.pk, "text": ""})
    assert wrong.status_code == 422
    done = client.post(f"{page}matters/new/", {"unit_id": asked.parks.pk, "text": "請遷移路燈。"})
    assert done.status_code == 302 and CrossAgencyMatter.objects.count() == 2
    place = f"/projects/register/matters/{asked.matter.pk}"
    typed = {"unit_id": asked.parks.pk, "text": "請先遷移三十棵行道樹。", "version": 1, "reason": "寫清楚"}
    assert client.post(f"{place}/edit/", typed).status_code == 302
    both = client.post(f"{place}/edit/", {**typed, "text": "請移樹。"})
    assert both.status_code == 409
    assert "請先遷移三十棵行道樹。" in both.content.decode() and "請移樹。" in both.content.decode()
    settled = client.post(f"{place}/settle/", {"version": 2, "on": "114-04-20", "outcome": "已遷移"})
    assert settled.status_code == 302
    found = client.get("/projects/register/matters/?open=true").content.decode()
    assert "請遷移路燈。" in found
    other = Client()
    other.force_login(asked.other)
    assert other.get(f"{place}/edit/").status_code == 403
    assert other.get("/projects/register/matters/").status_code == 200
