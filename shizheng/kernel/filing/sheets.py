"""A grid as a spreadsheet, and back: read whole or not at all, with a report for each row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.permissions import Actor
from shizheng.common.sheets import RowProblem
from shizheng.kernel.filing.actions import TypedEntry, save_sheet
from shizheng.kernel.filing.actions.shared import share_round
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.queries.entries import doubts_of, problem_of_text
from shizheng.kernel.filing.queries.grid import Grid, GridCell, GridLine, grid_of
from shizheng.kernel.filing.registry import Row, kind_of
from shizheng.kernel.filing.rules.typed import NotANumber, number_of
from shizheng.kernel.history.actions import recorded
from shizheng.web.sheets import read_sheet, refused

FIRST = ("編號", "機關", "項目")
LAST = "版次"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: how many cells were `changed`, how many of its rows' cells look wrong (`doubts`); or the
    `problems` because of which nothing was written."""

    changed: int = 0
    doubts: int = 0
    problems: Sequence[RowProblem] = ()


def take_in(actor: Actor, found: Round, content: bytes) -> Taken:
    """Read an XLSX or ODS file of a round back in: everything or nothing, with a report for each row that is wrong.

    The round's rows are read once, in the transaction that writes. Raises BadInput for what is no such file, and what
    `save_entries` raises.
    """
    rows = read_sheet(content)
    with recorded(by=actor, action="filing.save_sheet"):
        shared = share_round(found.pk)
        made = grid_of(actor, shared, remarks=False)
        wanted, problems = rows_in(made, rows)
        if problems:
            return Taken(problems=problems)
        forms: dict[int, tuple[Return, list[Row]]] = {}
        for line in made.lines:
            forms.setdefault(line.filing.pk, (line.filing, []))[1].append(line.row)
        changed = save_sheet(actor, ((*forms[pk], typed) for pk, typed in wanted.items()), shared=shared)
    return Taken(changed, _doubts(made, shared.kind, wanted))


def _doubts(made: Grid, code: str, wanted: Mapping[int, Sequence[TypedEntry]]) -> int:
    """How many cells look wrong in the rows that a file changed (another unit, a total that shrank)."""
    kind = kind_of(code)
    typed: dict[tuple[int, str], dict[str, str]] = {}
    for pk, entries in wanted.items():
        for each in entries:
            typed.setdefault((pk, each.row), {})[each.field] = each.text
    found = 0
    for line in made.lines:
        said = typed.get((line.filing.pk, line.row.key))
        if said is not None:
            found += len(doubts_of(kind, line.row, line.texts | said))
    return found


def rows_out(grid: Grid) -> Iterator[Sequence[Any]]:
    """Heading and rows: number, agency, item, the fields, and the versions that are compared when it comes back.

    Where rows call a column differently, one more column says what each row means by it; it is not read back.
    """
    said = [_("填報欄說明")] if grid.mixed else []
    yield [*FIRST, *said, *(label for _name, label in grid.columns), LAST]
    for line in grid.lines:
        versions = ".".join(str(cell.version) for cell in line.cells)
        yield [
            line.key,
            line.filing.title,
            line.row.title,
            *([_means(grid, line)] if grid.mixed else []),
            *(_out(cell) for cell in line.cells),
            f"v{versions}",
        ]


def _means(grid: Grid, line: GridLine) -> str:
    """`件數／長度＝件數；…`: what a row means by the columns that its neighbours call otherwise."""
    return _("；").join(
        _("%(column)s＝%(label)s") % {"column": column, "label": cell.field.label}
        for (name, column), cell in zip(grid.columns, line.cells, strict=True)
        if name in grid.mixed and cell.field is not None
    )


def _out(cell: Any) -> Any:
    if cell.field is not None and cell.field.kind == "number":
        try:
            return number_of(cell.text)
        except NotANumber:
            return cell.text
    if cell.field is not None and cell.field.kind == "choice":
        return cell.field.shown(cell.text)
    return cell.text


