"""Many returns of one round as one table: a line for each item, a column for each field."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from django.utils.translation import gettext as _

from shizheng.common.permissions import Actor
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.queries.entries import doubts_of, entries_of_all, shown_entries
from shizheng.kernel.filing.queries.returns import returns_of
from shizheng.kernel.filing.queries.work import may_write
from shizheng.kernel.filing.registry import Field, Row, Text, kind_of, suggested

MOST_LABELS = 3
"""Labels in the heading of a column whose rows call the field differently."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell; without a field the row has no such column."""

    field: Field | None
    name: str
    text: str = ""
    version: int = 0
    supplied: bool = False
    doubt: str = ""
    """What is wrong or looks wrong with what stands there; it is kept all the same."""


@dataclass(frozen=True, slots=True)
class GridLine:
    """One item of one return."""

    filing: Return
    row: Row
    cells: tuple[GridCell, ...]
    writable: bool
    narrative: str = ""

    @property
    def key(self) -> str:
        """`12/3`: the return and the row, as the file names the line."""
        return f"{self.filing.pk}/{self.row.key}"

    @property
    def texts(self) -> dict[str, str]:
        """Field → what stands there."""
        return {each.name: each.text for each in self.cells if each.field is not None}


@dataclass(slots=True)
class Grid:
    """The table. `columns` are names and labels in the order of the rows' fields, those with the most fields first."""

    columns: list[tuple[str, str]]
    lines: list[GridLine] = field(default_factory=list)
    mixed: frozenset[str] = frozenset()
    """Names of the columns whose rows call the field differently: their heading has the labels, each cell says its own."""
    units: dict[str, str] = field(default_factory=dict)
    """The unit of a column, where all of its rows have the same."""

    @property
    def suggested(self) -> dict[str, Sequence[Text]]:
        """What is offered while one types, by column."""
        return suggested(each.row for each in self.lines)

    def line(self, key: str) -> GridLine | None:
        return next((each for each in self.lines if each.key == key), None)


def _columns(rows: Sequence[Row]) -> tuple[dict[str, str], frozenset[str]]:
    """The label of each column by its name, and the names whose label differs between rows or is another's too."""
    labels: dict[str, dict[str, None]] = {}
    shapes: dict[tuple[str, ...], None] = {}
    seen: set[tuple[str, int]] = set()  # rows share their labels: each is put into words once
    for row in rows:
        fields = [each for each in row.fields if each.kind != "file"]
        shapes[tuple(each.name for each in fields)] = None
        for each in fields:
            if (each.name, id(each.label)) not in seen:
                seen.add((each.name, id(each.label)))
                labels.setdefault(each.name, {})[str(each.label)] = None
    order = _merged(shapes)
    called = Counter(label for said in labels.values() for label in said)
    mixed = [
        name for name in order if len(labels[name]) > 1 or any(called[each] > 1 for each in labels[name])
    ]
    headings: dict[str, str] = {}
    for name in order:
        headings[name] = _heading(list(labels[name]), headings.values())
    return headings, frozenset(mixed)


def _units(rows: Iterable[Row]) -> dict[str, str]:
    """Column → its unit, where its rows agree on one."""
    said: dict[str, set[str]] = {}
    for row in rows:
        for each in row.fields:
            said.setdefault(each.name, set()).add(str(each.unit))
    return {name: units.pop() for name, units in said.items() if len(units) == 1}


def _heading(labels: Sequence[str], taken: Collection[str]) -> str:
    """What a column is called: the labels of its rows, some of them where they are many; no two columns alike."""
    said = _("／").join(labels[:MOST_LABELS])
    if len(labels) > MOST_LABELS:
        said = _("%(labels)s等 %(n)s 種") % {"labels": said, "n": len(labels)}
    numbered = (f"{said} ({number})" for number in count(2))
    return said if said not in taken else next(each for each in numbered if each not in taken)


def _merged(shapes: Iterable[Sequence[str]]) -> list[str]:
    """The names of all rows in one order that keeps each row's own: a name follows the one before it in its row."""
    order: list[str] = []
    for names in sorted(shapes, key=lambda each: -len(each)):
        at = 0
        for name in names:
            if name in order:
                at = order.index(name) + 1
            else:
                order.insert(at, name)
                at += 1
    return order


def grid_of(
    actor: Actor, found: Round, among: Iterable[Return] | None = None, *, remarks: bool = True
) -> Grid:
    """The returns of a round that the actor may see, or some `among` them, with what stands in them (a fixed number of queries).

    `remarks`: with the doubts and the sentence of each row, as a screen shows them; a file needs neither.
    """
    returns = list(returns_of(actor, found.pk) if among is None else among)
    for each in returns:
        each.round = found
    rows = kind_of(found.kind).rows_of_all(returns)
    entries = entries_of_all(each.pk for each in returns)
    every = [row for each in returns for row in rows.get(each.pk, ())]
    columns, mixed = _columns(every)
    made = Grid(list(columns.items()), mixed=mixed, units=_units(every))
    kind = kind_of(found.kind)
    for each in returns:
        of_return: Sequence[Row] = rows.get(each.pk, ())
        shown = shown_entries(of_return, entries[each.pk])
        writable = may_write(actor, each)
        values_of_row: dict[str, dict[str, str]] = {row.key: {} for row in of_return}
        for (key, name), stands in shown.items():
            values_of_row.setdefault(key, {})[name] = stands.text
        for row in of_return:
            fields = {f.name: f for f in row.fields if f.kind != "file"}
            values = values_of_row[row.key]
            doubts = doubts_of(kind, row, values) if writable and remarks else {}
            sentence = kind.sentence(row, values) if remarks else ""
            cells = []
            for name in columns:
                there = shown.get((row.key, name))
                made_cell = GridCell(fields.get(name), name)
                if there is not None:
                    made_cell = GridCell(
                        fields.get(name),
                        name,
                        there.text,
                        there.version,
                        bool(there.source),
                        doubts.get(name, ""),
                    )
                cells.append(made_cell)
            made.lines.append(GridLine(each, row, tuple(cells), writable, sentence))
    return made
