"""The town of these tests, on a Friday."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from shizheng.common import clock
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.domains.petitions.tests.reports import make_key, make_pothole, post_form
from shizheng.domains.petitions.tests.town import EAST, WEST, came, make_town
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


@pytest.fixture
def month(town: SimpleNamespace) -> SimpleNamespace:
    """February: nine lamps and one pothole in one district, one lamp and nine of litter in another; January: two lamps."""
    early, now = at("2025-01-10 09:00"), at("2025-02-07 09:30")
    came(town, "lamp", EAST, early, 2)
    came(town, "lamp", EAST, now, 9, point=(120.6812, 24.1512))
    came(town, "pothole", EAST, now, subject="路面坑洞")
    came(town, "lamp", WEST, now)
    came(town, "litter", WEST, now, 9, subject="垃圾滿了", petition_class=PetitionClass.SUGGESTION)
    actions.propose_new()
    return town
