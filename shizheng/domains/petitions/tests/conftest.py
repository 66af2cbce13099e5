"""The town of these tests, on a Friday."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from shizheng.common import clock
from shizheng.domains.petitions.tests.town import make_town
from shizheng.kernel.cases.tests.calendars import at


@pytest.fixture
def friday() -> Iterator[None]:
    """Friday, 7 February 2025."""
    with clock.set_to(at("2025-02-07 10:00")):
        yield


@pytest.fixture
def town(db: None, friday: None) -> SimpleNamespace:
    return make_town()
