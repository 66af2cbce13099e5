"""The kinds of things that can be published: domains register theirs in `AppConfig.ready`.

from shizheng.kernel.publication import registry
registry.register(registry.PublicationKind("planning.results", _("成果"), gather, document, permission="planning.publish", …))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.publication.documents.model import Document, FigureRef
from shizheng.web.speech import for_the_record

Text = str | Promise
FORMATS = ("odt", "pdf", "txt", "ods", "xlsx", "json", "csv")
Refs = Mapping[str, FigureRef]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be published, as it stands: `facts` is plain JSON and holds everything that the document says.

    `figures` by the names under which the document refers to them. `series` names what editions are editions of.
    """

    title: str
    unit_id: int
    series: str
    facts: Mapping[str, Any]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    period: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One more file of a kind, in a format that others agreed upon: `write(document)` gives its bytes (JSON).

    `format` stands in the record beside the file.
    """

    name: str
    format: str
    write: Callable[[Document], bytes]


@dataclass(frozen=True, slots=True)
class PublicationKind:
    """A kind: `gather(subject_pk, period)` reads what there is; `document(facts, refs)` sets it, from facts alone.

    `permission` is needed for the unit concerned. `managed_by` says, where the domain issues and withdraws by acts of
    its own, where a person does that; the general pages then refuse. `stem` begins the names of the files.
    """

    code: str
    name: Text
    gather: Callable[[int, str], Gathered]
    document: Callable[[Mapping[str, Any], Refs], Document]
    subject_label: str
    permission: str = "publication.issue"
    formats: tuple[str, ...] = FORMATS
    exchanges: tuple[Exchange, ...] = ()
    is_public: bool = True
    stem: str = "document"
    managed_by: Text = ""
    subject_url: Callable[[int], str] | None = None
    read_permission: str = ""

    def gathered(self, subject_pk: int, period: str) -> Gathered:
        """What there is to publish, in Chinese whoever asks: what is issued must not depend on the issuer's language."""
        with for_the_record():
            return self.gather(subject_pk, period)


_kinds: dict[str, PublicationKind] = {}


def register(kind: PublicationKind) -> None:
    """Add a kind; the same code twice replaces the first."""
    unknown = set(kind.formats) - set(FORMATS)
    if unknown:
        raise ValueError(f"{kind.code}: unknown formats {sorted(unknown)}")
    _kinds[kind.code] = kind


def kind(code: str) -> PublicationKind:
    """A kind by its code. Raises NotFound."""
    found = _kinds.get(code)
    if found is None:
        raise NotFound(_("沒有「%(code)s」這一種公布。請從計畫或公布紀錄進入。") % {"code": code})
    return found


def kinds() -> list[PublicationKind]:
    """Every kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]
