"""Real texts, cut by time: what the benchmark prints for all sets holds for the small ones. Left out where the data are not there."""

import time
from pathlib import Path

import numpy as np
import pytest

from shizheng.config.environment import environment
from shizheng.kernel.routing import tables
from shizheng.kernel.routing.rules import Example, summary, train

BILLS = environment().test_data / "council" / "taichung_council_bills_2011-2013.csv.gz"
TAINAN = environment().test_data / "tainan1999" / "tainan1999_201607_with_close.csv.gz"


def need(path: Path) -> tables.Table:
    if not path.exists():
        pytest.skip(f"沒有真實資料 {path}，略過（設定 SHIZHENG_TEST_DATA）")
    return tables.read_path(path)


def test_bills_go_to_their_category_as_well_as_a_plain_linear_model_of_characters() -> None:
    rows = need(BILLS).rows
    known = [
        Example(f"{row.values['abstract']} {row.values['description']}", row.values["category"])
        for row in rows
        if row.values["category"]
    ]
    cut = int(len(known) * 0.8)
    model = train(known[:cut])
    number = {label: n for n, label in enumerate(model.labels)}
    new = known[cut:]
    began = time.process_time()
    given, confidence = model.answers([each.text for each in new])
    took = (time.process_time() - began) / len(new)
    found = summary(np.array([number.get(each.label, -1) for each in new]), given, confidence)
    assert found["accuracy"] >= 0.70 and found["macro_f1"] >= 0.48
    assert took < 0.010, "seconds that an answer takes"


def test_a_month_of_calls_has_its_column_of_time_found_and_its_template_words_taken_out() -> None:
    table = need(TAINAN)
    assert tables.time_column(table, ("description", "service_name")) == "requested_datetime"
    examples, lacking = tables.examples(table, "description", "service_name", "requested_datetime")
    assert len(examples) + sum(lacking.values()) == len(table.rows) > 1000
