"""The survey after an answer: one invitation for each answer, one set of marks, for the days of the rule."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.citizens.actions.citizen import citizen
from shizheng.citizens.models import Invitation, SurveyAnswer
from shizheng.citizens.queries.ruling import questions_now, survey_ends
from shizheng.citizens.rules.survey import complete
from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.kernel.cases.actions import locked_case
from shizheng.kernel.history.actions import recorded


def invite(case: Any) -> Invitation:
    """Ask the citizen of a case that is just being answered (helper: in that transaction). The agency is the one that answers."""
    now = clock.now()
    return Invitation.objects.create(
        case=case,
        serial=Invitation.objects.filter(case=case).count() + 1,
        unit_id=case.unit_id,
        questions=list(questions_now()),
        invited_at=now,
        until=survey_ends(now),
    )


def answer_survey(invitation_id: int, marks: Mapping[str, int]) -> SurveyAnswer:
    """Take the marks, once, in time. Raises NotFound, CannotDo (too late), Conflict (answered), BadInput."""
    with recorded(by=citizen(), action="citizens.answer_survey"):
        row = Invitation.objects.filter(pk=invitation_id).first()
        if row is None:
            raise NotFound(_("找不到這份調查。請核對信裡的網址。"))
        locked_case(row.case_id)  # of two at once the second finds the answer of the first
        if SurveyAnswer.objects.filter(invitation=row).exists():
            raise Conflict(_("這份調查已經填過，謝謝您；一次答復填一次，沒有再存。"), code="answered")
        if clock.today() > row.until:
            raise CannotDo(
                _("這份調查已經過了有效期間，沒有存。想補充意見，請到查詢頁留言。"), code="too_late"
            )
        if not complete(marks, row.questions):
            message = _("每一題都要選一個。")
            missing = [name for name in row.questions if name not in marks]
            raise BadInput(
                _("還沒有送出：%(why)s") % {"why": message}, fields={name: [message] for name in missing}
            )
        return SurveyAnswer.objects.create(
            invitation=row, marks=dict(marks), overall=marks["overall"], at=clock.now()
        )
