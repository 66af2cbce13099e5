"""What the citizen of a case may see after showing its code."""

from typing import Any

from shizheng.citizens.models import Comment, Contact, Invitation
from shizheng.common import clock


def comments_of(case_id: int) -> list[Comment]:
    """What the citizen added, newest first."""
    return list(Comment.objects.filter(case=case_id).order_by("-id"))


def contact_of(case_id: int) -> Contact | None:
    """How the citizen wants to be told; None where the petition came another way."""
    return Contact.objects.filter(case=case_id).first()


def invitations_of(case_id: int) -> list[Invitation]:
    """Surveys of a case with their answers, newest first."""
    return list(Invitation.objects.filter(case=case_id).select_related("answer", "unit").order_by("-serial"))


def invitation(pk: int) -> Invitation | None:
    """One survey."""
    return Invitation.objects.select_related("answer", "case").filter(pk=pk).first()


def answer_of(row: Invitation) -> Any:
    """What was answered; None where nothing was."""
    return getattr(row, "answer", None)


def survey_open(row: Invitation | None) -> bool:
    """Whether it can be answered now."""
    return row is not None and answer_of(row) is None and clock.today() <= row.until
