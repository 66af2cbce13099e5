"""A document on a page: its blocks as the templates draw them, set from the stored facts."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.numbers import format_decimal
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
from shizheng.kernel.publication.rules.comparing import Change
from shizheng.web.templatetags.ui import day_text


@dataclass(frozen=True, slots=True)
class Shown:
    """A block for a template: `kind` is heading, paragraph, pictures or table."""

    kind: str
    block: Any
    level: int = 0


def in_words(change: Change, side: str) -> str:
    """One side of a difference as people read it: yes or no, the words of a code, a day, a number."""
    value: Any = getattr(change, side)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    labels = dict(change.column.labels) if change.column else {}
    if value in labels:
        return _(str(labels[value]))
    if change.column is not None and change.column.datatype == "date":
        return day_text(value if isinstance(value, date) else date.fromisoformat(str(value)))
    return format_decimal(value) if isinstance(value, Decimal) else str(value)


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
