"""Yearly assessments as a reader may see them: everybody once they are signed, the commission while they are made."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.domains.projects.models import AssessedTender, Assessment, AssessmentMode, AssessmentState

ASSESS, SIGN = "projects.assess", "projects.sign_assessment"


def visible_to(actor: Actor) -> QuerySet[Assessment]:
    """Assessments: the signed ones for who sees tenders, all of them for who assesses or signs."""
    if actor.may(ASSESS) or actor.may(SIGN):
        return Assessment.objects.all()
    if actor.may("projects.view"):
        return Assessment.objects.filter(state=AssessmentState.SIGNED)
    return Assessment.objects.none()


def assessments(actor: Actor) -> QuerySet[Any]:
    """Each year with how many tenders it has (`.count`), and how many have no total yet (`.left`)."""
    rows = visible_to(actor).annotate(
        count=Count("tenders"), left=Count("tenders", filter=Q(tenders__total=None))
    )
    return rows.order_by("-roc_year")


def assessment(actor: Actor, roc_year: int) -> Assessment:
    """The assessment of a year. Raises NotFound."""
    found = visible_to(actor).filter(roc_year=roc_year).first()
    if found is None:
        raise NotFound(tell("找不到這個年度的標案考核，或還沒有核定。"))
    return found


def tenders_of(found: Assessment) -> QuerySet[AssessedTender]:
    """The tenders of an assessment with their agencies."""
    return AssessedTender.objects.filter(assessment=found).select_related("project__agency", "project__type")


def assessed(actor: Actor, roc_year: int, project_id: int) -> AssessedTender:
    """One tender in the assessment of a year. Raises NotFound."""
    rows = tenders_of(assessment(actor, roc_year)).select_related("assessment")
    found = rows.filter(project_id=project_id).first()
    if found is None:
        raise NotFound(tell("這個年度的考核裡沒有這個標案。"))
    return found


def grades(found: Assessment) -> dict[str, int]:
    """How many tenders have which grade; those without one under the empty text (one query)."""
    return dict(tenders_of(found).order_by().values_list("grade").annotate(n=Count("pk")))


def unscored(found: Assessment) -> int:
    """How many tenders wait for the group."""
    return tenders_of(found).filter(total=None, mode=AssessmentMode.SITE).count()


def document(row: AssessedTender) -> dict[str, Any]:
    """One assessed tender as JSON; scores as decimal strings."""
    return {
        "project_id": row.project_id,
        "number": row.project.number,
        "name": row.project.name,
        "agency_id": row.project.agency_id,
        "agency": row.project.agency.name,
        "months": row.months,
        "items": row.items,
        "automatic": _text(row.automatic),
        "mode": row.mode,
        "visited_on": row.visited_on.isoformat() if row.visited_on else None,
        "group": row.group,
        "site_score": _text(row.site_score),
        "findings": row.findings,
        "total": _text(row.total),
        "grade": row.grade or None,
        "reward": row.reward,
        "version": row.version,
    }


def assessment_document(row: Any) -> dict[str, Any]:
    """One year."""
    return {
        "roc_year": row.roc_year,
        "state": row.state,
        "due_on": row.due_on.isoformat(),
        "rules": row.rules.get("rules", []),
        "signed_at": row.signed_at.isoformat() if row.signed_at else None,
        "version": row.version,
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
