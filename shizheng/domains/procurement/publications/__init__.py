"""What is published of procurement: failed tenders and design reviews, by quarter and by year."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

FAILED, REVIEW = "procurement.failed", "procurement.review"
FORMATS = ("odt", "pdf", "ods", "xlsx", "json", "csv")


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.domains.procurement.publications import failed, review
    from shizheng.kernel.publication.registry import PublicationKind
    from shizheng.kernel.publication.registry import register as add

    add(
        PublicationKind(
            FAILED, _("採購流廢標督導"), failed.gather, failed.document, subject_label="organisations.unit",
            formats=FORMATS, stem="failed-tenders", subject_url=lambda _unit_id: reverse("procurement:patterns"),
        )
    )  # fmt: skip
    add(
        PublicationKind(
            REVIEW, _("基本設計審議"), review.gather, review.document, subject_label="organisations.unit",
            formats=FORMATS, stem="design-reviews", subject_url=lambda _unit_id: reverse("procurement:own_reviews"),
        )
    )  # fmt: skip
