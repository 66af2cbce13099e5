"""A kind of filing whose lock writes facts: two rows a return, one of its values supplied from elsewhere."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.filing import registry
from shizheng.kernel.filing.registry import Entries, Field, FilingKind, Row, Schedule, Subject, Supplied
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures.models import Measure
from shizheng.kernel.measures.rules.periods import PeriodKind
from shizheng.kernel.organisations.models import Unit

CODE = "tests.killed"
ROWS = ("1", "2")
INPUTS = ("a", "b")
SUPPLIED = Supplied("216", "列管案件", "/cases/", date(2017, 6, 30))


def measure_code(row: str) -> str:
    """The measure that a row is about."""
    return f"killed.{row}"


def subjects(_round: Any) -> Iterator[Subject]:
    for unit in Unit.objects.filter(kind="agency").order_by("pk"):
        yield Subject(unit.pk, "tests.killed", unit.pk, f"成果：{unit.name}")


def rows(_filing: Any) -> Sequence[Row]:
    fields = tuple(Field(name, name, "number") for name in INPUTS)
    return [Row(key, f"第 {key} 個指標", fields, {"b": SUPPLIED} if key == "2" else {}) for key in ROWS]


def record(_actor: Any, filing: Any, entries: Entries) -> None:
    """What follows from the lock: a fact for each input."""
    known = dict(Measure.objects.filter(code__startswith="killed.").values_list("code", "pk"))
    measures.record_facts(
        SYSTEM,
        [
            measures.Filing(
                known[measure_code(row)], name, filing.unit_id, filing.round.period, Decimal(entries[row, name].text),
                source={"kind": "reported", "text": filing.title},
            )
            for row in ROWS
            for name in INPUTS
        ],
    )  # fmt: skip


def register() -> None:
    """Make the kind known to this process."""
    schedule = Schedule("filing.half_year", PeriodKind.HALF, (1,))
    registry.register(FilingKind(CODE, "測試成果", (schedule,), subjects, rows, on_lock=record))
