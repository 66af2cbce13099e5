"""Word documents (Office Open XML, transitional and strict): word/document.xml read paragraph by paragraph and row by row.

Numbers that Word only draws in front of a paragraph (automatic lists) are not in its text and are not read.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shizheng.common.words import tell

from .package import Package, attribute, body_lines, local, refused, row_line

_LEFT_OUT = {
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "footnoteReference",
    "endnoteReference",
    "AlternateContent",
    "drawing",
    "pict",
}
_GROUPS = {"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "r"}
_MOST_COLUMNS = 60


def docx_lines(package: Package) -> Iterator[str]:
    """The lines of the document. Raises CannotReadPlan."""
    root = package.xml("word/document.xml")
    body = next((node for node in root if local(node) == "body"), None)
    if body is None:
        raise refused(package.filename, "damaged", tell("找不到文件的本文"))
    yield from _blocks(body)


def _blocks(node: Element) -> Iterator[str]:
    for child in node:
        name = local(child)
        if name == "p":
            yield from body_lines(iter([_text(child)]))
        elif name == "tbl":
            yield from _rows(child)
        elif name in _GROUPS:
            yield from _blocks(child)


def _rows(table: Element) -> Iterator[str]:
    for row in _inside(table, "tr"):
        cells: list[list[str]] = []
        for cell in _inside(row, "tc"):
            span, continues = _spans(cell)
            cells += [[] if continues else list(_paragraphs(cell)), *([] for _ in range(span - 1))]
        line = row_line(cells[:_MOST_COLUMNS])
        if line.strip():
            yield line


def _inside(node: Element, wanted: str) -> Iterator[Element]:
    for child in node:
        if local(child) == wanted:
            yield child
        elif local(child) in _GROUPS:
            yield from _inside(child, wanted)


def _spans(cell: Element) -> tuple[int, bool]:
    """How many columns a cell spans, and whether it only continues the cell above."""
    span, continues = 1, False
    for properties in (node for node in cell if local(node) == "tcPr"):
        for each in properties:
            if local(each) == "gridSpan":
                text = attribute(each, "val")
                span = (
                    max(1, min(int(text), _MOST_COLUMNS))
                    if text.isascii() and text.isdigit() and len(text) < 4
                    else 1
                )
            elif local(each) == "vMerge":
                continues = attribute(each, "val") != "restart"
    return span, continues


def _paragraphs(node: Element) -> Iterator[str]:
    for child in node:
        name = local(child)
        if name == "p":
            yield from _text(child).split("\n")
        elif name == "tbl":
            for row in _inside(child, "tr"):
                yield " ".join(text for cell in _inside(row, "tc") for text in _paragraphs(cell))
        elif name in _GROUPS:
            yield from _paragraphs(child)


def _text(node: Element) -> str:
    parts: list[str] = []
    for child in node:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in ("tab", "ptab"):
            parts.append(" ")
        elif name in ("br", "cr"):
            parts.append(" " if attribute(child, "type") in ("page", "column") else "\n")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name in _GROUPS and name not in _LEFT_OUT:
            parts.append(_text(child))
    return "".join(parts)
