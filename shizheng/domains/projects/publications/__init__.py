"""What is published of tenders under control: board and bulletin of the month, open data, grant years."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

MONTH, OPEN, BULLETIN = "projects.month", "projects.open", "projects.bulletin"
GRANT_QUARTER, GRANT_REPORT = "projects.grant_quarter", "projects.grant_report"
ASSESSMENT = "projects.assessment"
FORMATS = ("odt", "pdf", "ods", "xlsx", "json", "csv")


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.domains.projects.publications import assessment, bulletin, grants, month, oc4ids, open_data
    from shizheng.kernel.publication.registry import Exchange, PublicationKind
    from shizheng.kernel.publication.registry import register as add

    add(
        PublicationKind(
            MONTH, _("標案進度月報"), month.gather, month.document, subject_label="organisations.unit",
            formats=FORMATS, stem="tenders", subject_url=lambda _unit_id: reverse("projects:board"),
        )
    )  # fmt: skip
    add(
        PublicationKind(
            BULLETIN, _("重大列管案件進度月報"), bulletin.gather, bulletin.document, subject_label="organisations.unit",
            formats=FORMATS, stem="bulletin", subject_url=lambda _unit_id: reverse("projects:bulletins"),
            permission="projects.compile", managed_by=_("月報從「重大列管案件進度月報」公布，會同時通知各機關首長。"),
        )
    )  # fmt: skip
    add(
        PublicationKind(
            OPEN, _("標案開放資料"), open_data.gather, open_data.document, subject_label="organisations.unit",
            formats=("json", "csv"), exchanges=(Exchange("oc4ids.json", "oc4ids", oc4ids.write),), stem="open-tenders", subject_url=lambda _unit_id: reverse("projects:board"),
        )
    )  # fmt: skip
    add(
        PublicationKind(
            GRANT_QUARTER, _("補助款成效"), grants.gather_quarter, grants.quarter_document,
            subject_label="projects.grantyear", formats=FORMATS, stem="grants",
            subject_url=lambda year_id: reverse("projects:grant_year", args=[year_id]),
        )
    )  # fmt: skip
    add(
        PublicationKind(
            GRANT_REPORT, _("補助款績效報告"), grants.gather_report, grants.report_document,
            subject_label="projects.grantyear", formats=FORMATS, stem="report", is_public=False,
            subject_url=lambda year_id: reverse("projects:grant_report", args=[year_id]),
        )
    )  # fmt: skip
    add(
        PublicationKind(
            ASSESSMENT, _("年度標案考核結果"), assessment.gather, assessment.document, subject_label="projects.assessment",
            formats=FORMATS, stem="assessment", subject_url=lambda _pk: reverse("projects:assessments"),
        )
    )  # fmt: skip
