"""What planning publishes: the plan itself, the results of a half year or a year, and the score sheet of a year."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

PLAN, RESULTS, SCORES = "planning.plan", "planning.results", "planning.scores"


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.domains.planning.publications import plan, results, scores
    from shizheng.kernel.publication.registry import PublicationKind
    from shizheng.kernel.publication.registry import register as add

    add(
        PublicationKind(
            PLAN, _("年度施政計畫"), plan.gather, plan.document, subject_label="planning.plan",
            permission="planning.publish", stem="plan", subject_url=_address,
            managed_by=_("計畫的公布與撤回在計畫頁辦理。請從計畫頁按「公布」或「撤回」。"),
        )
    )  # fmt: skip
    add(
        PublicationKind(
            RESULTS, _("施政成果"), results.gather, results.document, subject_label="planning.plan",
            permission="planning.publish", stem="results", subject_url=_address,
        )
    )  # fmt: skip
    add(
        PublicationKind(
            SCORES, _("年度施政績效評分"), scores.gather, scores.document, subject_label="planning.plan",
            permission="planning.publish", stem="scores", subject_url=_address,
        )
    )  # fmt: skip


def _address(plan_id: int) -> str:
    return reverse("planning:plan", args=[plan_id])
