"""Parts of zipped documents as XML, and what readers of both formats share. `kernel.files` has looked the package through."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree

from shizheng.common.words import tell
from shizheng.kernel.files.rules.zips import Archive

from ..errors import CannotReadPlan


@dataclass(frozen=True, slots=True)
class Package:
    """A document that was found harmless."""

    archive: Archive

    @property
    def filename(self) -> str:
        """How the person knows it."""
        return self.archive.name

    def xml(self, name: str) -> Element:
        """A part as XML without entities, DTD or external references. Raises CannotReadPlan."""
        try:
            root: Element = SafeTree.fromstring(self.archive.read(name), forbid_dtd=True)
        except DefusedXmlException as problem:
            raise refused(
                self.filename, "hostile", tell("內含 DTD 或實體宣告，一般文書軟體不會這樣存檔")
            ) from problem
        except (ParseError, ValueError, LookupError) as problem:
            raise refused(self.filename, "damaged", tell("內容不是正確的 XML")) from problem
        return root


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
