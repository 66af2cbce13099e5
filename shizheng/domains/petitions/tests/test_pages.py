"""Every page of petitions and the API: what it shows whom, and what is done there."""

from collections.abc import Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import AnswerTemplate, Category, Petition
from shizheng.domains.petitions.pages.register import PetitionRegister
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.domains.petitions.tests.town import NAME, PHONE, act, again, answered, drafted, handled, receive
from shizheng.kernel.cases.models import CaseReading
from shizheng.kernel.files import actions as file_actions
from shizheng.kernel.files import queries as files

pytestmark = pytest.mark.django_db


def page(who: Any, address: str, data: dict[str, Any] | None = None) -> Any:
    client = Client()
    client.force_login(who)
    return client.get(address) if data is None else client.post(address, data)


def body(answer: Any) -> str:
    return str(answer.content.decode())


def given(**more: Any) -> dict[str, Any]:
    """What somebody types at the counter."""
    return {
        "channel": "walk_in", "petition_class": "petition", "subject": "公園溜滑梯破損",
        "words": "溜滑梯裂了，孩子會割傷。", "place": "中央公園", "language": "zh-Hant", "name": NAME, "phone": PHONE, **more,
    }  # fmt: skip


def photograph() -> SimpleUploadedFile:
    """A small picture with a camera's note in it."""
    out = BytesIO()
    picture = Image.new("RGB", (64, 48), (200, 30, 30))
    noted = Image.Exif()
    noted[0x010E] = "secret place"
    picture.save(out, "JPEG", exif=noted)
    return SimpleUploadedFile("slide.jpg", out.getvalue(), "image/jpeg")


def test_what_is_taken_in_at_the_counter_gives_number_and_code_and_photographs_lose_what_the_camera_wrote(
    town: SimpleNamespace,
) -> None:
    category = Category.objects.get(code="playground")
    answer = page(town.rdec, "/petitions/new/", given(category_id=category.pk, photographs=photograph()))
    row = Petition.objects.get()
    assert answer.status_code == 200 and row.case.number in body(answer) and "查詢碼" in body(answer)
    assert (row.category, row.file_number) == (category, "114-SC-00001")
    kept = {each.kind: each for each in files.files_of(KIND, row.case_id)}
    assert set(kept) == {"jpeg", "webp"}
    for each in kept.values():
        assert b"secret place" not in file_actions.open_file(town.rdec, each.pk).data
    shown = body(page(town.rdec, f"/petitions/{row.case_id}/"))
    assert (
        f"{row.case.number}-1.jpg" in shown
        and "溜滑梯裂了" in shown
        and NAME not in shown
        and PHONE not in shown
    )


def test_near_ones_are_shown_once_before_one_is_taken_in_and_a_refused_form_keeps_what_was_typed(
    town: SimpleNamespace,
) -> None:
    page(town.rdec, "/petitions/new/", given())
    again_ = page(town.rdec, "/petitions/new/", given(subject="公園溜滑梯破損了"))
    assert "可能已經有人反映" in body(again_) and Petition.objects.count() == 1
    page(town.rdec, "/petitions/new/", given(subject="公園溜滑梯破損了", near_seen="on"))
    assert Petition.objects.count() == 2
    refused = page(town.rdec, "/petitions/new/", given(channel="oral", subject="里長辦公處沒開門"))
    assert refused.status_code == 422 and "第 169 條" in body(refused) and "溜滑梯裂了" in body(refused)


def test_an_agency_takes_in_what_comes_to_its_own_counter(town: SimpleNamespace) -> None:
    page(town.control, "/petitions/new/", given(unit_id=town.works.pk))
    assert Petition.objects.get().case.unit_id == town.works.pk
    refused = page(town.control, "/petitions/new/", given(subject="另外一件事情", unit_id=town.parks.pk))
    assert refused.status_code == 422
    assert page(town.leader, "/petitions/new/").status_code == 403


