"""Reading publications: as issued, recomputed from what made them, and beside what holds today."""

from shizheng.kernel.publication.queries.checking import (
    Check,
    Difference,
    DocumentDifference,
    Recomputed,
    checks,
    differences,
    document_differences,
    recomputed,
)
from shizheng.kernel.publication.queries.looking import (
    artefact,
    figure,
    issued_figures_of,
    of_subject,
    preview,
    public_publication,
    public_rows,
    publication,
    rows,
    standing,
    visible_to,
)

__all__ = [
    "Check",
    "Difference",
    "DocumentDifference",
    "Recomputed",
    "artefact",
    "checks",
    "differences",
    "document_differences",
    "figure",
    "issued_figures_of",
    "of_subject",
    "preview",
    "public_publication",
    "public_rows",
    "publication",
    "recomputed",
    "rows",
    "standing",
    "visible_to",
]
