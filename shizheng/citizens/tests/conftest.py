"""The town of the petitions, with a citizen's browser."""

import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from shizheng.citizens import actions
from shizheng.citizens.tests.mailboxes import Box, Imap, Smtp
from shizheng.domains.petitions.tests.conftest import friday, town

__all__ = ["friday", "town"]

WORDS = "我是林小美，家門口的路燈壞了兩個禮拜，晚上很暗。"
WHO = {
    "name": "林小美",
    "email": "mei@example.com",
    "phone": "0900-000-123",
    "tell_answer": "on",
    "tell_progress": "on",
}


@pytest.fixture
def street(town: SimpleNamespace) -> SimpleNamespace:
    """The town with its frequent questions."""
    actions.load_shipped_faq()
    return town


@pytest.fixture(scope="module")
def imap() -> Iterator[Imap]:
    server = Imap()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def post_office() -> Iterator[Smtp]:
    server = Smtp()
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.fixture
def box(imap: Imap, street: SimpleNamespace, settings: Any) -> Box:
    """An empty mailbox that the installation reads."""
    made = imap.box()
    settings.MAILBOX_URL, settings.MAILBOX_ADDRESS = made.url, "mayor@city.example"
    return made


@pytest.fixture
def smtp(post_office: Smtp) -> Smtp:
    post_office.taken.clear()
    return post_office


@pytest.fixture
def browser(street: SimpleNamespace) -> Client:
    """Somebody who has not signed in."""
    return Client()


def photograph(longitude: float | None = None) -> io.BytesIO:
    """A small JPEG; with a place where the camera wrote one."""
    picture = Image.new("RGB", (64, 48), "navy")
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    if longitude is not None:
        exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 8.0, 30.0), 3: "E", 4: (120.0, 41.0, 0.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    out.seek(0)
    out.name = "lamp.jpg"
    return out


def written(browser: Client, **more: Any) -> str:
    """The first step sent; gives the address of the second."""
    answer = browser.post("/petition/", {"words": WORDS, "place": "中山路 12 號前", **more})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer["Location"])


def sent(browser: Client, who: dict[str, Any] | None = None, **more: Any) -> dict[str, str]:
    """All three steps; gives number, code, and the address of what is shown then."""
    second = written(browser, **more)
    third = browser.post(second, WHO if who is None else who)["Location"]
    done = browser.post(third, {"accept_category": "on"})
    assert done.status_code == 302, done.content.decode()[-3000:]
    page = browser.get(done["Location"])
    shown = page.context["sent"]
    return {"number": shown["number"], "code": shown["code"], "done": done["Location"], "check": third}


def looked_up(browser: Client, mine: dict[str, str]) -> Any:
    """The page of one's own case after number and code."""
    answer = browser.post("/petition/look-up/", {"number": mine["number"], "code": mine["code"]})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return browser.get(answer["Location"])
