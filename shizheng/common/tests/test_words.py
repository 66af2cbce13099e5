"""Words of pure code: said at once, kept in Chinese, read again later."""

import time
from collections.abc import Iterator

import pytest

from shizheng.common import words

ENGLISH = {
    "沒有讀入。": "Not read.",
    "第 %(line)s 行：%(what)s": "Line %(line)s: %(what)s",
    "「%(name)s」沒有數字": "“%(name)s” has no number",
    "%(year)s 年度施政計畫": "Annual plan %(year)s",
    "%(a)s%(b)s": "never",
    "自%(a)s、%(b)s、%(c)s、%(d)s、%(e)s起改由本府列管": "From %(a)s, %(b)s, %(c)s, %(d)s, %(e)s on",
    "%(n)s 件，%(share)s%%達標，%(n)s 件列管": "%(n)s, %(share)s%% met, %(n)s followed",
}


@pytest.fixture
def english() -> Iterator[None]:
    before = (words._translate, words._language, words._sentences, words._names)
    words.use(
        lambda text: ENGLISH.get(text, text),
        lambda: "en",
        lambda: ENGLISH,
        lambda: {"工務局": "Public Works"},
    )
    yield
    words.use(*before)


def test_without_a_translation_everything_stays_chinese_and_is_filled() -> None:
    before = (words._translate, words._language, words._sentences, words._names)
    words.use(str, lambda: words.CHINESE)
    try:
        assert words.tell("第 %(line)s 行：%(what)s", line=7, what="沒有讀入。") == "第 7 行：沒有讀入。"
        assert words.read("沒有讀入。") == "沒有讀入。"
        assert words.listed(["甲", "乙"]) == "甲、乙"
    finally:
        words.use(*before)


def test_what_is_told_is_translated_when_it_is_told(english: None) -> None:
    assert words.tell("沒有讀入。") == "Not read."
    assert words.tell("「%(name)s」沒有數字", name="a") == "“a” has no number"
    assert words.listed(["a", "b"]) == "a, b"


def test_what_is_written_is_chinese_whoever_writes_it(english: None) -> None:
    assert words.written("「%(name)s」沒有數字", name="甲") == "「甲」沒有數字"
    with words.for_the_record():
        assert words.tell("沒有讀入。") == "沒有讀入。"


def test_a_kept_sentence_is_read_with_its_values(english: None) -> None:
    assert words.read("「甲」沒有數字") == "“甲” has no number"
    assert words.read("「工務局」沒有數字") == "“Public Works” has no number"
    assert words.read("114 年度施政計畫") == "Annual plan 2025"


def test_a_value_that_comes_twice_is_the_same_and_a_percent_sign_is_one(english: None) -> None:
    assert words.read("3 件，50%達標，3 件列管") == "3, 50% met, 3 followed"
    assert words.read("3 件，50%達標，4 件列管") == "3 件，50%達標，4 件列管"


@pytest.mark.parametrize("end", ["起改由本府列管理", "起"])
def test_a_long_text_that_no_sentence_fits_is_left_alone_at_once(english: None, end: str) -> None:
    text = "自" + "甲、" * 3000 + end
    began = time.process_time()
    assert words.read(text) == text
    assert time.process_time() - began < 1  # every way to cut it at five commas would take days


def test_what_people_wrote_is_left_alone(english: None) -> None:
    for text in ("本局負責道路。今年把工程做完。", "甲乙丙", "Plan 2025", ""):
        assert words.read(text) == text


def test_things_are_called_by_their_english_name_where_they_have_one(english: None) -> None:
    class Unit:
        name, short_name, name_en = "工務局", "工務", "Public Works Bureau"

    class Other:
        name, name_en = "環保局", ""

    assert words.called(Unit()) == "Public Works Bureau"
    assert words.called(Other()) == "環保局"


def test_a_kept_day_is_read_as_the_reader_writes_days(english: None) -> None:
    assert words.read("民國114年10月5日") == "5 October 2025"
    assert words.read("「民國114年10月5日」沒有數字") == "“5 October 2025” has no number"
    assert words.read("「114.10.05」沒有數字") == "“2025-10-05” has no number"
    assert words.read("「114.13.05」沒有數字") == "“114.13.05” has no number", "there is no such day"
    with words.for_the_record():
        assert words.read("民國114年10月5日") == "民國114年10月5日"