def test_a_petition_goes_all_its_way_by_pages(town: SimpleNamespace) -> None:
    row = receive(town).petition
    at = f"/petitions/{row.case_id}/"

    def say(who: Any, what: str, **data: Any) -> None:
        answer = page(who, f"{at}{what}/", data)
        assert answer.status_code == 302, (what, body(answer)[:3000])

    assert "受理" in body(page(town.rdec, at))
    say(town.rdec, "act/accept")
    say(town.rdec, "dispatch", unit_id=town.works.pk)
    say(town.control, "dispatch", unit_id=town.works.pk, officer_id=town.officer.pk)
    say(town.officer, "act/take_up")
    say(town.rdec, "join", unit_id=town.parks.pk, reason="路樹遮住")
    say(town.other, "part", unit_id=town.parks.pk, text="樹已修剪。")
    say(town.rdec, "release", unit_id=town.parks.pk, reason="已提供意見")
    say(town.officer, "extend", amount=3, reason="等材料")
    say(town.chief, f"extensions/{row.case.extensions.get().pk}", answer="yes", told="電話", reason="合理")
    say(town.chief, "pause", reason="颱風")
    say(town.chief, "resume")
    template = AnswerTemplate.objects.get(name="已修復完成")
    asked = page(town.officer, f"{at}draft/?template={template.pk}")
    assert "完成日期" in body(asked)
    filled = page(
        town.officer, f"{at}draft/?template={template.pk}", {"fact0": "2 月 7 日", "fact1": "換燈泡"}
    )
    assert "換燈泡" in body(filled) and row.case.number in body(filled)
    say(town.officer, "draft", text="路燈會在三月前換好。", promise="換燈桿", promise_on="114-03-07")
    say(town.officer, "draft", text="您好：路燈會在三月前換好。", promise="換燈桿", promise_on="114-03-07")
    say(town.officer, "act/submit")
    say(town.chief, "act/approve", reason="可")
    say(town.officer, "act/reply_promising", told="電話")
    shown = body(page(town.control, at))
    assert "答應民眾的事還在追蹤" in shown and "為什麼是這一天" in shown and "第 2 稿" in shown
    say(town.control, "act/release", reason="換好了")
    say(town.control, "check", reason="答復清楚")
    assert again(row).case.state == "closed"
    assert "合格" in body(page(town.control, at))


def test_one_handed_back_is_merged_linked_or_ruled_upon_by_pages(town: SimpleNamespace) -> None:
    row, other = handled(town), receive(town).petition
    at = f"/petitions/{row.case_id}/"
    assert (
        page(town.officer, f"{at}hand-back/", {"reason": "不是本局", "unit_id": town.parks.pk}).url
        == "/petitions/"
    )
    assert (
        page(town.rdec, f"{at}link/", {"number": other.case.number, "reason": "同一盞燈"}).status_code == 302
    )
    assert "解除關聯" in body(page(town.rdec, at))
    linked = row.case.links.get(undone_at=None).pk
    assert page(town.rdec, f"{at}unlink/", {"link_id": linked, "reason": "不同燈"}).status_code == 302
    assert not row.case.links.filter(undone_at=None).exists()
    category = Category.objects.get(code="lamp")
    data = {
        "category_id": category.pk,
        "place": "中山路 13 號前",
        "reason": "民眾更正",
        "version": again(row).case.version,
    }
    assert page(town.rdec, f"{at}edit/", data).status_code == 302
    assert (again(row).category, again(row).place) == (category, "中山路 13 號前")
    assert "剛才已由別人處理" in body(page(town.rdec, f"{at}edit/", data))
    refused = page(town.rdec, f"{at}merge/", {"number": "114-P-999999", "reason": "同一盞燈"})
    assert refused.status_code == 422 or "找不到案號" in body(refused)
    assert (
        page(town.rdec, f"{at}merge/", {"number": other.case.number, "reason": "同一盞燈"}).status_code == 302
    )
    assert "解除併案" in body(page(town.rdec, at))
    assert page(town.rdec, f"{at}unmerge/", {"reason": "不同燈"}).status_code == 302
    assert again(row).case.merged_into_id is None


