"""A method that an address does not take."""

from django.test import Client


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
