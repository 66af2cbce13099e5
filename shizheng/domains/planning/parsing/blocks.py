"""Content cells as blocks: a numbered run (1)(2)(3) or an unnumbered paragraph, and the points in them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shizheng.common.text import squash

from .lines import Piece
from .numbering import Marker, marker_at

_RANK = {"cn": 4, "pcn": 3, "n": 2, "pn": 1}


@dataclass(slots=True)
class Block:
    """Content that belongs together. `paragraphs` keep their numbers, `points` leave them out."""

    start_line: int
    end_line: int
    paragraphs: list[str] = field(default_factory=list)
    pieces: list[list[str]] = field(default_factory=list)
    style: str | None = None
    last: int = 0

    @property
    def points(self) -> list[str]:
        """The numbered points, each with what is numbered below it."""
        return ["\n".join(pieces) for pieces in self.pieces]

    @property
    def text(self) -> str:
        """The whole block as one text."""
        return "\n".join(self.paragraphs)

    @property
    def leads_in(self) -> bool:
        """Whether it is a sentence that announces a list: it ends with a colon."""
        return self.style is None and self.paragraphs[-1:] != [] and self.paragraphs[-1].endswith(("：", ":"))

    def _start_point(self, piece: Piece, marker: Marker) -> None:
        self.style, self.last, self.end_line = marker.style, marker.value, piece.line
        self.paragraphs.append(squash(piece.text))
        self.pieces.append([squash(piece.text[marker.end :])])

    def _add_below(self, piece: Piece) -> None:
        text = squash(piece.text)
        self.end_line = piece.line
        self.paragraphs.append(text)
        self.pieces[-1].append(text)

    def takes(self, marker: Marker) -> str | None:
        """How a numbered piece goes on from here: as the next "point", as text "below" the last, or not."""
        if self.style is None:
            return "point" if self.leads_in and marker.value == 1 else None
        if marker.style == self.style:
            return "point" if marker.value > self.last else None
        return "below" if _RANK[marker.style] < _RANK[self.style] else None

    def add(self, piece: Piece, marker: Marker, how: str) -> None:
        """Take a numbered piece in the way that `takes` answered."""
        if how == "point":
            self._start_point(piece, marker)
        else:
            self._add_below(piece)


def blocks_of(pieces: Iterable[Piece]) -> list[Block]:
    """Blocks in reading order. Numbering that restarts begins a new block; a lead-in joins its list."""
    blocks: list[Block] = []
    for piece in pieces:
        marker = marker_at(piece.text)
        if marker is None:
            blocks.append(Block(piece.line, piece.line, [squash(piece.text)]))
            continue
        how = blocks[-1].takes(marker) if blocks else None
        if how is None:
            blocks.append(Block(piece.line, piece.line))
            how = "point"
        blocks[-1].add(piece, marker, how)
    return blocks
