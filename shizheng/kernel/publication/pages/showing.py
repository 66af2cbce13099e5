"""A document on a page: its blocks as the templates draw them, set from the stored facts."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from shizheng.kernel.publication import registry
from shizheng.kernel.publication.documents.model import (
    Document,
    FigureRef,
    Heading,
    Paragraph,
    Picture,
    Pictures,
    Table,
)
from shizheng.kernel.publication.models import IssuedFigure, Publication


@dataclass(frozen=True, slots=True)
class Shown:
    """A block for a template: `kind` is heading, paragraph, pictures or table."""

    kind: str
    block: Any
    level: int = 0


def shown_document(document: Document) -> list[Shown]:
    """The blocks in order; headings go one level below those of the page."""
    out: list[Shown] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            out.append(Shown("heading", block, min(block.level + 2, 5)))
        elif isinstance(block, Paragraph):
            out.append(Shown("paragraph", block))
        elif isinstance(block, Pictures):
            out.append(Shown("pictures", [(each, _source(each)) for each in block.pictures]))
        elif isinstance(block, Table):
            out.append(Shown("table", block))
    return out


def _source(picture: Picture) -> str:
    """Where the page takes it from: its address, or the picture itself."""
    return picture.url or f"data:{picture.media_type};base64,{b64encode(picture.data).decode()}"


def documents_of(publication: Publication, figures: Iterable[IssuedFigure]) -> list[Shown]:
    """The publication's document as issued, its figures linked to how they stood."""
    made = registry.kind(publication.kind)
    refs = {
        each.ref: FigureRef(each.figure_id, each.text, reverse("published:figure", args=[publication.code, each.ref]))
        for each in figures
    }  # fmt: skip
    return shown_document(made.document(publication.facts, refs))
