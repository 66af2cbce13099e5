"""A method that an address does not take."""

import pytest
from django.test import Client

from shizheng.kernel.organisations.factories import agency
from shizheng.kernel.people.factories import person


def test_a_program_gets_405_in_the_one_shape_of_failure_and_reads_what_it_may_use() -> None:
    answer = Client().patch(
        "/api/v1/publication/public/X/figures/1.a.1", b"", content_type="application/json"
    )
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    found = answer.json()
    assert (found["code"], found["fields"]) == ("method_not_allowed", {})
    assert "PATCH" in found["message"] and "GET" in found["message"]


def test_it_reads_so_in_english() -> None:
    address = "/api/v1/publication/public/X/figures/1.a.1"
    answer = Client().delete(address, headers={"Accept-Language": "en"})
    assert answer.json()["message"] == ("This address does not take DELETE; nothing was done. It takes: GET.")


def test_of_several_methods_all_are_named_in_order() -> None:
    answer = Client().delete("/api/v1/organisations/units", b"", content_type="application/json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert "GET, POST" in answer.json()["message"]


@pytest.mark.django_db
def test_an_address_that_only_takes_what_is_sent_leads_to_the_page_above_it_when_it_is_opened() -> None:
    """After an error the address bar holds it; whoever reloads there, or signs in again, gets no empty page."""
    client = Client()
    client.force_login(person("supervisor", agency(code="W", name="測試市政府工務局"), username="chief"))
    answer = client.get("/projects/register/applications/4/opinion/")
    assert (answer.status_code, answer["Location"]) == (302, "/projects/register/applications/4/")
    said = client.get("/projects/register/applications/").content.decode()
    assert "只收送出的表單" in said
    refused = client.put("/projects/register/applications/4/opinion/")
    assert refused.status_code == 405  # what is no page is told so