def test_sealed_data_are_shown_once_to_who_says_why_and_never_kept_by_the_browser(
    town: SimpleNamespace,
) -> None:
    row = handled(town)
    at = f"/petitions/{row.case_id}/unseal/"
    assert page(town.officer, at).status_code == 403
    assert page(town.other, at).status_code == 404
    refused = page(town.control, at, {"name": "name", "purpose": ""})
    assert refused.status_code == 422 and not CaseReading.objects.exists()
    opened = page(town.control, at, {"name": "name", "purpose": "回電"})
    assert NAME in body(opened) and opened["Cache-Control"] == "no-store"
    assert CaseReading.objects.get().purpose == "回電"


def test_lists_exports_search_and_pages_of_readers_hold_nothing_of_the_citizen(town: SimpleNamespace) -> None:
    row = handled(town)
    for who in (town.rdec, town.leader, town.officer):
        for address in (
            "/petitions/",
            "/petitions/?export=csv",
            "/petitions/?q=路燈",
            "/search/?q=路燈",
            "/petitions/board/",
        ):
            answer = page(who, address)
            text = b"".join(answer.streaming_content).decode() if answer.streaming else body(answer)
            assert NAME not in text and PHONE not in text and "兩個禮拜" not in text, address
    shown = body(page(town.leader, f"/petitions/{row.case_id}/"))
    assert "兩個禮拜" not in shown and "只有辦理這件的人看得到" in shown
    assert page(town.other, f"/petitions/{row.case_id}/").status_code == 404


def test_the_list_finds_by_every_filter(town: SimpleNamespace) -> None:
    row = handled(town)
    receive(town, petition_class=PetitionClass.SUGGESTION, subject="公車班次太少", place="")
    for query, there in {
        "q=路燈": True, "q=公車": False, "state=open": True, "state=received": False, "petition_class=petition": True,
        "source=1999": True, "channel=phone": True, "time=late": False, "received=114年2月": True, "received=114年1月": False,
        f"unit={town.works.pk}": True, f"unit={town.parks.pk}": False, "mine=true": False,
    }.items():  # fmt: skip
        assert (row.case.title in body(page(town.rdec, f"/petitions/?{query}"))) is there, query
    assert row.case.title in body(page(town.officer, "/petitions/?mine=true"))


@pytest.fixture
def many(town: SimpleNamespace) -> Iterator[SimpleNamespace]:
    for number in range(12):
        receive(town, subject=f"第 {number} 件路燈不亮")
    yield town


def test_the_list_asks_no_more_for_many_than_for_few(many: SimpleNamespace) -> None:
    client = Client()
    client.force_login(many.rdec)
    client.get("/petitions/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/petitions/")
    assert len(asked) <= 10, [each["sql"][:90] for each in asked]


def test_a_list_that_is_too_long_says_so_counts_no_further_and_still_exports_every_row(
    many: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PetitionRegister, "most_counted", 10)
    monkeypatch.setattr(queries, "MOST_COUNTED", 10)
    shown = page(many.rdec, "/petitions/?size=25&page=9")
    assert "超過 10 筆，列出前 10 筆" in body(shown) and "10+" in body(shown)
    assert len(shown.context["table"].page.object_list) == 10
    receive(many, subject="公車太少")
    narrowed = body(page(many.rdec, "/petitions/?q=公車"))
    assert "公車太少" in narrowed and "超過" not in narrowed
    export = page(many.rdec, "/petitions/?export=csv")
    assert len(b"".join(export.streaming_content).decode().strip().splitlines()) == 14


def test_the_page_of_a_petition_asks_few_queries_however_much_has_happened(town: SimpleNamespace) -> None:
    row = answered(town)
    client = Client()
    client.force_login(town.rdec)
    client.get(f"/petitions/{row.case_id}/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/petitions/{row.case_id}/")
    assert len(asked) <= 15, [each["sql"][:90] for each in asked]


def test_board_and_month_show_counts_with_their_denominators(town: SimpleNamespace) -> None:
    answered(town)
    handled(town)
    shown = body(page(town.rdec, "/petitions/board/"))
    assert "未結 1 件" in shown and "預計逾期" in shown
    month = body(page(town.rdec, "/petitions/month/?month=2025-02"))
    assert "1 ÷ 1" in month
    assert "看不懂" in body(page(town.rdec, "/petitions/month/?month=去年"))
    assert page(town.rdec, "/petitions/month/?month=2025-02&export=csv").status_code == 200


