"""XML read piece by piece without entities, DTD or external references, and never as a tree in memory."""

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MAX_DEPTH = 250
MAX_NODES = 6_000_000
STEP = 64 * 1024
Start = Callable[[str, str, Mapping[str, str]], None]


class HostileXml(Exception):
    """A DTD, an entity, or a nesting that no office program writes."""


class BrokenXml(Exception):
    """Not well-formed."""


class _Watch:
    """Counts and passes on the beginnings of elements: namespace, local name, attributes by local name."""

    def __init__(self, on_start: Start | None, on_text: Callable[[str], None] | None) -> None:
        self.on_start, self.on_text = on_start, on_text
        self.depth = self.nodes = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        self.nodes += 1
        if self.depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise HostileXml
        if self.on_start is not None:
            space, _brace, name = tag[1:].rpartition("}") if tag[:1] == "{" else ("", "", tag)
            self.on_start(space, name, {key.rpartition("}")[2]: value for key, value in attributes.items()})

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def data(self, text: str) -> None:
        if self.on_text is not None:
            self.on_text(text)

    def close(self) -> None:
        """Asked for by the parser."""


def scan(data: bytes, on_start: Start | None = None, on_text: Callable[[str], None] | None = None) -> None:
    """Read XML through. Raises HostileXml, BrokenXml; whatever the callbacks raise goes on."""
    parser = DefusedXMLParser(target=_Watch(on_start, on_text), forbid_dtd=True)
    try:
        for at in range(0, len(data), STEP):
            parser.feed(data[at : at + STEP])
        parser.close()
    except DefusedXmlException as problem:
        raise HostileXml from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise BrokenXml from problem
