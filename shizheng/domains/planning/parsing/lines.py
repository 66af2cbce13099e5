"""Lines, table rows and cells of a document, each with its line number."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shizheng.common.text import is_cjk, squash

from .model import Span

_BLANKS = re.compile(r"[ \f]+")
_JUSTIFIED = re.compile(r"(?:(?<=\s)|^)\S(?: \S){3,}(?=\s|$)|(?<=[.、)）])\S(?: \S){3,}(?=\s|$)")
_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9]{0,9})(?:\s[^<>]{0,300})?/?>")
_RULE = re.compile(r"[-–—=_·.:|]*$")
_PAGE_NUMBER = re.compile(r"-?\s?\d{1,3}(?:\s?[-–]\s?\d{1,3})?\s?-?$")
_TERMINAL = "。！？!?；;：:"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `text` with each run of blanks as one blank; `indented` says that it began with a blank."""

    number: int
    text: str
    after_gap: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or list piece with the line that it stands on."""

    text: str
    line: int


def lines_of(text: str) -> list[Line]:
    """All lines that say something. Tabs stay; form feeds and runs of blanks become one blank."""
    kept: list[Line] = []
    gap = True
    for number, raw in enumerate(text.split("\n"), 1):
        collapsed = _BLANKS.sub(" ", raw)
        if collapsed.strip():
            kept.append(Line(number, collapsed.strip(" ").rstrip("\r"), gap))
            gap = False
        else:
            gap = True
    return kept


def loosen(text: str) -> str:
    """A cell set with wide letter-spacing ("提 升 品 質") without those blanks; other blanks stay."""
    return _JUSTIFIED.sub(_tightened, text)


def _tightened(found: re.Match[str]) -> str:
    letters = found.group().split(" ")
    return "".join(letters) if all(is_cjk(letter) for letter in letters) else found.group()


def cells_of(line: Line) -> list[str]:
    """The cells of a table row."""
    return [cell.strip() for cell in line.text.split("\t")]


def is_rule(line: Line) -> bool:
    """Whether a line only draws a rule, as converters do where a table breaks over pages."""
    return all(_RULE.fullmatch(cell) for cell in cells_of(line))


def is_page_number(line: Line) -> bool:
    """A line such as 26-6 or - 12 - and nothing else."""
    return "-" in line.text and _PAGE_NUMBER.fullmatch(line.text) is not None


def paragraphs(cell: str) -> list[str]:
    """The paragraphs of a cell; markup (<p>, <ol>, <li>, <br>) only ever separates them."""
    found: list[str] = []
    last = 0
    for tag in _TAG.finditer(cell):
        if tag.group("name").lower() in ("p", "ol", "ul", "li", "br", "div", "td", "tr"):
            found.append(cell[last : tag.start()])
            last = tag.end()
    found.append(cell[last:])
    return [text for text in (_TAG.sub("", part).strip() for part in found) if text]


def flat(cell: str) -> str:
    """A cell's text in the space-less form."""
    return squash(" ".join(paragraphs(cell)))


def joined(lines: Iterable[Line]) -> str:
    """Lines of one cell as one text in the space-less form."""
    return squash(" ".join(line.text for line in lines))


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, brackets and quotes aside."""
    return text.rstrip(" 」』）)”’】》")[-1:] in _TERMINAL if text.strip() else True


def span(lines: Sequence[Line]) -> Span:
    """Where lines stand."""
    return Span(lines[0].number, lines[-1].number)
