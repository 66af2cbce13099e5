"""Pages of the tree."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.organisations import actions, queries
from shizheng.kernel.organisations.factories import agency, city, unit
from shizheng.kernel.organisations.models import Unit
from shizheng.kernel.people.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(person(role="administrator", second_factor=True))


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return answer.content.decode()


def test_the_tree_shows_the_names_of_the_day_asked_for(client) -> None:  # type: ignore[no-untyped-def]
    bureau = agency(name="舊名局")
    actions.rename_unit(SYSTEM, bureau.pk, on=date(2026, 1, 1), name="新名局", version=None, reason="更名")
    assert "新名局" in text_of(client.get("/organisations/"))
    old = text_of(client.get("/organisations/?as_of=114-12-31"))
    assert "舊名局" in old
    assert "新名局" not in old


def test_one_rename_is_one_line_of_the_past(client) -> None:  # type: ignore[no-untyped-def]
    bureau = agency(name="舊名局")
    actions.rename_unit(
        SYSTEM, bureau.pk, on=date(2026, 1, 1), name="新名局", version=None, reason="組織調整"
    )
    assert (
        queries.period_entries(bureau.pk).filter(reason="組織調整").count() == 2
    )  # one period ended, one begun
    assert text_of(client.get(f"/organisations/{bureau.pk}/")).count("組織調整") == 1


def test_searching_keeps_what_is_above_a_hit(client) -> None:  # type: ignore[no-untyped-def]
    bureau = agency(name="測試市政府甲局")
    unit(parent=bureau, name="綜合規劃科")
    agency(name="測試市政府乙局")
    page = text_of(client.get("/organisations/?q=規劃"))
    assert "綜合規劃科" in page
    assert "甲局" in page
    assert "乙局" not in page


@pytest.mark.parametrize("act", ["rename", "move", "level", "merge", "split", "close", "aliases"])
def test_every_act_has_its_form(client, act) -> None:  # type: ignore[no-untyped-def]
    answer = client.get(f"/organisations/{agency().pk}/{act}/")
    assert answer.status_code == 200
    assert "style=" not in text_of(answer)


def test_a_conflict_keeps_what_was_typed(client) -> None:  # type: ignore[no-untyped-def]
    bureau = agency()
    form = {"name": "甲改的", "on": "115-01-01", "reason": "更名", "version": bureau.version}
    assert client.post(f"/organisations/{bureau.pk}/rename/", form).status_code == 302
    answer = client.post(f"/organisations/{bureau.pk}/rename/", {**form, "name": "乙改的"})
    assert answer.status_code == 422
    assert "又改過" in text_of(answer)
    assert 'value="乙改的"' in text_of(answer)


def test_a_day_that_cannot_be_read_says_so_beside_the_field(client) -> None:  # type: ignore[no-untyped-def]
    answer = client.post(
        f"/organisations/{agency().pk}/rename/", {"name": "新", "on": "下週三", "reason": "x"}
    )
    assert answer.status_code == 422
    assert "下週三" in text_of(answer)


def test_units_are_merged_and_split_in_the_browser(client) -> None:  # type: ignore[no-untyped-def]
    one, two = agency(name="一局"), agency(name="二局")
    answer = client.post(
        f"/organisations/{one.pk}/merge/",
        {
            "others": [two.pk],
            "into": "",
            "code": "joint",
            "name": "合局",
            "on": "2026-01-01",
            "reason": "整併",
        },
    )
    joint = Unit.objects.get(code="joint")
    assert answer["Location"] == f"/organisations/{joint.pk}/"
    assert "一局" in text_of(client.get(answer["Location"]))
    client.post(
        f"/organisations/{joint.pk}/split/",
        {"parts": "left,左局,左\nright，右局", "on": "2026-06-01", "reason": "分設"},
    )
    assert {n.name for n in queries.first_level(date(2026, 6, 1))} >= {"左局", "右局"}


def test_a_unit_is_opened_in_the_browser(client) -> None:  # type: ignore[no-untyped-def]
    form = {
        "code": "new", "kind": "agency", "parent": city().pk, "name": "新局", "control_level": "agency",
        "on": "2026-01-01", "reason": "設立",
    }  # fmt: skip
    assert client.post("/organisations/new/", form).status_code == 302
    again = client.post("/organisations/new/", form)
    assert again.status_code == 422
    assert "已有機關使用" in text_of(again)


def test_what_is_exported_can_be_loaded_again_unchanged(client) -> None:  # type: ignore[no-untyped-def]
    unit(parent=agency(name="甲局", short_name="甲"), name="一科")
    exported = client.get("/organisations/?export=csv").content
    report = actions.load_agencies(exported)
    assert report.saved
    assert report.count("unchanged") == 3
    assert len(client.get("/organisations/?export=json").json()["units"]) == 3


def test_loading_rehearses_first_and_reports_each_line(client) -> None:  # type: ignore[no-untyped-def]
    city()
    content = "code,kind,name,parent_code\nx,agency,新局,city\ny,agency,壞局,nowhere\n".encode()

    def post(body: bytes, **more: str):  # type: ignore[no-untyped-def]
        file = SimpleUploadedFile("list.csv", body)
        return client.post(
            "/organisations/load/", {"file": file, "on": "2026-01-01", "reason": "清單", **more}
        )

    answer = post(content)
    assert answer.status_code == 422
    assert "nowhere" in text_of(answer)
    good = content.splitlines(keepends=True)
    assert "還沒有存" in text_of(post(b"".join(good[:2]), rehearse="on"))
    assert not Unit.objects.filter(code="x").exists()
    assert "整份已經存入" in text_of(post(b"".join(good[:2])))
    assert Unit.objects.filter(code="x").exists()


def test_two_days_are_compared_on_a_page(client) -> None:  # type: ignore[no-untyped-def]
    bureau = agency(name="要裁撤的局")
    actions.close_unit(SYSTEM, bureau.pk, on=date(2026, 1, 1), version=None, reason="裁撤")
    page = text_of(client.get("/organisations/compare/?first=114-12-31&second=115-01-01"))
    assert "要裁撤的局" in page
    assert "裁撤或併入" in page
    unread = client.get("/organisations/compare/?first=abc")
    assert unread.status_code == 200
    assert 'role="alert"' in text_of(unread)
    assert "abc" in text_of(unread)


def test_the_page_of_a_unit_names_its_people_to_who_may_see_them(client) -> None:  # type: ignore[no-untyped-def]
    bureau = agency()
    person(role="control_officer", unit=bureau, display_name="研考窗口")
    assert "研考窗口" in text_of(client.get(f"/organisations/{bureau.pk}/"))
    client.force_login(person(role="officer", unit=bureau))
    assert "研考窗口" not in text_of(client.get(f"/organisations/{bureau.pk}/"))


def test_the_tree_page_takes_as_many_queries_for_many_units_as_for_few(client) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    bureau = agency()
    for address in ("/organisations/", f"/organisations/{bureau.pk}/"):
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _number in range(10):
            unit(parent=bureau)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) <= len(few) <= 15, [q["sql"] for q in many.captured_queries]


def test_search_finds_units_by_alias_and_people_by_name_for_who_may_see_them(client) -> None:  # type: ignore[no-untyped-def]
    from shizheng.web import search

    bureau = agency(name="臺安市政府研究發展考核委員會")
    actions.set_aliases(SYSTEM, bureau.pk, ["計畫考核處"], version=None)
    seer = person(role="head", unit=bureau, display_name="王主委")

    def titles(actor, words: str) -> set[str]:  # type: ignore[no-untyped-def]
        return {str(hit.title) for provider, hits, _more in search.find(actor, words)
                if provider.code in ("units", "people") for hit in hits}  # fmt: skip

    assert titles(seer, "台安市政府研究") == {"臺安市政府研究發展考核委員會"}
    assert titles(seer, "計畫考核") == {"臺安市政府研究發展考核委員會"}
    assert titles(seer, "王主委") == {"王主委"}
    assert titles(person(role=None), "王主委") == set()


def test_parts_of_an_agency_are_folded_until_it_is_opened(client) -> None:  # type: ignore[no-untyped-def]
    bureau = agency(name="甲局")
    unit(parent=bureau, name="規劃科")
    folded = text_of(client.get("/organisations/"))
    assert "甲局" in folded
    assert "規劃科" not in folded
    assert f"?open={bureau.pk}#u{bureau.pk}" in folded
    assert "規劃科" in text_of(client.get(f"/organisations/?open={bureau.pk}"))
    assert "規劃科" in text_of(client.get("/organisations/?open=all"))


def test_the_tree_and_a_unit_are_shown_as_of_a_day_to_come_and_say_so(client) -> None:  # type: ignore[no-untyped-def]
    bureau = agency(name="現在局")
    actions.rename_unit(SYSTEM, bureau.pk, on=date(2200, 1, 1), name="將來局", version=None, reason="更名")
    assert "將來局" not in text_of(client.get("/organisations/"))
    for address in ("/organisations/", f"/organisations/{bureau.pk}/"):
        ahead = text_of(client.get(f"{address}?as_of=300-01-01"))
        assert "將來局" in ahead and "還沒到的一天" in ahead, address
        assert "顯示今天的" not in ahead
        assert "還沒到" not in text_of(client.get(address))
    assert "as_of=2211-01-01" in text_of(client.get("/organisations/?as_of=300-01-01"))
    listed = text_of(client.get("/organisations/?as_of=300-01-01&export=csv"))
    assert "將來局" in listed and "現在局" not in listed


def test_any_other_page_says_of_a_day_to_come_that_today_is_shown(client) -> None:  # type: ignore[no-untyped-def]
    said = "300-01-01 還沒到，所以顯示今天的"
    assert said in text_of(client.get("/organisations/compare/?as_of=300-01-01"))
    assert said not in text_of(client.get("/organisations/compare/"))
