"""What is published of petitions: the month's quality and quantity report, and how petitions were given away in a month."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

ASSIGNING = "petitions.assigning"
FORMATS = ("odt", "pdf", "ods", "xlsx", "json", "csv")


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.domains.petitions.publications import assigning, report
    from shizheng.domains.petitions.queries.reports import KIND
    from shizheng.kernel.publication.registry import PublicationKind
    from shizheng.kernel.publication.registry import register as add

    add(
        PublicationKind(
            KIND, _("陳情案件質量分析報告"), report.gather, report.document, subject_label="organisations.unit",
            formats=FORMATS, stem="petitions", subject_url=lambda _unit_id: reverse("petitions:reports"),
            permission="petitions.compile", managed_by=_("報告從「質量分析報告」公布。"),
        )
    )  # fmt: skip
    add(
        PublicationKind(
            ASSIGNING, _("陳情分案情形"), assigning.gather, assigning.document, subject_label="organisations.unit",
            formats=FORMATS, stem="assigning", subject_url=lambda _unit_id: reverse("petitions:assigning"),
        )
    )  # fmt: skip
