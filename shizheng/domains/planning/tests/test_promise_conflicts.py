"""Two officers at one promise or programme: the second sees both versions, loses nothing, and decides."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.domains.planning.models.promises import Programme
from shizheng.domains.planning.tests.promise_town import item, make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(town: SimpleNamespace) -> Programme:
    return make_programme(town)


def browser(user: Any) -> Client:
    found = Client()
    found.force_login(user)
    return found


def rows_of(page: str) -> dict[str, tuple[str, str]]:
    """Field → what the other saved, what was typed, as the table of the conflict shows them."""
    found = {}
    for row in (
        page.split('box-warn" role="alert"', 1)[1]
        .split("<tbody>", 1)[1]
        .split("</tbody>")[0]
        .split("<tr>")[1:]
    ):
        name = row.split('<th scope="row">')[1].split("</th>")[0]
        there, typed = (part.split("</td>")[0].split(">", 1)[1] for part in row.split("<td ")[1:])
        found[name] = (there, typed)
    return found


def test_the_second_officer_sees_both_versions_of_a_promise_and_saves_by_deciding(
    town: SimpleNamespace, made: Programme
) -> None:
    action = item(made, "1-1-1")
    address = f"/planning/promises/{action.pk}/edit/"
    read = {
        "version": action.version, "title": "整修人行道", "description": "", "main_agency_id": town.works.pk,
        "joint": [town.parks.pk], "starts_on": "107-01-01", "ends_on": "110-12-31", "target_quantity": "60", "unit": "公里",
        "measure_id": "", "measure_unit_id": "", "reason": "議會決議",
    }  # fmt: skip
    first = {**read, "target_quantity": "75", "ends_on": "110-06-30", "happiness": "on", "joint": []}
    assert browser(town.rdec).post(address, first).status_code == 302
    mine = {
        **read,
        "target_quantity": "90.00",
        "main_agency_id": town.parks.pk,
        "joint": [],
        "ends_on": "2021-06-30",
    }
    answer = browser(town.rdec).post(address, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert rows_of(page) == {
        "幸福實踐方案": ("是", "否"),
        "主辦機關": (town.works.name, town.parks.name),
        "目標數量": ("75", "90"),
    }
    assert "您改的沒有存" in page and 'value="90.00"' in page and "議會決議" in page
    now = item(made, "1-1-1")
    assert now.target_quantity == 75 and f'name="version" value="{now.version}"' in page
    assert browser(town.rdec).post(address, {**mine, "version": now.version}).status_code == 302
    kept = item(made, "1-1-1")
    assert kept.target_quantity == 90 and kept.main_agency_id == town.parks.pk and not kept.happiness


def test_the_same_holds_for_a_programme(town: SimpleNamespace, made: Programme) -> None:
    address = f"/planning/promises/programmes/{made.pk}/edit/"
    read = {
        "version": made.version, "title": made.title, "term_from": "107-01-01", "term_to": "110-12-31", "note": "",
        "reason": "更名",
    }  # fmt: skip
    assert browser(town.rdec).post(address, {**read, "note": "第一位\r\n第二行"}).status_code == 302
    answer = browser(town.rdec).post(address, {**read, "title": "另一個名稱"})
    assert answer.status_code == 409
    assert rows_of(answer.content.decode()) == {
        "名稱": (made.title, "另一個名稱"),
        "說明": ("第一位<br>第二行", "—"),
    }
    made.refresh_from_db()
    assert made.title == "測試市市長政見" and f'value="{made.version}"' in answer.content.decode()


def test_who_moves_what_somebody_else_moved_sees_where_it_is(town: SimpleNamespace, made: Programme) -> None:
    action = item(made, "1-1-2")
    address = f"/planning/promises/{action.pk}/move/"
    given = {"version": action.version, "reason": "調整"}
    assert browser(town.rdec).post(address, {**given, "code": "1-1-7"}).status_code == 302
    answer = browser(town.rdec).post(address, {**given, "code": "1-1-9"})
    assert answer.status_code == 409
    assert rows_of(answer.content.decode()) == {"新的編號": ("1-1-7", "1-1-9")}