def rows_in(
    grid: Grid, rows: Sequence[Sequence[str]]
) -> tuple[dict[int, list[TypedEntry]], list[RowProblem]]:
    """What a file changes, return by return, and what is wrong with it; cells that say what stands there change nothing."""
    head = [text.strip() for text in rows[0]] if rows else []
    columns = {label: name for name, label in grid.columns}
    if FIRST[0] not in head:
        raise refused(
            _("第一列沒有「%(column)s」這一欄，沒有讀入。請用從這裡匯出的檔案，不要改欄名。")
            % {"column": FIRST[0]}
        )
    at = head.index(FIRST[0])
    versions_at = head.index(LAST) if LAST in head else None
    wanted: dict[int, list[TypedEntry]] = {}
    problems: list[RowProblem] = []
    seen: set[str] = set()
    lines = {each.key: each for each in grid.lines}
    places = {name: place for place, (name, _label) in enumerate(grid.columns)}
    read_columns = [
        (place, label, places[columns[label]]) for place, label in enumerate(head) if label in columns
    ]
    for number, row in enumerate(rows[1:], 2):
        key = row[at].strip() if at < len(row) else ""
        if not any(cell.strip() for cell in row):
            continue
        line = lines.get(key)
        if line is None or key in seen:
            text = _("這個編號出現兩次。") if key in seen else _("沒有這個編號的項目，或您不能看。")
            problems.append(RowProblem(number, key[:40], text))
            continue
        seen.add(key)
        read = _versions(row[versions_at] if versions_at is not None and versions_at < len(row) else "", line)
        for place, label, index in read_columns:
            if place < len(row):
                _one(line, index, row[place], read, number, label, wanted, problems)
    return wanted, problems


def _versions(text: str, line: GridLine) -> list[int | None]:
    parts = text.strip().removeprefix("v").split(".")
    if len(parts) == len(line.cells) and all(part.isascii() and part.isdigit() for part in parts):
        return [int(part) for part in parts]
    return [None] * len(line.cells)


def _one(
    line: GridLine, index: int, given: str, versions: list[int | None], number: int, label: str,
    wanted: dict[int, list[TypedEntry]], problems: list[RowProblem],
) -> None:  # fmt: skip
    cell = line.cells[index]
    text = given.strip()
    if cell.field is None:
        if text:
            problems.append(RowProblem(number, label, _("這個項目沒有這一欄，請清空。")))
        return
    if cell.field.kind == "choice" and text:
        text = next((value for value, words in cell.field.choices if str(words) == text), text)
    if _same(cell.field.kind, text, cell.text):
        return
    wrong = problem_of_text(cell.field, text) if text else ""
    read = versions[index]
    if read == 0 and cell.version and _same(cell.field.kind, text, _offered(line, cell)):
        return  # as it was taken out: somebody else filled it in meanwhile, and this file does not say otherwise
    if not line.writable:
        wrong = _("「%(filing)s」現在是「%(state)s」，或您不能填，不能改。") % {
            "filing": line.filing.title,
            "state": line.filing.get_state_display(),
        }
    elif read is not None and read != cell.version:
        wrong = _("匯出之後這一格改成「%(now)s」了（也可能是您在別處存的）；請重新匯出。") % {
            "now": cell.field.shown(cell.text)[:60]
        }
    if wrong:
        problems.append(RowProblem(number, label, wrong))
        return
    wanted.setdefault(line.filing.pk, []).append(TypedEntry(line.row.key, cell.name, text, cell.version))


def _offered(line: GridLine, cell: GridCell) -> str:
    """What an export says of a cell into which nobody has put anything."""
    supplied = line.row.prefill.get(cell.name)
    return supplied.value if supplied is not None else ""


def _same(kind: str, text: str, there: str) -> bool:
    if text == there.strip():
        return True
    if kind == "number":
        try:
            return number_of(text) == number_of(there)
        except NotANumber:
            return False
    return False
