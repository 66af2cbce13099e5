"""Whose address counts behind proxies."""

from typing import Any

import pytest
from django.test import RequestFactory

from shizheng.common.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.7", "10.0.0.1"),  # no proxy: whatever a client writes is not believed
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "192.0.2.1, 203.0.113.7", "203.0.113.7"),  # the first one was written by the client
        (2, "192.0.2.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "", "10.0.0.1"),
        (2, "203.0.113.7", "10.0.0.1"),
        (1, "unknown", "10.0.0.1"),
    ],
)
def test_the_address_is_the_one_that_our_outermost_proxy_saw(
    settings: Any, proxies: int, header: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    given = {"HTTP_X_FORWARDED_FOR": header} if header else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **given)
    assert client_address(request) == address
