"""The demonstration city in a database of its own, for reading its pages in English."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="package")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration city, and the connections pointed at it."""
    from django.db import connections

    import conftest
    from shizheng.config.demo import load_if_empty

    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        name = f"{conftest.TEMPLATE}_english"
        conftest._clone(name)
        load_if_empty(lambda text: None)
        yield
        conftest._use(before)
        conftest._owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(autouse=True)
def _chinese_again() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test starts in the usual one."""
    from django.utils import translation

    yield
    translation.deactivate()
