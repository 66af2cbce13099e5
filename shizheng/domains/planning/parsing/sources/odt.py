"""OpenDocument text: content.xml read paragraph by paragraph and row by row."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shizheng.common.words import tell

from .package import Package, attribute, body_lines, count, local, refused, row_line

_LEFT_OUT = {
    "tracked-changes", "note", "annotation", "annotation-end", "sequence-decls", "variable-decls", "user-field-decls",
    "forms", "desc", "title", "image", "object", "object-ole", "table-source", "scenario",
}  # fmt: skip
_MOST_BLANKS, _MOST_COLUMNS = 200, 60


def odt_lines(package: Package) -> Iterator[str]:
    """The lines of the document. Raises CannotReadPlan."""
    root = package.xml("content.xml")
    body = next((node for node in root.iter() if local(node) == "text" and "office" in str(node.tag)), None)
    if body is None:
        raise refused(package.filename, "damaged", tell("找不到文件的本文"))
    yield from _blocks(body)


def _blocks(node: Element) -> Iterator[str]:
    for child in node:
        name = local(child)
        if name in ("p", "h"):
            yield from body_lines(iter([_text(child)]))
        elif name == "table":
            yield from _rows(child)
        elif name not in _LEFT_OUT:
            yield from _blocks(child)


def _rows(table: Element) -> Iterator[str]:
    for row in _rows_of(table):
        cells: list[list[str]] = []
        for cell in row:
            if local(cell) in ("table-cell", "covered-table-cell"):
                content = list(_paragraphs(cell)) if local(cell) == "table-cell" else []
                cells += [
                    content,
                    *([] for _ in range(count(cell, "number-columns-repeated", _MOST_COLUMNS) - 1)),
                ]
        line = row_line(cells[:_MOST_COLUMNS])
        if line.strip():
            yield line


def _rows_of(node: Element) -> Iterator[Element]:
    for child in node:
        if local(child) == "table-row":
            yield child
        elif local(child) in ("table-header-rows", "table-row-group", "table-rows"):
            yield from _rows_of(child)


def _paragraphs(node: Element) -> Iterator[str]:
    for child in node:
        name = local(child)
        if name in ("p", "h"):
            yield from _text(child).split("\n")
        elif name == "table":
            for row in _rows_of(child):
                yield " ".join(text for cell in row for text in _paragraphs(cell))
        elif name not in _LEFT_OUT:
            yield from _paragraphs(child)


def _text(node: Element) -> str:
    parts = [node.text or ""]
    for child in node:
        name = local(child)
        if name == "s":
            parts.append(" " * count(child, "c", _MOST_BLANKS))
        elif name == "tab":
            parts.append(" ")
        elif name == "line-break":
            parts.append("\n")
        elif name not in _LEFT_OUT and attribute(child, "display") != "none":
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
