"""What makes a 結案 doubtful: the figures last filed do not say that the work is done, or nothing was settled."""

from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from shizheng.common.retelling import standing
from shizheng.common.words import listed
from shizheng.domains.projects.actions.shared import bad
from shizheng.domains.projects.models import Happening, Project, Stage
from shizheng.domains.projects.queries.months import latest
from shizheng.domains.projects.rules.life import Kind
from shizheng.kernel.measures.rules.periods import parse_period

WHOLE = Decimal(100)


def doubts_of_closing(project: Project) -> list[str]:
    """Why closing a tender now has to be explained, in words; nothing where nothing is doubtful.

    The checkpoint of closing itself is reached only by closing: its weight counts as reached.
    """
    found = []
    last = latest([project.pk]).get(project.pk)
    if last is not None:
        closing = last.plan.checkpoints.filter(stage=Stage.CLOSING) if last.plan else None
        own = (closing.aggregate(share=Sum("weight"))["share"] if closing is not None else None) or Decimal(0)
        month = parse_period(last.period).label
        if last.actual is not None and last.actual + own < WHOLE:
            words = {"month": month, "share": f"{last.actual:.2f}"}
            found.append(_("最近一期（%(month)s）填報的標案進度是 %(share)s%%") % words)
        if last.actual_works is not None and last.actual_works < WHOLE:
            words = {"month": month, "share": f"{last.actual_works:.2f}"}
            found.append(_("最近一期（%(month)s）填報的施工進度是 %(share)s%%") % words)
    told = standing(Happening.objects.filter(project=project))
    if not any(each.kind == Kind.VALUED for each in told):
        found.append(_("還沒有登錄結算"))
    return found


def check_closing(row: Happening) -> None:
    """Refuse a doubtful 結案 until the person says in 說明 why it is closed all the same."""
    if Kind(row.kind) is not Kind.CLOSED or row.text:
        return
    doubts = doubts_of_closing(row.project)
    if doubts:
        doubt = _("%(doubts)s。確定要結案，請在說明寫明原因，再送一次；有缺的請先補登。") % {
            "doubts": listed(doubts)
        }
        raise bad("text", doubt)
