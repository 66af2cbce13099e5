"""What can be filed: each domain registers its kinds here, so that this app knows none of them (like `web.work`)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo, NotFound
from shizheng.kernel.measures.rules.periods import Period, PeriodKind

Text = str | Promise
FieldKind = Literal["number", "text", "long_text", "choice", "file"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row. A `file` holds the ids of its files, one a line (`attachments`). `required_unless` names another field of the row that, once filled, makes this one optional.

    `choices` are value and label; `unit` stands beside the box. A narrative is a `long_text`.
    `suggest` are texts that are offered while one types; others may be typed too. `before`: what stood there
    last time, as one reads it.
    """

    name: str
    label: Text
    kind: FieldKind = "text"
    unit: str = ""
    help: Text = ""
    required: bool = True
    choices: Sequence[tuple[str, Text]] = ()
    required_unless: str = ""
    suggest: Sequence[Text] = ()
    before: str = ""

    def shown(self, text: str) -> str:
        """What stands in the field as people read it: the words of a choice, any other text as it is."""
        return next((str(label) for value, label in self.choices if value == text), text)


@dataclass(frozen=True, slots=True)
class Supplied:
    """A value that comes from elsewhere in the product: its text, where from (with a link), and as of which day."""

    value: str
    source_text: str
    url: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a return. `key` names it for good (such as the number of a KPI); `prefill` maps fields to Supplied."""

    key: str
    title: str
    fields: Sequence[Field]
    prefill: Mapping[str, Supplied] = field(default_factory=dict)
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a return is about, and which unit owes it: `label` such as `planning.plan`, and its number."""

    unit_id: int
    label: str
    pk: int
    title: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What stands in one field: the text as typed or as supplied, and who put it there when."""

    row: str
    field: str
    text: str
    version: int
    source: Mapping[str, Any]
    by_id: int | None
    by: str
    at: datetime | None


def suggested(rows: Iterable[Row]) -> dict[str, Sequence[Text]]:
    """What is offered while one types, by the name of the field: the same for every row."""
    return {each.name: each.suggest for row in rows for each in row.fields if each.suggest}


Entries = Mapping[tuple[str, str], Entered]
"""Row and field → what stands there."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field (or, without a field, with one row, or with the return as a whole)."""

    text: str
    row: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which periods are filed, by which rule of the rulebook. `numbers`: of the year's periods only these (all if empty).

    A half-year round of the first half alone is `Schedule("filing.half_year", PeriodKind.HALF, (1,))`.
    """

    rule: str
    period: PeriodKind
    numbers: tuple[int, ...] = ()

    def covers(self, period: Period) -> bool:
        return period.kind is self.period and (not self.numbers or period.number in self.numbers)


def _nothing(*_given: Any) -> None:
    return None


def _no_problems(_filing: Any, _entries: Entries) -> Iterable[Problem]:
    return ()


def _no_doubts(_row: Row, _values: Mapping[str, str]) -> Mapping[str, str]:
    return {}


def _no_words(_row: Row, _values: Mapping[str, str]) -> str:
    return ""


@dataclass(frozen=True)
class FilingKind:
    """One kind of filing.

    `schedules`: which periods are filed, and the rule of the rulebook with the days and levels of their rounds.
    `subjects(round)`: what is owed, the denominator of the rate. `rows(return)`: the form; `rows_of(returns)` the same
    for many in few queries. `check(return, entries)`: problems beyond empty fields and what is no number.
    `on_lock(actor, return, entries)` and `on_correct(actor, request)` write what follows, in the same transaction:
    what they raise undoes everything. `on_lock_all(actor, [(return, entries), …])` takes the place of `on_lock`: the
    same for all returns of one round that are locked together, in few queries.
    `on_unfiled(actor, round, returns)`: the round was locked without these, which nobody had signed by then; one that
    is filed late goes through `on_lock` afterwards like any other.
    `on_sign(actor, return, entries)`: after the last level signed.
    `doubts(row, values)`: field → what looks wrong in what is typed so far; said beside the field, and keeps nothing back.
    `narrative(row, values)`: the sentence with the figure that the system writes; `mark` stands for it in what is typed.
    """

    code: str
    name: Text
    schedules: Sequence[Schedule]
    subjects: Callable[[Any], Iterable[Subject]]
    rows: Callable[[Any], Sequence[Row]]
    check: Callable[[Any, Entries], Iterable[Problem]] = _no_problems
    doubts: Callable[[Row, Mapping[str, str]], Mapping[str, str]] = _no_doubts
    on_lock: Callable[[Any, Any, Entries], None] = _nothing
    on_lock_all: Callable[[Any, Sequence[tuple[Any, Entries]]], None] | None = None
    on_unfiled: Callable[[Any, Any, Sequence[Any]], None] = _nothing
    on_correct: Callable[[Any, Any], None] = _nothing
    on_sign: Callable[[Any, Any, Entries], None] = _nothing
    narrative: Callable[[Row, Mapping[str, str]], str] = _no_words
    rows_of: Callable[[Sequence[Any]], Mapping[int, Sequence[Row]]] | None = None
    subject_url: Callable[[Any], str] | None = None
    icon: str = "forms"
    mark: str = ""

    def rule_for(self, period: Period) -> str:
        """The rule that schedules the filing of a period. Raises CannotDo where that period is not filed."""
        for schedule in self.schedules:
            if schedule.covers(period):
                return schedule.rule
        raise CannotDo(
            _("「%(kind)s」沒有 %(period)s這一期，沒有排定。") % {"kind": self.name, "period": period.label}
        )

    def sentence(self, row: Row, values: Mapping[str, str]) -> str:
        """The narrative; empty as long as what is typed makes no figure (a text for a number, a zero below the line)."""
        try:
            return self.narrative(row, values)
        except (ValueError, ArithmeticError):
            return ""

    def lock_all(self, actor: Any, locked: Sequence[tuple[Any, Entries]]) -> None:
        """What follows from the lock of these returns with their entries, in the running transaction."""
        if self.on_lock_all is not None:
            self.on_lock_all(actor, locked)
            return
        for filing, entries in locked:
            self.on_lock(actor, filing, entries)

    def rows_of_all(self, returns: Sequence[Any]) -> dict[int, Sequence[Row]]:
        """The rows of many returns by their number."""
        if self.rows_of is not None:
            return dict(self.rows_of(returns))
        return {each.pk: self.rows(each) for each in returns}


_kinds: dict[str, FilingKind] = {}


def register(kind: FilingKind) -> None:
    """Add a kind (call it from `AppConfig.ready`); the same code again replaces it."""
    _kinds[kind.code] = kind


def forget(code: str) -> None:
    """Take a kind away (for tests)."""
    _kinds.pop(code, None)


def kinds() -> tuple[FilingKind, ...]:
    """All kinds, by code."""
    return tuple(_kinds[code] for code in sorted(_kinds))


def kind_of(code: str) -> FilingKind:
    """A kind by its code. Raises NotFound where no installed app files that."""
    if code not in _kinds:
        raise NotFound(_("沒有「%(kind)s」這種填報；可能是安裝的系統不含這個領域。") % {"kind": code})
    return _kinds[code]


def name_of(code: str) -> str:
    """The kind's name, or its code where nobody registers it any more."""
    found = _kinds.get(code)
    return str(found.name) if found else code
