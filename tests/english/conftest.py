"""The demonstration city in a database of its own, for reading its pages in English."""

from collections.abc import Iterator
from typing import Any

import pytest

from conftest import clone_of


@pytest.fixture(scope="package")
def city(demonstration: str, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration city, and the connections pointed at it."""
    with django_db_blocker.unblock(), clone_of(demonstration):
        yield


@pytest.fixture(autouse=True)
def _chinese_again() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test starts in the usual one."""
    from django.utils import translation

    yield
    translation.deactivate()
