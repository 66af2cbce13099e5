"""Plain text: headings and paragraphs as lines, each row of a table as one line with tabs, its paragraphs as <p>…</p>,
pictures by what they show."""

from __future__ import annotations

from shizheng.kernel.publication.documents.model import (
    Cell,
    Document,
    Heading,
    Paragraph,
    Pictures,
    Table,
    plain,
)


def to_text(document: Document) -> str:
    """The document as UTF-8 text in the layout that plans are kept in; every row of a table is one whole line."""
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            lines += ["", block.text, ""]
        elif isinstance(block, Paragraph):
            lines += [plain(block.content)]
        elif isinstance(block, Pictures):
            lines += [f"〔{each.alt}〕{each.caption}" for each in block.pictures]
        elif isinstance(block, Table):
            lines += ["\t".join(column.title for column in block.columns)]
            lines += ["\t".join(_cell(each) for each in row) for row in block.rows]
            lines += [""]
    return "\n".join(lines).strip("\n") + "\n"


def _cell(cell: Cell | None) -> str:
    if cell is None or not cell.paragraphs:
        return ""
    texts = [" ".join(plain(content).split()) for content in cell.paragraphs]
    return texts[0] if len(texts) == 1 else "".join(f"<p>{text}</p>" for text in texts)
