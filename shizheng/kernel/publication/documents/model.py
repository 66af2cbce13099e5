"""A neutral document: headings, paragraphs, tables, pictures, figures that carry their id, and data sets. Pure; no Django.

A kind of publication builds one of these; the writers turn it into ODT, PDF, ODS, XLSX, JSON, CSV and plain text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

Align = Literal["start", "center", "end"]
Datatype = Literal["string", "integer", "decimal", "boolean", "date", "datetime", "anyURI"]


@dataclass(frozen=True, slots=True)
class FigureRef:
    """A figure in running text: shown as `text`, a link to how it stood when it was issued."""

    id: str
    text: str
    url: str = ""


Inline = str | FigureRef
Content = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 is the highest below the document's title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `style`: body, note (small, grey) or title (centred, large)."""

    content: Content
    style: Literal["body", "note", "title"] = "body"


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its share of the width, how its cells are set."""

    title: str
    width: float
    align: Align = "start"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of one or more paragraphs. `rows` is how many rows it spans; `value` is its number for spreadsheets."""

    paragraphs: tuple[Content, ...] = ()
    rows: int = 1
    header: bool = False
    value: Decimal | None = None

    @property
    def text(self) -> str:
        """The cell's text, a line for each paragraph."""
        return "\n".join(plain(each) for each in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of headings. A cell that spans leaves `None` in its column in the rows below.

    `dense`: set smaller and closer, where much has to stand on one page.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    dense: bool = False

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.title!r}: every row needs {len(self.columns)} cells")

    @property
    def under_columns(self) -> list[list[tuple[Cell | None, Column]]]:
        """Its rows, each cell with its column."""
        return [list(zip(row, self.columns, strict=True)) for row in self.rows]

    @property
    def flat(self) -> bool:
        """Whether no cell spans rows, so that on a narrow screen each row can stand by itself."""
        return all(cell is not None and cell.rows == 1 for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: `data` in `media_type`, `width` and `height` in millimetres. `alt` says in words what it shows.

    `drawn`: SVG that we draw ourselves, nothing else; photographs are JPEG or PNG. `url` is where a page finds it.
    """

    alt: str
    data: bytes
    media_type: Literal["image/svg+xml", "image/jpeg", "image/png"]
    width: float
    height: float
    caption: str = ""
    url: str = ""

    @property
    def drawn(self) -> bool:
        """Whether it is a drawing of ours."""
        return self.media_type == "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Pictures:
    """One picture, or several beside each other; together no wider than the text (170 mm)."""

    pictures: tuple[Picture, ...]


Block = Heading | Paragraph | Table | Pictures | PageBreak


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a data set, described for its readers. `missing` says what an empty cell means.

    `labels`: code → its words, where the cells hold codes.
    """

    name: str
    title: str
    title_en: str
    description: str
    datatype: Datatype = "string"
    unit: str = ""
    missing: str = ""
    labels: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows as open data. `key` names the columns that identify a row, also when two editions are compared."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Any, ...], ...]
    key: tuple[str, ...]

    def __post_init__(self) -> None:
        names = [each.name for each in self.fields]
        if len(set(names)) != len(names) or not set(self.key) <= set(names):
            raise ValueError(f"data set {self.name!r}: columns are named once, and the key is among them")
        if any(len(row) != len(names) for row in self.rows):
            raise ValueError(f"data set {self.name!r}: every row needs {len(names)} values")


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its data. `data` is everything in it as plain JSON; `code` is printed at the foot of each page;
    `licence` is the address of the licence of its data, where there is one."""

    title: str
    author: str
    blocks: tuple[Block, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    datasets: tuple[Dataset, ...] = ()
    subject: str = ""
    language: str = "zh-TW"
    licence: str = ""
    code: str = ""
    issued_at: datetime | None = None

    @property
    def tables(self) -> list[Table]:
        """Its tables in order."""
        return [block for block in self.blocks if isinstance(block, Table)]


def plain(content: Sequence[Inline]) -> str:
    """Running text without its links."""
    return "".join(part if isinstance(part, str) else part.text for part in content)


def cell(text: str | None, **more: Any) -> Cell:
    """A cell of text, one paragraph for each line; nothing makes an empty cell."""
    return Cell(tuple((line,) for line in (text or "").split("\n") if line), **more)
