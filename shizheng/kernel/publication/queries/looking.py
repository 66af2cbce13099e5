"""Publications, their figures and files, as a reader may see them."""

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.words import N_
from shizheng.kernel.publication import registry
from shizheng.kernel.publication.documents.model import Document, FigureRef
from shizheng.kernel.publication.models import Artefact, IssuedFigure, Publication
from shizheng.kernel.publication.rules.issuing import figure_text
from shizheng.kernel.publication.writing import Written, one
from shizheng.web.speech import for_the_record

GONE = N_("找不到這個公布，可能編號打錯了，或不對外公開。請從公布清單進入。")


def rows() -> QuerySet[Publication]:
    """Publications with their unit, whether withdrawn, and whether a later edition stands; without their content."""
    return (
        Publication.objects.select_related("unit", "withdrawal")
        .defer("facts", "versions")
        .annotate(superseded=_later())
    )


def _later() -> Exists:
    """That a later edition of the same series stands."""
    return Exists(
        Publication.objects.filter(
            series=OuterRef("series"), edition__gt=OuterRef("edition"), withdrawal=None
        )
    )


def visible_to(actor: Actor) -> QuerySet[Publication]:
    """All publications for whoever holds `publication.view`, else the public ones.

    Of a kind with a permission of its own for reading, only those of the units for which the actor holds it.
    """
    if not actor.may("publication.view"):
        return public_rows()
    found = rows()
    for kind in registry.kinds():
        units = actor.units_where(kind.read_permission) if kind.read_permission else None
        if units is not None:
            found = found.exclude(~Q(unit_id__in=units), kind=kind.code, is_public=False)
    return found


def public_rows() -> QuerySet[Publication]:
    """Publications that everybody may read, the newest first; withdrawn ones among them, as such."""
    return rows().filter(is_public=True)


def standing() -> QuerySet[Publication]:
    """Public publications that stand: neither withdrawn nor superseded by a later edition."""
    return public_rows().filter(withdrawal=None).exclude(_later())


def publication(actor: Actor, code: str) -> Publication:
    """One publication with its content. Raises NotFound, also where the actor may not see it."""
    return _found(visible_to(actor), code)


def public_publication(code: str) -> Publication:
    """One public publication with its content. Raises NotFound."""
    return _found(public_rows(), code)


def _found(among: QuerySet[Publication], code: str) -> Publication:
    found = among.defer(None).select_related("unit", "withdrawal", "issued_by").filter(code=code).first()
    if found is None:
        raise NotFound(_(GONE))
    return found


def issued_figures_of(publication_id: int) -> list[IssuedFigure]:
    """The figures of a publication, in order, with their units."""
    return list(IssuedFigure.objects.filter(publication_id=publication_id).select_related("unit"))


def figure(publication_id: int, ref: str) -> IssuedFigure:
    """A figure of a publication by its name there, or by its id. Raises NotFound."""
    mine = IssuedFigure.objects.filter(publication_id=publication_id).select_related("unit", "definition")
    found = mine.filter(ref=ref).first() or mine.filter(figure_id=ref).first()
    if found is None:
        raise NotFound(_("這個公布裡沒有這個數字。請從公布頁的數字清單進入。"))
    return found


def artefact(publication_id: int, name: str) -> Artefact:
    """A file of a publication. Raises NotFound."""
    found = Artefact.objects.filter(publication_id=publication_id, name=name).first()
    if found is None:
        raise NotFound(_("這個公布沒有這個檔案。請從公布頁下載。"))
    return found


def of_subject(label: str, subject_pk: int, kind: str = "") -> QuerySet[Publication]:
    """Everything published about a thing (of one kind), the newest first."""
    found = rows().filter(subject_label=label, subject_pk=subject_pk).order_by("-issued_at", "-edition")
    return found.filter(kind=kind) if kind else found


def preview(
    actor: Actor, kind: str, subject_pk: int, format: str, *, period: str = "", unit_permission: str
) -> Written:
    """A file of what would be issued now, marked as a draft at the foot of its pages; nothing is kept.

    Raises NotPermitted unless the actor holds `unit_permission` for the unit, NotFound for an unknown format.
    """
    made = registry.kind(kind)
    if format not in made.formats or format == "csv":
        raise NotFound(_("沒有這一種格式。請從頁面上的按鈕下載。"))
    gathered = made.gathered(subject_pk, period)
    require(actor, unit_permission, gathered.unit_id)
    with for_the_record():
        return one(draft(made, gathered), format, made.stem, {"publication": None})


def draft(made: registry.PublicationKind, gathered: registry.Gathered) -> Document:
    """The document that would be issued now; its figures carry their ids but lead nowhere yet."""
    refs = {ref: FigureRef(each.id or "", figure_text(each)) for ref, each in gathered.figures.items()}
    return replace(
        made.document(gathered.facts, refs),
        code=_("草稿，未公布"),
        issued_at=clock.now().replace(microsecond=0),
    )
