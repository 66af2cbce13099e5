"""Services of Open311 and their questions: maintained on pages and over the API."""

from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category, CategoryAttribute, OpenService, Petition
from shizheng.domains.petitions.tests.reports import SIZES, get
from shizheng.domains.petitions.tests.test_pages import body, page

pytestmark = pytest.mark.django_db


def test_a_service_and_its_questions_are_set_on_pages(town: SimpleNamespace) -> None:
    lamp = Category.objects.get(code="lamp")
    assert "Open311 服務" in body(page(town.rdec, "/petitions/"))
    assert "lamp" in body(page(town.officer, "/petitions/services/"))
    address = f"/petitions/services/{lamp.pk}/"
    given = {
        "code": "POLE", "datatype": "singlevaluelist", "label": "哪一種燈桿？", "order": "1", "variable": "on", "in_use": "on",
        "values_text": "steel=鋼=Steel\n\nwood=木", "required": "on", "reason": "要知道材質",
    }  # fmt: skip
    bad = page(town.rdec, f"{address}attributes/new/", {**given, "values_text": "steel"})
    assert bad.status_code == 422 and "steel" in body(bad)
    assert page(town.rdec, f"{address}attributes/new/", given).status_code == 302
    row = CategoryAttribute.objects.get()
    assert row.values == [
        {"key": "steel", "name": "鋼", "name_en": "Steel"},
        {"key": "wood", "name": "木", "name_en": ""},
    ]
    assert "steel=鋼=Steel\nwood=木" in body(page(town.rdec, f"{address}attributes/{row.pk}/"))
    changed = {**given, "version": row.version, "label": "燈桿？", "reason": "寫短一點"}
    assert page(town.rdec, f"{address}attributes/{row.pk}/", changed).status_code == 302
    again = page(town.rdec, f"{address}attributes/{row.pk}/", changed)
    assert again.status_code == 409 and "剛才已由別人修改" in body(again)
    setting = {"version": "0", "timing": "batch", "description": "路燈不亮", "reason": "試辦"}
    assert page(town.rdec, f"{address}edit/", setting).status_code == 302
    assert not OpenService.objects.get().offered
    shown = body(page(town.officer, address))
    assert "燈桿？" in shown and "路燈不亮" in shown and "/attributes/new/" not in shown
    assert "lamp" not in {each["service_code"] for each in get("services.json").json()}


def test_questions_that_programs_could_not_ask_are_refused(town: SimpleNamespace) -> None:
    lamp = Category.objects.get(code="lamp")

    def save(
        attribute_id: int | None = None, version: int | None = None, **changes: object
    ) -> CategoryAttribute:
        return actions.save_attribute(
            town.rdec, lamp.pk, attribute_id, version=version, changes=changes, reason="試辦"
        )

    good = {"code": "SIZE", "datatype": "singlevaluelist", "label": "多大？", "values": SIZES}
    row = save(**good)
    for changes, field in (
        ({"code": "SIZE"}, "code"), ({"code": "A B"}, "code"), ({"label": " "}, "label"), ({"datatype": "html"}, "datatype"),
        ({"values": []}, "values"), ({"values": [*SIZES, SIZES[0]]}, "values"), ({"values": [{"key": "a", "name": ""}]}, "values"),
    ):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            save(**{**good, "code": "OTHER", **changes})
        assert set(refused.value.fields) == {field}
    with pytest.raises(Conflict):
        save(row.pk, version=9, label="x")
    with pytest.raises(NotFound):
        actions.save_service(
            town.rdec, Category.objects.get(code="roads").pk, version=None, changes={}, reason="試辦"
        )


def test_a_program_keeps_services_by_the_same_actions(town: SimpleNamespace) -> None:
    lamp = Category.objects.get(code="lamp")
    client = Client()
    client.force_login(town.rdec)
    root = "/api/v1/petitions/services"
    first = next(each for each in client.get(root).json()["items"] if each["service_code"] == "lamp")
    assert first["version"] == 0 and first["offered"] and first["attributes"] == []
    said = {"version": 0, "words_public": True, "reason": "路燈公開"}
    made = client.put(f"{root}/{lamp.pk}", said, content_type="application/json")
    assert made.status_code == 200 and made.json()["words_public"] and made.json()["version"] == 1
    assert client.put(f"{root}/{lamp.pk}", said, content_type="application/json").status_code == 409
    asked = {"code": "DARK", "label": "幾盞不亮？", "datatype": "number"}
    row = client.post(f"{root}/{lamp.pk}/attributes", asked, content_type="application/json").json()
    gone = {"version": row["version"], "in_use": False, "reason": "不問了"}
    changed = client.put(f"{root}/{lamp.pk}/attributes/{row['id']}", gone, content_type="application/json")
    assert changed.json()["label"] == "幾盞不亮？" and not changed.json()["in_use"]
    assert get("services/lamp.json").json()["attributes"] == []


def test_who_works_on_a_petition_sees_what_came_with_it(reported: Petition, town: SimpleNamespace) -> None:
    shown = body(page(town.rdec, f"/petitions/{reported.case_id}/"))
    assert "鄰里回報 App" in shown and "SIZE？" in shown and "我住 5 樓" in shown
    assert "我住 5 樓" not in body(page(town.leader, f"/petitions/{reported.case_id}/"))
