"""PDF by typst: PDF/A-2a and PDF/UA-1 at once (tagged, titled, in its language), every face embedded, no system fonts.

Any warning of the compiler is a failure: a face that is missing would otherwise be replaced in silence. typst keeps the
faces and what it computed (60 MB and more) as long as its process lives; so it has one of its own for each file (`typesetting`).
"""

from __future__ import annotations

import calendar
import json
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shizheng.common import apart
from shizheng.kernel.publication.documents import fonts
from shizheng.kernel.publication.documents.model import (
    Cell,
    Document,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    Pictures,
    Table,
)

TYPESETTING = "shizheng.kernel.publication.documents.typesetting"
SECONDS = 60
"""Seconds of computing for one file; a plan of 60 pages takes less than one."""
THREADS = 2
_lock = threading.Lock()  # one at a time in each process: several at once would take several times the memory


class CannotSetPdf(Exception):
    """The document could not be set; the text says what the compiler says."""


class BrokeOff(CannotSetPdf):
    """Setting ended without a result: too long, too much memory, or ended by another."""


def to_pdf(document: Document, extra_fonts: Path | None = None) -> bytes:
    """The document as PDF. `issued_at` is its date. Raises CannotSetPdf, and FontsMissing before the asset build."""
    if document.issued_at is None:
        raise CannotSetPdf("a document without a day of issue cannot be archived (PDF/A needs its date)")
    faces = fonts.faces(extra_fonts)
    shown = fonts.shown_by(faces)
    inputs = {
        "document": json.dumps(_as_json(document, shown), ensure_ascii=False),
        "fonts": json.dumps(list(dict.fromkeys(face.family for face in faces)), ensure_ascii=False),
    }
    try:
        with _lock, tempfile.TemporaryDirectory(prefix="shizheng-pictures-") as root:
            for name, data in _photographs(document):
                Path(root, name).write_bytes(data)
            said, made = apart.ask(
                TYPESETTING, "pdf", json.dumps(inputs, ensure_ascii=False).encode(),
                seconds=SECONDS, threads=THREADS, root=root, folders=list(dict.fromkeys(str(face.path.parent) for face in faces)),
                timestamp=calendar.timegm(document.issued_at.utctimetuple()),
            )  # fmt: skip
    except apart.Failed as failure:
        raise BrokeOff(str(failure)) from failure
    if "failed" in said:
        raise CannotSetPdf(said["failed"])
    if not made or len(made) != said["size"]:
        raise BrokeOff("the file is not whole")
    return made


def made_with() -> str:
    """The name and version of what makes the file."""
    from importlib.metadata import version

    return f"typst {version('typst')}"


def _photographs(document: Document) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every picture that is no drawing: typst reads them as files."""
    for number, block in enumerate(document.blocks):
        for place, each in enumerate(block.pictures if isinstance(block, Pictures) else ()):
            if not each.drawn:
                yield f"{number}-{place}.{each.media_type[6:]}", each.data


def _as_json(document: Document, shown: Any) -> dict[str, Any]:
    moment = document.issued_at
    return {
        "title": shown(document.title),
        "author": shown(document.author),
        "subject": shown(document.subject),
        "code": document.code,
        "language": document.language.split("-")[0],
        "issued": None if moment is None else [*moment.utctimetuple()[:6]],
        "blocks": [_block(block, number, shown) for number, block in enumerate(document.blocks)],
    }


def _block(block: Any, number: int, shown: Any) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": shown(text)}
        case Paragraph(content, style):
            return {"kind": "paragraph", "style": style, "content": _inline(content, shown)}
        case PageBreak():
            return {"kind": "break"}
        case Pictures(pictures):
            return {
                "kind": "pictures",
                "pictures": [
                    {
                        "svg": each.data.decode() if each.drawn else "",
                        "path": "" if each.drawn else f"/{number}-{place}.{each.media_type[6:]}",
                        "alt": shown(each.alt),
                        "caption": shown(each.caption),
                        "width": each.width,
                        "height": each.height,
                    }
                    for place, each in enumerate(pictures)
                ],
            }
        case Table():
            return {
                "kind": "table",
                "dense": block.dense,
                "columns": [
                    {"title": shown(each.title), "width": each.width, "align": each.align}
                    for each in block.columns
                ],
                "rows": _rows(block, shown),
            }
    raise TypeError(block)


def _rows(table: Table, shown: Any) -> list[list[dict[str, Any]]]:
    """The rows, every column filled: where a cell spans, empty cells that go on without a line between."""
    left = [0] * len(table.columns)
    out = []
    for row in table.rows:
        cells = []
        for index, each in enumerate(row):
            left[index] = max(left[index] - 1, 0) if each is None else each.rows - 1
            cells.append(_cell(each or Cell(), index, each is not None, left[index] == 0, shown))
        out.append(cells)
    return out


def _cell(cell: Cell, column: int, begins: bool, ends: bool, shown: Any) -> dict[str, Any]:
    return {
        "header": cell.header,
        "column": column,
        "begins": begins,
        "ends": ends,
        "paragraphs": [_inline(content, shown) for content in cell.paragraphs],
    }


def _inline(content: tuple[Inline, ...], shown: Any) -> list[Any]:
    return [
        shown(part) if isinstance(part, str) else {"text": shown(part.text), "url": part.url}
        for part in content
    ]
