"""The town of these tests, on a Friday."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from shizheng.common import clock
from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.tests.reports import make_key, make_pothole, post_form
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


@pytest.fixture
def key(town: SimpleNamespace) -> str:
    return make_key(town)


@pytest.fixture
def pothole(town: SimpleNamespace) -> Category:
    return make_pothole(town)


@pytest.fixture
def reported(key: str, pothole: Category) -> Petition:
    """A pothole that an application reported."""
    answer = post_form(key)
    assert answer.status_code == 200, answer.content
    return Petition.objects.select_related("case").get(case__number=answer.json()[0]["service_request_id"])
