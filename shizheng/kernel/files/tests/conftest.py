"""A store of one's own, something that files can belong to, and an officer."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.kernel.files import access
from shizheng.kernel.measures.tests.factories import open_unit
from shizheng.kernel.people.factories import person


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def office(request: pytest.FixtureRequest) -> Iterator[SimpleNamespace]:
    """A unit, its control officer, an officer elsewhere; `tests.thing` 1 is read by who holds `filing.file` in the unit."""
    committing = request.node.get_closest_marker("own_database")
    request.getfixturevalue("own_database" if committing else "db")
    city = open_unit("C")
    unit, other = open_unit("U", parent=city), open_unit("V", parent=city)
    kept = dict(access._subjects)
    access.register(
        "tests.thing",
        lambda actor, pk: pk == 1 and actor.may("filing.file", unit.pk),
        name="測試事項",
        address=lambda pk: f"/tests/{pk}/",
    )
    yield SimpleNamespace(
        unit=unit,
        control=person("control_officer", unit),
        officer=person("officer", unit, display_name="承辦甲"),
        stranger=person("officer", other),
        subject=("tests.thing", 1),
    )
    access._subjects.clear()
    access._subjects.update(kept)
