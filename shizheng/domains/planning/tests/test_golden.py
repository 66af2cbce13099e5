"""Golden publications: small, kept in the repository, and evaluated again by every later version of the product.

A change that makes one of these differ changes what was issued before: it needs another way, not another golden file.
"""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shizheng.common.numbers import plain, round_half_up
from shizheng.domains.planning.publications.results import document
from shizheng.kernel.measures.rules.evaluate import evaluate
from shizheng.kernel.measures.rules.identity import figure_id
from shizheng.kernel.measures.rules.storing import from_json
from shizheng.kernel.publication.documents import data, text
from shizheng.kernel.publication.documents.model import FigureRef
from shizheng.kernel.publication.rules.identity import digest, publication_code

FOLDER = Path(__file__).parent / "golden"
GOLDEN = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))


def files_again() -> dict[str, bytes]:
    refs = {
        ref: FigureRef(each, "77.31%", f"https://example.org/{ref}/")
        for ref, each in GOLDEN["figure_ids"].items()
    }
    made = replace(
        document(GOLDEN["facts"], refs),
        code=GOLDEN["code"],
        issued_at=datetime(2017, 7, 20, 1, 30, tzinfo=UTC),
    )
    return {
        "csv": data.to_csv(made.datasets[0]),
        "csvw": data.csv_metadata(made),
        "json": data.to_json(made, {"publication": {"code": GOLDEN["code"]}}),
        "txt": text.to_text(made).encode(),
    }


def test_the_content_keeps_its_hash_and_the_publication_its_code() -> None:
    hashed = digest(GOLDEN["facts"])
    assert hashed == GOLDEN["facts_sha256"]
    assert (
        publication_code(GOLDEN["series"], GOLDEN["edition"], hashed, GOLDEN["figure_ids"]) == GOLDEN["code"]
    )


@pytest.mark.parametrize("figure", GOLDEN["figures"])
def test_every_figure_evaluates_to_the_same(figure: dict[str, Any]) -> None:
    inputs = {name: Decimal(value) for name, value in figure["inputs"].items()}
    result = evaluate(from_json(figure["formula"]), inputs)
    assert isinstance(result, Decimal)
    assert (plain(result), str(round_half_up(result, figure["places"]))) == (figure["exact"], figure["value"])


def test_a_figure_keeps_its_id() -> None:
    made_of = {name: value for name, value in GOLDEN["figure_identity"].items() if name != "id"}
    assert figure_id(**made_of) == GOLDEN["figure_identity"]["id"]


@pytest.mark.parametrize("form", GOLDEN["files"])
def test_the_open_data_are_the_same_byte_by_byte(form: str) -> None:
    assert hashlib.sha256(files_again()[form]).hexdigest() == GOLDEN["files"][form]
