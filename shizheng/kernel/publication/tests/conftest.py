"""A unit with one measure, and a kind of publication that says what the measure is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common.clock import TAIPEI
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.tests.factories import Officer, file, make_measure, open_unit
from shizheng.kernel.publication import registry
from shizheng.kernel.publication.documents.model import (
    Column,
    Dataset,
    Document,
    Field,
    FigureRef,
    Heading,
    Paragraph,
    Table,
    cell,
)

MOMENT = datetime(2017, 7, 20, 9, 30, tzinfo=TAIPEI)


def memo(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Document:
    """A short document with one figure in it."""
    shown = refs.get("rate", FigureRef("", "—"))
    columns = (Column("指標", 3), Column("值", 1, "end"))
    table = Table("指標", columns, ((cell(facts["name"], header=True), cell(facts["text"])),))
    fields = (
        Field("name", "指標", "Measure", "指標的名稱"),
        Field("text", "值", "Value", "公布時的值", missing="沒有值"),
    )
    return Document(
        title="工程進度報告", author="測試市政府", data=facts, subject="報告",
        blocks=(Heading(1, "第一部分：進度"), Paragraph(("相符率為", shown, "。")), table),
        datasets=(Dataset("measures", "指標", "每列一個指標", fields, ((facts["name"], facts["text"]),), ("name",)),),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def office(db: None) -> Iterator[SimpleNamespace]:
    """An office inside the test's transaction."""
    with an_office() as made:
        yield made


@contextmanager
def an_office() -> Iterator[SimpleNamespace]:
    """The measure with 167 of 216 filed for the first half of 2017, and a kind `tests.memo` about it."""
    city = open_unit("C")
    unit = open_unit("U", parent=city)
    measure = make_measure(unit)
    facts = file(measure, unit, "2017-H1", a=167, b=216)

    def gather(subject: int, period: str) -> registry.Gathered:
        figure = measures.figure(measure.pk, unit.pk, parse_period("2017-H1"))
        content = {"name": measure.name, "text": str(figure.value), "note": notes[0]}
        return registry.Gathered(
            "工程進度報告", unit.pk, f"tests.memo:{subject}", content, {"rate": figure}, period
        )

    notes = ["第一版"]
    kept = dict(registry._kinds)
    kind = registry.PublicationKind(
        "tests.memo", "測試報告", gather, memo, subject_label="tests.memo", stem="memo"
    )
    registry.register(kind)
    officer = Officer(frozenset({"publication.view", "publication.issue"}), frozenset({unit.pk}))
    try:
        yield SimpleNamespace(
            unit=unit, measure=measure, facts=facts, officer=officer, notes=notes, kind=kind
        )
    finally:
        registry._kinds.clear()
        registry._kinds.update(kept)
