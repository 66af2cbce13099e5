"""The town of the tests of months."""

from types import SimpleNamespace

import pytest

from shizheng.domains.projects.tests.month_town import make_month_town


@pytest.fixture
def month_town(db: None) -> SimpleNamespace:
    return make_month_town()
