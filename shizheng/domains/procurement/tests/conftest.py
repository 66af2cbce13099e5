"""The town of the tests."""

from types import SimpleNamespace

import pytest

from shizheng.domains.procurement import actions
from shizheng.domains.procurement.tests.town import make_town, on


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    made = make_town()
    with on("2025-01-02"):
        made.series = actions.open_series(made.rdec, roc_year=114)
    return made
