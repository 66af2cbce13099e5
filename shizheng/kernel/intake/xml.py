"""Foreign XML as a small tree, safe against what is hostile: no DTD, no entity, bounded depth and number of elements."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput

DEEPEST = 30
MOST_ELEMENTS = 1_500_000
LONGEST = 32_767
"""Characters of one text or attribute."""
STEP = 64 * 1024
DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'][^>]{0,100}>")
BIG5 = {"big5", "big5-hkscs", "big5hkscs", "cp950", "ms950", "windows-950", "x-windows-950"}


def bad(text: str) -> BadInput:
    """A file that is not taken."""
    return BadInput(text, fields={"file": [text]}, code="file_refused")


@dataclass(slots=True)
class Element:
    """One element: its local name, attributes by local name, children, and the text before and between them."""

    name: str
    attributes: Mapping[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> Iterator["Element"]:
        """Children of that name."""
        return (each for each in self.children if each.name == name)

    def first(self, *names: str) -> "Element | None":
        """The first child of the first of these names that there is."""
        return next((each for name in names for each in self.all(name)), None)

    def value(self, *names: str) -> str:
        """Attribute or text of a child of the first of these names that says anything; else empty."""
        for name in names:
            found = self.attributes.get(name, "").strip()
            if not found:
                found = next((text for each in self.all(name) if (text := each.text.strip())), "")
            if found:
                return found
        return ""


class _TooMuch(Exception):
    pass


class _Builder:
    def __init__(self) -> None:
        self.open: list[Element] = []
        self.root: Element | None = None
        self.count = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise _TooMuch
        if any(len(value) > LONGEST for value in attributes.values()):
            raise _TooMuch
        made = Element(
            tag.rpartition("}")[2], {name.rpartition("}")[2]: value for name, value in attributes.items()}
        )
        if self.open:
            self.open[-1].children.append(made)
        elif self.root is None:
            self.root = made
        self.open.append(made)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        if self.open:
            here = self.open[-1]
            if len(here.text) + len(text) > LONGEST:
                raise _TooMuch
            here.text += text

    def close(self) -> Element | None:
        """The root."""
        return self.root


def _readable(data: bytes) -> bytes:
    """A file in Big5 as UTF-8, for the parser knows no Big5; also one that wrongly says (by itself or by default) UTF-8."""
    said = DECLARED.match(data)
    name = said[1].decode().lower() if said else "utf-8"
    if name in ("utf-8", "utf8") and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            name = "big5"
    if name not in BIG5:
        return data
    for encoding in ("big5hkscs", "cp950"):
        try:
            text = data[said.end() if said else 0 :].decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.encode()
    raise bad(_("XML 的文字不是 UTF-8、UTF-16 或 Big5，沒有讀入。請重新匯出一次，或另存成 UTF-8。"))


def tree(data: bytes) -> Element:
    """The root of an XML file. Raises BadInput for what is broken, hostile or beyond all measure."""
    data = _readable(data)
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        for at in range(0, len(data), STEP):
            parser.feed(data[at : at + STEP])
        parser.close()
    except DefusedXmlException as failure:
        raise bad(_("XML 裡有文件型別定義或實體（DTD、ENTITY），可能有害，沒有讀入。")) from failure
    except _TooMuch as failure:
        raise bad(_("XML 的層次太深、元素太多或一格太長，沒有讀入。")) from failure
    except (ParseError, ValueError, LookupError) as failure:
        raise bad(_("XML 不完整或壞了，沒有讀入。請重新匯出一次。")) from failure
    if builder.root is None:
        raise bad(_("XML 不完整或壞了，沒有讀入。請重新匯出一次。"))
    return builder.root
