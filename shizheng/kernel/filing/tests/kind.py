"""A kind of filing of the tests' own: it proves that the kernel needs no domain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.errors import CannotDo
from shizheng.kernel.filing import registry
from shizheng.kernel.filing.registry import (
    Entries,
    Field,
    FilingKind,
    Problem,
    Row,
    Schedule,
    Subject,
    Supplied,
)
from shizheng.kernel.filing.rules.typed import number_of
from shizheng.kernel.measures.rules.periods import PeriodKind

CODE = "tests.results"
FIELDS = (
    Field("a", "進度相符案件", "number", unit="件", required_unless="missing"),
    Field("b", "繼續列管案件", "number", unit="件", required_unless="missing"),
    Field("missing", "缺值", "choice", required=False, choices=(("not_yet_measurable", "尚未可衡量"),)),
    Field("text", "說明", "long_text", required=False),
)


@dataclass
class Domain:
    """What a domain does with what was filed: it keeps the content of every lock and correction."""

    units: list[Any] = field(default_factory=list)
    rows: int = 2
    supplied: dict[tuple[str, str], Supplied] = field(default_factory=dict)
    locked: list[tuple[int, list[tuple[str, str, str]]]] = field(default_factory=list)
    unfiled: list[int] = field(default_factory=list)
    corrected: list[int] = field(default_factory=list)
    signed: list[int] = field(default_factory=list)
    broken: bool = False

    def subjects(self, _round: Any) -> Iterable[Subject]:
        return [Subject(unit.pk, "tests.plan", unit.pk, f"成果：{unit.name}") for unit in self.units]

    def rows_of(self, _filing: Any) -> Sequence[Row]:
        return [
            Row(
                str(n),
                f"第 {n} 個指標",
                FIELDS,
                {name: value for (row, name), value in self.supplied.items() if row == str(n)},
            )
            for n in range(1, self.rows + 1)
        ]

    def check(self, _filing: Any, entries: Entries) -> Iterable[Problem]:
        for (row, name), each in entries.items():
            if name == "b" and each.text.strip() and number_of(each.text) == 0:
                yield Problem("分母是 0，算不出來。", row, name)

    def on_lock(self, _actor: Any, filing: Any, entries: Entries) -> None:
        if self.broken:
            raise CannotDo("這個領域不能接受鎖定。")
        self.locked.append((filing.pk, sorted((*key, each.text) for key, each in entries.items())))

    def on_unfiled(self, _actor: Any, _round: Any, returns: Sequence[Any]) -> None:
        self.unfiled += [each.unit_id for each in returns]

    def on_correct(self, _actor: Any, request: Any) -> None:
        if self.broken:
            raise CannotDo("這個領域不能接受更正。")
        self.corrected.append(request.pk)

    def on_sign(self, _actor: Any, filing: Any, _entries: Entries) -> None:
        self.signed.append(filing.pk)

    @staticmethod
    def narrative(_row: Row, values: Mapping[str, str]) -> str:
        a, b = number_of(values.get("a", "")), number_of(values.get("b", ""))
        if a is None or not b:
            return ""
        return f"{(100 * a / b).quantize(Decimal('0.01'))}%（{a} ÷ {b}）"

    def register(self) -> FilingKind:
        """Make this kind known."""
        made = FilingKind(
            code=CODE,
            name="測試成果",
            schedules=(
                Schedule("filing.half_year", PeriodKind.HALF, (1,)),
                Schedule("filing.year_end", PeriodKind.YEAR),
            ),
            subjects=self.subjects,
            rows=self.rows_of,
            check=self.check,
            on_lock=self.on_lock,
            on_unfiled=self.on_unfiled,
            on_correct=self.on_correct,
            on_sign=self.on_sign,
            narrative=self.narrative,
        )
        registry.register(made)
        return made


def supply(value: str, text: str = "列管案件", url: str = "/cases/", as_of: date | None = None) -> Supplied:
    """A value as another domain would supply it."""
    return Supplied(value, text, url, as_of or date(2017, 6, 30))
