"""What a PDF tells whoever cannot see it: the text of its structure tree, node by node (ISO 32000-1, 14.7 and 14.8)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pypdf import PdfReader


@dataclass
class Cell:
    """A cell of a table. `name`: by which cells call it their head. `headers`: the names of its heads."""

    role: str
    scope: str
    name: str
    headers: list[str]
    text: str = ""


@dataclass
class Told:
    """The text without blanks, in the tree's order, and the rows of all tables."""

    reader: PdfReader
    text: str = ""
    rows: list[list[Cell]] = field(default_factory=list)

    @cached_property
    def marked(self) -> dict[int, dict[int, str]]:
        """The text of each marked part of each page's content, by the numbers that the tree knows them by."""
        return {page.indirect_reference.idnum: _marked(page) for page in self.reader.pages}  # type: ignore[union-attr]

    def listen(self, node: Any, page: Any = None) -> str:
        if isinstance(node, int):
            return self.marked[page.indirect_reference.idnum][node]
        page = node["/Pg"] if "/Pg" in node else page  # noqa: SIM401 (get would not follow the reference)
        if node.get("/Type") == "/OBJR":  # a link's rectangle
            return ""
        if node.get("/Type") == "/MCR":
            return self.listen(int(node["/MCID"]), page)
        role = str(node.get("/S"))
        if role == "/TR":
            self.rows.append([])
        text = "".join(self.listen(kid, page) for kid in _list(node.get("/K")))
        if role in ("/TH", "/TD"):
            given: dict[str, Any] = {}
            for each in _list(node.get("/A")):
                given |= each
            headers = [str(name) for name in _list(given.get("/Headers"))]
            self.rows[-1].append(
                Cell(role, str(given.get("/Scope", "")), str(node.get("/ID", "")), headers, text)
            )
        return text


def told(reader: PdfReader) -> Told:
    """Go through the tree from its root."""
    made = Told(reader)
    made.text = made.listen(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    return made


def _list(given: Any) -> Iterator[Any]:
    found = given.get_object() if hasattr(given, "get_object") else given
    for each in found if isinstance(found, list) else [] if found is None else [found]:
        one = each.get_object() if hasattr(each, "get_object") else each
        yield int(one) if isinstance(one, int) else one


def _marked(page: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    inside: list[int | None] = []

    def before(operator: bytes, operands: list[Any], _matrix: Any, _text_matrix: Any) -> None:
        if operator == b"EMC":
            inside.pop()
        elif operator in (b"BDC", b"BMC"):
            given = operands[1].get("/MCID") if operator == b"BDC" and isinstance(operands[1], dict) else None
            inside.append(None if given is None else int(given))
            if given is not None:
                found.setdefault(int(given), "")

    def text(piece: str, *_where: Any) -> None:
        at = next((number for number in reversed(inside) if number is not None), None)
        if at is not None:
            found[at] += "".join(piece.split())

    page.extract_text(visitor_operand_before=before, visitor_text=text)
    return found
