"""Open311: one document in two formats, arguments, answers to questions."""

import json
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.clock import TAIPEI
from shizheng.domains.petitions.open311.rules import reading, writing
from shizheng.domains.petitions.open311.rules.answers import Question, answers
from shizheng.domains.petitions.open311.rules.reading import Unfit

NOW = datetime(2025, 2, 7, 10, tzinfo=TAIPEI)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
single = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
flat = st.dictionaries(st.sampled_from(["code", "description", "lat", "service_name"]), single, min_size=1)
documents = st.tuples(
    st.sampled_from(["services", "service_requests", "attributes", "errors"]),
    st.lists(
        st.builds(
            lambda row, values, notes: {**row, "values": values, "notes": notes},
            flat,
            st.lists(flat, max_size=3),
            st.lists(flat, max_size=2),
        ),
        max_size=4,
    ),
)


def spark(element: ElementTree.Element) -> Any:
    """XML as the standard's Spark convention reads it, every value as its text."""
    if element.tag in writing.ONE_OF:
        assert {child.tag for child in element} <= {writing.ONE_OF[element.tag]}
        return [spark(child) for child in element]
    return {child.tag: spark(child) for child in element} if len(element) else element.text or ""


def as_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_texts(each) for each in value]
    return writing.text_of(value)


@given(documents)
def test_xml_and_json_say_the_same(made: tuple[str, Any]) -> None:
    root, document = made
    xml = writing.write("xml", root, document)
    assert xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert spark(ElementTree.fromstring(xml)) == as_texts(json.loads(writing.write("json", root, document)))


def test_what_xml_cannot_hold_is_replaced_and_markup_stays_text() -> None:
    xml = writing.as_xml("errors", [{"code": 400, "description": "a\x00b\x1b <script>&amp;\r\n"}])
    (error,) = ElementTree.fromstring(xml)
    assert error.findtext("description") == "a\ufffdb\ufffd <script>&amp;\r\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025-02-07T10:00:00+08:00", NOW),
        ("2025-02-07T02:00:00Z", NOW),
        ("2025-02-07T10:00:00 08:00", NOW),  # a plus sign that nobody encoded
        ("2025-02-07T10:00+0800", NOW),
        ("2025-02-07T02:00:00.000Z", NOW),
        ("2025-02-07", datetime(2025, 2, 7, tzinfo=TAIPEI)),
        ("  ", None),
    ],
)
def test_moments_have_a_zone(text: str, said: datetime | None) -> None:
    assert reading.moment("start_date", text) == said


@pytest.mark.parametrize(
    "text",
    ["2025-02-07T10:00:00", "2025-02-30", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-12:00",
     "20250207", "2025-02-07T25:00:00Z", "yesterday", "2025-02-07T10:00:00+99:00", "２０２５-02-07"],
)  # fmt: skip
def test_other_moments_are_refused_by_name(text: str) -> None:
    with pytest.raises(Unfit, match="updated_after"):
        reading.moment("updated_after", text)


def test_a_list_goes_back_ninety_days_by_itself_and_never_spans_more() -> None:
    day = timedelta(days=1)
    assert reading.window(None, None, NOW) == (NOW - 90 * day, NOW)
    assert reading.window(NOW - 200 * day, None, NOW) == (NOW - 200 * day, NOW - 110 * day)
    assert reading.window(NOW - 5 * day, None, NOW) == (NOW - 5 * day, NOW)
    assert reading.window(None, NOW - 100 * day, NOW) == (NOW - 190 * day, NOW - 100 * day)
    with pytest.raises(Unfit, match="90"):
        reading.window(NOW - 91 * day, NOW, NOW)
    with pytest.raises(Unfit, match="早於"):
        reading.window(NOW, NOW - day, NOW)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "file:///etc/passwd", "//host/x", "http://", "https://u:p@host/x", "http://ho st/",
     "https://host/\x07", "http://host:99999/", "https://host/" + "a" * 1000, 'https://host/"><b>', "data:text/html,x"],
)  # fmt: skip
def test_links_that_are_no_plain_web_addresses_are_refused(text: str) -> None:
    with pytest.raises(Unfit, match="media_url"):
        reading.link(text)
    assert reading.link(" https://photos.example/1.jpg?size=2 ") == "https://photos.example/1.jpg?size=2"


@pytest.mark.parametrize(
    "given",
    [{"lat": "25"}, {"long": "121"}, {"lat": "91", "long": "0"}, {"lat": "x", "long": "0"},
     {"lat": "nan", "long": "0"}, {"lat": "0", "long": "180.1"}, {"lat": "1e999", "long": "0"}],
)  # fmt: skip
def test_half_a_place_or_one_off_the_earth_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Unfit):
        reading.place(given)
    assert reading.place({"lat": "25.01", "long": "121.46"}) == (121.46, 25.01)


QUESTIONS = (
    Question("SIZE", "singlevaluelist", True, frozenset({"s", "l"})),
    Question("SEEN", "multivaluelist", False, frozenset({"a", "b", "c"})),
    Question("DEPTH", "number", False),
    Question("SINCE", "datetime", False),
    Question("SIGN", "string", False),
    Question("MORE", "text", False),
)


def test_answers_are_kept_by_the_kind_of_their_question() -> None:
    sent = reading.attributes(
        {
            "attribute[SIZE]": ["l"], "attribute[SEEN][]": ["a", "c", "a"], "attribute[DEPTH]": ["12.5"],
            "attribute[SINCE]": ["2025-02-07"], "attribute[SIGN]": [" "], "attribute[MORE]": ["一\r\n二"], "lat": ["1"],
        }
    )  # fmt: skip
    kept, wrong = answers(QUESTIONS, sent)
    assert not wrong
    assert kept == {
        "SIZE": ["l"], "SEEN": ["a", "c"], "DEPTH": ["12.5"], "SINCE": ["2025-02-07T00:00:00+08:00"], "MORE": ["一\n二"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "about"),
    [
        ({}, "SIZE"),
        ({"SIZE": ["s", "l"]}, "SIZE"),
        ({"SIZE": ["xl"]}, "SIZE"),
        ({"SIZE": ["s"], "SEEN": ["a", "z"]}, "SEEN"),
        ({"SIZE": ["s"], "DEPTH": ["deep"]}, "DEPTH"),
        ({"SIZE": ["s"], "DEPTH": ["inf"]}, "DEPTH"),
        ({"SIZE": ["s"], "SINCE": ["2025-02-07T10:00:00"]}, "SINCE"),
        ({"SIZE": ["s"], "SIGN": ["one\ntwo"]}, "SIGN"),
        ({"SIZE": ["s"], "MORE": ["a\x00"]}, "MORE"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_its_code(sent: dict[str, list[str]], about: str) -> None:
    _kept, wrong = answers(QUESTIONS, sent)
    assert len(wrong) == 1 and about in str(wrong[0])


def test_a_name_is_written_as_its_language_writes_it() -> None:
    assert reading.full_name("小美", "林") == "林小美"
    assert reading.full_name("Ada", "Lin") == "Ada Lin"
    assert reading.full_name("", "林") == "林"
