"""Lists of agencies: all or nothing, with a report for each line."""

from datetime import date

import pytest

from shizheng.common.errors import BadInput, CannotDo
from shizheng.kernel.organisations import actions, queries
from shizheng.kernel.organisations.factories import agency, city
from shizheng.kernel.organisations.models import Unit

pytestmark = pytest.mark.django_db
HEAD = "code,kind,name,short_name,parent_code\n"


def test_the_shipped_list_is_the_citys_and_counts_29_agencies_in_2018() -> None:
    report = actions.load_taichung()
    assert (report.saved, report.count("opened"), report.refused) == (True, 59, ())
    assert len(queries.first_level(date(2018, 12, 31))) == 29  # 5 of 29 is 17.24%
    assert len(queries.first_level(date(2026, 1, 1))) == 30
    assert len(queries.districts(date(2018, 12, 31))) == 29
    assert queries.city().name == "臺中市政府"
    assert not queries.is_demonstration()


def test_loading_the_shipped_list_again_changes_nothing() -> None:
    actions.load_taichung()
    report = actions.load_taichung()
    assert (report.saved, report.count("unchanged")) == (True, 59)


def test_a_demonstration_city_never_takes_the_real_agencies() -> None:
    city(is_demonstration=True)
    assert queries.is_demonstration()
    with pytest.raises(CannotDo, match="示範"):
        actions.load_taichung()


def test_a_child_may_stand_before_its_parent_in_the_file() -> None:
    city()
    content = HEAD + "sec,unit,一科,,bureau\nbureau,agency,某局,某,city\n"
    report = actions.load_agencies(content.encode(), on=date(2020, 1, 1))
    assert report.saved
    assert (
        queries.tree().by_id[Unit.objects.get(code="sec").pk].parent_id == Unit.objects.get(code="bureau").pk
    )


def test_one_wrong_line_keeps_the_whole_file_out_and_is_named() -> None:
    city()
    content = HEAD + "good,agency,好局,,city\nbad,agency,壞局,,nowhere\nodd,nothing,怪局,,city\n"
    report = actions.load_agencies(content.encode("utf-8-sig"))
    assert not report.saved
    assert [(row.line, row.code) for row in report.refused] == [(3, "bad"), (4, "odd")]
    assert "nowhere" in report.refused[0].message
    assert not Unit.objects.filter(code="good").exists()


def test_a_rehearsal_reports_and_keeps_nothing() -> None:
    city()
    report = actions.load_agencies((HEAD + "good,agency,好局,,city\n").encode(), dry_run=True)
    assert (report.saved, report.count("opened")) == (False, 1)
    assert not Unit.objects.filter(code="good").exists()


def test_a_line_that_differs_changes_the_unit_from_the_day_on() -> None:
    bureau = agency(code="bureau", name="舊局")
    report = actions.load_agencies(
        (HEAD + "bureau,agency,新局,新,city\n").encode(), on=date(2026, 1, 1), reason="年度更新"
    )
    assert report.count("changed") == 1
    assert queries.tree(date(2025, 12, 31)).by_id[bureau.pk].name == "舊局"
    assert queries.tree(date(2026, 1, 1)).by_id[bureau.pk].short_name == "新"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "缺少欄位"),
        (b"code,name\nx,y\n", "parent_code"),
        (HEAD.encode(), "沒有資料列"),
        ("代碼,名稱".encode("big5"), "UTF-8"),
        (HEAD.encode() + b'a,agency,"unclosed', "CSV"),
        (b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
        (bytes(range(256)), "UTF-8"),
    ],
    ids=["empty", "columns", "no rows", "big5", "cut off", "huge", "binary"],
)
def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(content: bytes, said: str) -> None:
    city()
    with pytest.raises(BadInput, match=said):
        actions.load_agencies(content)
    assert Unit.objects.count() == 1


def test_a_circle_in_the_file_is_refused() -> None:
    city()
    report = actions.load_agencies((HEAD + "a,unit,甲,,b\nb,unit,乙,,a\n").encode())
    assert len(report.refused) == 2
