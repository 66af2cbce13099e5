"""常見問題: found as one types, two characters are enough, by the index; what was not found is counted without anybody's name."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shizheng.citizens import actions
from shizheng.citizens.models import Faq, FaqGap
from shizheng.citizens.queries import faq
from shizheng.citizens.rules.grams import grams, keepable, letters, wanted
from shizheng.common.errors import BadInput, Conflict, NotPermitted
from shizheng.kernel.history.models import Entry
from shizheng.web.sheets import RowsRefused

WRITTEN = {"code": "dogs", "question": "流浪狗追人怎麼辦？", "answer": "請打 1999。", "published": True}


@given(st.text("路燈不亮怎麼辦 ab12", max_size=30), st.integers(0, 29), st.integers(1, 6))
def test_whatever_stands_in_a_text_finds_it(text: str, start: int, length: int) -> None:
    part = text[start : start + length]
    assert set(wanted(part)) <= set(grams(text)) or not letters(part)


@pytest.mark.parametrize(
    "words", ["王小明 0912345678", "a@b.tw", "中山路12號", "　", "路", "x" * 30, "https://x"]
)
def test_what_could_be_about_somebody_is_not_kept(words: str) -> None:
    assert keepable(words) == ""


@pytest.mark.django_db
def test_two_characters_find_and_the_index_is_what_answers(street: SimpleNamespace) -> None:
    assert faq.found("路燈")[0].code == "street-lamp"
    assert [each.code for each in faq.found("違停")] == ["illegal-parking"]
    assert faq.found("路燈 違停") == []
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO citizens_faq (code, question, answer, question_en, answer_en, category, keywords, published, "order",'
            " changed_at, version, grams) SELECT 'n' || n, 'q', 'a', '', '', '', '', true, 1, now(), 1,"
            " ARRAY[chr(20000 + n % 5000) || chr(20001 + n % 4999), chr(20000 + n % 5000)]::varchar(2)[] FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE citizens_faq")
    plan = faq.published().filter(grams__contains=wanted("路燈")).explain()
    assert "citizens_faq_grams" in plan and "Seq Scan on citizens_faq" not in plan


@pytest.mark.django_db
def test_only_what_is_published_is_found_and_read(street: SimpleNamespace) -> None:
    row = actions.save_faq(street.rdec, None, version=None, changes={**WRITTEN, "published": False})
    browser = Client()
    assert browser.get(f"/faq/{row.pk}/").status_code == 404
    assert "流浪狗" not in browser.get("/faq/?q=流浪狗").content.decode().replace('value="流浪狗"', "")
    assert browser.get("/api/v1/citizens/faq", {"q": "流浪狗"}).json() == []
    actions.save_faq(street.rdec, row.pk, version=1, changes={"published": True}, reason="可以公開")
    assert "請打 1999" in browser.get(f"/faq/{row.pk}/").content.decode()
    assert [each["code"] for each in browser.get("/api/v1/citizens/faq", {"q": "流浪狗"}).json()] == ["dogs"]
    part = browser.get("/faq/found/?q=流浪").content.decode()
    assert "流浪狗追人" in part and "<html" not in part


@pytest.mark.django_db
def test_a_search_without_an_answer_is_counted_once_a_day_for_a_source_and_shown_once_two_asked(
    street: SimpleNamespace,
) -> None:
    one, other = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.2")
    for _each in range(3):
        one.get("/faq/?q=蜂窩")
    one.get("/faq/found/?q=蜂窩")  # half a word as one types is no search
    one.get("/faq/?q=王小明 0912345678")
    assert list(FaqGap.objects.values_list("words", "asked")) == [("蜂窩", 1)] and not faq.gaps()
    other.get("/faq/?q=蜂窩")
    rdec = Client()
    rdec.force_login(street.rdec)
    assert "蜂窩" in rdec.get("/faq/manage/gaps/").content.decode()
    rdec.post(f"/faq/manage/gaps/{FaqGap.objects.get().pk}/")
    assert not faq.gaps()


@pytest.mark.django_db
def test_a_question_is_changed_with_the_reason_and_kept_in_history(street: SimpleNamespace) -> None:
    with pytest.raises(NotPermitted):
        actions.save_faq(street.officer, None, version=None, changes=WRITTEN)
    with pytest.raises(BadInput) as refused:
        actions.save_faq(street.rdec, None, version=None, changes={**WRITTEN, "code": "Dogs!", "answer": " "})
    assert set(refused.value.fields) == {"code", "answer"}
    row = actions.save_faq(street.rdec, None, version=None, changes=WRITTEN)
    actions.save_faq(street.rdec, row.pk, version=1, changes={"answer": "請打 1959。"}, reason="改專線")
    with pytest.raises(Conflict, match="已由別人修改"):
        actions.save_faq(street.rdec, row.pk, version=1, changes={"answer": "x"}, reason="y")
    assert [each.code for each in faq.found("1959")] == ["dogs"] and not faq.found("流浪 1998")
    assert Entry.objects.filter(model__icontains="faq", reason="改專線").exists()


@pytest.mark.django_db
def test_what_is_exported_reads_in_unchanged_and_a_wrong_row_refuses_all(street: SimpleNamespace) -> None:
    rdec = Client()
    rdec.force_login(street.rdec)
    exported = rdec.get("/faq/manage/faq.csv")
    data = b"".join(exported.streaming_content) if exported.streaming else exported.content
    report = actions.import_faq(street.rdec, data, "faq.csv", reason="試")
    assert len(report.unchanged) == Faq.objects.count() and not report.changed and not report.created
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    rows[1][2] = "新的答案"
    rows.append(["dogs", "流浪狗追人？", "請打 1999。", "", "", "", "", "測試市政府工務局", "是", "7"])

    def file() -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return out.getvalue().encode()

    report = actions.import_faq(street.rdec, file(), "faq.csv", reason="新增")
    assert (report.created, len(report.changed)) == (["dogs"], 1)
    assert Faq.objects.get(code="dogs").unit_id == street.works.pk
    rows.append(["BAD CODE", "", "", "", "", "", "", "沒有這個局", "是", "x"])
    with pytest.raises(RowsRefused) as refused:
        actions.import_faq(street.rdec, file(), "faq.csv", reason="錯")
    assert {each.line for each in refused.value.problems} == {len(rows)}
