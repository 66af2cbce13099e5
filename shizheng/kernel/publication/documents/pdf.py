"""PDF by typst: PDF/A-2a and PDF/UA-1 at once (tagged, titled, in its language), every face embedded, no system fonts.

Any warning of the compiler is a failure: a face that is missing would otherwise be replaced in silence.
"""

from __future__ import annotations

import calendar
import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

from shizheng.kernel.publication.documents import fonts
from shizheng.kernel.publication.documents.model import (
    Cell,
    Document,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    Table,
)

LAYOUT = Path(__file__).with_name("layout.typ")
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_lock = threading.Lock()


class CannotSetPdf(Exception):
    """The document could not be set; the text says what the compiler says."""


def to_pdf(document: Document, extra_fonts: Path | None = None) -> bytes:
    """The document as PDF. `issued_at` is its date. Raises CannotSetPdf, and FontsMissing before the asset build."""
    if document.issued_at is None:
        raise CannotSetPdf("a document without a day of issue cannot be archived (PDF/A needs its date)")
    faces = fonts.faces(extra_fonts)
    folders = tuple(dict.fromkeys(str(face.path.parent) for face in faces))
    shown = fonts.shown_by(faces)
    sys_inputs = {
        "document": json.dumps(_as_json(document, shown), ensure_ascii=False),
        "fonts": json.dumps(list(dict.fromkeys(face.family for face in faces)), ensure_ascii=False),
    }
    try:
        with _lock:
            made, warnings = _compiler(folders).compile_with_warnings(
                input=str(LAYOUT), format="pdf", pdf_standards=list(STANDARDS), sys_inputs=sys_inputs,
                timestamp=calendar.timegm(document.issued_at.utctimetuple()),
            )  # fmt: skip
    except typst.TypstError as failure:
        raise CannotSetPdf(str(failure)) from failure
    if warnings:
        raise CannotSetPdf("; ".join(str(each) for each in warnings))
    if not isinstance(made, bytes):
        raise CannotSetPdf("typst gave no single file")
    return made


def made_with() -> str:
    """The name and version of what makes the file."""
    from importlib.metadata import version

    return f"typst {version('typst')}"


@lru_cache(maxsize=4)
def _compiler(folders: tuple[str, ...]) -> typst.Compiler:
    """The compiler with these faces loaded: kept, because loading them is half of the work of a short document."""
    return typst.Compiler(
        input=str(LAYOUT), root=str(LAYOUT.parent), font_paths=list(folders), ignore_system_fonts=True
    )


def _as_json(document: Document, shown: Any) -> dict[str, Any]:
    moment = document.issued_at
    return {
        "title": shown(document.title),
        "author": shown(document.author),
        "subject": shown(document.subject),
        "code": document.code,
        "issued": None if moment is None else [*moment.utctimetuple()[:6]],
        "blocks": [_block(block, shown) for block in document.blocks],
    }


def _block(block: Any, shown: Any) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": shown(text)}
        case Paragraph(content, style):
            return {"kind": "paragraph", "style": style, "content": _inline(content, shown)}
        case PageBreak():
            return {"kind": "break"}
        case Table():
            return {
                "kind": "table",
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