def test_templates_are_written_and_changed_by_who_maintains_them(town: SimpleNamespace) -> None:
    assert "完成日期" in body(page(town.officer, "/petitions/templates/"))
    assert page(town.officer, "/petitions/templates/new/").status_code == 403
    page(
        town.rdec,
        "/petitions/templates/new/",
        {"name": "新範本", "text": "您好，{結果}", "in_use": "on", "reason": "新業務"},
    )
    row = AnswerTemplate.objects.get(name="新範本")
    data = {
        "name": "新範本",
        "text": "您好，{結果}。",
        "in_use": "on",
        "version": row.version,
        "reason": "標點",
    }
    assert page(town.rdec, f"/petitions/templates/{row.pk}/", data).status_code == 302
    assert page(town.rdec, f"/petitions/templates/{row.pk}/", data).status_code == 409


def test_what_waits_stands_in_my_work(town: SimpleNamespace) -> None:
    row = handled(town)
    assert row.case.title in body(page(town.officer, "/work/"))
    assert row.case.title not in body(page(town.chief, "/work/"))
    drafted(town, row)
    assert "答復等您核閱" in body(page(town.chief, "/work/"))
    report = handled(town, petition_class=PetitionClass.REPORT, subject="工廠異味")
    drafted(town, report)
    act(town.chief, report, "pass_up")
    assert "工廠異味" in body(page(town.head, "/work/")) and "答復等您核定" in body(page(town.head, "/work/"))


def api(who: Any, method: str, path: str, data: Any = None) -> Any:
    client = Client()
    client.force_login(who)
    return getattr(client, method)(f"/api/v1/petitions{path}", data, content_type="application/json")


def test_the_api_takes_in_acts_and_answers_like_the_pages(town: SimpleNamespace) -> None:
    made = api(
        town.rdec, "post", "/",
        {"subject": "路燈不亮", "words": "壞了", "petition_class": "petition", "channel": "phone", "petitioner": {"name": NAME}},
    ).json()  # fmt: skip
    assert made["number"] == "114-P-000001" and len(made["code"]) == 10
    at = f"/{made['id']}"
    assert api(town.rdec, "post", f"{at}/acts", {"name": "accept"}).json()["state"] == "accepted"
    assert api(town.rdec, "post", f"{at}/acts", {"name": "accept"}).status_code == 409
    assert (
        api(town.rdec, "post", f"{at}/dispatch", {"unit_id": town.works.pk}).json()["unit_id"]
        == town.works.pk
    )
    assert api(town.officer, "post", f"{at}/acts", {"name": "take_up"}).status_code == 200
    assert api(town.officer, "post", f"{at}/drafts", {"text": "您好"}).json()["state"] == "drafted"
    read = api(town.officer, "get", at).json()
    assert read["words"] == "壞了" and read["why"] and read["sealed"] == ["name"] and NAME not in str(read)
    assert {"submit"} <= {each["name"] for each in read["possible"]}
    assert api(town.leader, "get", at).json()["words"] is None
    assert api(town.officer, "post", f"{at}/unseal", {"name": "name", "purpose": "x"}).status_code == 403
    assert api(town.rdec, "post", f"{at}/unseal", {"name": "name", "purpose": "回電"}).json()["text"] == NAME
    assert api(town.rdec, "get", "/?q=路燈").json()["count"] == 1
    assert api(town.other, "get", "/").json()["count"] == 0
    handed = api(town.officer, "post", f"{at}/hand-back", {"reason": "x"})
    assert handed.status_code == 409  # a draft is there already: it is no longer to be handed back
    assert api(town.rdec, "get", "/month?month=2025-02").json()["total"]["received"] == 1


def test_acts_of_others_are_refused_by_address_too(town: SimpleNamespace) -> None:
    row = handled(town)
    drafted(town, row)
    assert page(town.officer, f"/petitions/{row.case_id}/act/approve/").status_code == 403
    assert page(town.chief, f"/petitions/{row.case_id}/act/fly/").status_code == 404
    act(town.chief, row, "send_back", reason="寫清楚")
    assert actions.APART and again(row).case.state == "drafted"
