"""Public pages are wholly English to a reader of English; what citizens and officers wrote says that it is Chinese."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import translation

from shizheng.citizens.tests.conftest import looked_up, sent, written
from tests.english.reading import read


@pytest.mark.django_db
def test_pages_of_citizens_are_english_to_a_reader_of_english(street: SimpleNamespace) -> None:
    browser = Client()
    browser.cookies["django_language"] = "en"
    mine = sent(browser, longitude="120.68", latitude="24.14")
    second = written(browser, longitude="120.68", latitude="24.14")
    third = browser.post(second, {"name": "Ho"})["Location"]
    case = looked_up(browser, mine)
    addresses = [
        "/petition/",
        second,
        third,
        mine["done"],
        "/petition/look-up/",
        "/petition/verify/",
        "/faq/",
        "/faq/?q=lamp",
        "/faq/1/",
    ]
    pages = {each: browser.get(each) for each in addresses} | {"case": case}
    rdec = Client()
    rdec.cookies["django_language"] = "en"
    rdec.force_login(street.rdec)
    pages |= {
        each: rdec.get(each)
        for each in (
            "/citizens/survey/",
            "/faq/manage/",
            "/faq/manage/new/",
            "/faq/manage/gaps/",
            "/faq/manage/import/",
        )
    }
    translation.deactivate()
    found = {}
    for address, answer in pages.items():
        assert answer.status_code == 200, address
        page = read(answer.content.decode())
        if page.unmarked or page.unsaid:
            found[address] = [*page.unmarked, *page.unsaid]
    assert found == {}
