"""A program that speaks Open311: what it sends, and a service that asks something."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from shizheng.common import clock
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category
from shizheng.domains.petitions.tests.town import PHONE
from shizheng.kernel.people import actions as people

ROOT = "/open311/v2/"
WORDS = "中山路有個大坑，我是林小美，電話 0900-000-123。"
SIZES = [
    {"key": "small", "name": "小", "name_en": "Small"},
    {"key": "large", "name": "大", "name_en": "Large"},
]


def get(path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
    return Client().get(ROOT + path, data or {}, **more)


def sent(key: str, **more: Any) -> dict[str, Any]:
    """A report as an application sends it."""
    return {
        "api_key": key, "service_code": "pothole", "lat": "25.0125", "long": "121.4657", "address_string": "中山路 12 號前",
        "description": WORDS, "first_name": "小美", "last_name": "林", "phone": PHONE, "email": "mei@example.org",
        "device_id": "tt222111", "account_id": "123456", "attribute[SIZE]": "large", "attribute[MORE]": "我住 5 樓", **more,
    }  # fmt: skip


def post(data: dict[str, Any], form: str = "json", **more: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(f"{ROOT}requests.{form}", data, **more)


def post_form(key: str, **more: Any) -> Any:
    """The same as a form that is no multipart."""
    return Client().post(
        f"{ROOT}requests.json", urlencode(sent(key, **more), doseq=True), content_type="application/x-www-form-urlencoded"
    )  # fmt: skip


def numbers_of(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["service_request_id"] for each in answer.json()]


def make_key(town: SimpleNamespace) -> str:
    """A key with which petitions are sent, photographs too."""
    _token, text = people.create_token(
        town.rdec, name="鄰里回報 App", scopes=["petitions.open", "files.keep"], expires_at=clock.now() + timedelta(days=30)
    )  # fmt: skip
    return text


def make_pothole(town: SimpleNamespace) -> Category:
    """The service for potholes, which asks how large it is, and what else there is to say."""
    row = Category.objects.get(code="pothole")
    for order, (code, datatype, required) in enumerate(
        [("SIZE", "singlevaluelist", True), ("DEPTH", "number", False), ("MORE", "text", False)]
    ):
        actions.save_attribute(
            town.rdec, row.pk, None, version=None,
            changes={"code": code, "datatype": datatype, "label": f"{code}？", "label_en": f"{code}?", "required": required,
                     "order": order, "values": SIZES if code == "SIZE" else []},
        )  # fmt: skip
    return row
