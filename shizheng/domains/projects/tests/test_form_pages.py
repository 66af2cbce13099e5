"""Forms of the register in the browser: they keep what was typed, and show what somebody else changed meanwhile."""

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.domains.projects import actions
from shizheng.domains.projects.models import Happening, PlanVersion, Project, ProjectType
from shizheng.domains.projects.tests.town import asked, browser, enter, make_town, type_of

pytestmark = pytest.mark.django_db
D = Decimal
MOST_QUERIES = 15


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return make_town()


def test_a_place_that_cannot_be_keeps_the_map_and_what_was_typed(town: SimpleNamespace) -> None:
    answer = browser(town.control).post(
        "/projects/register/new/", {"name": "東橋改建", "longitude": "24.1", "latitude": "120.6"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and 'value="120.6"' in text and "東橋改建" in text
    assert '"pins": []' in text  # a pin outside the world would take the map with it


def test_entering_keeps_what_was_typed_and_gives_a_number(town: SimpleNamespace) -> None:
    client = browser(town.control)
    typed = {
        "name": "西橋改建工程", "type_id": type_of("works").pk, "agency_id": town.works.pk, "level": "city",
        "roc_year": "2025", "budget": "1,200,000", "programmes": "沒有的計畫", "longitude": "120.6", "latitude": "24.1",
    }  # fmt: skip
    refused = client.post("/projects/register/new/", typed)
    assert refused.status_code == 422 and "西橋改建工程" in refused.content.decode()
    typed["programmes"] = "社會住宅 8 年 1 萬戶：120"
    assert client.post("/projects/register/new/", typed).status_code == 302
    row = Project.objects.get()
    assert (row.number, row.budget, row.roc_year) == ("114-W-001", 1_200_000, 114)
    assert row.tags.get().quantity == 120


def test_who_saves_over_somebody_elses_change_sees_both(town: SimpleNamespace) -> None:
    row = enter(town)
    client = browser(town.control)
    page = client.get(f"/projects/register/{row.pk}/edit/")
    typed = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    typed |= {"place": "西岸", "reason": "更正地點"}
    actions.edit_project(town.control, row.pk, version=None, changes={"place": "東岸"}, reason="補地點")
    refused = client.post(f"/projects/register/{row.pk}/edit/", typed)
    text = refused.content.decode()
    assert refused.status_code == 409 and "東岸" in text and "西岸" in text
    typed["version"] = refused.context["form"]["version"].value()
    assert client.post(f"/projects/register/{row.pk}/edit/", typed).status_code == 302
    row.refresh_from_db()
    assert row.place == "西岸"


def test_happenings_are_recorded_corrected_and_struck_in_the_browser(town: SimpleNamespace) -> None:
    row = enter(town)
    client = browser(town.control)
    address = f"/projects/register/{row.pk}/happened/"
    told = {"kind": "announced", "on": "114-02-01", "tender_no": "W-1", "version": row.version}
    assert client.post(address, told).status_code == 302
    again = client.post(address, {"kind": "failed", "on": "114-02-10", "version": row.version})
    assert again.status_code == 409  # somebody else wrote meanwhile
    refused = client.post(address, {"kind": "awarded", "on": "114-03-01"})
    assert refused.status_code == 422 and "得標廠商" in refused.content.decode()
    happened = Happening.objects.get()
    fixed = {"kind": "announced", "on": "114-02-02", "tender_no": "W-1", "reason": "公告日誤植"}
    assert client.post(f"/projects/register/happenings/{happened.pk}/correct/", fixed).status_code == 302
    newest = Happening.objects.latest("id")
    assert newest.on == date(2025, 2, 2) and newest.supersedes == happened
    assert (
        client.post(f"/projects/register/happenings/{newest.pk}/strike/", {"reason": "重複"}).status_code
        == 302
    )
    row.refresh_from_db()
    assert row.state == "preparing"
    assert "已刪除" in client.get(f"/projects/register/{row.pk}/").content.decode()


def test_the_style_sheet_shows_the_fields_that_the_acts_take_of_each_event(town: SimpleNamespace) -> None:
    from shizheng.domains.projects.actions import happenings
    from shizheng.domains.projects.rules.life import Kind
    from shizheng.web.build import WEB

    row = enter(town)
    page = browser(town.control).get(f"/projects/register/{row.pk}/happened/").content.decode()
    assert re.search(r"<select[^>]*data-happening", page)
    style = (WEB / "assets/styles/forms.css").read_text(encoding="utf-8")
    shown = {
        name: set(re.findall(r'value="(\w+)"', kinds))
        for kinds, name in re.findall(
            r'data-happening\] option:checked:not\((.*?)\)\) .*?name="(\w+)"', style
        )
    }
    assert shown == {
        "contractor": {Kind.AWARDED.value},
        "amount": {each.value for each in happenings.WITH_AMOUNT},
        "bidders": {each.value for each in happenings.WITH_BIDDERS},
        "tender_no": {Kind.ANNOUNCED.value},
    }


def test_a_plan_is_set_in_the_browser_and_changed_by_a_new_version(town: SimpleNamespace) -> None:
    row = enter(town)
    client = browser(town.control)
    address = f"/projects/register/{row.pk}/plan/"
    typed = _typed(client.get(f"{address}?start=114-01-01"))
    wrong = typed | {"points-0-weight": "9"}
    refused = client.post(address, wrong)
    assert refused.status_code == 422 and "現在是 99" in refused.content.decode()
    assert client.post(address, typed).status_code == 302
    first = PlanVersion.objects.get()
    assert first.checkpoints.first().planned_on == date(2025, 3, 2) and first.works.count() == 7  # type: ignore[union-attr]
    changed = _typed(client.get(address)) | {"from_period": "114-07", "works": "114-05 50\n114-11 100"}
    assert client.post(address, changed).status_code == 422  # no reason
    assert client.post(address, changed | {"reason": "管線遷移"}).status_code == 302
    second = PlanVersion.objects.latest("number")
    assert (second.number, second.from_period) == (2, "2025-07")
    assert list(second.works.values_list("period", "percent")) == [("2025-05", 50), ("2025-11", 100)]


def test_putting_the_days_anew_keeps_what_was_typed_and_saves_nothing(town: SimpleNamespace) -> None:
    row = enter(town)
    client = browser(town.control)
    address = f"/projects/register/{row.pk}/plan/"
    page = client.get(f"{address}?start=114-01-01")
    typed = _typed(page) | {"points-0-name": "委外設計書圖", "contract_amount": "9000000"}
    assert page.context["points"].forms[0]["planned_on"].value() == "114-03-02"
    typed |= {"arranged": "114-01-01", "start": "114-02-01"}
    again = client.post(address, typed | {"arrange": "1"})
    form, points = again.context["form"], again.context["points"]
    assert points.forms[0]["name"].value() == "委外設計書圖" and form["contract_amount"].value() == "9000000"
    assert points.forms[0]["planned_on"].value() == "114-04-02"
    assert form["works_from"].value() != page.context["form"]["works_from"].value()
    assert form["works"].value() != page.context["form"]["works"].value()
    own = client.post(
        address, typed | {"works": "114-09 100"}
    )  # another start, and Enter pressed: not saved yet
    assert own.status_code == 200 and own.context["form"]["works"].value() == "114-09 100"
    assert not PlanVersion.objects.exists()
    final = _typed(again) | {"arranged": "114-02-01", "start": "114-02-01"}
    assert client.post(address, final).status_code == 302
    assert PlanVersion.objects.get().checkpoints.first().name == "委外設計書圖"  # type: ignore[union-attr]


def _typed(page: Any) -> dict[str, Any]:
    """What a browser would send of a form with its rows."""
    form, points = page.context["form"], page.context["points"]
    sent = {name: _shown(form[name]) for name in form.fields}
    for field in points.management_form:
        sent[field.html_name] = field.value()
    for each in points:
        sent |= {each[name].html_name: _shown(each[name]) for name in each.fields}
    return {name: "" if value is None else value for name, value in sent.items()}


def _shown(field: Any) -> Any:
    value = field.value()
    return ("on" if value else "") if isinstance(value, bool) else value


def test_types_and_programmes_are_changed_in_the_browser(town: SimpleNamespace) -> None:
    client = browser(town.rdec)
    land = type_of("land")
    typed = _typed(client.get(f"/projects/register/types/{land.pk}/")) | {
        "name": "土地取得",
        "reason": "用語",
    }
    assert client.post(f"/projects/register/types/{land.pk}/", typed).status_code == 302
    stale = client.post(f"/projects/register/types/{land.pk}/", typed | {"name": "徵收"})
    assert stale.status_code == 409 and "土地取得" in stale.content.decode()
    blank = _typed(client.get("/projects/register/types/new/"))
    rows = {
        "name": "開口契約", "in_use": "on", "points-0-name": "決標", "points-0-stage": "award", "points-0-weight": "100",
        "points-0-days": "30",
    }  # fmt: skip
    assert client.post("/projects/register/types/new/", blank | rows).status_code == 302
    assert ProjectType.objects.get(name="開口契約").checkpoints.get().weight == 100
    made = {"name": "花博", "target_quantity": "3", "unit": "區", "in_use": "on"}
    assert client.post("/projects/register/programmes/new/", made).status_code == 302
    assert "花博" in client.get("/projects/register/programmes/").content.decode()
    for address in ("types", "programmes"):
        assert asked(client, f"/projects/register/{address}/") <= MOST_QUERIES


def test_withdrawing_and_restoring_are_for_who_may_approve(town: SimpleNamespace) -> None:
    row = enter(town)
    given = {"ground": "policy", "on": "114-03-01", "reason": "政策變更"}
    address = f"/projects/register/{row.pk}/withdraw/"
    assert browser(town.control).post(address, given).status_code == 403
    assert browser(town.rdec).post(address, given).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"
    back = {"on": "114-03-02", "reason": "恢復辦理"}
    assert browser(town.rdec).post(f"/projects/register/{row.pk}/restore/", back).status_code == 302


def test_who_enters_a_tender_of_one_agency_need_not_say_which_nor_who(town: SimpleNamespace) -> None:
    text = browser(town.control).get("/projects/register/new/").content.decode()
    assert f'<option value="{town.works.pk}" selected>' in text and f'value="{town.control.username}"' in text
    chosen = text.split('name="agency_id"')[1].split("</select>")[0]
    assert f'value="{town.section.pk}"' not in chosen  # a section is no agency in charge


def test_a_box_that_was_left_empty_says_so_plainly_and_sums_may_be_typed_in_ten_thousands(
    town: SimpleNamespace,
) -> None:
    client = browser(town.control)
    given = {
        "name": "",
        "type_id": type_of("works").pk,
        "agency_id": town.works.pk,
        "level": "agency",
        "roc_year": "114",
    }
    text = client.post("/projects/register/new/", {**given, "budget": "很多"}).content.decode()
    assert "請填這一欄。" in text and "請只填數字" in text and "必須" not in text
    client.post("/projects/register/new/", {**given, "name": "西橋", "budget": "１,200.5 萬元"})
    assert Project.objects.get(name="西橋").budget == 12_005_000
