"""Categories are added, changed, retired and taken from a file; photographs go when their time is over."""

import os
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, NotPermitted
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.domains.petitions.tests.test_life import at
from shizheng.domains.petitions.tests.test_pages import given, photograph
from shizheng.domains.petitions.tests.town import act, again, receive
from shizheng.kernel.files import actions as file_actions
from shizheng.kernel.files import queries as files
from shizheng.kernel.files.store import FILES
from shizheng.kernel.intake import actions as intake

pytestmark = pytest.mark.django_db


def save(town: SimpleNamespace, row: Category | None = None, **changes: Any) -> Category:
    key = row.pk if row else None
    return actions.save_category(town.rdec, key, version=None, changes=changes, reason="整理分類")


def test_a_category_is_added_below_a_heading_renamed_and_retired_and_then_nobody_chooses_it(
    town: SimpleNamespace,
) -> None:
    roads = Category.objects.get(code="roads")
    made = save(town, code="tunnel", name="隧道", parent_id=roads.pk)
    save(town, made, name="隧道與地下道")
    row = receive(town, category_id=made.pk).petition
    save(town, made, in_use=False)
    assert again(row).category == Category(pk=made.pk) and again(row).category.name == "隧道與地下道"
    with pytest.raises(BadInput) as refused:
        receive(town, category_id=made.pk)
    assert list(refused.value.fields) == ["category_id"]


def test_what_would_break_the_tree_is_refused_beside_its_field(town: SimpleNamespace) -> None:
    roads, lamp = Category.objects.get(code="roads"), Category.objects.get(code="lamp")
    for row, changes, field in (
        (None, {"code": "Bad Code", "name": "甲"}, "code"),
        (None, {"code": "lamp", "name": "甲"}, "code"),
        (None, {"code": "third", "name": "甲", "parent_id": lamp.pk}, "parent_id"),
        (lamp, {"name": "側溝與積水"}, "name"),
        (roads, {"in_use": False}, "in_use"),
        (roads, {"parent_id": Category.objects.exclude(pk=roads.pk).filter(parent=None)[0].pk}, "parent_id"),
        (lamp, {"usual_class": "nonsense"}, "usual_class"),
        (lamp, {"order": 40_000}, "order"),
    ):
        with pytest.raises(BadInput) as refused:
            save(town, row, **changes)
        assert list(refused.value.fields) == [field]
    with pytest.raises(NotPermitted):
        actions.save_category(town.officer, lamp.pk, version=None, changes={"name": "燈"}, reason="試")


def test_what_the_list_exports_is_taken_in_again_and_the_same_file_changes_nothing(
    town: SimpleNamespace,
) -> None:
    client = Client()
    client.force_login(town.rdec)
    exported = b"".join(client.get("/petitions/categories/?export=csv"))
    upload = intake.receive(town.rdec, "petitions.category", exported, "categories.csv")
    report = intake.apply(town.rdec, upload.pk, version=upload.version, reason="照檔案")
    assert (report.created, report.changed) == (0, 0) and report.unchanged == Category.objects.count()
    lamp = Category.objects.get(code="lamp")
    more = (
        exported.decode("utf-8-sig").replace(lamp.name, "路燈與照明")
        + "cable,纜線,Cables,roads,陳情,99,是\r\n"
    )
    upload = intake.receive(town.rdec, "petitions.category", more.encode(), "categories.csv")
    report = intake.apply(town.rdec, upload.pk, version=upload.version, reason="新的一類")
    made = Category.objects.select_related("parent").get(code="cable")
    assert (report.created, report.changed, made.parent.code, made.usual_class) == (1, 1, "roads", "petition")


def test_pages_and_api_of_categories_go_the_same_way(town: SimpleNamespace) -> None:
    client = Client()
    client.force_login(town.rdec)
    client.post(
        "/petitions/categories/new/", {"code": "tunnel", "name": "隧道", "order": "5", "in_use": "on"}
    )
    made = Category.objects.get(code="tunnel")
    address = f"/petitions/categories/{made.pk}/"
    answer = client.post(address, {"version": "1", "name": "隧道", "order": "5", "reason": "停用"})
    assert answer.status_code == 302 and not Category.objects.get(pk=made.pk).in_use
    assert "已停用" in client.get("/petitions/categories/").content.decode()
    listed = client.get("/api/v1/petitions/categories").json()
    assert {"code": "tunnel", "in_use": False, "version": 2}.items() <= next(
        each for each in listed if each["id"] == made.pk
    ).items()
    changed = client.patch(
        f"/api/v1/petitions/categories/{made.pk}",
        {"in_use": True, "version": 1, "reason": "恢復"},
        content_type="application/json",
    )
    assert changed.status_code == 409


def test_photographs_bear_our_names_and_are_gone_for_everybody_when_their_time_is_over(
    town: SimpleNamespace,
) -> None:
    client = Client()
    client.force_login(town.rdec)
    client.post("/petitions/new/", given(photographs=photograph(), longitude="120.68", latitude="24.14"))
    row = Petition.objects.get()
    assert (row.case.longitude, row.case.latitude) == (120.68, 24.14)
    assert "data-map" in client.get(f"/petitions/{row.case_id}/").content.decode()
    kept = files.files_of(KIND, row.case_id)
    assert {each.name for each in kept} == {f"{row.case.number}-1.jpg", f"{row.case.number}-1.webp"}
    half = client.post("/petitions/new/", given(subject="另一件事", longitude="120.68", near_seen="on"))
    assert half.status_code == 422 and "經度和緯度要一起寫" in half.content.decode()
    act(town.rdec, row, "withdraw", reason="民眾來電撤回")
    with clock.set_to(at("2030-02-08 10:00")):
        actions.anonymise_due(town.rdechead)
        with pytest.raises(CannotDo) as gone:
            file_actions.open_file(town.rdec, kept[0].pk)
        assert gone.value.code == "erased"
        assert "內容已清除" in client.get(f"/files/{kept[0].pk}/").content.decode()
        for each in kept:
            os.utime(FILES.place(each.sha256), (0, 0))
        file_actions.clear_away(town.rdechead)
    assert not any(FILES.place(each.sha256).exists() for each in kept)
