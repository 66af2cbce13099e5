"""What is published of tenders under control: the month's board."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

MONTH = "projects.month"
FORMATS = ("odt", "pdf", "ods", "xlsx", "json", "csv")


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.domains.projects.publications import month
    from shizheng.kernel.publication.registry import PublicationKind
    from shizheng.kernel.publication.registry import register as add

    add(
        PublicationKind(
            MONTH, _("標案進度月報"), month.gather, month.document, subject_label="organisations.unit",
            formats=FORMATS, stem="tenders", subject_url=lambda _unit_id: reverse("projects:board"),
        )
    )  # fmt: skip
