"""What everybody may read over Open311: services, definitions, requests, and what is never shown."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.tests.reports import get, numbers_of, post_form
from shizheng.domains.petitions.tests.town import NAME, PHONE, act, answered, receive
from shizheng.kernel.cases.tests.calendars import at

pytestmark = pytest.mark.django_db


def test_the_services_are_the_categories_below_headings_and_say_whether_they_ask(pothole: Category) -> None:
    with CaptureQueriesContext(connection) as asked:
        services = get("services.json").json()
    assert len(asked) <= 10
    by_code = {each["service_code"]: each for each in services}
    assert "roads" not in by_code and by_code["lamp"]["metadata"] is False
    assert by_code["pothole"] == {
        "service_code": "pothole", "service_name": "路面坑洞與不平", "description": "道路與交通：路面坑洞與不平。",
        "metadata": True, "type": "realtime", "keywords": "路面坑洞與不平, Potholes and uneven roads, 道路與交通",
        "group": "道路與交通",
    }  # fmt: skip
    english = get("services.json", headers={"accept-language": "en"}).json()
    assert "Potholes and uneven roads" in {each["service_name"] for each in english}
    xml = ElementTree.fromstring(get("services.xml").content)
    assert xml.tag == "services" and [each.findtext("service_code") for each in xml] == list(by_code)


def test_a_definition_asks_in_order_with_options_for_lists_alone(pothole: Category) -> None:
    document = get("services/pothole.json").json()
    assert [each["order"] for each in document["attributes"]] == [1, 2, 3]
    assert document["attributes"][0] == {
        "variable": True, "code": "SIZE", "datatype": "singlevaluelist", "required": True, "datatype_description": None,
        "order": 1, "description": "SIZE？", "values": [{"key": "small", "name": "小"}, {"key": "large", "name": "大"}],
    }  # fmt: skip
    assert "values" not in document["attributes"][1]
    xml = ElementTree.fromstring(get("services/pothole.xml").content)
    assert xml.tag == "service_definition"
    assert xml.findtext("attributes/attribute/values/value/key") == "small"


def test_discovery_names_endpoint_formats_and_a_change_that_moves_with_the_services(
    town: SimpleNamespace,
) -> None:
    before = Client().get("/open311/discovery.json").json()
    assert set(before) == {"changeset", "contact", "key_service", "endpoints"}
    (endpoint,) = before["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["formats"] == ["text/xml", "application/json"] and endpoint["type"] == "production"
    assert endpoint["url"].endswith("/open311/v2")
    xml = ElementTree.fromstring(Client().get("/open311/discovery.xml").content)
    assert [each.text for each in xml.iterfind("endpoints/endpoint/formats/format")] == endpoint["formats"]


def test_lists_show_category_place_state_and_agency_and_never_who_or_what_was_written(
    reported: Petition, town: SimpleNamespace
) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = get("requests.json", {"extensions": "true"})
    assert len(asked) <= 10
    (row,) = answer.json()
    assert row["service_request_id"] == reported.case.number and row["status"] == "open"
    assert (row["lat"], row["long"], row["address"]) == (25.0125, 121.4657, "中山路 12 號前")
    assert row["description"] is None and row["media_url"] is None and row["agency_responsible"] is None
    assert row["requested_datetime"] == "2025-02-07T10:00:00+08:00"
    assert row["attributes"] == [{"code": "large", "label": "SIZE？", "name": "SIZE", "value": "大"}]
    assert row["extended_attributes"]["channel"] == "open311" and row["notes"][0]["type"] == "received"
    for form in ("json", "xml"):
        text = get(f"requests.{form}", {"extensions": "true"}).content.decode()
        for hidden in (NAME, PHONE, "mei@example.org", "大坑", "我住 5 樓", "tt222111"):
            assert hidden not in text
    assert "attributes" not in get("requests.json").json()[0]


def test_the_list_asks_as_often_for_many_as_for_one(key: str, pothole: Category) -> None:
    post_form(key)
    with CaptureQueriesContext(connection) as one:
        get("requests.xml", {"extensions": "true"})
    for _each in range(4):
        post_form(key)
    with CaptureQueriesContext(connection) as five:
        assert len(ElementTree.fromstring(get("requests.xml", {"extensions": "true"}).content)) == 5
    assert len(five) == len(one) <= 10


def test_words_are_public_only_where_the_service_said_so_and_after_acceptance(
    key: str, pothole: Category, town: SimpleNamespace
) -> None:
    post_form(key)
    actions.save_service(
        town.rdec, pothole.pk, version=None, changes={"words_public": True}, reason="路況公開"
    )
    assert "公開" in next(
        each["description"] for each in get("services.json").json() if each["service_code"] == "pothole"
    )
    post_form(key, description="路中央有坑", media_url="https://photos.example/1.jpg")
    before, after = Petition.objects.order_by("pk")
    shown = {each["service_request_id"]: each for each in get("requests.json").json()}
    assert shown[after.case.number]["description"] is None, "nobody has read it yet"
    for row in (before, after):
        act(town.rdec, row, "accept")
    shown = {each["service_request_id"]: each for each in get("requests.json").json()}
    assert shown[after.case.number]["description"] == "路中央有坑"
    assert shown[after.case.number]["media_url"] == "https://photos.example/1.jpg"
    assert shown[before.case.number]["description"] is None, "it was sent before the service said so"


def test_petitions_of_other_channels_are_listed_only_where_the_category_says_so(
    town: SimpleNamespace, pothole: Category
) -> None:
    mine = receive(town, category_id=pothole.pk).petition
    secret = receive(town, category_id=pothole.pk, restricted=True).petition
    assert get("requests.json").json() == []
    assert get(f"requests/{mine.case.number}.json").status_code == 404
    actions.save_service(
        town.rdec,
        pothole.pk,
        version=None,
        changes={"others_listed": True, "words_public": True},
        reason="道路",
    )
    act(town.rdec, mine, "accept")
    (row,) = get("requests.json").json()
    assert row["service_request_id"] == mine.case.number and row["description"] is None
    assert get(f"requests/{secret.case.number}.json").status_code == 404


def test_a_closed_request_says_when_and_who_is_responsible(town: SimpleNamespace, pothole: Category) -> None:
    actions.save_service(town.rdec, pothole.pk, version=None, changes={"others_listed": True}, reason="道路")
    row = answered(town, category_id=pothole.pk)
    open_one = receive(town, category_id=pothole.pk).petition
    (said,) = get(f"requests/{row.case.number}.json").json()
    assert (said["status"], said["agency_responsible"]) == ("closed", "測試市政府工務局")
    assert said["updated_datetime"] == "2025-02-07T10:00:00+08:00" and said["status_notes"]
    ids = {status: {each["service_request_id"] for each in get("requests.json", {"status": status}).json()}
           for status in ("open", "closed", "open,closed")}  # fmt: skip
    assert ids["closed"] == {row.case.number} and ids["open"] == {open_one.case.number}
    assert ids["open,closed"] == ids["open"] | ids["closed"]


@pytest.mark.usefixtures("friday")
def test_lists_are_cut_by_days_changes_numbers_services_and_pages(
    key: str, pothole: Category, town: SimpleNamespace
) -> None:
    numbers = []
    for moment in ("2025-02-03 10:00", "2025-02-04 10:00", "2025-02-07 09:00"):
        with clock.set_to(at(moment)):
            numbers.append(post_form(key).json()[0]["service_request_id"])
    first, second, third = numbers
    act(town.rdec, Petition.objects.get(case__number=first), "accept")
    assert numbers_of(get("requests.json")) == [third, second, first]
    assert numbers_of(get("requests.json", {"start_date": "2025-02-04T00:00:00+08:00"})) == [third, second]
    assert numbers_of(get("requests.json", {"end_date": "2025-02-04T12:00:00Z"})) == [second, first]
    assert numbers_of(get("requests.json", {"updated_after": "2025-02-07T01:30:00Z"})) == [first]
    assert numbers_of(get("requests.json", {"updated_before": "2025-02-06"})) == [second]
    assert numbers_of(get("requests.json", {"page_size": 2, "page": 2})) == [first]
    assert numbers_of(get("requests.json", {"service_code": "lamp,signal"})) == []
    assert numbers_of(
        get("requests.json", {"service_request_id": f"{first},{third}, 1-P-9", "status": "closed"})
    ) == [third, first]
    with clock.set_to(at("2025-06-09 12:00")):
        assert numbers_of(get("requests.json")) == []
        assert len(numbers_of(get("requests.json", {"start_date": "2025-02-01"}))) == 3


UNFIT: list[tuple[dict[str, str], int, str]] = [
    ({"start_date": "2025-02-07T10:00:00"}, 400, "start_date"),
    ({"start_date": "2024-01-01", "end_date": "2025-01-01"}, 400, "90"),
    ({"status": "pending"}, 400, "status"),
    ({"page": "0"}, 400, "page"),
    ({"page_size": "1001"}, 400, "page_size"),
    ({"updated_after": "x"}, 400, "updated_after"),
    ({"service_code": "nowhere"}, 404, "nowhere"),
    ({"jurisdiction_id": "elsewhere.gov"}, 404, "elsewhere.gov"),
    ({"service_request_id": ",".join(map(str, range(201)))}, 400, "service_request_id"),
]


def test_a_list_that_cannot_be_asked_for_so_is_refused(town: SimpleNamespace) -> None:
    for query, status, about in UNFIT:
        answer = get("requests.json", query)
        (error,) = answer.json()
        assert (answer.status_code, error["code"]) == (status, status) and about in error["description"]


def test_what_does_not_exist_is_said_in_the_standard_s_shape(town: SimpleNamespace) -> None:
    for path in (
        "services.csv", "requests/9-P-9.xml", "tokens/none.xml", "services/none.xml", "service/lamp.xml", "anything",
    ):  # fmt: skip
        answer = get(path)
        assert answer.status_code == 404 and answer["Content-Type"] == "text/xml; charset=utf-8", path
        assert ElementTree.fromstring(answer.content).findtext("error/code") == "404"


def test_the_page_for_developers_names_the_calls_and_the_services(pothole: Category) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = Client().get("/open311/")
    text = page.content.decode()
    assert page.status_code == 200 and len(asked) <= 10
    assert "/open311/v2/requests.json" in text and "pothole" in text and "SIZE" in text
