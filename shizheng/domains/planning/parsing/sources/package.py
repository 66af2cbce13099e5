"""Zipped documents opened with care: no bombs, no macros, no entities, no encryption."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree

from shizheng.common.words import tell

from ..errors import CannotReadPlan

MAX_ENTRIES = 2_000
MAX_PART = 40 * 1024 * 1024
MAX_WHOLE = 120 * 1024 * 1024
MAX_DEPTH = 200
MAX_NODES = 1_000_000
_MACROS = ("vbaproject.bin", "vbadata.xml")


@dataclass(frozen=True, slots=True)
class Package:
    """An opened document. `filename` is how the person knows it."""

    archive: zipfile.ZipFile
    filename: str

    def read(self, name: str, limit: int = MAX_PART) -> bytes:
        """A part's bytes, never more than `limit`. Raises CannotReadPlan."""
        try:
            with self.archive.open(name) as part:
                data = part.read(limit + 1)
        except (
            KeyError,
            zipfile.BadZipFile,
            OSError,
            RuntimeError,
            NotImplementedError,
            EOFError,
            ValueError,
        ) as problem:
            raise refused(self.filename, "damaged", tell("內容損壞，解不開")) from problem
        except Exception as problem:  # zlib.error has no base of its own
            raise refused(self.filename, "damaged", tell("內容損壞，解不開")) from problem
        if len(data) > limit:
            raise refused(
                self.filename,
                "too_large",
                tell("解開後超過 %(size)s MiB，像是壓縮炸彈", size=limit // 1024 // 1024),
            )
        return data

    def xml(self, name: str) -> Element:
        """A part as XML without entities, DTD or external references. Raises CannotReadPlan."""
        data = self.read(name)
        try:
            root: Element = SafeTree.fromstring(data, forbid_dtd=True)
        except DefusedXmlException as problem:
            raise refused(
                self.filename, "hostile", tell("內含 DTD 或實體宣告，一般文書軟體不會這樣存檔")
            ) from problem
        except (ParseError, ValueError, LookupError) as problem:
            raise refused(self.filename, "damaged", tell("內容不是正確的 XML")) from problem
        _need_shallow(root, self.filename)
        return root


def open_package(archive: zipfile.ZipFile, filename: str) -> Package:
    """The package, once it is known to be harmless. Raises CannotReadPlan."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise refused(
            filename,
            "too_large",
            tell(
                "封包裡有 %(n)s 個檔案，超過上限 %(most)s 個", n=f"{len(entries):,}", most=f"{MAX_ENTRIES:,}"
            ),
        )
    if sum(entry.file_size for entry in entries) > MAX_WHOLE:
        raise refused(
            filename,
            "too_large",
            tell("解開後超過 %(size)s MiB，像是壓縮炸彈", size=MAX_WHOLE // 1024 // 1024),
        )
    for entry in entries:
        name = entry.filename.lower()
        if entry.flag_bits & 0x1:
            raise refused(filename, "encrypted", tell("有密碼保護。請用原軟體開啟，另存一份沒有密碼的檔案"))
        if name.rsplit("/", 1)[-1] in _MACROS or (
            name.startswith("basic/") and name.endswith(".xml") and "script-lc" in name
        ):
            raise refused(filename, "macros", tell("內含巨集。請用原軟體開啟，另存一份不含巨集的檔案"))
    names = {entry.filename for entry in entries}
    package = Package(archive, filename)
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise refused(filename, "encrypted", tell("有密碼保護。請用原軟體開啟，另存一份沒有密碼的檔案"))
    return package


def refused(filename: str, code: str, why: str) -> CannotReadPlan:
    """The refusal of a file, with what to do."""
    return CannotReadPlan(
        code,
        tell(
            "「%(file)s」沒有讀入：%(why)s。請確認檔案來源後再上傳；本次沒有讀入任何資料。",
            file=filename,
            why=why,
        ),
    )


def _need_shallow(root: Element, filename: str) -> None:
    """Refuse XML so deep or so large that reading it would be an attack."""
    nodes, level = 0, [root]
    for _depth in range(MAX_DEPTH):
        nodes += len(level)
        level = [child for node in level for child in node]
        if not level:
            return
        if nodes > MAX_NODES:
            break
    raise refused(filename, "hostile", tell("內容的層數或節點數不合常理"))


def local(node: Element) -> str:
    """An element's name without its namespace."""
    return node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""


def attribute(node: Element, name: str) -> str:
    """An attribute by its name without namespace; empty where absent."""
    return next((value for key, value in node.attrib.items() if key.rsplit("}", 1)[-1] == name), "")


def count(node: Element, name: str, most: int) -> int:
    """A small whole number in an attribute: 1 where absent or nonsense, `most` at most."""
    text = attribute(node, name)
    return max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def row_line(cells: list[list[str]]) -> str:
    """A row of a table as the parser reads it: cells parted by tabs, paragraphs of a cell as <p>…</p>."""
    return "\t".join(_cell(paragraphs) for paragraphs in cells)


def _cell(paragraphs: list[str]) -> str:
    texts = [text for text in (" ".join(each.split()) for each in paragraphs) if text]
    return texts[0] if len(texts) == 1 else "".join(f"<p>{text}</p>" for text in texts)


def body_lines(texts: Iterator[str]) -> Iterator[str]:
    """Paragraphs outside of tables as lines; a tab in one is a blank, so that it is no table."""
    for text in texts:
        for line in text.split("\n"):
            yield " ".join(line.split())
