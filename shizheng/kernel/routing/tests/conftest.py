"""A data folder of the test's own, people, and a model with two versions made from made-up cases."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.people import factories as people
from shizheng.kernel.routing import actions
from shizheng.kernel.routing.models import Training
from shizheng.kernel.routing.tests.made import as_csv, cases

COLUMNS = {"text": "內容", "label": "單位"}


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Path) -> SimpleNamespace:
    settings.DATA_DIR = tmp_path
    return SimpleNamespace(
        folder=tmp_path,
        rdec=people.person("rdec_officer", username="rdec", second_factor=True),
        control=people.person("control_officer", username="control"),
        officer=people.person("officer", username="officer"),
    )


def trained(who: Any, n: int = 200, seed: int = 0, **more: Any) -> Training:
    """A training asked for and done."""
    asked = actions.ask_training(
        who, name="agency", purpose="陳情 → 單位", reason="第一次訓練", data=as_csv(cases(n, seed)).encode(),
        filename="cases.csv", columns=COLUMNS, **more,
    )  # fmt: skip
    return actions.train(SYSTEM, asked.pk)
