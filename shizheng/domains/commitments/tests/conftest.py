"""The town of these tests."""

from types import SimpleNamespace

import pytest

from shizheng.domains.commitments.tests.town import make_town


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return make_town()
