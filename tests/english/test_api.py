"""What the API says comes in the language that the caller accepts."""

import json

import pytest
from django.test import Client

from shizheng.common.words import CJK

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.mark.django_db
def test_a_stranger_is_refused_in_the_language_that_he_accepts() -> None:
    asked = Client()
    english = asked.get("/api/v1/calendar/hours", **ENGLISH).json()["message"]
    chinese = asked.get("/api/v1/calendar/hours", HTTP_ACCEPT_LANGUAGE="zh-TW").json()["message"]
    assert english.startswith("Sign in") and not CJK.search(english)
    assert CJK.search(chinese)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/calendar/days/2050-01-01", 422),
        ("/api/v1/calendar/days/tomorrow", 422),
        ("/api/v1/calendar/deadline?start=2025-02-07&amount=6&district=nowhere", 422),
        ("/api/v1/measures/987654321/figure?unit=1&period=2025", 404),
        ("/api/v1/measures/987654321", 404),
        ("/api/v1/planning/plans/987654321", 404),
        ("/api/v1/organisations/units/987654321", 404),
        ("/api/v1/people/people/987654321", 404),
    ],
)
@pytest.mark.django_db
def test_failures_of_rules_queries_and_actions_are_english(address: str, status: int) -> None:
    from shizheng.kernel.people.factories import person

    asked = Client()
    asked.force_login(person(role="administrator", second_factor=True))
    answer = asked.get(address, **ENGLISH)
    assert answer.status_code == status, answer.content
    said = answer.json()
    assert said["message"] and not CJK.search(json.dumps(said, ensure_ascii=False)), said


@pytest.mark.django_db
def test_the_reasons_of_days_are_english() -> None:
    from shizheng.kernel.people.factories import person

    asked = Client()
    asked.force_login(person(role="administrator", second_factor=True))
    day = asked.get("/api/v1/calendar/days/2025-02-08", **ENGLISH).json()
    assert (
        day["reason"] == "Saturday, make-up working day (Day before Lunar New Year’s Eve, adjusted day off)"
    )


@pytest.mark.django_db
def test_the_description_of_the_api_is_english() -> None:
    found = Client().get("/api/v1/openapi.json", **ENGLISH).json()
    told = [operation["summary"] for path in found["paths"].values() for operation in path.values()]
    chinese = [text for text in told if CJK.search(text)]
    assert len(told) > 50 and chinese == []


@pytest.mark.django_db
def test_the_groups_of_the_api_are_called_and_described_in_both_languages() -> None:
    english = Client().get("/api/v1/openapi.json", **ENGLISH).json()
    chinese = Client().get("/api/v1/openapi.json", HTTP_ACCEPT_LANGUAGE="zh-TW").json()
    names = [each["name"] for each in english["tags"]]
    assert names == [each["name"] for each in chinese["tags"]]  # for programs: the same in every language
    used = {
        tag for path in english["paths"].values() for operation in path.values() for tag in operation["tags"]
    }
    assert used == set(names)
    assert all(each["description"] and not CJK.search(each["description"]) for each in english["tags"])
    assert all(CJK.search(each["description"]) for each in chinese["tags"])
    assert english["tags"][0]["description"].startswith("Work calendar: ")


@pytest.mark.django_db
def test_the_page_of_the_api_speaks_the_readers_language_and_keeps_the_policy() -> None:
    answer = Client().get("/api/v1/docs", **ENGLISH)
    page = answer.content.decode()
    assert '<html lang="en"' in page and "The interface for programs" in page
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"] and "style=" not in page
    assert (
        Client().get("/api/v1/docs", HTTP_ACCEPT_LANGUAGE="zh-TW").content.decode().count("給程式用的介面")
        >= 2
    )
