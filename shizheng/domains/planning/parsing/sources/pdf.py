"""PDF: a tagged document is read by its structure tree (paragraphs, rows, cells); any other as the lines on its pages.

The text comes from PDFium, the tree from pypdf. Scans have no text and are refused.
"""

import io
from collections.abc import Iterator, Mapping
from ctypes import addressof
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NumberObject

from shizheng.common.text import is_cjk
from shizheng.common.words import tell
from shizheng.kernel.publication.documents.fonts import from_code_points

from ..errors import CannotReadPlan
from .package import refused, row_line

MAX_PAGES = 600
MAX_ELEMENTS = 300_000
MAX_DEPTH = 60
_PARAGRAPHS = {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "Caption", "Note", "TOCI", "Title"}
_CELLS = {"TH", "TD"}
_LEFT_OUT = {"Artifact", "Figure", "Formula"}
Texts = Mapping[tuple[int, int], str]


def pdf_lines(data: bytes, filename: str) -> list[str]:
    """The lines of the document. Raises CannotReadPlan."""
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
    except pypdfium2.PdfiumError as problem:
        locked = "assword" in str(problem)
        why = (
            tell("有密碼保護。請另存一份沒有密碼的檔案")
            if locked
            else tell("不是完整的 PDF，可能在傳輸時被截斷")
        )
        raise refused(filename, "encrypted" if locked else "damaged", why) from problem
    try:
        if pages > MAX_PAGES:
            raise refused(
                filename,
                "too_large",
                tell("有 %(n)s 頁，超過上限 %(most)s 頁", n=f"{pages:,}", most=MAX_PAGES),
            )
        lines = _tagged(data, document) or _plain(document)
    except pypdfium2.PdfiumError as problem:
        raise refused(filename, "damaged", tell("有讀不出來的頁")) from problem
    finally:
        document.close()
    if not any(line.strip() for line in lines):
        raise CannotReadPlan(
            "scanned",
            tell(
                "「%(file)s」沒有文字，看來是掃描的影像。請取得原始的 ODT、Word 或可選取文字的 PDF 後再上傳；本次沒有讀入任何資料。",
                file=filename,
            ),
        )
    return [from_code_points(line) for line in lines]


def _plain(document: pypdfium2.PdfDocument) -> list[str]:
    lines: list[str] = []
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage().get_text_range()
        lines += [line.rstrip() for line in text.replace("\r\n", "\n").replace("\ufffe", "").split("\n")]
        page.close()
    return lines


def _tagged(data: bytes, document: pypdfium2.PdfDocument) -> list[str]:
    """The lines by the structure tree; empty where there is none, or none that can be followed."""
    try:
        reader = PdfReader(io.BytesIO(data))
        root = reader.trailer["/Root"]
        tree = root.get("/StructTreeRoot") if isinstance(root, DictionaryObject) else None
        marked = root.get("/MarkInfo") if isinstance(root, DictionaryObject) else None
        marked_at = marked.get_object() if marked is not None else None
        if tree is None or not isinstance(marked_at, DictionaryObject) or not marked_at.get("/Marked"):
            return []
        walk = _Walk(reader, tree.get_object(), _texts(document))
        lines = list(walk.lines())
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError, IndexError):
        return []  # a tree that breaks its own rules: the pages' text still stands
    kept, whole = sum(len(line) for line in lines), walk.characters
    return lines if whole and kept >= whole * 0.8 else []


def _texts(document: pypdfium2.PdfDocument) -> dict[tuple[int, int], str]:
    """The text of each piece of marked content, by page and number; characters that PDFium made up are left out."""
    found: dict[tuple[int, int], list[int]] = {}
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        numbers: dict[int, int] = {}
        for at in range(text.count_chars()):
            if pdfium.FPDFText_IsGenerated(text.raw, at) == 1:
                continue
            piece = pdfium.FPDFText_GetTextObject(text.raw, at)
            if not piece:
                continue
            key = addressof(piece.contents)
            if key not in numbers:
                numbers[key] = pdfium.FPDFPageObj_GetMarkedContentID(piece)
            if numbers[key] >= 0:
                found.setdefault((number, numbers[key]), []).append(pdfium.FPDFText_GetUnicode(text.raw, at))
        text.close()
        page.close()
    return {key: _characters(codes) for key, codes in found.items()}


def _characters(codes: list[int]) -> str:
    """Code points, or halves of them as UTF-16 has them, as text."""
    units = b"".join(
        code.to_bytes(2, "little") if code < 0x10000 else chr(code).encode("utf-16-le") for code in codes
    )
    return units.decode("utf-16-le", errors="replace").replace("\r", "").replace("\n", "").replace("\x00", "")


class _Walk:
    """Walks over a structure tree once."""

    def __init__(self, reader: PdfReader, tree: Any, texts: Texts) -> None:
        self.tree = tree
        self.texts = texts
        self.characters = sum(len("".join(text.split())) for text in texts.values())
        roles = tree.get("/RoleMap")
        self.roles = {
            str(key)[1:]: str(value)[1:] for key, value in (roles.get_object() if roles else {}).items()
        }
        self.pages = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(reader.pages)
            if page.indirect_reference is not None
        }
        about = reader.metadata
        self.exact = about is not None and str(about.get("/Creator", "")).startswith("Typst")
        self.left = MAX_ELEMENTS

    def lines(self) -> Iterator[str]:
        """Paragraphs and rows in reading order."""
        yield from self._blocks(self.tree, None, 0)

    def _role(self, node: Any) -> str:
        name = str(node.get("/S", ""))[1:]
        return self.roles.get(name, name)

    def _kids(self, node: Any, page: int | None, depth: int) -> Iterator[tuple[Any, int | None]]:
        if depth > MAX_DEPTH:
            raise ValueError("a structure tree this deep is none")
        own = node.raw_get("/Pg") if "/Pg" in node else None
        if isinstance(own, IndirectObject):
            page = self.pages.get(own.idnum)
        kids = node.get("/K")
        kids = kids.get_object() if kids is not None else None
        for kid in kids if isinstance(kids, ArrayObject) else [] if kids is None else [kids]:
            self.left -= 1
            if self.left < 0:
                raise ValueError("a structure tree this large is none")
            yield kid.get_object(), page

    def _blocks(self, node: Any, page: int | None, depth: int) -> Iterator[str]:
        for kid, here in self._kids(node, page, depth):
            if not isinstance(kid, DictionaryObject) or "/S" not in kid:
                continue
            role = self._role(kid)
            if role == "Table":
                yield from self._rows(kid, here, depth + 1)
            elif role in _PARAGRAPHS:
                yield " ".join(self._text(kid, here, depth + 1).split())
            elif role not in _LEFT_OUT:
                yield from self._blocks(kid, here, depth + 1)

    def _rows(self, table: Any, page: int | None, depth: int) -> Iterator[str]:
        open_above: dict[int, int] = {}
        for row, here in self._of_role(table, {"TR"}, page, depth):
            cells: list[list[str]] = []
            for cell, there in self._of_role(row, _CELLS, here, depth + 1):
                self._fill(cells, open_above)
                rows, columns = _span(cell, "/RowSpan"), _span(cell, "/ColSpan")
                for index in range(columns):
                    if rows > 1:
                        open_above[len(cells) + index] = rows - 1
                cells += [self._paragraphs(cell, there, depth + 2), *([] for _ in range(columns - 1))]
            self._fill(cells, open_above)
            line = row_line(cells)
            if line.strip():
                yield line

    @staticmethod
    def _fill(cells: list[list[str]], open_above: dict[int, int]) -> None:
        """Columns that a cell above still covers are empty here."""
        while open_above.get(len(cells), 0) > 0:
            open_above[len(cells)] -= 1
            cells.append([])

    def _of_role(
        self, node: Any, roles: set[str], page: int | None, depth: int
    ) -> Iterator[tuple[Any, int | None]]:
        for kid, here in self._kids(node, page, depth):
            if not isinstance(kid, DictionaryObject) or "/S" not in kid:
                continue
            if self._role(kid) in roles:
                yield kid, here
            elif self._role(kid) in ("THead", "TBody", "TFoot"):
                yield from self._of_role(kid, roles, self._page(kid, here), depth + 1)

    def _page(self, node: Any, page: int | None) -> int | None:
        own = node.raw_get("/Pg") if "/Pg" in node else None
        return self.pages.get(own.idnum) if isinstance(own, IndirectObject) else page

    def _paragraphs(self, cell: Any, page: int | None, depth: int) -> list[str]:
        """The paragraphs of a cell; text that stands in none is one of its own."""
        found: list[str] = []
        loose: list[str] = []
        for kid, here in self._kids(cell, page, depth):
            if isinstance(kid, DictionaryObject) and "/S" in kid and self._role(kid) in _PARAGRAPHS:
                found.append(self._text(kid, here, depth + 1))
            elif (
                isinstance(kid, DictionaryObject)
                and "/S" in kid
                and self._role(kid) in ("L", "Div", "Sect", "Part")
            ):
                found += self._paragraphs(kid, here, depth + 1)
            else:
                loose.append(self._piece(kid, here, depth + 1))
        return [self._joined(loose), *found] if any(loose) else found

    def _text(self, node: Any, page: int | None, depth: int) -> str:
        return self._joined(
            [self._piece(kid, here, depth + 1) for kid, here in self._kids(node, page, depth)]
        )

    def _piece(self, kid: Any, page: int | None, depth: int) -> str:
        if isinstance(kid, NumberObject | int):
            return self.texts.get((page, int(kid)), "") if page is not None else ""
        if not isinstance(kid, DictionaryObject) or kid.get("/Type") == "/OBJR":
            return ""
        if "/MCID" in kid:
            page = self._page(kid, page)
            return self.texts.get((page, int(str(kid["/MCID"]))), "") if page is not None else ""
        return "" if self._role(kid) in _LEFT_OUT else self._text(kid, page, depth)

    def _joined(self, pieces: list[str]) -> str:
        """Lines of one paragraph. Other programs leave out the blank at a line's end; between Latin words it is put back."""
        text = ""
        for piece in pieces:
            if not self.exact and text and piece and not _touches_cjk(text[-1], piece[0]):
                text += " "
            text += piece
        return text


def _touches_cjk(before: str, after: str) -> bool:
    return is_cjk(before) or is_cjk(after) or before.isspace() or after.isspace() or before == "-"


def _span(cell: Any, name: str) -> int:
    """RowSpan or ColSpan among a cell's attributes."""
    found = cell.get("/A")
    found = found.get_object() if found is not None else None
    for each in found if isinstance(found, ArrayObject) else [found]:
        each = each.get_object() if each is not None else None
        if isinstance(each, DictionaryObject) and name in each:
            return max(1, min(int(str(each[name])), 2_000))
    return 1
